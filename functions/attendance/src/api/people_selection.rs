//! Whose days are shown.

use directory::{Person, members::BELOW_MAX};
use jiff::civil::Date;
use kernel::{Error, Result};
use lambda::http::Caller;

use super::Api;
use crate::domain::member::Member;

/// Everybody below the caller, by id.
///
/// # Errors
/// 422 where there are too many to be shown at once.
pub(crate) async fn below(api: &Api, caller: &Caller) -> Result<Vec<Member>> {
    let below = api.store.members.below(caller.id()).await?;
    if below.partial {
        let detail = format!("More than {BELOW_MAX} people report to you through others; name a manager among them.");
        return Err(Error::invalid("query:manager", "too_many", detail));
    }
    Ok(below.members)
}

/// Whether somebody is with the organisation on a day.
pub(crate) fn employed(person: &Person, date: Date) -> bool {
    person.hire_date <= date && person.termination_date.is_none_or(|last| date <= last)
}
