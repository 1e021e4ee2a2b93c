//! `POST /api/v1/leaves/{leave_id}/cancel`: cancels a request. Publishes `leave.request_cancelled`.
//!
//! A pending request and a leave that has not begun are returned as a whole. Of a leave that has begun, the days from
//! today on (at the employee's site) are returned. A leave that has ended cannot be cancelled.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use events::EventType;
use garde::Validate;
use jiff::civil::Date;
use kernel::{Code, Error, ErrorKind, LeaveId};
use lambda::http::{Caller, IdempotencyHeader, Json, LoadInScope, Path, Problem, Replayed, Valid, Versioned};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::CommitOutcome;
use utoipa::ToSchema;

use super::{request_context, view::LeaveView};
use crate::{
    api::{Api, fields},
    domain::request::{Request, RequestStatus},
    messages,
    store::{AccountAndMonths, RequestUpdateWrite, Stored},
};

lambda::endpoint!(LEAVES_CANCEL, post(handle), Api);

/// Cancellation of a leave request.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CancelLeave {
    /// Reason of the cancellation, kept in the audit trail.
    #[garde(inner(custom(fields::validate_reason)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: Option<String>,
}

/// Cancels a leave request.
///
/// Employees cancel their own requests; HR cancels all. Of an approved leave that has begun, the days from today on, at
/// the employee's site, are returned. The employee, the manager and HR are notified.
#[utoipa::path(post, path = "/api/v1/leaves/{leave_id}/cancel", operation_id = "leaves-cancel", tag = "leaves",
    params(("leave_id" = LeaveId, Path, description = "Id of the leave request."),
        IdempotencyHeader),
    request_body = CancelLeave,
    responses(
        (status = 200, body = LeaveView, description = "Cancelled request."),
        (status = 404, description = "`not_found`: the request does not exist, or belongs to another employee."),
        (status = 409, description = "`already_decided`: the request was rejected or cancelled before; `current` holds the decision. \
            `over`: the leave has ended. `busy`: other requests won every attempt.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LeaveId>,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<CancelLeave>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::LEAVES_CANCEL.name, caller.id(), &(id, &body));
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let answer = api.until_won(origin.at, || async {
        let LeaveToCancel { before, state, today } = LeaveToCancel::load_in_scope(&api, &caller, id).await?;
        let request = &before.value;
        let (after, entries, from) =
            request.cancel(caller.id(), today, origin).ok_or_else(|| not_cancellable_error(request))?;
        let view = LeaveView::of(after.clone(), None);
        let write = RequestUpdateWrite {
            after: &after,
            entries: &entries,
            state: &state,
            freed_from: Some(from),
            event: EventType::LeaveRequestCancelled,
            data: json!({ "reason": body.reason, "was": request.status }),
        };
        let saved = api.store.update_request(origin, &before, write, idempotency_key.as_ref(), &view).await?;
        Ok(saved.map(|outcome| match outcome {
            CommitOutcome::Committed(_) => Versioned(before.version + 1, view).into_response(),
            CommitOutcome::Replayed(answer) => Replayed::ok(answer),
        }))
    });
    Ok(answer.await?)
}

/// Request whose employee is in the caller's scope, its account and months, and today at the employee's site.
struct LeaveToCancel {
    before: Stored<Request>,
    state: AccountAndMonths,
    today: Date,
}

impl LoadInScope<Api> for LeaveToCancel {
    type Id = LeaveId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: LeaveId) -> Result<Self, Error> {
        let before = api.store.get_request(id).await?;
        let ((person, _), state) = tokio::try_join!(
            caller.person_in_scope(before.value.employee_id),
            api.store.load_account_and_months_of(&before.value)
        )
        .map_err(|error| {
            if error.kind() == ErrorKind::NotFound { Error::not_found(messages::leave_request()) } else { error }
        })?;
        Ok(Self { today: person.today(caller.origin().at), before, state })
    }
}

/// 409: the leave has ended, or the request was rejected or cancelled before.
fn not_cancellable_error(request: &Request) -> Error {
    match request.status {
        RequestStatus::Approved => Error::new(Code::Over, messages::leave_over()),
        RequestStatus::Pending | RequestStatus::Rejected | RequestStatus::Cancelled => {
            request_context::already_decided_error(request)
        }
    }
}
