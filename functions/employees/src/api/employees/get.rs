//! `GET /api/v1/employees/{employee_id}`: reads a person; pay and telephone only for those who may.

use axum::extract::State;
use kernel::EmployeeId;
use lambda::http::{Caller, Problem, Reached, Versioned};

use super::{record::RecordWithPay, view::EmployeeView};
use crate::api::Api;

lambda::endpoint!(EMPLOYEES_GET, get(handle), Api);

/// Reads a person.
#[utoipa::path(get, path = "/api/v1/employees/{employee_id}", operation_id = "employees-get", tag = "employees",
    params(("employee_id" = EmployeeId, Path)),
    responses((status = 200, body = EmployeeView), (status = 404, description = "Not there, or not visible")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(RecordWithPay { stored, fields, pay }): Reached<RecordWithPay>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let at = caller.origin().at;
    let today = stored.value.person.today(at);
    let mut view = EmployeeView::read(&api, stored.value, fields, at).await?;
    view.salary = pay.and_then(|pay| pay.value.effective_on(today).map(|entry| entry.salary));
    Ok(Versioned(stored.version, view))
}
