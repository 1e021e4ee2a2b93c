//! `GET /api/v1/employees/{employee_id}/compensation`: a person's pay: now, decided, and before.

use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Error, Money};
use lambda::http::{Caller, Problem, Reached, Versioned};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{Api, employees::record::RecordWithPay},
    domain::compensation::{CompensationEntry, CompensationHistory},
};

lambda::endpoint!(EMPLOYEES_COMPENSATION_GET, get(handle), Api);

/// A person's pay.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CompensationView {
    /// Whose.
    pub employee_id: EmployeeId,
    /// Pay per year as of today in the person's time zone; null before the first day, or when none was ever set.
    pub salary: Option<Money>,
    /// Since when it holds.
    #[schema(value_type = Option<String>, format = Date)]
    pub effective_date: Option<Date>,
    /// What was decided for later days, next first.
    pub upcoming: Vec<EntryView>,
    /// Everything up to today, latest first.
    pub history: Vec<EntryView>,
}

/// What somebody earns from a day on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntryView {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub effective_date: Date,
    /// Pay per year.
    pub salary: Money,
    /// Why.
    pub reason: Option<String>,
    /// Who decided it.
    pub set_by: String,
    /// When it was decided.
    #[schema(value_type = String, format = DateTime)]
    pub set_at: Timestamp,
}

impl From<&CompensationEntry> for EntryView {
    fn from(entry: &CompensationEntry) -> Self {
        let CompensationEntry { effective_date, salary, reason, set_by, set_at } = entry.clone();
        Self { effective_date, salary, reason, set_by: set_by.to_string(), set_at }
    }
}

impl CompensationView {
    /// A history as it reads on a day.
    pub fn of(employee_id: EmployeeId, history: &CompensationHistory, today: Date) -> Self {
        let holding = history.effective_on(today);
        let so_far = history.entries().iter().filter(|entry| entry.effective_date <= today);
        Self {
            employee_id,
            salary: holding.map(|entry| entry.salary),
            effective_date: holding.map(|entry| entry.effective_date),
            upcoming: history.upcoming_after(today).map(EntryView::from).collect(),
            history: so_far.rev().map(EntryView::from).collect(),
        }
    }
}

/// Reads a person's pay.
#[utoipa::path(get, path = "/api/v1/employees/{employee_id}/compensation", operation_id = "employees-compensation-get",
    tag = "employees", params(("employee_id" = EmployeeId, Path)),
    responses((status = 200, body = CompensationView), (status = 404, description = "Not there, or not visible")))]
pub async fn handle(
    caller: Caller,
    Reached(RecordWithPay { stored, pay, .. }): Reached<RecordWithPay>,
) -> Result<Versioned<CompensationView>, Problem> {
    let (person, pay) = (stored.value.person, pay.ok_or_else(|| Error::not_found("person"))?);
    let view = CompensationView::of(person.id, &pay.value, person.today(caller.origin().at));
    Ok(Versioned(pay.version, view))
}
