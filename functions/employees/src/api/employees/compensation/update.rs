//! `PUT /api/v1/employees/{employee_id}/compensation`: sets a person's pay from a day on.
//! Publishes `employee.compensation_changed`.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Money};
use lambda::http::{Caller, IfMatch, Json, Problem, Reached, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::get::CompensationView;
use crate::{
    api::{Api, employees::record::PayToChange, fields},
    domain::compensation::{CompensationChange, CompensationEntry},
};

lambda::endpoint!(EMPLOYEES_COMPENSATION_UPDATE, put(handle), Api);

/// Pay from a day on.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewCompensation {
    /// First day; may lie ahead, or behind as long as it is later than the day since which pay holds.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub effective_date: Date,
    /// Pay per year.
    pub salary: Money,
    /// Why.
    #[garde(inner(custom(fields::validate_reason)))]
    pub reason: Option<String>,
}

/// Sets a person's pay. Nobody sets their own.
#[utoipa::path(put, path = "/api/v1/employees/{employee_id}/compensation", operation_id = "employees-compensation-update",
    tag = "employees",
    params(("employee_id" = EmployeeId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = NewCompensation,
    responses(
        (status = 200, body = CompensationView),
        (status = 403, description = "One's own pay"),
        (status = 404, description = "Not there, or not visible"),
        (status = 409, description = "What holds already is not rewritten, or changed meanwhile"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(PayToChange { employee, pay: before }): Reached<PayToChange>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<NewCompensation>>,
) -> Result<Versioned<CompensationView>, Problem> {
    let (origin, id) = (caller.origin(), employee.person.id);
    named.require(before.version)?;
    employee.check_not_terminated()?;
    let today = employee.person.today(origin.at);
    let NewCompensation { effective_date, salary, reason } = body;
    let reason = reason.map(|reason| reason.trim().to_owned());
    let entry = CompensationEntry { effective_date, salary, reason, set_by: origin.actor.clone(), set_at: origin.at };
    let (history, version) = match before.value.set(entry, employee.person.hire_date, today)? {
        CompensationChange::Unchanged => (before.value, before.version),
        CompensationChange::Changed(history) => {
            let version =
                api.store.update_pay(origin, id, &history, before.version).await.map_err(named.map_conflict())?;
            (history, version)
        }
    };
    Ok(Versioned(version, CompensationView::of(id, &history, today)))
}
