//! `POST /api/v1/attendance/break-end`: ends a break. Publishes `attendance.break_ended`.

use axum::{extract::State, response::Response};
use lambda::http::{IdempotencyHeader, Json, Problem, Valid, VerifiedToken};
use policy::attendance::PunchKind;

use super::{
    punch_result::PunchResult,
    punch_writer::{PunchRequest, handle_punch},
};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_BREAK_END, post(handle), Api);

/// Ends the break of the caller.
///
/// The server's clock gives the time. A site with mandatory fences refuses a punch with 422 `invalid` at `/position`:
/// `outside_fence`, `no_position` or `inaccurate_position`.
///
/// A punch outside every shift window is recorded with the warning `outside_window`; the caller and the manager are
/// notified once per day.
#[utoipa::path(post, path = "/api/v1/attendance/break-end", operation_id = "attendance-break-end", tag = "attendance",
    params(IdempotencyHeader),
    request_body = PunchRequest,
    responses(
        (status = 200, body = PunchResult, description = "Recorded punch, and the state after it."),
        (status = 404, description = "`not_found`: `employee_id` names a different employee."),
        (status = 409, description = "`not_on_break`: there is no open break. \
            `too_many_punches`: the day has 100 punches. `busy`: other requests won every attempt."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    arriving: VerifiedToken,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<PunchRequest>>,
) -> Result<Response, Problem> {
    Ok(handle_punch(&api, arriving, (&access::ATTENDANCE_BREAK_END, PunchKind::BreakEnd), &key, &body).await?)
}
