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

/// Ends a break.
#[utoipa::path(post, path = "/api/v1/attendance/break-end", operation_id = "attendance-break-end", tag = "attendance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer")),
    request_body = PunchRequest,
    responses(
        (status = 200, body = PunchResult),
        (status = 404, description = "Somebody else is named"),
        (status = 409, description = "`not_on_break`; `too_many_punches`"),
        (status = 422, description = "`in_the_future`; a site that insists on fences refuses with `outside_fence`, `no_position` or \
            `inaccurate_position`")))]
pub async fn handle(
    State(api): State<Api>,
    arriving: VerifiedToken,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<PunchRequest>>,
) -> Result<Response, Problem> {
    Ok(handle_punch(&api, arriving, (&access::ATTENDANCE_BREAK_END, PunchKind::BreakEnd), &key, &body).await?)
}
