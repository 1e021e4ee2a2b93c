//! `DELETE /api/v1/shift-assignments/{assignment_id}`: takes an assignment back. Publishes `attendance.shift_unassigned`.
//!
//! As if it had never been: settled days in it are derived again. Whoever only ends an assignment changes its last day.

use axum::{extract::State, http::StatusCode};
use kernel::AssignmentId;
use lambda::http::{Caller, IfMatch, Problem, Reached};

use super::{reached_assignment::ReachedAssignment, save};
use crate::api::Api;

lambda::endpoint!(SHIFT_ASSIGNMENTS_DELETE, delete(handle), Api);

/// Takes an assignment back.
#[utoipa::path(delete, path = "/api/v1/shift-assignments/{assignment_id}", operation_id = "shift-assignments-delete",
    tag = "rosters",
    params(("assignment_id" = AssignmentId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 204, description = "Taken back"),
        (status = 404, description = "Not there, taken back before, or out of the caller's reach"),
        (status = 409, description = "`too_old`; or changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(ReachedAssignment { stored: before, person }): Reached<ReachedAssignment>,
    named: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    named.require(before.version)?;
    let after = before.value.tombstone(origin.at);
    let kept = save::save(&api, origin, &person, (Some(&before), &after), None).await;
    kept.map_err(named.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
