//! `GET /api/v1/job-roles/{job_role_id}`: reads a job role.

use axum::extract::State;
use kernel::JobRoleId;
use lambda::http::{Caller, Path, Problem, Versioned};

use super::view::JobRoleView;
use crate::api::Api;

lambda::endpoint!(JOB_ROLES_GET, get(handle), Api);

/// Reads a job role.
#[utoipa::path(get, path = "/api/v1/job-roles/{job_role_id}", operation_id = "job-roles-get", tag = "job-roles",
    params(("job_role_id" = JobRoleId, Path)),
    responses((status = 200, body = JobRoleView), (status = 404, description = "Not there, or removed")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(id): Path<JobRoleId>,
) -> Result<Versioned<JobRoleView>, Problem> {
    let found = api.store.job_role(id).await?;
    Ok(Versioned(found.version, found.value.into()))
}
