//! `DELETE /api/v1/employees/{employee_id}`: terminates a person's employment as of today. Publishes `employee.deleted`.
//!
//! Nothing is erased: the record stays, with its history. A second delete changes nothing and gets the same record.

use axum::extract::State;
use directory::EmploymentStatus;
use events::EventType;
use kernel::EmployeeId;
use lambda::http::{Caller, IfMatch, Problem, Reached, Versioned};
use serde_json::json;

use super::{record::RecordToChange, view::EmployeeView};
use crate::{
    api::Api,
    store::{Stored, is_current},
};

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
    Reached(RecordToChange { stored: before, fields }): Reached<RecordToChange>,
    named: IfMatch,
) -> Result<Versioned<EmployeeView>, Problem> {
    let origin = caller.origin();
    let Stored { value: after, version } = if is_current(before.value.person.status) {
        named.require(before.version)?;
        let data = json!({ "from": before.value.person.status, "to": EmploymentStatus::Terminated });
        let end = (EmploymentStatus::Terminated, None);
        let after = api.store.change_status(origin, &before, end, EventType::EmployeeDeleted, data).await;
        after.map_err(named.map_conflict())?
    } else {
        before
    };
    Ok(Versioned(version, EmployeeView::read(&api, after, fields, origin.at).await?))
}
