//! `PUT /api/v1/employees/{employee_id}/roles`: sets a person's access roles. Publishes `employee.roles_changed`.

use access::Roles;
use axum::extract::State;
use kernel::EmployeeId;
use lambda::http::{Caller, IfMatch, Json, Problem, Reached, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::{
        Api,
        employees::{record::RecordToChange, view::EmployeeView},
    },
    app::roles::resolve_access_roles,
};

lambda::endpoint!(EMPLOYEES_ROLES_UPDATE, put(handle), Api);

/// The roles.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessRolesUpdate {
    /// Of `employee`, `manager`, `hr`, `admin`, `auditor`; `employee` stays in any case.
    #[schema(value_type = Vec<String>)]
    pub roles: Roles,
}

/// Sets a person's access roles; their tokens end.
#[utoipa::path(put, path = "/api/v1/employees/{employee_id}/roles", operation_id = "employees-roles-update", tag = "employees",
    params(("employee_id" = EmployeeId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = AccessRolesUpdate,
    responses(
        (status = 200, body = EmployeeView),
        (status = 404, description = "Not there, or not visible"),
        (status = 409, description = "One's own admin right, somebody who has left, or changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(RecordToChange { stored: before, fields }): Reached<RecordToChange>,
    named: IfMatch,
    Json(body): Json<AccessRolesUpdate>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let origin = caller.origin();
    named.require(before.version)?;
    before.value.check_not_terminated()?;
    let roles = resolve_access_roles(body.roles, before.value.person.id, caller.id())?;
    let (mut after, mut version) = (before.value.clone(), before.version);
    if roles != after.person.roles {
        after = before.value.with_roles(roles, origin.at);
        version = api.store.update_roles(origin, &before, &after, caller.id()).await.map_err(named.map_conflict())?;
    }
    Ok(Versioned(version, EmployeeView::read(&api, after, fields, origin.at).await?))
}
