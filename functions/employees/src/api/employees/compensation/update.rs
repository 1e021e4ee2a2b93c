//! `PUT /api/v1/employees/{employee_id}/compensation`: sets the salary from a day on.
//! Publishes `employee.compensation_changed`.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Money};
use lambda::http::{Caller, IfMatch, InScope, Json, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::get::CompensationView;
use crate::{
    api::{Api, employees::record::CompensationForUpdate, fields},
    domain::compensation::{CompensationChange, CompensationEntry},
};

lambda::endpoint!(EMPLOYEES_COMPENSATION_UPDATE, put(handle), Api);

/// Salary to store, with the day from which it applies.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewCompensation {
    /// First day on which the salary applies: not before the hire date, and at most ten years after today or a later
    /// hire date. It may be in the past, but must be after the first day of the current salary.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub effective_date: Date,
    /// Yearly salary in minor units of its currency; at least 1.
    pub salary: Money,
    /// Reason of the change, 1 to 500 characters. Default: none.
    #[garde(inner(custom(fields::validate_reason)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: Option<String>,
}

/// Changes the compensation of an employee from a day on.
///
/// It adds an entry, or replaces the upcoming entry of the same day. The same salary from the same day changes nothing,
/// even with another reason. The employee is notified of a change, without figures. Callers cannot change their own
/// compensation.
#[utoipa::path(put, path = "/api/v1/employees/{employee_id}/compensation", operation_id = "employees-compensation-update",
    tag = "employees",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), IfMatch),
    request_body = NewCompensation,
    responses(
        (status = 200, body = CompensationView, description = "Compensation after the change."),
        (status = 403, description = "`own_pay`: callers cannot change their own compensation."),
        (status = 404, description = "`not_found`: the employee does not exist, or the caller may not see them."),
        (status = 409, description = "`terminated`: the employment has ended. `already_effective`: the current \
            compensation applies since that day or a later one; `current` holds its first day. \
            `history_full`: the history has 200 entries. `changed_meanwhile`: another request changed it."),
        (status = 412, description = "`stale`: `If-Match` names an older version."),
        (status = 422, description = "`invalid`: a field is invalid, or the day is out of range.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(CompensationForUpdate { employee, compensation: before }): InScope<CompensationForUpdate>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<NewCompensation>>,
) -> Result<Versioned<CompensationView>, Problem> {
    let (origin, id) = (caller.origin(), employee.person.id);
    if_match.require(before.version)?;
    employee.check_not_terminated()?;
    let today = employee.person.today(origin.at);
    let NewCompensation { effective_date, salary, reason } = body;
    let reason = reason.map(|reason| reason.trim().to_owned());
    let entry = CompensationEntry { effective_date, salary, reason, set_by: origin.actor.clone(), set_at: origin.at };
    let (history, version) = match before.value.with_salary(entry, employee.person.hire_date, today)? {
        CompensationChange::Unchanged => (before.value, before.version),
        CompensationChange::Changed(history) => {
            let version = api
                .store
                .put_compensation_if_unchanged(origin, id, &history, before.version)
                .await
                .map_err(if_match.map_conflict())?;
            (history, version)
        }
    };
    Ok(Versioned(version, CompensationView::new(id, &history, today)))
}
