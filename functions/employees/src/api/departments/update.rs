//! `PUT /api/v1/departments/{department_id}`: updates a department. Publishes `department.updated`.
//!
//! Omitted fields stay unchanged; `parent_id: null` moves the department to the top level.

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

/// Changes of a department; omitted fields keep their values.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DepartmentChanges {
    /// Name, unique among the departments in any case of letters: 1 to 100 characters, at least one letter or digit.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::validate_name)))]
    #[schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[\p{L}\p{N}][^\x00-\x1f\x7f-\x9f]*$")]
    pub name: Option<String>,
    /// Id of the new parent department; null moves the department to the top level.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<DepartmentId>)]
    pub parent_id: Option<Option<DepartmentId>>,
}

/// Changes the name or the parent of a department.
#[utoipa::path(put, path = "/api/v1/departments/{department_id}", operation_id = "departments-update", tag = "departments",
    params(("department_id" = DepartmentId, Path, description = "Id of the department."), IfMatch),
    request_body = DepartmentChanges,
    responses(
        (status = 200, body = DepartmentView, description = "Department after the change."),
        (status = 404, description = "`not_found`: the department does not exist or was deleted."),
        (status = 409, description = "`name_taken`: another department has this name. \
            `loop`: the parent is the department itself or below it. \
            `too_deep`: departments are nested at most 10 levels deep. \
            `chain_moved`: a department higher up changed at the same time. \
            `changed_meanwhile`: another request changed it. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version."),
        (status = 422, description = "`invalid`: a field is invalid, or the parent does not exist.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DepartmentId>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<DepartmentChanges>>,
) -> Result<Versioned<DepartmentView>, Problem> {
    let origin = caller.origin();
    let before = api.store.get_department(id).await?;
    if_match.require(before.version)?;
    let after = before.value.with_changes(body.name.as_deref(), body.parent_id, origin.at);
    let mut version = before.version;
    if after != before.value {
        let new_parent = after.parent_id.filter(|parent| before.value.parent_id != Some(*parent));
        let parents = api.store.get_department_chain(new_parent).await?;
        chain::check_placement(Some(id), &parents, chain::DEPARTMENT_LEVELS_MAX, "/parent_id")?;
        version =
            api.store.update_department(origin, &before, &after, &parents).await.map_err(if_match.map_conflict())?;
    }
    Ok(Versioned(version, after.into()))
}
