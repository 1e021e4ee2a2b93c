//! `GET /api/v1/attendance/{employee_id}/monthly`: a person's month in sums over its days.

use std::collections::BTreeMap;

use axum::extract::State;
use directory::Person;
use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Minutes};
use lambda::http::{Caller, Problem, Query, Reached, Subject, Valid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::hours;
use crate::{
    api::Api,
    domain::{
        day::Day,
        live_status::{self, AttendanceStatus},
        month_totals::{DayCounts, Month, OccurrenceTotals, OvertimeSums, Sums},
    },
};

lambda::endpoint!(ATTENDANCE_MONTHLY, get(handle), Api);

/// Which month.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct MonthQuery {
    /// `2026-11`; the current one at the person's site unless told.
    #[param(value_type = Option<String>, pattern = r"^\d{4}-\d{2}$")]
    pub month: Option<Month>,
}

/// One day of a month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MonthDayView {
    /// The date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// What became of it, or what is known so far.
    pub status: AttendanceStatus,
    /// Whether it is in the sums.
    pub settled: bool,
    /// The first check-in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_in_time: Option<Timestamp>,
    /// The last check-out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_out_time: Option<Timestamp>,
    /// What was to be worked; this and what follows: nothing before the day is settled.
    pub expected_minutes: Option<Minutes>,
    /// Worked.
    pub worked_minutes: Option<Minutes>,
    /// Late.
    pub late_minutes: Option<Minutes>,
    /// Gone early.
    pub early_minutes: Option<Minutes>,
    /// Overtime that counts.
    pub overtime_minutes: Option<Minutes>,
    /// Leave.
    pub leave_minutes: Option<Minutes>,
}

impl MonthDayView {
    fn of(day: &Day) -> Self {
        let outcome = day.outcome.as_ref();
        Self {
            date: day.date,
            status: live_status::status_of_day(day).unwrap_or(AttendanceStatus::Expected),
            settled: outcome.is_some(),
            check_in_time: day.check_in_time,
            check_out_time: day.check_out_time,
            expected_minutes: outcome.map(|outcome| outcome.expected_minutes),
            worked_minutes: outcome.map(|outcome| outcome.worked_minutes),
            late_minutes: outcome.map(|outcome| outcome.late_minutes),
            early_minutes: outcome.map(|outcome| outcome.early_minutes),
            overtime_minutes: outcome.map(|outcome| outcome.overtime.minutes),
            leave_minutes: outcome.map(|outcome| outcome.leave_minutes),
        }
    }
}

/// A month in sums over its settled days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MonthlyView {
    /// Whose.
    pub employee_id: EmployeeId,
    /// Which.
    #[schema(value_type = String)]
    pub month: Month,
    /// How many days became what.
    pub days: DayCounts,
    /// Was to be worked, leave taken out.
    pub expected_minutes: Minutes,
    /// Worked.
    pub worked_minutes: Minutes,
    /// The same in hours, for reading.
    pub worked_hours: f64,
    /// Expected and not worked.
    pub missing_minutes: Minutes,
    /// Worked in the night window.
    pub night_minutes: Minutes,
    /// Late arrivals.
    pub late: OccurrenceTotals,
    /// Gone early.
    pub early: OccurrenceTotals,
    /// Absences.
    pub absent: OccurrenceTotals,
    /// Overtime.
    pub overtime: OvertimeSums,
    /// Leave.
    pub leave_minutes: Minutes,
    /// The same by leave type.
    pub leave_by_type: BTreeMap<String, Minutes>,
    /// Days up to today that are not in the sums yet: their window is open, or the night's run has not come to them.
    #[schema(value_type = Vec<String>)]
    pub not_settled: Vec<Date>,
    /// Every day of which something is known, in order.
    pub items: Vec<MonthDayView>,
}

/// Sums a month up: over days as they were settled, never over punches.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}/monthly", operation_id = "attendance-monthly", tag = "attendance",
    params(("employee_id" = EmployeeId, Path), MonthQuery),
    responses((status = 200, body = MonthlyView), (status = 404, description = "Not there, or not for the caller to see")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(Subject { person, .. }): Reached<Subject>,
    Valid(Query(asked)): Valid<Query<MonthQuery>>,
) -> Result<axum::Json<MonthlyView>, Problem> {
    let today = person.today(caller.origin().at);
    let month = asked.month.unwrap_or_else(|| Month::of(today));
    let stored = api.store.list_days_of(person.id, month.first(), month.last()).await?;
    let days: Vec<Day> = stored.into_iter().map(|stored| stored.value).collect();
    Ok(axum::Json(monthly(&person, month, &days, today)))
}

fn monthly(person: &Person, month: Month, days: &[Day], today: Date) -> MonthlyView {
    let mut sums = Sums::default();
    for day in days {
        if let Some(outcome) = &day.outcome {
            sums.add(outcome, &day.leaves);
        }
    }
    let settled = |date: Date| days.iter().any(|day| day.date == date && day.outcome.is_some());
    let employed = |date: &Date| person.hire_date <= *date && person.termination_date.is_none_or(|last| *date <= last);
    MonthlyView {
        employee_id: person.id,
        month,
        days: sums.days,
        expected_minutes: sums.expected,
        worked_minutes: sums.worked,
        worked_hours: hours(sums.worked),
        missing_minutes: sums.missing,
        night_minutes: sums.night,
        late: sums.late,
        early: sums.early,
        absent: sums.absent,
        overtime: sums.overtime,
        leave_minutes: sums.leave,
        leave_by_type: sums.leave_by_type,
        not_settled: month.days().filter(|date| *date <= today && !settled(*date)).filter(employed).collect(),
        items: days.iter().map(MonthDayView::of).collect(),
    }
}
