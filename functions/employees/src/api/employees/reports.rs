//! `GET /api/v1/employees/{employee_id}/reports`: lists the current direct reports of an employee.

use axum::extract::State;
use kernel::{EmployeeId, Page};
use lambda::http::{Caller, InScope, PageQuery, Paged, Problem};

use super::{list::to_view_page, record::ScopedEmployee, view::EmployeeView};
use crate::{api::Api, store::EmployeeFilter};

lambda::endpoint!(EMPLOYEES_REPORTS, get(handle), Api);

/// Lists the direct reports of an employee, sorted by name.
///
/// Former employees are not listed.
#[utoipa::path(get, path = "/api/v1/employees/{employee_id}/reports", operation_id = "employees-reports", tag = "employees",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), PageQuery),
    responses(
        (status = 200, body = Page<EmployeeView>, description = "One page of direct reports, sorted by name."),
        (status = 400, description = "`invalid_cursor`: the cursor belongs to another list, filter or caller."),
        (status = 404, description = "`not_found`: the employee does not exist, or the caller may not see them.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(ScopedEmployee(manager)): InScope<ScopedEmployee>,
    Paged { page, .. }: Paged,
) -> Result<axum::Json<Page<EmployeeView>>, Problem> {
    let filter = EmployeeFilter { manager: Some(manager.value.person.id), ..EmployeeFilter::default() };
    Ok(axum::Json(to_view_page(&api, &caller, api.store.list_employees(&filter, &page).await?).await?))
}
