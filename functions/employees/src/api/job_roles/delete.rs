//! `DELETE /api/v1/job-roles/{job_role_id}`: deletes an unused job role. Publishes `job_role.deleted`.

use axum::{extract::State, http::StatusCode};
use kernel::JobRoleId;
use lambda::http::{Caller, IfMatch, Path, Problem};

use crate::api::Api;

lambda::endpoint!(JOB_ROLES_DELETE, delete(handle), Api);

/// Deletes a job role that no current employee holds.
///
/// Its title becomes free. Former holders keep it in their records.
#[utoipa::path(delete, path = "/api/v1/job-roles/{job_role_id}", operation_id = "job-roles-delete", tag = "job roles",
    params(("job_role_id" = JobRoleId, Path, description = "Id of the job role."), IfMatch),
    responses(
        (status = 204, description = "The job role was deleted."),
        (status = 404, description = "`not_found`: the job role does not exist or was deleted."),
        (status = 409, description = "`in_use`: current employees hold it; `current` holds their number. \
            `changed_meanwhile`: another request changed it. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<JobRoleId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let before = api.store.get_job_role(id).await?;
    if_match.require(before.version)?;
    let after = before.value.tombstone(origin.at);
    api.store.delete_job_role(origin, &before, &after).await.map_err(if_match.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
