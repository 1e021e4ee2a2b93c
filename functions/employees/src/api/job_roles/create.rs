//! `POST /api/v1/job-roles`: adds a job role. Publishes `job_role.created`.

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

/// A new job role.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewJobRole {
    /// Title, unique.
    #[garde(custom(fields::name))]
    pub title: String,
    /// Grade, as the organisation counts.
    pub grade: Option<u8>,
}

/// Adds a job role.
#[utoipa::path(post, path = "/api/v1/job-roles", operation_id = "job-roles-create", tag = "job-roles",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewJobRole,
    responses(
        (status = 201, body = JobRoleView),
        (status = 409, description = "The title is taken"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewJobRole>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::JOB_ROLES_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let id = JobRoleId::new(api.shell.ids.uuid(origin.at));
    let new = JobRole::new(id, &body.title, body.grade, origin.at);
    let view = JobRoleView::from(new.clone());
    let outcome = api.store.create_job_role(origin, &new, once.as_ref(), &view).await?;
    Ok(created(outcome, format!("/api/v1/job-roles/{id}"), view))
}
