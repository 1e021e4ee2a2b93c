//! People of the caller's scope.

use std::collections::{HashMap, HashSet};

use directory::{Person, members::REPORTS_MAX};
use jiff::civil::Date;
use kernel::{EmployeeId, Error, Result};
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

/// Whether a day is within the employment of a person, both ends included, whatever the status.
pub(crate) fn is_employed_on(person: &Person, date: Date) -> bool {
    person.hire_date <= date && person.termination_date.is_none_or(|last| date <= last)
}

/// Adds those of these people who are not in `people` yet; unknown ones stay out.
pub(crate) async fn add_missing_people(
    api: &Api,
    people: &mut HashMap<EmployeeId, Member>,
    ids: impl Iterator<Item = EmployeeId>,
) -> Result<()> {
    let new: HashSet<EmployeeId> = ids.filter(|id| !people.contains_key(id)).collect();
    if !new.is_empty() {
        people.extend(api.store.members.get_many_consistent(&new.into_iter().collect::<Vec<_>>()).await?);
    }
    Ok(())
}
