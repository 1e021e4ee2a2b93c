//! `POST /api/v1/departments`: adds a department. Publishes `department.created`.

use axum::{Router, extract::State, response::Response, routing::post};
use garde::Validate;
use kernel::DepartmentId;
use lambda::{
    InitError, Shell,
    http::{Caller, Idempotency, Json, Problem, Valid},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Api, Replayed, created, rules, view::DepartmentView};
use crate::domain::{chain, department::Department};

/// A new department.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewDepartment {
    /// Name, unique.
    #[garde(custom(rules::name))]
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
    key: Idempotency,
    Valid(Json(body)): Valid<Json<NewDepartment>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.once(access::DEPARTMENTS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.records.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let parents = api.records.parents_from(body.parent_id).await?;
    chain::check(None, &parents, chain::DEPARTMENTS_MAX, "/parent_id")?;
    let id = DepartmentId::new(api.shell.mint.uuid(origin.at));
    let new = Department::founded(id, &body.name, body.parent_id, origin.at);
    let view = DepartmentView::from(new.clone());
    let outcome = api.records.found(origin, &new, once.as_ref(), &view).await?;
    Ok(created(outcome, format!("/api/v1/departments/{id}"), view))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::DEPARTMENTS_CREATE.path, post(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::DEPARTMENTS_CREATE, router);
}
