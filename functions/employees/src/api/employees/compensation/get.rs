//! `GET /api/v1/employees/{employee_id}/compensation`: reads current, upcoming and past compensation.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, EmployeeId, Error, Money};
use lambda::http::{Caller, InScope, Problem, Versioned};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{Api, employees::record::EmployeeWithCompensation},
    domain::compensation::{CompensationEntry, CompensationHistory},
};

lambda::endpoint!(EMPLOYEES_COMPENSATION_GET, get(handle), Api);

/// Compensation of an employee: current, upcoming and past.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CompensationView {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Yearly salary as of today at the employee's site; null before the first entry applies, or without one.
    #[schema(required = true)]
    pub salary: Option<Money>,
    /// First day of the current salary; null without one.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    pub effective_date: Option<Date>,
    /// Entries that apply from a day after today on, next first. Together with `history`, at most 200.
    pub upcoming: Vec<CompensationEntryView>,
    /// Current and past entries, latest first: the first one is the current.
    pub history: Vec<CompensationEntryView>,
}

/// Entry of the compensation: a salary from a day on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CompensationEntryView {
    /// First day on which the salary applies.
    #[schema(value_type = String, format = Date)]
    pub effective_date: Date,
    /// Yearly salary in minor units of its currency.
    pub salary: Money,
    /// Reason of the change; null without one.
    #[schema(required = true)]
    pub reason: Option<String>,
    /// Actor who stored the entry.
    pub set_by: Actor,
    /// Time at which the entry was stored.
    #[schema(value_type = String, format = DateTime)]
    pub set_at: Timestamp,
}

impl From<&CompensationEntry> for CompensationEntryView {
    fn from(entry: &CompensationEntry) -> Self {
        let CompensationEntry { effective_date, salary, reason, set_by, set_at } = entry.clone();
        Self { effective_date, salary, reason, set_by, set_at }
    }
}

impl CompensationView {
    /// View of a history as of `today` at the site of the employee.
    pub fn new(employee_id: EmployeeId, history: &CompensationHistory, today: Date) -> Self {
        let current = history.effective_on(today);
        let so_far = history.entries().iter().filter(|entry| entry.effective_date <= today);
        Self {
            employee_id,
            salary: current.map(|entry| entry.salary),
            effective_date: current.map(|entry| entry.effective_date),
            upcoming: history.upcoming_after(today).map(CompensationEntryView::from).collect(),
            history: so_far.rev().map(CompensationEntryView::from).collect(),
        }
    }
}

/// Returns the compensation of an employee.
///
/// Its `ETag` is the version of the compensation, not of the employee; without an entry it is 0.
#[utoipa::path(get, path = "/api/v1/employees/{employee_id}/compensation", operation_id = "employees-compensation-get",
    tag = "employees", params(("employee_id" = EmployeeId, Path, description = "Id of the employee.")),
    responses(
        (status = 200, body = CompensationView, description = "Compensation."),
        (status = 404, description = "`not_found`: the employee does not exist, or the caller may not see their compensation.")))]
pub async fn handle(
    caller: Caller,
    InScope(EmployeeWithCompensation { stored, compensation, .. }): InScope<EmployeeWithCompensation>,
) -> Result<Versioned<CompensationView>, Problem> {
    let (person, history) = (stored.value.person, compensation.ok_or_else(Error::employee_not_found)?);
    let view = CompensationView::new(person.id, &history.value, person.today(caller.origin().at));
    Ok(Versioned(history.version, view))
}
