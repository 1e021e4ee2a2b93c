//! `GET /api/v1/shift-assignments/{assignment_id}`: reads an assignment.

use kernel::AssignmentId;
use lambda::http::{InScope, Problem, Versioned};

use super::assignment_in_scope::AssignmentInScope;
use crate::{api::Api, domain::assignment::ShiftAssignment};

lambda::endpoint!(SHIFT_ASSIGNMENTS_GET, get(handle), Api);

/// Returns a shift assignment.
///
/// HR and auditors see all assignments, managers those of their reports, others their own.
#[utoipa::path(get, path = "/api/v1/shift-assignments/{assignment_id}", operation_id = "shift-assignments-get", tag = "rosters",
    params(("assignment_id" = AssignmentId, Path, description = "Id of the shift assignment.")),
    responses((status = 200, body = ShiftAssignment, description = "Shift assignment."),
        (status = 404, description = "`not_found`: the assignment does not exist, was deleted, or is outside the caller's scope.")))]
pub async fn handle(
    InScope(AssignmentInScope { stored, .. }): InScope<AssignmentInScope>,
) -> Result<Versioned<ShiftAssignment>, Problem> {
    Ok(stored.into())
}
