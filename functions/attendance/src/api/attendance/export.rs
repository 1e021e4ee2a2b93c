//! `GET /api/v1/attendance/export`: a department's month as CSV. Publishes `attendance.exported`: nobody gets a file that is not on
//! record.

use std::collections::{HashMap, HashSet};

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use garde::Validate;
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, Error, ExportId, Result};
use lambda::http::{Caller, Problem, Query, Valid, field};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    api::Api,
    domain::{
        csv_export::{Row, Sheet},
        member::Member,
        month_totals::Month,
    },
    store::{DepartmentDay, ExportRecord},
};

lambda::endpoint!(ATTENDANCE_EXPORT, get(handle), Api);

/// No file is longer: an answer of a function may have 6 MB, and line ends grow on the way.
const BYTES_MAX: usize = 5_000_000;

/// Which department, and when.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// The department; people count where they belonged on each day.
    pub department: DepartmentId,
    /// `2026-11`.
    #[param(value_type = String, pattern = r"^\d{4}-\d{2}$")]
    pub month: Month,
    /// First day; that of the month unless told.
    #[garde(inner(custom(field::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day; that of the month unless told.
    #[garde(inner(custom(field::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// Writes the settled days of a department as CSV, by date and person. Times are local, with their distance from UTC. A cell that a
/// spreadsheet would take for a formula begins with an apostrophe.
#[utoipa::path(get, path = "/api/v1/attendance/export", operation_id = "attendance-export", tag = "attendance",
    params(ExportQuery),
    responses((status = 200, body = String, content_type = "text/csv", description = "At most 5 MB"),
        (status = 422, description = "Days of another month, or more than one file holds: ask for fewer days")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(asked)): Valid<Query<ExportQuery>>,
) -> std::result::Result<Response, Problem> {
    let ExportQuery { department, month, .. } = asked;
    let (from, to) = within(&asked)?;
    let sheet = sheet(&api, department, month, (from, to)).await?;
    let id = ExportId::new(api.shell.ids.uuid(caller.origin().at));
    let exported = ExportRecord {
        id,
        department_id: department,
        from,
        to,
        rows: sheet.rows(),
        created_at: caller.origin().at,
        created_by: caller.id(),
    };
    api.store.create_export(caller.origin(), &exported).await?;
    let name = format!("attachment; filename=\"attendance-{month}-{department}.csv\"");
    let about = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((about, sheet.end()?).into_response())
}

/// The days within the month.
fn within(asked: &ExportQuery) -> Result<(Date, Date)> {
    let (first, last) = (asked.month.first(), asked.month.last());
    let (from, to) = (asked.from.unwrap_or(first), asked.to.unwrap_or(last));
    for (pointer, date) in [("query:from", from), ("query:to", to)] {
        if !(first..=last).contains(&date) {
            return Err(Error::invalid(pointer, "other_month", format!("{date} is not in {}.", asked.month)));
        }
    }
    if to < from {
        return Err(Error::invalid("query:to", "invalid_range", "The last day is before the first."));
    }
    Ok((from, to))
}

async fn sheet(api: &Api, department: DepartmentId, month: Month, period: (Date, Date)) -> Result<Sheet> {
    let (mut sheet, mut people, mut unread) = (Sheet::begin()?, HashMap::new(), None);
    loop {
        let (days, next) = api.store.department_days(department, month, period, unread).await?;
        load_missing_people(api, &mut people, &days).await?;
        for DepartmentDay { date, employee_id, home, outcome, .. } in &days {
            let person = people.get(employee_id).map(|member| &member.person);
            sheet.add(&Row { date: *date, employee_id: *employee_id, person, home, outcome })?;
        }
        if sheet.bytes() > BYTES_MAX {
            let detail = "One file holds at most 5 MB; ask for fewer days of the month with `from` and `to`.";
            return Err(Error::invalid("query:from", "too_many", detail));
        }
        match next {
            Some(next) => unread = Some(next),
            None => return Ok(sheet),
        }
    }
}

/// Reads those people whom no page before had.
async fn load_missing_people(
    api: &Api,
    people: &mut HashMap<EmployeeId, Member>,
    days: &[DepartmentDay],
) -> Result<()> {
    let new: HashSet<EmployeeId> =
        days.iter().map(|day| day.employee_id).filter(|id| !people.contains_key(id)).collect();
    if !new.is_empty() {
        people.extend(api.store.members.get_many_fresh(&new.into_iter().collect::<Vec<_>>()).await?);
    }
    Ok(())
}
