//! `POST /api/v1/attendance/punches`: hands in punches that a device kept while it was offline. Publishes
//! `attendance.punches_received` for every day that changes.
//!
//! The device's clock says when; each punch is flagged for it. All days change in one transaction, and the same punch of a second is
//! taken once, so that a device may send a batch as often as it likes.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid};
use store::CommitOutcome;

use super::offline_batch::{OfflineBatchResult, OfflinePunches, offline};
use crate::api::{Api, attendance::punch_context::PunchContext};

lambda::endpoint!(ATTENDANCE_PUNCHES_CREATE, post(handle), Api);

/// Hands in punches that a device kept while it was offline.
#[utoipa::path(post, path = "/api/v1/attendance/punches", operation_id = "attendance-punches-create", tag = "attendance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = OfflinePunches,
    responses(
        (status = 200, body = OfflineBatchResult, description = "What became of each punch, in the order of the request"),
        (status = 409, description = "`busy`: others change the same days right now"),
        (status = 422, description = "No punch is taken: something in the body is out of range")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<OfflinePunches>>,
) -> Result<Response, Problem> {
    let once = key.for_request(access::ATTENDANCE_PUNCHES_CREATE.name, caller.id(), &body);
    let at = caller.origin().at;
    let (answered, ground) = tokio::try_join!(api.store.answered(once.as_ref(), at), PunchContext::of(&api, caller))?;
    if let Some(answer) = answered {
        return Ok(Replayed::ok(answer));
    }
    let origin = ground.caller.origin();
    let punches = offline(&api, &ground, &body.punches);
    let kept = api.until_won(at, || async {
        let (answer, days) = punches.allocate(&api).await?;
        let kept = api.store.write_days(origin, &days, once.as_ref(), &answer).await?;
        Ok(kept.map(|outcome| (outcome, answer)))
    });
    Ok(match kept.await? {
        (Some(CommitOutcome::Replayed(first)), _) => Replayed::ok(first),
        (_, answer) => axum::Json(answer).into_response(),
    })
}
