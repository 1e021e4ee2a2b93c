//! `GET /api/v1/departments/{department_id}`: reads a department.

use axum::extract::State;
use kernel::DepartmentId;
use lambda::http::{Caller, Path, Problem, Versioned};

use super::view::DepartmentView;
use crate::api::Api;

lambda::endpoint!(DEPARTMENTS_GET, get(handle), Api);

/// Reads a department.
#[utoipa::path(get, path = "/api/v1/departments/{department_id}", operation_id = "departments-get", tag = "departments",
    params(("department_id" = DepartmentId, Path)),
    responses((status = 200, body = DepartmentView), (status = 404, description = "Not there, or removed")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(id): Path<DepartmentId>,
) -> Result<Versioned<DepartmentView>, Problem> {
    let found = api.store.get_department(id).await?;
    Ok(Versioned(found.version, found.value.into()))
}
