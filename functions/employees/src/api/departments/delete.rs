//! `DELETE /api/v1/departments/{department_id}`: removes an empty department. Publishes `department.deleted`.

use axum::{extract::State, http::StatusCode};
use kernel::DepartmentId;
use lambda::http::{Caller, IfMatch, Path, Problem};

use crate::api::Api;

lambda::endpoint!(DEPARTMENTS_DELETE, delete(handle), Api);

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
    let before = api.store.get_department(id).await?;
    named.require(before.version)?;
    let after = before.value.tombstone(origin.at);
    api.store.delete_department(origin, &before, &after).await.map_err(named.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
