//! `PUT /api/v1/job-roles/{job_role_id}`: updates a job role. Publishes `job_role.updated`.
//!
//! Omitted fields stay unchanged; null clears the grade.

use axum::extract::State;
use garde::Validate;
use kernel::JobRoleId;
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::JobRoleView;
use crate::api::{Api, fields};

lambda::endpoint!(JOB_ROLES_UPDATE, put(handle), Api);

/// Changes of a job role; omitted fields keep their values.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct JobRoleChanges {
    /// Title, unique among the job roles in any case of letters: 1 to 100 characters, at least one letter or digit.
    /// The titles in the records of employees do not change.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_name)))]
    #[schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[\p{L}\p{N}][^\x00-\x1f\x7f-\x9f]*$")]
    pub title: Option<String>,
    /// Grade on the scale of the organisation, 0 to 255; null removes it.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 255)]
    pub grade: Option<Option<u8>>,
}

/// Changes the title or the grade of a job role.
#[utoipa::path(put, path = "/api/v1/job-roles/{job_role_id}", operation_id = "job-roles-update", tag = "job roles",
    params(("job_role_id" = JobRoleId, Path, description = "Id of the job role."), IfMatch),
    request_body = JobRoleChanges,
    responses(
        (status = 200, body = JobRoleView, description = "Job role after the change."),
        (status = 404, description = "`not_found`: the job role does not exist or was deleted."),
        (status = 409, description = "`name_taken`: another job role has this title. \
            `changed_meanwhile`: another request changed it. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version."),
        (status = 422, description = "`invalid`: a field is invalid.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<JobRoleId>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<JobRoleChanges>>,
) -> Result<Versioned<JobRoleView>, Problem> {
    let origin = caller.origin();
    let before = api.store.get_job_role(id).await?;
    if_match.require(before.version)?;
    let after = before.value.with_changes(body.title.as_deref(), body.grade, origin.at);
    let mut version = before.version;
    if after != before.value {
        version = api.store.update_job_role(origin, &before, &after).await.map_err(if_match.map_conflict())?;
    }
    Ok(Versioned(version, after.into()))
}
