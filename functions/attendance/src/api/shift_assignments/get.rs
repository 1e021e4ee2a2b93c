//! `GET /api/v1/shift-assignments/{assignment_id}`: reads an assignment.

use axum::extract::State;
use kernel::AssignmentId;
use lambda::http::{Caller, Path, Problem, Versioned};

use super::save;
use crate::api::Api;
use crate::domain::assignment::ShiftAssignment;

lambda::endpoint!(SHIFT_ASSIGNMENTS_GET, get(handle), Api);

/// Reads an assignment: one's own, managers those of the people below them, HR and auditors all.
#[utoipa::path(get, path = "/api/v1/shift-assignments/{assignment_id}", operation_id = "shift-assignments-get", tag = "rosters",
    params(("assignment_id" = AssignmentId, Path)),
    responses((status = 200, body = ShiftAssignment), (status = 404, description = "Not there, taken back, or somebody else's")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<AssignmentId>,
) -> Result<Versioned<ShiftAssignment>, Problem> {
    let (stored, _) = save::reached(&api, &caller, id).await?;
    Ok(Versioned(stored.version, stored.value))
}
