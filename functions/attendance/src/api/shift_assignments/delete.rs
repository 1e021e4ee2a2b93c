//! `DELETE /api/v1/shift-assignments/{assignment_id}`: deletes an assignment. Publishes `attendance.shift_unassigned`.
//!
//! The assignment is void from its first day on, and its settled days are derived again. To end an assignment, change
//! its last day.

use axum::{extract::State, http::StatusCode};
use kernel::AssignmentId;
use lambda::http::{Caller, IfMatch, InScope, Problem};

use super::{assignment_in_scope::AssignmentInScope, save};
use crate::api::Api;

lambda::endpoint!(SHIFT_ASSIGNMENTS_DELETE, delete(handle), Api);

/// Deletes a shift assignment from its first day on.
///
/// Its settled days of the last 366 days are derived again without it; older ones stay as they are. To end an assignment,
/// change its last day instead.
#[utoipa::path(delete, path = "/api/v1/shift-assignments/{assignment_id}", operation_id = "shift-assignments-delete",
    tag = "rosters",
    params(("assignment_id" = AssignmentId, Path, description = "Id of the shift assignment."), IfMatch),
    responses(
        (status = 204, description = "The assignment was deleted."),
        (status = 404, description = "`not_found`: the assignment does not exist, was deleted, or is outside the caller's scope."),
        (status = 409, description = "`too_old`: the assignment ended more than a year ago. \
            `changed_meanwhile`: another request changed the assignment at the same time. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(AssignmentInScope { stored: before, person }): InScope<AssignmentInScope>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    if_match.require(before.version)?;
    let after = before.value.tombstone(origin.at);
    let saved = save::save_with_schedule(&api, origin, &person, (Some(&before), &after), None).await;
    saved.map_err(if_match.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
