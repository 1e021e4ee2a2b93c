//! `DELETE /api/v1/departments/{department_id}`: deletes an empty department. Publishes `department.deleted`.

use axum::{extract::State, http::StatusCode};
use kernel::DepartmentId;
use lambda::http::{Caller, IfMatch, Path, Problem};

use crate::api::Api;

lambda::endpoint!(DEPARTMENTS_DELETE, delete(handle), Api);

/// Deletes an empty department.
///
/// A department is empty when it has neither current employees nor sub-departments. Its name becomes free.
#[utoipa::path(delete, path = "/api/v1/departments/{department_id}", operation_id = "departments-delete", tag = "departments",
    params(("department_id" = DepartmentId, Path, description = "Id of the department."), IfMatch),
    responses(
        (status = 204, description = "The department was deleted."),
        (status = 404, description = "`not_found`: the department does not exist or was deleted."),
        (status = 409, description = "`in_use`: current employees or sub-departments belong to it; `current` holds their numbers. \
            `changed_meanwhile`: another request changed it. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DepartmentId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let before = api.store.get_department(id).await?;
    if_match.require(before.version)?;
    let after = before.value.tombstone(origin.at);
    api.store.delete_department(origin, &before, &after).await.map_err(if_match.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
