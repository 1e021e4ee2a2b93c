//! `PUT /api/v1/leaves/{leave_id}/approve`: says yes to the step that waits. Publishes `leave.request_approved`, or
//! `leave.request_advanced` where more has to be said.

use axum::extract::State;
use events::EventType;
use garde::Validate;
use kernel::{Error, LeaveId};
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Reach, Valid, Versioned};
use policy::leave::{Approval, ApprovalProgress};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    reached_leave::{Leave, LeaveWithStanding},
    request_context,
    view::LeaveView,
};
use crate::{
    api::{Api, fields},
    domain::request::Request,
    store::{DecisionWrite, LeavePosition, Race, Stored},
};

lambda::endpoint!(LEAVES_APPROVE, put(handle), Api);

/// Approval of the waiting step.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ApproveLeave {
    /// Comment shown to the employee and kept with the decision.
    #[garde(inner(custom(fields::validate_reason)))]
    pub comments: Option<String>,
}

/// Approves the step that waits: as its approver, as a delegate of one, or for HR.
#[utoipa::path(put, path = "/api/v1/leaves/{leave_id}/approve", operation_id = "leaves-approve", tag = "leaves",
    params(("leave_id" = LeaveId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = ApproveLeave,
    responses(
        (status = 200, body = LeaveView),
        (status = 403, description = "`own_request`, or `not_your_step`"),
        (status = 404, description = "Not there, or not for the caller to see"),
        (status = 409, description = "`already_decided`, with the decision that stands; `busy`"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LeaveId>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<ApproveLeave>>,
) -> Result<Versioned<LeaveView>, Problem> {
    let comments = body.comments.map(|comments| comments.trim().to_owned());
    let view = api.until_won(caller.origin().at, || async {
        let LeaveWithStanding { leave, standing } = LeaveWithStanding::reach(&api, &caller, id).await?;
        let before = &leave.stored;
        named.require(before.version)?;
        let attempt = match approve_step(&caller, &leave, comments.clone())? {
            ApprovalProgress::StillPending(approval) => save_step(&api, &caller, before, approval).await?,
            ApprovalProgress::FullyApproved(approval) => {
                save_approval(&api, &caller, (before, &standing), approval).await?
            }
        };
        Ok(attempt.map(|after| {
            let waits_for = leave.context.waits_for(&after);
            Versioned(before.version + 1, LeaveView::of(after, waits_for))
        }))
    });
    Ok(view.await?)
}

fn approve_step(caller: &Caller, leave: &Leave, comments: Option<String>) -> Result<ApprovalProgress, Error> {
    let (request, who) = (&leave.stored.value, &leave.context.who);
    let approval = request.waiting().ok_or_else(|| request_context::already_decided(request))?;
    let verdict = approval.approve(who, caller.origin().at, comments);
    verdict.ok_or_else(|| request_context::decision_refused(request, who))
}

/// The last decision, as the event tells it beside the images.
fn decision_data(approval: &Approval) -> Value {
    let last = approval.decisions.last();
    json!({
        "step": last.map(|decision| decision.step),
        "instead_of": last.and_then(|decision| decision.instead_of),
        "comments": last.and_then(|decision| decision.comments.as_deref()),
    })
}

async fn save_step(
    api: &Api,
    caller: &Caller,
    before: &Stored<Request>,
    approval: Approval,
) -> Result<Race<Request>, Error> {
    let data = decision_data(&approval);
    let after = before.value.with_approval(approval, caller.origin().at);
    let event = EventType::LeaveRequestAdvanced;
    Ok(api.store.save_approval_step(caller.origin(), before, &after, event, data).await?.map_won(after))
}

async fn save_approval(
    api: &Api,
    caller: &Caller,
    (before, standing): (&Stored<Request>, &LeavePosition),
    approval: Approval,
) -> Result<Race<Request>, Error> {
    let (origin, request) = (caller.origin(), &before.value);
    let data = decision_data(&approval);
    let (after, entries) = request.approve(approval, caller.id(), origin);
    let settling = DecisionWrite {
        after: &after,
        entries: &entries,
        standing,
        freed_from: None,
        event: EventType::LeaveRequestApproved,
        data,
    };
    Ok(api.store.save_decision(origin, before, settling, None, &()).await?.map_won(after))
}
