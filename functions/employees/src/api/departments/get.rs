//! `GET /api/v1/departments/{department_id}`: reads a department.

use axum::extract::State;
use kernel::DepartmentId;
use lambda::http::{Caller, Path, Problem, Versioned};

use super::view::DepartmentView;
use crate::api::Api;

lambda::endpoint!(DEPARTMENTS_GET, get(handle), Api);

/// Returns a department.
#[utoipa::path(get, path = "/api/v1/departments/{department_id}", operation_id = "departments-get", tag = "departments",
    params(("department_id" = DepartmentId, Path, description = "Id of the department.")),
    responses(
        (status = 200, body = DepartmentView, description = "Department."),
        (status = 404, description = "`not_found`: the department does not exist or was deleted.")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(id): Path<DepartmentId>,
) -> Result<Versioned<DepartmentView>, Problem> {
    let stored = api.store.get_department(id).await?;
    Ok(Versioned(stored.version, stored.value.into()))
}
