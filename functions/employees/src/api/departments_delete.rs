//! `DELETE /api/v1/departments/{department_id}`: removes an empty department. Publishes `department.deleted`.

use axum::{Router, extract::State, http::StatusCode, routing::delete};
use kernel::DepartmentId;
use lambda::{
    InitError, Shell,
    http::{Caller, IfMatch, Path, Problem},
};

use super::Api;

/// Removes a department that nobody and nothing belongs to.
#[utoipa::path(delete, path = "/api/v1/departments/{department_id}", operation_id = "departments-delete", tag = "departments",
    params(("department_id" = DepartmentId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "Not there, or removed before"),
        (status = 409, description = "People or departments belong to it, or changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DepartmentId>,
    named: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let before = api.records.department(id).await?;
    named.check(before.version)?;
    let after = before.value.removed(origin.at);
    api.records.dissolve(origin, &before, &after).await.map_err(named.too_late())?;
    Ok(StatusCode::NO_CONTENT)
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::DEPARTMENTS_DELETE.path, delete(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::DEPARTMENTS_DELETE, router);
}
