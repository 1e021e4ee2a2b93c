//! `POST /api/v1/attendance/check-in`: comes to work. Publishes `attendance.checked_in`,
//! and `attendance.late` or `attendance.outside_window` with the same write where that is so.

use axum::{extract::State, response::Response};
use lambda::http::{IdempotencyHeader, Json, Problem, Valid, VerifiedToken};
use policy::attendance::PunchKind;

use super::{
    punch_result::PunchResult,
    punch_writer::{PunchRequest, handle_punch},
};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_CHECK_IN, post(handle), Api);

/// Comes to work.
#[utoipa::path(post, path = "/api/v1/attendance/check-in", operation_id = "attendance-check-in", tag = "attendance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer")),
    request_body = PunchRequest,
    responses(
        (status = 201, body = PunchResult),
        (status = 404, description = "Somebody else is named"),
        (status = 409, description = "`already_checked_in`, with the check-in that is open; `too_many_punches`"),
        (status = 422, description = "`in_the_future`; a site that insists on fences refuses with `outside_fence`, `no_position` or \
            `inaccurate_position`")))]
pub async fn handle(
    State(api): State<Api>,
    arriving: VerifiedToken,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<PunchRequest>>,
) -> Result<Response, Problem> {
    Ok(handle_punch(&api, arriving, (&access::ATTENDANCE_CHECK_IN, PunchKind::CheckIn), &key, &body).await?)
}
