//! `GET /api/v1/employees/{employee_id}`: reads an employee.

use axum::extract::State;
use kernel::EmployeeId;
use lambda::http::{Caller, InScope, Problem, Versioned};

use super::{record::EmployeeWithCompensation, view::EmployeeView};
use crate::api::Api;

lambda::endpoint!(EMPLOYEES_GET, get(handle), Api);

/// Returns an employee.
///
/// Phone and salary are included only for callers who may read them.
#[utoipa::path(get, path = "/api/v1/employees/{employee_id}", operation_id = "employees-get", tag = "employees",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee.")),
    responses(
        (status = 200, body = EmployeeView, description = "Employee."),
        (status = 404, description = "`not_found`: the employee does not exist, or the caller may not see them.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(EmployeeWithCompensation { stored, fields, compensation }): InScope<EmployeeWithCompensation>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let at = caller.origin().at;
    let today = stored.value.person.today(at);
    let mut view = EmployeeView::load(&api, stored.value, fields, at).await?;
    view.salary = compensation.and_then(|history| history.value.effective_on(today).map(|entry| entry.salary));
    Ok(Versioned(stored.version, view))
}
