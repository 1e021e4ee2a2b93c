//! Recount of booked requests by the calendar and the shift plans of today: rule 2 (docs/rules.md).

use std::sync::Arc;

use events::EventType;
use kernel::{Actor, Error, Origin, Result};
use policy::{
    LeaveAmount, Person, PolicySet,
    leave::{Account, FloorBreach, floor_breach_of_change},
};
use serde_json::{Value, json};

use super::post_due_entries::{Api, account_with_entries};
use crate::{
    domain::{
        recount::{RequestRecount, depends_on_other_leave, recount_request},
        recount_run::{RecountOutcome, RecountScope, RefusedRecount},
        request::{Request, RequestStatus},
    },
    store::{AccountAndMonths, OccupiedMonths, Race, RequestUpdateWrite, Stored},
};

/// Request that counts differently now, with the employee, the account and the months that were read for it.
#[derive(Debug)]
pub struct RecountDifference {
    pub recount: RequestRecount,
    /// Balance after the difference, if it takes the balance below the floor of its policy.
    pub breach: Option<FloorBreach>,
    person: Arc<Person>,
    state: AccountAndMonths,
}

/// Difference of a request; `None` if it counts as before, is neither pending nor approved, or its employee works at another
/// site on its first recounted day. Days before today at the site keep their count. Writes nothing.
pub async fn find_difference(
    api: &Api,
    origin: &Origin,
    (book, scope): (&PolicySet, &RecountScope),
    request: Request,
) -> Result<Option<RecountDifference>> {
    if !matches!(request.status, RequestStatus::Pending | RequestStatus::Approved) {
        return Ok(None);
    }
    let Some(person) = api.shell.directory.person(request.employee_id, origin.at).await? else { return Ok(None) };
    let from = scope.from.max(person.today(origin.at));
    if person.as_of(request.start_date.max(from)).site != scope.site {
        return Ok(None);
    }
    let (plans, state) = tokio::try_join!(api.store.plans.load(person.id, origin.at), load_state(api, book, &request))?;
    let work = plans.expected_work(book, &person);
    let Some(recount) = recount_request(&work, request, from, &state.months.slots_by_month()) else { return Ok(None) };
    let breach = breach_after(origin, (book, &person), &state.account, &recount);
    Ok(Some(RecountDifference { recount, breach, person, state }))
}

/// Account of a request, with the months around it if its count depends on other leave, otherwise without months.
async fn load_state(api: &Api, book: &PolicySet, request: &Request) -> Result<AccountAndMonths> {
    if depends_on_other_leave(book, request) {
        return api.store.load_account_and_months_of(request).await;
    }
    let account = api.store.get_account_or_empty(request.employee_id, &request.leave_type).await?;
    Ok(AccountAndMonths { account, months: OccupiedMonths::default() })
}

/// Breach of the floor after the difference of a request.
fn breach_after(
    origin: &Origin,
    (book, person): (&PolicySet, &Person),
    account: &Stored<Account>,
    recount: &RequestRecount,
) -> Option<FloorBreach> {
    let (_, entry) = recount.to_adjustment(origin, 0);
    let after = account_with_entries(&account.value, std::slice::from_ref(&entry));
    floor_breach_of_change(book, person, (&account.value, &after), entry.on)
}

/// Finds the difference of a request as it is stored now, and posts it in one transaction. Refuses a difference that takes
/// the balance below its floor without an override, and always if the request is the actor's own. Repeats after a lost race;
/// a repetition after a posting finds no difference. Publishes `leave.balance_changed`.
pub async fn post_difference(
    api: &Api,
    origin: &Origin,
    (book, scope): (&PolicySet, &RecountScope),
    request: &Request,
) -> Result<RecountOutcome> {
    let attempt = || async {
        let before = api.store.get_request(request.id).await?;
        let Some(difference) = find_difference(api, origin, (book, scope), before.value.clone()).await? else {
            return Ok(Race::Won(RecountOutcome::Unchanged));
        };
        // Nobody overrides the floor of their own balance.
        let is_own = origin.actor == Actor::Person(request.employee_id);
        if let Some(refusal) = difference.refusal().filter(|_| is_own || scope.override_reason.is_none()) {
            return Ok(Race::Won(RecountOutcome::Refused(refusal)));
        }
        let (after, entry) = difference.recount.to_adjustment(origin, before.version);
        let data = json!({
            "employee_id": after.employee_id, "leave_type": after.leave_type, "leave_id": after.id,
            "kind": entry.kind, "minutes": entry.minutes, "reason": entry.rule,
            "override_reason": difference.breach.and(scope.override_reason.as_ref()),
        });
        let write = RequestUpdateWrite {
            after: &after,
            entries: &[entry],
            state: &difference.state,
            months: None,
            looked_at: difference.recount.looked_at(),
            event: EventType::LeaveBalanceChanged,
            data,
        };
        let written = api.store.update_request(origin, &before, write, None, &Value::Null).await?;
        Ok::<_, Error>(written.replace_won(RecountOutcome::Posted))
    };
    api.until_won(origin.at, attempt).await
}

impl RecountDifference {
    /// Refusal that the difference needs without an override; `None` if it does not lower the balance below the floor.
    pub fn refusal(&self) -> Option<RefusedRecount> {
        let FloorBreach { on, lowest, floor } = self.breach?;
        let request = &self.recount.before;
        let day_minutes = self.person.contract_on(on).day_minutes;
        let amount = |minutes| LeaveAmount::from_minutes(minutes, day_minutes);
        Some(RefusedRecount {
            leave_id: request.id,
            employee_id: request.employee_id,
            on,
            lowest: amount(lowest),
            floor: amount(floor),
        })
    }
}
