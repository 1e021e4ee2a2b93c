//! `POST /api/v1/attendance/check-in`: comes to work. Publishes `attendance.checked_in`,
//! and `attendance.late` or `attendance.outside_window` with the same write where that is so.

use axum::{extract::State, response::Response};
use lambda::http::{Arriving, Idempotency, Json, Problem, Valid};
use policy::attendance::PunchKind;

use super::{
    punch_result::AttendancePunched,
    punch_writer::{AttendanceClocking, clock},
};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_CHECK_IN, post(handle), Api);

/// Comes to work.
#[utoipa::path(post, path = "/api/v1/attendance/check-in", operation_id = "attendance-check-in", tag = "attendance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer")),
    request_body = AttendanceClocking,
    responses(
        (status = 201, body = AttendancePunched),
        (status = 404, description = "Somebody else is named"),
        (status = 409, description = "`already_checked_in`, with the check-in that is open; `too_many_punches`"),
        (status = 422, description = "`in_the_future`; a site that insists on fences refuses with `outside_fence`, `no_position` or \
            `inaccurate_position`")))]
pub async fn handle(
    State(api): State<Api>,
    arriving: Arriving,
    key: Idempotency,
    Valid(Json(body)): Valid<Json<AttendanceClocking>>,
) -> Result<Response, Problem> {
    Ok(clock(&api, arriving, (&access::ATTENDANCE_CHECK_IN, PunchKind::CheckIn), &key, &body).await?)
}
