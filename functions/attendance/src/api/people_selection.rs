//! People of the caller's scope.

use directory::{Person, members::REPORTS_MAX};
use jiff::civil::Date;
use kernel::{Error, Result};
use lambda::http::Caller;

use super::Api;
use crate::{domain::member::Member, messages};

/// All reports of the caller, direct and indirect, by id.
///
/// # Errors
/// 422 `too_many` for more than 1,000 reports.
pub(crate) async fn list_caller_reports(api: &Api, caller: &Caller) -> Result<Vec<Member>> {
    let reports = api.store.members.list_reports(caller.id()).await?;
    if reports.partial {
        return Err(Error::invalid("query:manager", "too_many", messages::too_many_reports(REPORTS_MAX)));
    }
    Ok(reports.members)
}

/// Whether a person is employed on a day.
pub(crate) fn is_employed_on(person: &Person, date: Date) -> bool {
    person.hire_date <= date && person.termination_date.is_none_or(|last| date <= last)
}
