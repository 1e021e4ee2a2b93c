//! `GET /api/v1/shift-assignments/{assignment_id}`: reads an assignment.

use axum::{Router, extract::State, routing::get};
use kernel::AssignmentId;
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem, Versioned},
};

use super::{Api, assigning};
use crate::domain::assignment::ShiftAssignment;

/// Reads an assignment: one's own, managers those of the people below them, HR and auditors all.
#[utoipa::path(get, path = "/api/v1/shift-assignments/{assignment_id}", operation_id = "shift-assignments-get", tag = "rosters",
    params(("assignment_id" = AssignmentId, Path)),
    responses((status = 200, body = ShiftAssignment), (status = 404, description = "Not there, taken back, or somebody else's")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<AssignmentId>,
) -> Result<Versioned<ShiftAssignment>, Problem> {
    let (stored, _) = assigning::reached(&api, &caller, id).await?;
    Ok(Versioned(stored.version, stored.value))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::SHIFT_ASSIGNMENTS_GET.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::SHIFT_ASSIGNMENTS_GET, router);
}
