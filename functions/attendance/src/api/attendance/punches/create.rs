//! `POST /api/v1/attendance/punches`: submits punches that a device recorded while it was offline. Publishes
//! `attendance.punches_received` for every changed day.
//!
//! The device's clock gives the times, and each punch is flagged. All days change in one transaction. A punch of the
//! same second is recorded once, so a device may repeat a batch.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid};
use store::CommitOutcome;

use super::offline_batch::{OfflineBatchResult, OfflinePunches, check_offline_punches};
use crate::api::{Api, attendance::punch_context::PunchContext};

lambda::endpoint!(ATTENDANCE_PUNCHES_CREATE, post(handle), Api);

/// Submits punches that a device recorded offline.
///
/// Each punch has its own result; a refused one does not affect the others. A punch of the same kind and second is a
/// `duplicate`, so a device may send a batch again.
#[utoipa::path(post, path = "/api/v1/attendance/punches", operation_id = "attendance-punches-create", tag = "attendance",
    params(IdempotencyHeader),
    request_body = OfflinePunches,
    responses(
        (status = 200, body = OfflineBatchResult, description = "Result of each punch, in the order of the request."),
        (status = 409, description = "`busy`: other requests won every attempt to change the days."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<OfflinePunches>>,
) -> Result<Response, Problem> {
    let idempotency_key = key.for_request(access::ATTENDANCE_PUNCHES_CREATE.name, caller.id(), &body);
    let at = caller.origin().at;
    let (answered, context) =
        tokio::try_join!(api.store.stored_answer(idempotency_key.as_ref(), at), PunchContext::load(&api, caller))?;
    if let Some(answer) = answered {
        return Ok(Replayed::ok(answer));
    }
    let origin = context.caller.origin();
    let batch = check_offline_punches(&api, &context, &body.punches);
    let written = api.until_won(at, || async {
        let (answer, days) = batch.assign_to_days(&api).await?;
        let written = api.store.write_days(origin, &days, idempotency_key.as_ref(), &answer).await?;
        Ok(written.map(|outcome| (outcome, answer)))
    });
    Ok(match written.await? {
        (Some(CommitOutcome::Replayed(first)), _) => Replayed::ok(first),
        (_, answer) => axum::Json(answer).into_response(),
    })
}
