//! `POST /api/v1/attendance/break-start`: begins a break. Publishes `attendance.break_started`.

use axum::{extract::State, response::Response};
use lambda::http::{IdempotencyHeader, Json, Problem, Valid, VerifiedToken};
use policy::attendance::PunchKind;

use super::{
    punch_result::PunchResult,
    punch_writer::{PunchRequest, handle_punch},
};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_BREAK_START, post(handle), Api);

/// Begins a break.
#[utoipa::path(post, path = "/api/v1/attendance/break-start", operation_id = "attendance-break-start", tag = "attendance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer")),
    request_body = PunchRequest,
    responses(
        (status = 200, body = PunchResult),
        (status = 404, description = "Somebody else is named"),
        (status = 409, description = "`not_checked_in`; `already_on_break`; `too_many_punches`"),
        (status = 422, description = "`in_the_future`; a site that insists on fences refuses with `outside_fence`, `no_position` or \
            `inaccurate_position`")))]
pub async fn handle(
    State(api): State<Api>,
    arriving: VerifiedToken,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<PunchRequest>>,
) -> Result<Response, Problem> {
    Ok(handle_punch(&api, arriving, (&access::ATTENDANCE_BREAK_START, PunchKind::BreakStart), &key, &body).await?)
}
