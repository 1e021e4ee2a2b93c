//! `POST /api/v1/job-roles`: creates a job role. Publishes `job_role.created`.

use axum::{extract::State, response::Response};
use garde::Validate;
use kernel::JobRoleId;
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::JobRoleView;
use crate::{
    api::{Api, fields},
    domain::job_role::JobRole,
};

lambda::endpoint!(JOB_ROLES_CREATE, post(handle), Api);

/// Job role to create.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewJobRole {
    /// Title, unique among the job roles in any case of letters: 1 to 100 characters, at least one letter or digit.
    #[garde(custom(fields::validate_name))]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[\p{L}\p{N}][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub title: String,
    /// Grade on the scale of the organisation, 0 to 255. Default: none.
    #[schema(minimum = 0, maximum = 255)]
    pub grade: Option<u8>,
}

/// Creates a job role.
#[utoipa::path(post, path = "/api/v1/job-roles", operation_id = "job-roles-create", tag = "job roles",
    params(IdempotencyHeader),
    request_body = NewJobRole,
    responses(
        (status = 201, body = JobRoleView, description = "Created job role."),
        (status = 409, description = "`name_taken`: another job role has this title. \
            `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: a field is invalid. \
            `idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewJobRole>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::JOB_ROLES_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let id = JobRoleId::new(api.shell.ids.uuid(origin.at));
    let new = JobRole::new(id, &body.title, body.grade, origin.at);
    let view = JobRoleView::from(new.clone());
    let outcome = api.store.create_job_role(origin, &new, idempotency_key.as_ref(), &view).await?;
    Ok(created(outcome, format!("/api/v1/job-roles/{id}"), view))
}
