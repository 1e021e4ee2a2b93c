//! `GET /api/v1/job-roles/{job_role_id}`: reads a job role.

use axum::extract::State;
use kernel::JobRoleId;
use lambda::http::{Caller, Path, Problem, Versioned};

use super::view::JobRoleView;
use crate::api::Api;

lambda::endpoint!(JOB_ROLES_GET, get(handle), Api);

/// Returns a job role.
#[utoipa::path(get, path = "/api/v1/job-roles/{job_role_id}", operation_id = "job-roles-get", tag = "job roles",
    params(("job_role_id" = JobRoleId, Path, description = "Id of the job role.")),
    responses(
        (status = 200, body = JobRoleView, description = "Job role."),
        (status = 404, description = "`not_found`: the job role does not exist or was deleted.")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(id): Path<JobRoleId>,
) -> Result<Versioned<JobRoleView>, Problem> {
    let stored = api.store.get_job_role(id).await?;
    Ok(Versioned(stored.version, stored.value.into()))
}
