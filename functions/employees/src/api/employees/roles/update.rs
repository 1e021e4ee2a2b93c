//! `PUT /api/v1/employees/{employee_id}/roles`: sets the access roles. Publishes `employee.roles_changed`.

use access::{Role, Roles};
use axum::extract::State;
use kernel::EmployeeId;
use lambda::http::{Caller, IfMatch, InScope, Json, Problem, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::{
        Api,
        employees::{record::EmployeeForUpdate, view::EmployeeView},
    },
    app::roles::access_roles_keeping_own_admin,
};

lambda::endpoint!(EMPLOYEES_ROLES_UPDATE, put(handle), Api);

/// Access roles that replace the current ones.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessRolesUpdate {
    /// All access roles of the employee from now on. `employee` is always included.
    #[schema(value_type = Vec<Role>)]
    pub roles: Roles,
}

/// Replaces the access roles of an employee.
///
/// All sessions of the employee end, and the employee is notified. The same roles again change nothing. Administrators
/// cannot remove their own role `admin`.
#[utoipa::path(put, path = "/api/v1/employees/{employee_id}/roles", operation_id = "employees-roles-update", tag = "employees",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), IfMatch),
    request_body = AccessRolesUpdate,
    responses(
        (status = 200, body = EmployeeView, description = "Employee with the new roles."),
        (status = 403, description = "`forbidden`: the caller is not an administrator, or no longer."),
        (status = 404, description = "`not_found`: the employee does not exist, or the caller may not see them."),
        (status = 409, description = "`own_admin_right`: callers cannot remove their own role `admin`. \
            `terminated`: the employment has ended. \
            `changed_meanwhile`: another request changed it. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(EmployeeForUpdate { stored: before, fields }): InScope<EmployeeForUpdate>,
    if_match: IfMatch,
    Json(body): Json<AccessRolesUpdate>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let origin = caller.origin();
    if_match.require(before.version)?;
    before.value.check_not_terminated()?;
    let roles = access_roles_keeping_own_admin(body.roles, before.value.person.id, caller.id())?;
    let (mut after, mut version) = (before.value.clone(), before.version);
    if roles != after.person.roles {
        after = before.value.with_roles(roles, origin.at);
        version = api
            .store
            .update_access_roles(origin, &before, &after, caller.id())
            .await
            .map_err(if_match.map_conflict())?;
    }
    Ok(Versioned(version, EmployeeView::load(&api, after, fields, origin.at).await?))
}
