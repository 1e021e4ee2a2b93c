//! `PUT /api/v1/leaves/{leave_id}/approve`: approves the current step. Publishes `leave.request_approved`, or
//! `leave.request_advanced` if more approvals are needed.

use axum::extract::State;
use events::EventType;
use garde::Validate;
use kernel::{Error, LeaveId};
use lambda::http::{Caller, IfMatch, Json, LoadInScope, Path, Problem, Valid, Versioned};
use policy::leave::{Approval, ApprovalProgress, find_floor_breach};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    below_floor::{BelowFloor, ChangeBelowFloor, FloorOverride},
    leave_in_scope::{Leave, LeaveWithAccount},
    request_context,
    view::LeaveView,
};
use crate::{
    api::{Api, fields},
    domain::request::Request,
    store::{AccountAndMonths, Race, RequestUpdateWrite, Stored},
};

lambda::endpoint!(LEAVES_APPROVE, put(handle), Api);

/// Approval of the current step of a leave request.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ApproveLeave {
    /// Comment of the approver, shown to the employee and kept with the decision.
    #[garde(inner(custom(fields::validate_reason)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub comments: Option<String>,
    /// Whether the last approval may take the balance below the floor of its policy. Requires `comments`. Default: false.
    #[serde(rename = "override", default)]
    pub override_floor: bool,
}

/// Approves the current step of a leave request.
///
/// The caller is an approver of the step, a delegate of one, or a member of HR where HR is asked. The approvers of the
/// next step are notified. The last approval approves the request; the employee and HR are notified. If the balance has
/// fallen since the request was made, and is below the floor of its policy, the last approval needs `override`.
#[utoipa::path(put, path = "/api/v1/leaves/{leave_id}/approve", operation_id = "leaves-approve", tag = "leaves",
    params(("leave_id" = LeaveId, Path, description = "Id of the leave request."), IfMatch),
    request_body = ApproveLeave,
    responses(
        (status = 200, body = LeaveView, description = "Request after the approval."),
        (status = 403, description = "`own_request`: the leave is the caller's own. `not_your_step`: the caller is not an approver of the current step."),
        (status = 404, description = "`not_found`: the request does not exist, or the caller may not see it."),
        (status = 409, description = "`already_decided`: the request or the caller's part of the step was decided before; \
            `current` holds the decision. `employment_ended`: the request has days after the last day of the employment. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: the request changed after the version in `If-Match`."),
        (status = 422, description = "`invalid`: `override` without `comments`. `below_floor`: the balance is below the floor of its policy; \
            `current` holds the figures.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LeaveId>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<ApproveLeave>>,
) -> Result<Versioned<LeaveView>, Problem> {
    let comments = body.comments.map(|comments| comments.trim().to_owned());
    let floor = FloorOverride::parse(body.override_floor, comments.as_deref(), "/comments")?;
    let view = api.until_won(caller.origin().at, || async {
        let LeaveWithAccount { leave, state } = LeaveWithAccount::load_in_scope(&api, &caller, id).await?;
        let before = &leave.stored;
        if_match.require(before.version)?;
        let attempt = match approve_step(&caller, &leave, comments.clone())? {
            ApprovalProgress::StillPending(approval) => save_partial_approval(&api, &caller, before, approval).await?,
            ApprovalProgress::FullyApproved(approval) => {
                floor.require_for(balance_below_floor(&api, &caller, (&leave, &state)).await?)?;
                save_final_approval(&api, &caller, (before, &state), approval).await?
            }
        };
        Ok(attempt.map(|after| {
            let waits_for = leave.context.pending_approvers(&after);
            Versioned(before.version + 1, LeaveView::of(after, waits_for))
        }))
    });
    Ok(view.await?)
}

/// Approval with the caller's decision about the current step; 403 or 409 if the caller may not decide it now.
fn approve_step(caller: &Caller, leave: &Leave, comments: Option<String>) -> Result<ApprovalProgress, Error> {
    let (request, candidate) = (&leave.stored.value, &leave.context.candidate);
    let approval = request.pending_approval().ok_or_else(|| request_context::already_decided_error(request))?;
    request_context::require_employed_until_the_end(request, &leave.context.person, caller.origin().at)?;
    let progress = approval.approve(candidate, caller.origin().at, comments);
    progress.ok_or_else(|| request_context::decision_refused_error(request, candidate))
}

/// Balance of a pending request, if it is below the floor of its policy from the first day of the request on. None for a
/// request that was accepted with a too low balance, because its policy only warns.
async fn balance_below_floor(
    api: &Api,
    caller: &Caller,
    (leave, state): (&Leave, &AccountAndMonths),
) -> Result<Option<ChangeBelowFloor>, Error> {
    let (request, person) = (&leave.stored.value, &leave.context.person);
    if request.violations.iter().any(|violation| violation.finding.code == "insufficient_balance") {
        return Ok(None);
    }
    let book = api.store.rulebook.load(caller.origin().at).await?;
    let breach = find_floor_breach(&book, person, &state.account.value, request.start_date);
    Ok(breach.map(|breach| ChangeBelowFloor { leave_id: Some(request.id), balance: BelowFloor::of(breach, person) }))
}

/// Data of the event about the last decision: its step, the delegator and the comments.
fn decision_data(approval: &Approval) -> Value {
    let last = approval.decisions.last();
    json!({
        "step": last.map(|decision| decision.step),
        "instead_of": last.and_then(|decision| decision.instead_of),
        "comments": last.and_then(|decision| decision.comments.as_deref()),
    })
}

async fn save_partial_approval(
    api: &Api,
    caller: &Caller,
    before: &Stored<Request>,
    approval: Approval,
) -> Result<Race<Request>, Error> {
    let data = decision_data(&approval);
    let after = before.value.with_approval(approval, caller.origin().at);
    let event = EventType::LeaveRequestAdvanced;
    Ok(api.store.update_pending_approval(caller.origin(), before, &after, event, data).await?.replace_won(after))
}

async fn save_final_approval(
    api: &Api,
    caller: &Caller,
    (before, state): (&Stored<Request>, &AccountAndMonths),
    approval: Approval,
) -> Result<Race<Request>, Error> {
    let (origin, request) = (caller.origin(), &before.value);
    let data = decision_data(&approval);
    let (after, entries) = request.approve(approval, caller.id(), origin);
    let write = RequestUpdateWrite {
        after: &after,
        entries: &entries,
        state,
        months: None,
        looked_at: None,
        event: EventType::LeaveRequestApproved,
        data,
    };
    Ok(api.store.update_request(origin, before, write, None, &()).await?.replace_won(after))
}
