//! `PUT /api/v1/job-roles/{job_role_id}`: changes a job role. Publishes `job_role.updated`.
//!
//! What is left out stays as it is; null clears the grade.

use axum::extract::State;
use garde::Validate;
use kernel::JobRoleId;
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::JobRoleView;
use crate::api::{Api, fields};

lambda::endpoint!(JOB_ROLES_UPDATE, put(handle), Api);

/// What changes.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct JobRoleChanges {
    /// Title, unique. The titles in people's records stay as they are.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::name)))]
    pub title: Option<String>,
    /// Grade; null clears.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<u8>)]
    pub grade: Option<Option<u8>>,
}

/// Changes a job role.
#[utoipa::path(put, path = "/api/v1/job-roles/{job_role_id}", operation_id = "job-roles-update", tag = "job-roles",
    params(("job_role_id" = JobRoleId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = JobRoleChanges,
    responses(
        (status = 200, body = JobRoleView),
        (status = 404, description = "Not there, or removed"),
        (status = 409, description = "The title is taken, or changed meanwhile"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<JobRoleId>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<JobRoleChanges>>,
) -> Result<Versioned<JobRoleView>, Problem> {
    let origin = caller.origin();
    let before = api.store.job_role(id).await?;
    named.require(before.version)?;
    let after = before.value.with_changes(body.title.as_deref(), body.grade, origin.at);
    let mut version = before.version;
    if after != before.value {
        version = api.store.update_job_role(origin, &before, &after).await.map_err(named.map_conflict())?;
    }
    Ok(Versioned(version, after.into()))
}
