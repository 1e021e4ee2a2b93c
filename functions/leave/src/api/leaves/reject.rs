//! `PUT /api/v1/leaves/{leave_id}/reject`: rejects a request and returns its days. Publishes `leave.request_rejected`.

use axum::extract::State;
use events::EventType;
use garde::Validate;
use kernel::{Error, LeaveId};
use lambda::http::{Caller, IfMatch, Json, LoadInScope, Path, Problem, Valid, Versioned};
use policy::leave::Approval;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    leave_in_scope::{Leave, LeaveWithAccount},
    request_context,
    view::LeaveView,
};
use crate::{
    api::{Api, fields},
    domain::request::Request,
    store::{AccountAndMonths, Race, RequestUpdateWrite, Stored},
};

lambda::endpoint!(LEAVES_REJECT, put(handle), Api);

/// Rejection of a leave request.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RejectLeave {
    /// Reason shown to the employee and kept with the decision.
    #[garde(custom(fields::validate_reason))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: String,
}

/// Rejects a leave request and returns its days.
///
/// Each approver of the current step, or a delegate of one, may reject the request. The employee and HR are notified.
#[utoipa::path(put, path = "/api/v1/leaves/{leave_id}/reject", operation_id = "leaves-reject", tag = "leaves",
    params(("leave_id" = LeaveId, Path, description = "Id of the leave request."), IfMatch),
    request_body = RejectLeave,
    responses(
        (status = 200, body = LeaveView, description = "Rejected request."),
        (status = 403, description = "`own_request`: the leave is the caller's own. `not_your_step`: the caller is not an approver of the current step."),
        (status = 404, description = "`not_found`: the request does not exist, or the caller may not see it."),
        (status = 409, description = "`already_decided`: the request or the caller's part of the step was decided before; \
            `current` holds the decision. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: the request changed after the version in `If-Match`.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LeaveId>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<RejectLeave>>,
) -> Result<Versioned<LeaveView>, Problem> {
    let reason = body.reason.trim().to_owned();
    let view = api.until_won(caller.origin().at, || async {
        let LeaveWithAccount { leave, state } = LeaveWithAccount::load_in_scope(&api, &caller, id).await?;
        let before = &leave.stored;
        if_match.require(before.version)?;
        let approval = reject_step(&caller, &leave, &reason)?;
        let attempt = save_rejection(&api, &caller, (before, &state), approval, &reason).await?;
        Ok(attempt.map(|after| Versioned(before.version + 1, LeaveView::of(after, None))))
    });
    Ok(view.await?)
}

/// Approval with the caller's rejection of the current step; 403 or 409 if the caller may not decide it now.
fn reject_step(caller: &Caller, leave: &Leave, reason: &str) -> Result<Approval, Error> {
    let (request, candidate) = (&leave.stored.value, &leave.context.candidate);
    let approval = request.pending_approval().ok_or_else(|| request_context::already_decided_error(request))?;
    let rejected = approval.reject(candidate, caller.origin().at, reason.to_owned());
    rejected.ok_or_else(|| request_context::decision_refused_error(request, candidate))
}

async fn save_rejection(
    api: &Api,
    caller: &Caller,
    (before, state): (&Stored<Request>, &AccountAndMonths),
    approval: Approval,
    reason: &str,
) -> Result<Race<Request>, Error> {
    let (origin, request) = (caller.origin(), &before.value);
    let data = json!({ "reason": reason });
    let (after, entries) = request.reject(approval, caller.id(), reason.to_owned(), origin);
    let write = RequestUpdateWrite {
        after: &after,
        entries: &entries,
        state,
        months: None,
        looked_at: None,
        event: EventType::LeaveRequestRejected,
        data,
    };
    Ok(api.store.update_request(origin, before, write, None, &()).await?.replace_won(after))
}
