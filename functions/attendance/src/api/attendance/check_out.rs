//! `POST /api/v1/attendance/check-out`: checks out. Publishes `attendance.checked_out`.
//!
//! The punch belongs to the day whose window contains it, or to the day before if its check-in is less than 16 hours
//! ago.

use axum::{extract::State, response::Response};
use lambda::http::{IdempotencyHeader, Json, Problem, Valid, VerifiedToken};
use policy::attendance::PunchKind;

use super::{
    punch_result::PunchResult,
    punch_writer::{PunchRequest, handle_punch},
};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_CHECK_OUT, post(handle), Api);

/// Checks out the caller.
///
/// The server's clock gives the time. A site with mandatory fences refuses a punch with 422 `invalid` at `/position`:
/// `outside_fence`, `no_position` or `inaccurate_position`.
///
/// A punch outside every shift window is recorded with the warning `outside_window`; the caller and the manager are
/// notified once per day.
#[utoipa::path(post, path = "/api/v1/attendance/check-out", operation_id = "attendance-check-out", tag = "attendance",
    params(IdempotencyHeader),
    request_body = PunchRequest,
    responses(
        (status = 200, body = PunchResult, description = "Recorded punch, and the state after it."),
        (status = 404, description = "`not_found`: `employee_id` names a different employee."),
        (status = 409, description = "`not_checked_in`: there is no open check-in. \
            `open_too_long`: the check-in in `current` is more than 16 hours ago. \
            `too_many_punches`: the day has 100 punches. `busy`: other requests won every attempt."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    arriving: VerifiedToken,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<PunchRequest>>,
) -> Result<Response, Problem> {
    Ok(handle_punch(&api, arriving, (&access::ATTENDANCE_CHECK_OUT, PunchKind::CheckOut), &key, &body).await?)
}
