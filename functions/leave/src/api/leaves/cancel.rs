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
use kernel::{Error, LeaveId};
use lambda::http::{Caller, Idempotency, Json, Path, Problem, Replayed, Valid, Versioned};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Outcome;
use utoipa::ToSchema;

use super::{request_context, view::LeaveView};
use crate::api::{Api, fields};
use crate::{
    domain::request::{Request, Status},
    store::{Attempt, Settling},
};
use store::pause::{ATTEMPTS_MAX, busy};

lambda::endpoint!(LEAVES_CANCEL, post(handle), Api);

/// Taking back.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Cancel {
    /// Why.
    #[garde(inner(custom(fields::reason)))]
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
    key: Idempotency,
    Valid(Json(body)): Valid<Json<Cancel>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.once(access::LEAVES_CANCEL.name, caller.id(), &(id, &body));
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::done(answer));
    }
    for tries in 1..=ATTEMPTS_MAX {
        let before = api.store.request(id).await?;
        let request = &before.value;
        let (today, standing) = tokio::try_join!(today_of(&api, &caller, request), api.store.standing_of(request))?;
        let (after, entries, from) = request.cancelled(caller.id(), today, origin).ok_or_else(|| refused(request))?;
        let view = LeaveView::of(after.clone(), None);
        let settling = Settling {
            after: &after,
            entries: &entries,
            standing: &standing,
            freed_from: Some(from),
            event: EventType::LeaveRequestCancelled,
            data: json!({ "reason": body.reason, "was": request.status }),
        };
        match api.store.settle(origin, &before, settling, once.as_ref(), &view).await? {
            Attempt::Done(Outcome::Committed(_)) => return Ok(Versioned(before.version + 1, view).into_response()),
            Attempt::Done(Outcome::Replayed(answer)) => return Ok(Replayed::done(answer)),
            Attempt::Lost => store::pause::before_another(&*api.shell.mint, origin.at, tries).await,
        }
    }
    Err(busy().into())
}

/// The day at the person's site, for those whose request it is to take back.
async fn today_of(api: &Api, caller: &Caller, request: &Request) -> Result<Date, Error> {
    let at = caller.origin().at;
    let person = api.shell.directory.person(request.employee_id, at).await?;
    let person = person.ok_or_else(|| Error::not_found("leave"))?;
    caller.may_reach(&person).await.map_err(|error| match error.kind() {
        kernel::Kind::NotFound => Error::not_found("leave"),
        _ => error,
    })?;
    Ok(person.today(at))
}

fn refused(request: &Request) -> Error {
    match request.status {
        Status::Approved => Error::conflict("over", "The leave is over; what was taken stays taken."),
        Status::Pending | Status::Rejected | Status::Cancelled => request_context::already_decided(request),
    }
}
