//! `DELETE /api/v1/employees/{employee_id}`: terminates an employment as of today. Publishes `employee.deleted`.
//!
//! The record and its history stay. A second delete changes nothing and returns the same record.

use axum::extract::State;
use directory::EmploymentStatus;
use events::EventType;
use kernel::EmployeeId;
use lambda::http::{Caller, IfMatch, InScope, Problem, Versioned};
use serde_json::json;

use super::{record::EmployeeForUpdate, view::EmployeeView};
use crate::{
    api::Api,
    store::{Stored, is_current},
};

lambda::endpoint!(EMPLOYEES_DELETE, delete(handle), Api);

/// Terminates an employment as of today at the employee's site.
///
/// An employment that has not begun ends on its hire date. The record stays and can be read; a repetition changes
/// nothing. All sessions of the employee end. The manager and HR are notified.
#[utoipa::path(delete, path = "/api/v1/employees/{employee_id}", operation_id = "employees-delete", tag = "employees",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), IfMatch),
    responses(
        (status = 200, body = EmployeeView, description = "Employee with the status `terminated`."),
        (status = 404, description = "`not_found`: the employee does not exist, or the caller may not see them."),
        (status = 409, description = "`has_reports`: employees still report to this person. \
            `changed_meanwhile`: another request changed it. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(EmployeeForUpdate { stored: before, fields }): InScope<EmployeeForUpdate>,
    if_match: IfMatch,
) -> Result<Versioned<EmployeeView>, Problem> {
    let origin = caller.origin();
    let Stored { value: after, version } = if is_current(before.value.person.status) {
        if_match.require(before.version)?;
        let data = json!({ "from": before.value.person.status, "to": EmploymentStatus::Terminated });
        let (status, event) = (EmploymentStatus::Terminated, EventType::EmployeeDeleted);
        let after = api.store.check_termination_and_update_status(origin, &before, status, None, event, data).await;
        after.map_err(if_match.map_conflict())?
    } else {
        before
    };
    Ok(Versioned(version, EmployeeView::load(&api, after, fields, origin.at).await?))
}
