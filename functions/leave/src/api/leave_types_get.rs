//! `GET /api/v1/leave-types/{leave_type}`: reads a leave type.

use axum::{Router, extract::State, routing::get};
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem, Versioned},
};

use super::Api;
use crate::domain::leave_type::LeaveType;

/// Reads a leave type.
#[utoipa::path(get, path = "/api/v1/leave-types/{leave_type}", operation_id = "leave-types-get", tag = "leave types",
    params(("leave_type" = String, Path, description = "Its code")),
    responses((status = 200, body = LeaveType), (status = 404, description = "Not there, or removed")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(code): Path<String>,
) -> Result<Versioned<LeaveType>, Problem> {
    let stored = api.records.leave_type(&code).await?;
    Ok(Versioned(stored.version, stored.value))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::LEAVE_TYPES_GET.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::LEAVE_TYPES_GET, router);
}
