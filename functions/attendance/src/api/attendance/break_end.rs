//! `POST /api/v1/attendance/break-end`: ends a break. Publishes `attendance.break_ended`.

use axum::{extract::State, response::Response};
use lambda::http::{Arriving, Idempotency, Json, Problem, Valid};
use policy::attendance::PunchKind;

use super::{
    punch_result::AttendancePunched,
    punch_writer::{AttendanceClocking, clock},
};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_BREAK_END, post(handle), Api);

/// Ends a break.
#[utoipa::path(post, path = "/api/v1/attendance/break-end", operation_id = "attendance-break-end", tag = "attendance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer")),
    request_body = AttendanceClocking,
    responses(
        (status = 200, body = AttendancePunched),
        (status = 404, description = "Somebody else is named"),
        (status = 409, description = "`not_on_break`; `too_many_punches`"),
        (status = 422, description = "`in_the_future`; a site that insists on fences refuses with `outside_fence`, `no_position` or \
            `inaccurate_position`")))]
pub async fn handle(
    State(api): State<Api>,
    arriving: Arriving,
    key: Idempotency,
    Valid(Json(body)): Valid<Json<AttendanceClocking>>,
) -> Result<Response, Problem> {
    Ok(clock(&api, arriving, (&access::ATTENDANCE_BREAK_END, PunchKind::BreakEnd), &key, &body).await?)
}
