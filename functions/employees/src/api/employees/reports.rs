//! `GET /api/v1/employees/{employee_id}/reports`: who reports directly to a person and has not left.

use axum::extract::State;
use kernel::{EmployeeId, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem, Reached};

use super::{list::to_view_page, record::Record, view::EmployeeView};
use crate::{api::Api, store::EmployeeFilter};

lambda::endpoint!(EMPLOYEES_REPORTS, get(handle), Api);

/// Lists who reports to a person.
#[utoipa::path(get, path = "/api/v1/employees/{employee_id}/reports", operation_id = "employees-reports", tag = "employees",
    params(("employee_id" = EmployeeId, Path), PageQuery),
    responses((status = 200, body = Page<EmployeeView>), (status = 404, description = "Not there, or not visible")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(Record(manager)): Reached<Record>,
    Paged { page, .. }: Paged,
) -> Result<axum::Json<Page<EmployeeView>>, Problem> {
    let wanted = EmployeeFilter { manager: Some(manager.value.person.id), ..EmployeeFilter::default() };
    Ok(axum::Json(to_view_page(&api, &caller, api.store.list_employees(&wanted, &page).await?).await?))
}
