//! `PUT /api/v1/departments/{department_id}`: renames or moves a department. Publishes `department.updated`.
//!
//! What is left out stays as it is; `parent_id: null` moves it to the top.

use axum::extract::State;
use garde::Validate;
use kernel::DepartmentId;
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::DepartmentView;
use crate::{
    api::{Api, fields},
    domain::chain,
};

lambda::endpoint!(DEPARTMENTS_UPDATE, put(handle), Api);

/// What changes.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DepartmentChanges {
    /// Name, unique.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::name)))]
    pub name: Option<String>,
    /// The department it becomes a part of; null for the top.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<DepartmentId>)]
    pub parent_id: Option<Option<DepartmentId>>,
}

/// Renames or moves a department.
#[utoipa::path(put, path = "/api/v1/departments/{department_id}", operation_id = "departments-update", tag = "departments",
    params(("department_id" = DepartmentId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = DepartmentChanges,
    responses(
        (status = 200, body = DepartmentView),
        (status = 404, description = "Not there, or removed"),
        (status = 409, description = "The name is taken, a loop, too deep, or changed meanwhile"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule, or the parent does not stand")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DepartmentId>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<DepartmentChanges>>,
) -> Result<Versioned<DepartmentView>, Problem> {
    let origin = caller.origin();
    let before = api.store.get_department(id).await?;
    named.require(before.version)?;
    let after = before.value.with_changes(body.name.as_deref(), body.parent_id, origin.at);
    let mut version = before.version;
    if after != before.value {
        let moved = after.parent_id.filter(|parent| before.value.parent_id != Some(*parent));
        let parents = api.store.get_parent_chain(moved).await?;
        chain::check_chain(Some(id), &parents, chain::DEPARTMENTS_MAX, "/parent_id")?;
        version = api.store.update_department(origin, &before, &after, &parents).await.map_err(named.map_conflict())?;
    }
    Ok(Versioned(version, after.into()))
}
