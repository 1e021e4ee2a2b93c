//! End of an employment: leave after the last day is returned. Rule 10 (docs/rules.md).

use directory::{EmploymentStatus, Person};
use events::EventType;
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{EmployeeId, Error, LeaveId, Origin, Result};
use policy::leave::LedgerEntry;
use serde_json::{Value, json};

use super::post_due_entries::Api;
use crate::{
    domain::{
        changed_days::DaysReturned,
        returned_days::{NotReturnable, ReturnReason},
    },
    store::{LeaveStore, Race, RequestUpdateWrite},
};

/// Last day of a person's employment, if it is known: past, today or to come. It is today for a former employee without a
/// stored last day.
pub fn last_day_of_employment(person: &Person, at: Timestamp) -> Option<Date> {
    let former = person.status == EmploymentStatus::Terminated;
    person.termination_date.or_else(|| former.then(|| person.today(at)))
}

/// Gives back the days of a leaver's pending and approved requests that lie after the last day; the result is the number of
/// changed requests, 0 for a person without a last day. A request of which no day remains is cancelled, the others are
/// shortened. A repetition changes nothing. If the last day moves to a later date, the requests do not get their days back.
pub async fn return_leave_after_last_day(api: &Api, origin: &Origin, person: &Person) -> Result<usize> {
    let Some(last) = last_day_of_employment(person, origin.at) else { return Ok(0) };
    let first_returned = last.saturating_add(1.day());
    let mut changed = 0;
    for request in api.store.list_pending_or_approved_requests_of(person.id, first_returned).await? {
        changed += usize::from(return_days_of_request(api, origin, request.value.id, first_returned).await?);
    }
    Ok(changed)
}

/// Entries that would return the days of a person's pending and approved requests from a day on, of all leave types. Days off
/// between adjoining leave are not among them. Writes nothing.
pub async fn preview_returned_leave(
    store: &LeaveStore,
    origin: &Origin,
    employee: EmployeeId,
    from: Date,
) -> Result<Vec<LedgerEntry>> {
    let requests = store.list_pending_or_approved_requests_of(employee, from).await?;
    let returned = requests.iter().filter_map(|request| {
        let days = (from, request.value.end_date.max(from));
        request.value.return_days(days, ReturnReason::EmploymentEnded, request.version, origin).ok()
    });
    Ok(returned.flat_map(|returned| returned.entries).collect())
}

/// Gives back the days of a request from a day on; false if it has none, or is neither pending nor approved any more.
async fn return_days_of_request(api: &Api, origin: &Origin, id: LeaveId, from: Date) -> Result<bool> {
    let attempt = || async {
        let before = api.store.get_request(id).await?;
        let reason = ReturnReason::EmploymentEnded;
        let days = (from, before.value.end_date.max(from));
        let returned = match before.value.return_days(days, reason, before.version, origin) {
            Ok(returned) => returned,
            Err(NotReturnable::Decided | NotReturnable::NoDays) => return Ok(Race::Won(false)),
            Err(NotReturnable::Inside) => return Err(Error::internal(format!("{id} has days after its last one"))),
        };
        let state = api.store.load_account_and_months_of(&before.value).await?;
        let DaysReturned { after, entries, days } = returned;
        let write = RequestUpdateWrite {
            after: &after,
            entries: &entries,
            state: &state,
            months: None,
            looked_at: None,
            event: EventType::LeaveRequestCancelled,
            data: json!({
                "reason": reason, "return_reason": reason, "was": before.value.status,
                "returned_from": days.0, "returned_to": days.1,
            }),
        };
        Ok(api.store.update_request(origin, &before, write, None, &Value::Null).await?.replace_won(true))
    };
    api.until_won(origin.at, attempt).await
}
