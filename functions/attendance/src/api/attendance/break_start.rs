//! `POST /api/v1/attendance/break-start`: starts a break. Publishes `attendance.break_started`.

use axum::{extract::State, response::Response};
use lambda::http::{IdempotencyHeader, Json, Problem, Valid, VerifiedToken};
use policy::attendance::PunchKind;

use super::{
    punch_result::PunchResult,
    punch_writer::{PunchRequest, handle_punch},
};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_BREAK_START, post(handle), Api);

/// Starts a break of the caller.
///
/// The server's clock gives the time. A site with mandatory fences refuses a punch with 422 `invalid` at `/position`:
/// `outside_fence`, `no_position` or `inaccurate_position`.
///
/// A punch outside every shift window is recorded with the warning `outside_window`; the caller and the manager are
/// notified once per day.
#[utoipa::path(post, path = "/api/v1/attendance/break-start", operation_id = "attendance-break-start", tag = "attendance",
    params(IdempotencyHeader),
    request_body = PunchRequest,
    responses(
        (status = 200, body = PunchResult, description = "Recorded punch, and the state after it."),
        (status = 404, description = "`not_found`: `employee_id` names a different employee."),
        (status = 409, description = "`not_checked_in`: there is no open check-in. \
            `already_on_break`: a break is open; `current` holds the day. \
            `too_many_punches`: the day has 100 punches. `busy`: other requests won every attempt."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    arriving: VerifiedToken,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<PunchRequest>>,
) -> Result<Response, Problem> {
    Ok(handle_punch(&api, arriving, (&access::ATTENDANCE_BREAK_START, PunchKind::BreakStart), &key, &body).await?)
}
