//! `POST /api/v1/departments`: creates a department. Publishes `department.created`.

use axum::{extract::State, response::Response};
use garde::Validate;
use kernel::DepartmentId;
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::DepartmentView;
use crate::{
    api::{Api, fields},
    domain::{chain, department::Department},
};

lambda::endpoint!(DEPARTMENTS_CREATE, post(handle), Api);

/// Department to create, with its place in the tree.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewDepartment {
    /// Name, unique among the departments in any case of letters: 1 to 100 characters, at least one letter or digit.
    #[garde(custom(fields::validate_name))]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[\p{L}\p{N}][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub name: String,
    /// Id of the parent department. Default: none, the top level.
    pub parent_id: Option<DepartmentId>,
}

/// Creates a department.
#[utoipa::path(post, path = "/api/v1/departments", operation_id = "departments-create", tag = "departments",
    params(IdempotencyHeader),
    request_body = NewDepartment,
    responses(
        (status = 201, body = DepartmentView, description = "Created department."),
        (status = 409, description = "`name_taken`: another department has this name. \
            `too_deep`: departments are nested at most 10 levels deep. `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: a field is invalid, or the parent does not exist. \
            `idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewDepartment>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::DEPARTMENTS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let parents = api.store.get_department_chain(body.parent_id).await?;
    chain::check_placement(None, &parents, chain::DEPARTMENT_LEVELS_MAX, "/parent_id")?;
    let id = DepartmentId::new(api.shell.ids.uuid(origin.at));
    let new = Department::new(id, &body.name, body.parent_id, origin.at);
    let view = DepartmentView::from(new.clone());
    let outcome = api.store.create_department(origin, &new, idempotency_key.as_ref(), &view).await?;
    Ok(created(outcome, format!("/api/v1/departments/{id}"), view))
}
