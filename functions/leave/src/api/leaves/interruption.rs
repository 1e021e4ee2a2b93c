//! Leave that interrupts approved leave, such as illness during annual leave: rule 10 (docs/rules.md).

use jiff::civil::Date;
use kernel::{LeaveId, Origin, Result};
use policy::{
    ExpectedWork, Portion,
    leave::{Overlap, Portions, RequestedDates},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::Api,
    domain::{balance, changed_days::DaysReturned, request::RequestStatus, returned_days::ReturnReason},
    store::{AccountAndMonths, InterruptedRequest},
};

/// Most requests that one request interrupts.
const INTERRUPTED_MAX: usize = 5;

/// Place of a new request among the others.
pub(crate) struct Placement {
    /// Account and months by which the request is evaluated: without the days that others give back for it.
    pub(crate) state: AccountAndMonths,
    /// Months with the slots of the request.
    pub(crate) months: crate::store::OccupiedMonths,
    /// Requests that it interrupts.
    pub(crate) interrupted: Vec<InterruptedRequest>,
}

/// Approved leave of which a request takes the place.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InterruptedLeave {
    /// Id of the interrupted request.
    pub leave_id: LeaveId,
    /// First day that comes back.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day that comes back.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
}

impl InterruptedLeave {
    pub(crate) fn of(one: &InterruptedRequest) -> Self {
        Self { leave_id: one.before.value.id, from: one.returned.days.0, to: one.returned.days.1 }
    }
}

/// Place of a new request, or the overlap that has none. Approved leave of the types that its policy interrupts gives back the
/// days in common, if whole days are requested and at most five requests are interrupted; any other request on these days is
/// an overlap. Nothing is read unless another request is on these days, and nothing is written.
pub(crate) async fn place_request(
    api: &Api,
    origin: &Origin,
    (work, state): (&ExpectedWork<'_>, &AccountAndMonths),
    ((id, leave_type), dates): ((LeaveId, &str), RequestedDates),
) -> Result<std::result::Result<Placement, Overlap>> {
    let mut state = state.clone();
    let mut interrupted = Vec::new();
    loop {
        let days = (dates.first, dates.last);
        let overlap = match state.months.with_request(work, (id, leave_type), dates.portions, (days, &[])) {
            Ok(months) => return Ok(Ok(Placement { state, months, interrupted })),
            Err(overlap) => overlap,
        };
        let rules = balance::policy_on(work.policies, work.person, leave_type, dates.first).map(|(_, rules)| rules);
        let interrupts = rules.is_some_and(|rules| rules.interrupts.contains(&overlap.slot.leave_type));
        if !interrupts || dates.portions != Portions::from(Portion::Full) || interrupted.len() >= INTERRUPTED_MAX {
            return Ok(Err(overlap));
        }
        let Some(before) = api.store.find_request(overlap.slot.leave_id).await? else { return Ok(Err(overlap)) };
        let returned = before.value.return_days(days, ReturnReason::Interrupted, before.version, origin);
        let Some(mut returned) = returned.ok().filter(|_| before.value.status == RequestStatus::Approved) else {
            return Ok(Err(overlap));
        };
        name_interrupting_request(&mut returned, id);
        let account = api.store.get_account_or_empty(work.person.id, &before.value.leave_type).await?;
        state.months = state.months.after_change(&before.value, &returned.after);
        interrupted.push(InterruptedRequest { before, returned, account });
    }
}

/// Notes the interrupting request with the days that were returned last.
fn name_interrupting_request(returned: &mut DaysReturned, by: LeaveId) {
    if let Some(last) = returned.after.returned.last_mut() {
        last.leave_id = Some(by);
    }
}
