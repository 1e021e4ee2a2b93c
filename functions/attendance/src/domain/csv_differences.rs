//! Payroll differences as CSV: one row for each figure that changed.

use kernel::Result;
use policy::Person;
use serde_json::json;

use super::{
    csv_export::CsvSheet,
    payroll_difference::PayrollDifference,
    payroll_figures::{NamedMinutes, PayrollFigures},
};

/// Column names of a file of payroll differences, in the order of the cells.
pub const DIFFERENCE_COLUMNS: [&str; 17] = [
    "period",
    "date",
    "employee_id",
    "employee_code",
    "name",
    "department_id",
    "site",
    "status_before",
    "status_after",
    "figure",
    "detail",
    "before_minutes",
    "after_minutes",
    "difference_minutes",
    "causes",
    "posted_at",
    "request_id",
];

/// Adds a row for each figure that changed; one without a figure if only the status did. The cells `employee_code` and `name`
/// are empty if the person is unknown.
pub fn add_difference(sheet: &mut CsvSheet, difference: &PayrollDifference, person: Option<&Person>) -> Result<()> {
    let changed = difference.difference().nonzero();
    if changed.is_empty() {
        return sheet.add(&cells_of(difference, person, None));
    }
    changed.iter().try_for_each(|figure| sheet.add(&cells_of(difference, person, Some(figure))))
}

/// Cells of a row in the order of [`DIFFERENCE_COLUMNS`]; those of the figure are empty if `changed` is `None`.
fn cells_of(difference: &PayrollDifference, person: Option<&Person>, changed: Option<&NamedMinutes>) -> [String; 17] {
    let name = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let causes: Vec<_> = difference.causes.iter().map(|cause| name(&json!(cause))).collect();
    let figure = |text: fn(&NamedMinutes) -> String| changed.map(text).unwrap_or_default();
    let minutes = |of: &PayrollFigures| changed.map(|changed| of.minutes_of(changed).0.to_string()).unwrap_or_default();
    [
        difference.period.to_string(),
        difference.date.to_string(),
        difference.employee_id.to_string(),
        person.map(|person| person.employee_code.clone()).unwrap_or_default(),
        person.map(|person| format!("{} {}", person.first_name, person.last_name)).unwrap_or_default(),
        difference.department_id.to_string(),
        difference.site.clone(),
        difference.status_before.map(|status| name(&json!(status))).unwrap_or_default(),
        name(&json!(difference.status_after)),
        figure(|one| one.figure.to_owned()),
        figure(|one| one.detail.clone()),
        minutes(&difference.before),
        minutes(&difference.after),
        figure(|one| one.minutes.0.to_string()),
        causes.join(" "),
        difference.posted_at.to_string(),
        difference.request_id.to_string(),
    ]
}
