//! `DELETE /api/v1/employees/{employee_id}`: terminates a person's employment as of today. Publishes `employee.deleted`.
//!
//! Nothing is erased: the record stays, with its history. A second delete changes nothing and gets the same record.

use axum::extract::State;
use directory::Status;
use events::EventType;
use kernel::EmployeeId;
use lambda::http::{Caller, IfMatch, Path, Problem, Versioned};
use serde_json::json;

use crate::api::{Api, employees::status::update::move_to, view::EmployeeView};
use crate::{domain::status::is_standing, store::Stored};

lambda::endpoint!(EMPLOYEES_DELETE, delete(handle), Api);

/// Terminates a person's employment.
#[utoipa::path(delete, path = "/api/v1/employees/{employee_id}", operation_id = "employees-delete", tag = "employees",
    params(("employee_id" = EmployeeId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 200, body = EmployeeView, description = "The record as it stays"),
        (status = 404, description = "Not there, or not visible"),
        (status = 409, description = "People report to this person, or changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<EmployeeId>,
    named: IfMatch,
) -> Result<Versioned<EmployeeView>, Problem> {
    let before = api.store.person_to_change(id).await?;
    let fields = caller.may_reach(&before.value.person).await?;
    let Stored { value: after, version } = if is_standing(before.value.person.status) {
        named.check(before.version)?;
        let data = json!({ "from": before.value.person.status, "to": Status::Terminated });
        let end = (Status::Terminated, None);
        move_to(&api, &caller, &before, end, EventType::EmployeeDeleted, data).await.map_err(named.too_late())?
    } else {
        before
    };
    let department = after.person.department_id;
    let names = api.store.department_names(std::iter::once(department), caller.origin().at).await?;
    Ok(Versioned(version, EmployeeView::of(after, names.get(&department).cloned(), fields)))
}
