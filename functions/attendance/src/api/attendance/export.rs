//! `GET /api/v1/attendance/export`: a department's month as CSV. Publishes `attendance.exported`: every export is
//! recorded.

use std::collections::HashMap;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use garde::Validate;
use jiff::civil::Date;
use kernel::{DepartmentId, Error, ExportId, Result};
use lambda::http::{Caller, Problem, Query, Valid, validators};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    api::{Api, people_selection::add_missing_people},
    domain::{
        csv_export::{COLUMNS, CsvSheet, FILE_BYTES_MAX, SheetRow, cells_of},
        month_totals::Month,
    },
    messages,
    store::{DepartmentDay, ExportRecord},
};

lambda::endpoint!(ATTENDANCE_EXPORT, get(handle), Api);

/// Department and days of an export.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// Id of the department. Each day counts for the department of the employee on that day.
    pub department: DepartmentId,
    /// Month as `YYYY-MM`, such as `2026-11`.
    #[param(value_type = String, pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    pub month: Month,
    /// First day, within the month. Default: the first day of the month.
    #[garde(inner(custom(validators::validate_date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day, within the month. Default: the last day of the month.
    #[garde(inner(custom(validators::validate_date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// Exports the settled days of a department as CSV.
///
/// The file has one row per employee and day, ordered by date and employee, after a header with the column names.
/// Times are local, with their UTC offset. `deducted_break_minutes`, the last column, is the part of `break_minutes` that
/// was not taken but deducted. New columns are added at the end. A cell that a spreadsheet would read as a formula starts with an
/// apostrophe. Days of another month, and a file larger than 5 MB, are refused with 422 `invalid`. Each export is
/// recorded in the audit trail. Days of a closed payroll period are exported as they were reported.
#[utoipa::path(get, path = "/api/v1/attendance/export", operation_id = "attendance-export", tag = "attendance",
    params(ExportQuery),
    responses((status = 200, body = String, content_type = "text/csv", description = "CSV file (RFC 4180) in UTF-8, at most 5 MB.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(query)): Valid<Query<ExportQuery>>,
) -> std::result::Result<Response, Problem> {
    let ExportQuery { department, month, .. } = query;
    let (from, to) = export_period(&query)?;
    let sheet = build_sheet(&api, department, month, (from, to)).await?;
    let id = ExportId::new(api.shell.ids.uuid(caller.origin().at));
    let export = ExportRecord {
        id,
        department_id: department,
        from,
        to,
        rows: sheet.row_count(),
        created_at: caller.origin().at,
        created_by: caller.id(),
    };
    api.store.create_export_record(caller.origin(), id, &export).await?;
    let name = format!("attachment; filename=\"attendance-{month}-{department}.csv\"");
    let about = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((about, sheet.end()?).into_response())
}

/// Date range of the export: the whole month, or its given part.
///
/// # Errors
/// 422 for a day of another month or a reversed range.
fn export_period(query: &ExportQuery) -> Result<(Date, Date)> {
    let (first, last) = (query.month.first_day(), query.month.last_day());
    let (from, to) = (query.from.unwrap_or(first), query.to.unwrap_or(last));
    for (pointer, date) in [("query:from", from), ("query:to", to)] {
        if !(first..=last).contains(&date) {
            return Err(Error::invalid(pointer, "other_month", messages::other_month(date, query.month.to_string())));
        }
    }
    if to < from {
        return Err(Error::invalid("query:to", "invalid_range", messages::to_before_from()));
    }
    Ok((from, to))
}

/// CSV file with the settled days of a department within a month.
///
/// # Errors
/// 422 `too_many` for more than 5 MB.
async fn build_sheet(api: &Api, department: DepartmentId, month: Month, period: (Date, Date)) -> Result<CsvSheet> {
    let (mut sheet, mut people, mut after) = (CsvSheet::begin(&COLUMNS)?, HashMap::new(), None);
    loop {
        let (days, next) = api.store.list_department_days(department, month, period, after).await?;
        add_missing_people(api, &mut people, days.iter().map(|day| day.employee_id)).await?;
        for DepartmentDay { date, employee_id, home, outcome, .. } in &days {
            let person = people.get(employee_id).map(|member| &member.person);
            sheet.add(&cells_of(&SheetRow { date: *date, employee_id: *employee_id, person, home, outcome }))?;
        }
        if sheet.byte_count() > FILE_BYTES_MAX {
            return Err(Error::invalid("query:from", "too_many", messages::export_too_large()));
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(sheet),
        }
    }
}
