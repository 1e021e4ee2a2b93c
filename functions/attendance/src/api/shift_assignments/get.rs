//! `GET /api/v1/shift-assignments/{assignment_id}`: reads an assignment.

use kernel::AssignmentId;
use lambda::http::{Problem, Reached, Versioned};

use super::reached_assignment::ReachedAssignment;
use crate::{api::Api, domain::assignment::ShiftAssignment};

lambda::endpoint!(SHIFT_ASSIGNMENTS_GET, get(handle), Api);

/// Reads an assignment: one's own, managers those of the people below them, HR and auditors all.
#[utoipa::path(get, path = "/api/v1/shift-assignments/{assignment_id}", operation_id = "shift-assignments-get", tag = "rosters",
    params(("assignment_id" = AssignmentId, Path)),
    responses((status = 200, body = ShiftAssignment), (status = 404, description = "Not there, taken back, or somebody else's")))]
pub async fn handle(
    Reached(ReachedAssignment { stored, .. }): Reached<ReachedAssignment>,
) -> Result<Versioned<ShiftAssignment>, Problem> {
    Ok(stored.into())
}
