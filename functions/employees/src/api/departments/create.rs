//! `POST /api/v1/departments`: adds a department. Publishes `department.created`.

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

/// A new department.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewDepartment {
    /// Name, unique.
    #[garde(custom(fields::name))]
    pub name: String,
    /// The department it is a part of; none at the top.
    pub parent_id: Option<DepartmentId>,
}

/// Adds a department.
#[utoipa::path(post, path = "/api/v1/departments", operation_id = "departments-create", tag = "departments",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewDepartment,
    responses(
        (status = 201, body = DepartmentView),
        (status = 409, description = "The name is taken, or the tree would be too deep"),
        (status = 422, description = "A field breaks a rule, or the parent does not stand")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewDepartment>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::DEPARTMENTS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let parents = api.store.get_parent_chain(body.parent_id).await?;
    chain::check_chain(None, &parents, chain::DEPARTMENTS_MAX, "/parent_id")?;
    let id = DepartmentId::new(api.shell.ids.uuid(origin.at));
    let new = Department::new(id, &body.name, body.parent_id, origin.at);
    let view = DepartmentView::from(new.clone());
    let outcome = api.store.create_department(origin, &new, once.as_ref(), &view).await?;
    Ok(created(outcome, format!("/api/v1/departments/{id}"), view))
}
