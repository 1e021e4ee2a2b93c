//! `GET /api/v1/job-roles/{job_role_id}`: reads a job role.

use axum::{Router, extract::State, routing::get};
use kernel::JobRoleId;
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem, Versioned},
};

use super::{Api, view::JobRoleView};

/// Reads a job role.
#[utoipa::path(get, path = "/api/v1/job-roles/{job_role_id}", operation_id = "job-roles-get", tag = "job-roles",
    params(("job_role_id" = JobRoleId, Path)),
    responses((status = 200, body = JobRoleView), (status = 404, description = "Not there, or removed")))]
pub async fn handle(
    State(api): State<Api>,
    _caller: Caller,
    Path(id): Path<JobRoleId>,
) -> Result<Versioned<JobRoleView>, Problem> {
    let found = api.records.job_role(id).await?;
    Ok(Versioned(found.version, found.value.into()))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::JOB_ROLES_GET.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::JOB_ROLES_GET, router);
}
