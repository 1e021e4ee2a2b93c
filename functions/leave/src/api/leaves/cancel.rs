//! `POST /api/v1/leaves/{leave_id}/cancel`: takes a request back. Publishes `leave.request_cancelled`.
//!
//! What waits or has not begun comes back as a whole. Of a leave that has begun, the days from today on (at the person's site)
//! come back; those before were taken. What is over stays.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use events::EventType;
use garde::Validate;
use jiff::civil::Date;
use kernel::{Code, Error, ErrorKind, LeaveId};
use lambda::http::{Caller, IdempotencyHeader, Json, Path, Problem, Reach, Replayed, Valid, Versioned};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::CommitOutcome;
use utoipa::ToSchema;

use super::{request_context, view::LeaveView};
use crate::{
    api::{Api, fields},
    domain::request::{Request, RequestStatus},
    store::{DecisionWrite, LeavePosition, Stored},
};

lambda::endpoint!(LEAVES_CANCEL, post(handle), Api);

/// Taking back.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Cancel {
    /// Why.
    #[garde(inner(custom(fields::validate_reason)))]
    pub reason: Option<String>,
}

/// Cancels one's own request, or as HR anybody's.
#[utoipa::path(post, path = "/api/v1/leaves/{leave_id}/cancel", operation_id = "leaves-cancel", tag = "leaves",
    params(("leave_id" = LeaveId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = Cancel,
    responses(
        (status = 200, body = LeaveView),
        (status = 404, description = "Not there, or somebody else's"),
        (status = 409, description = "`already_decided`: rejected or cancelled before; `over`: it is past; `busy`")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LeaveId>,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<Cancel>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::LEAVES_CANCEL.name, caller.id(), &(id, &body));
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let answer = api.until_won(origin.at, || async {
        let OwnLeave { before, standing, today } = OwnLeave::reach(&api, &caller, id).await?;
        let request = &before.value;
        let (after, entries, from) = request.cancel(caller.id(), today, origin).ok_or_else(|| refused(request))?;
        let view = LeaveView::of(after.clone(), None);
        let settling = DecisionWrite {
            after: &after,
            entries: &entries,
            standing: &standing,
            freed_from: Some(from),
            event: EventType::LeaveRequestCancelled,
            data: json!({ "reason": body.reason, "was": request.status }),
        };
        let settled = api.store.save_decision(origin, &before, settling, once.as_ref(), &view).await?;
        Ok(settled.map(|outcome| match outcome {
            CommitOutcome::Committed(_) => Versioned(before.version + 1, view).into_response(),
            CommitOutcome::Replayed(answer) => Replayed::ok(answer),
        }))
    });
    Ok(answer.await?)
}

/// A request that is the caller's to take back, and today at the person's site.
struct OwnLeave {
    before: Stored<Request>,
    standing: LeavePosition,
    today: Date,
}

impl Reach<Api> for OwnLeave {
    type Id = LeaveId;

    async fn reach(api: &Api, caller: &Caller, id: LeaveId) -> Result<Self, Error> {
        let before = api.store.request(id).await?;
        let ((person, _), standing) =
            tokio::try_join!(caller.reach(before.value.employee_id), api.store.leave_position_of(&before.value))
                .map_err(|error| if error.kind() == ErrorKind::NotFound { Error::not_found("leave") } else { error })?;
        Ok(Self { today: person.today(caller.origin().at), before, standing })
    }
}

fn refused(request: &Request) -> Error {
    match request.status {
        RequestStatus::Approved => Error::new(Code::Over, "The leave is over; what was taken stays taken."),
        RequestStatus::Pending | RequestStatus::Rejected | RequestStatus::Cancelled => {
            request_context::already_decided(request)
        }
    }
}
