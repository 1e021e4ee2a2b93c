//! `GET /api/v1/departments/{department_id}`: reads a department.

use axum::{Router, extract::State, routing::get};
use kernel::DepartmentId;
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem, Versioned},
};

use super::{Api, view::DepartmentView};

/// Reads a department.
#[utoipa::path(get, path = "/api/v1/departments/{department_id}", operation_id = "departments-get", tag = "departments",
    params(("department_id" = DepartmentId, Path)),
    responses((status = 200, body = DepartmentView), (status = 404, description = "Not there, or removed")))]
pub async fn handle(
    State(api): State<Api>,
    _caller: Caller,
    Path(id): Path<DepartmentId>,
) -> Result<Versioned<DepartmentView>, Problem> {
    let found = api.records.department(id).await?;
    Ok(Versioned(found.version, found.value.into()))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::DEPARTMENTS_GET.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::DEPARTMENTS_GET, router);
}
