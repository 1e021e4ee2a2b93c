//! `PUT /api/v1/leaves/{leave_id}/reject`: says no; the days that were held come back. Publishes `leave.request_rejected`.

use axum::extract::State;
use events::EventType;
use garde::Validate;
use kernel::{Error, LeaveId};
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Reach, Valid, Versioned};
use policy::leave::Approval;
use serde::Deserialize;
use serde_json::json;
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

lambda::endpoint!(LEAVES_REJECT, put(handle), Api);

/// Rejection of a request.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Reject {
    /// Reason shown to the employee.
    #[garde(custom(fields::validate_reason))]
    pub reason: String,
}

/// Rejects a request: whoever may approve the step that waits may reject it.
#[utoipa::path(put, path = "/api/v1/leaves/{leave_id}/reject", operation_id = "leaves-reject", tag = "leaves",
    params(("leave_id" = LeaveId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = Reject,
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
    Valid(Json(body)): Valid<Json<Reject>>,
) -> Result<Versioned<LeaveView>, Problem> {
    let reason = body.reason.trim().to_owned();
    let view = api.until_won(caller.origin().at, || async {
        let LeaveWithStanding { leave, standing } = LeaveWithStanding::reach(&api, &caller, id).await?;
        let before = &leave.stored;
        named.require(before.version)?;
        let approval = reject_step(&caller, &leave, &reason)?;
        let attempt = finish(&api, &caller, (before, &standing), approval, &reason).await?;
        Ok(attempt.map(|after| Versioned(before.version + 1, LeaveView::of(after, None))))
    });
    Ok(view.await?)
}

fn reject_step(caller: &Caller, leave: &Leave, reason: &str) -> Result<Approval, Error> {
    let (request, who) = (&leave.stored.value, &leave.context.who);
    let approval = request.waiting().ok_or_else(|| request_context::already_decided(request))?;
    let decided = approval.reject(who, caller.origin().at, reason.to_owned());
    decided.ok_or_else(|| request_context::decision_refused(request, who))
}

async fn finish(
    api: &Api,
    caller: &Caller,
    (before, standing): (&Stored<Request>, &LeavePosition),
    approval: Approval,
    reason: &str,
) -> Result<Race<Request>, Error> {
    let (origin, request) = (caller.origin(), &before.value);
    let data = json!({ "reason": reason });
    let (after, entries) = request.reject(approval, caller.id(), reason.to_owned(), origin);
    let settling = DecisionWrite {
        after: &after,
        entries: &entries,
        standing,
        freed_from: Some(request.start_date),
        event: EventType::LeaveRequestRejected,
        data,
    };
    Ok(api.store.save_decision(origin, before, settling, None, &()).await?.map_won(after))
}
