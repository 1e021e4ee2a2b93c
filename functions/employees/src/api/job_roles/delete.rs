//! `DELETE /api/v1/job-roles/{job_role_id}`: removes a job role that nobody holds. Publishes `job_role.deleted`.

use axum::{extract::State, http::StatusCode};
use kernel::JobRoleId;
use lambda::http::{Caller, IfMatch, Path, Problem};

use crate::api::Api;

lambda::endpoint!(JOB_ROLES_DELETE, delete(handle), Api);

/// Removes a job role that nobody holds.
#[utoipa::path(delete, path = "/api/v1/job-roles/{job_role_id}", operation_id = "job-roles-delete", tag = "job-roles",
    params(("job_role_id" = JobRoleId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "Not there, or removed before"),
        (status = 409, description = "People hold it, or changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<JobRoleId>,
    named: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let before = api.store.job_role(id).await?;
    named.require(before.version)?;
    let after = before.value.tombstone(origin.at);
    api.store.delete_job_role(origin, &before, &after).await.map_err(named.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
