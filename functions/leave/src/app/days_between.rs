//! Days off between adjoining requests: they come back when one of the two ends or changes. Rule 10 (docs/rules.md).

use events::EventType;
use jiff::{ToSpan, civil::Date};
use kernel::{LeaveId, Origin, Result};
use policy::ExpectedWork;
use serde_json::{Value, json};

use super::post_due_entries::Api;
use crate::{
    domain::{
        changed_days::DaysReturned,
        recount::days_no_longer_between,
        request::{Request, RequestStatus},
    },
    store::{Race, RequestUpdateWrite},
};

/// Gives back the days off that other requests counted between them and a request that ended or changed; `before` is that
/// request before it did. The result is the number of requests that gave back days. A repetition changes nothing: days that
/// still lie between leave stay.
pub async fn return_days_beside(api: &Api, origin: &Origin, before: &Request) -> Result<usize> {
    let state = api.store.load_account_and_months_of(before).await?;
    let holders = state.months.holders_of_days_between();
    if holders.is_empty() {
        return Ok(0);
    }
    let (person, book, plans) = tokio::try_join!(
        api.shell.directory.person(before.employee_id, origin.at),
        api.store.rulebook.load(origin.at),
        api.store.plans.load(before.employee_id, origin.at)
    )?;
    let Some(person) = person else { return Ok(0) };
    let work = plans.expected_work(&book, &person);
    let mut changed = 0;
    for holder in holders {
        changed += usize::from(return_days_of_holder(api, origin, &work, (holder, before.id)).await?);
    }
    Ok(changed)
}

/// Gives back the days off that the request `holder` counts and that no longer lie between leave; false if there are none, or
/// if it is neither pending nor approved any more. `ended` is the request that ended or changed.
async fn return_days_of_holder(
    api: &Api,
    origin: &Origin,
    work: &ExpectedWork<'_>,
    (holder, ended): (LeaveId, LeaveId),
) -> Result<bool> {
    let attempt = || async {
        let Some(before) = api.store.find_request(holder).await? else { return Ok(Race::Won(false)) };
        let request = &before.value;
        if !matches!(request.status, RequestStatus::Pending | RequestStatus::Approved) {
            return Ok(Race::Won(false));
        }
        let state = api.store.load_account_and_months_of(request).await?;
        let released = days_no_longer_between(work, request, &state.months.slots_by_month());
        let Some(returned) = request.return_days_between(work, &released, ended, before.version, origin) else {
            return Ok(Race::Won(false));
        };
        let DaysReturned { after, entries, days } = returned;
        let data = json!({
            "employee_id": after.employee_id, "leave_type": after.leave_type, "leave_id": after.id,
            "kind": entries.first().map(|entry| entry.kind), "minutes": entries.first().map(|entry| entry.minutes),
            "reason": entries.first().map(|entry| &entry.rule), "ended_leave_id": ended,
        });
        let write = RequestUpdateWrite {
            after: &after,
            entries: &entries,
            state: &state,
            months: None,
            looked_at: Some(with_days_beside(days)),
            event: EventType::LeaveBalanceChanged,
            data,
        };
        Ok(api.store.update_request(origin, &before, write, None, &Value::Null).await?.replace_won(true))
    };
    api.until_won(origin.at, attempt).await
}

/// The days with the day before and the day after them, on which adjoining leave would be.
fn with_days_beside((first, last): (Date, Date)) -> (Date, Date) {
    (first.saturating_sub(1.day()), last.saturating_add(1.day()))
}
