//! `GET /api/v1/attendance/{employee_id}/monthly`: the monthly totals of an employee.

use std::collections::BTreeMap;

use axum::extract::State;
use directory::Person;
use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Minutes};
use lambda::http::{Caller, InScope, Problem, Query, Subject, Valid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::to_hours;
use crate::{
    api::Api,
    domain::{
        day::Day,
        live_status::{self, AttendanceStatus},
        month_totals::{DayCounts, DayTotals, Month, OccurrenceTotals, OvertimeSums},
    },
};

lambda::endpoint!(ATTENDANCE_MONTHLY, get(handle), Api);

/// Month of a summary.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct MonthQuery {
    /// Month as `YYYY-MM`. Default: the current month at the employee's site.
    #[param(value_type = Option<String>, pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    pub month: Option<Month>,
}

/// One day of a monthly summary.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MonthDayView {
    /// Date on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Status of the day; preliminary until it is settled.
    pub status: AttendanceStatus,
    /// Whether the day is settled and part of the totals.
    pub settled: bool,
    /// Time of the first check-in; null without one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_in_time: Option<Timestamp>,
    /// Time of the last check-out; null without one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_out_time: Option<Timestamp>,
    /// Expected working time in minutes, after leave is deducted; null before the day is settled.
    pub expected_minutes: Option<Minutes>,
    /// Worked minutes, without breaks; null before the day is settled.
    pub worked_minutes: Option<Minutes>,
    /// Minutes late over all shifts of the day, each counted from its start, or from the end of leave at its start; 0
    /// within grace and without a check-in; null before the day is settled.
    pub late_minutes: Option<Minutes>,
    /// Minutes left early over all shifts of the day, each counted to its end, or to the start of leave at its end; 0 within
    /// grace and without a check-out. Null before the day is settled.
    pub early_minutes: Option<Minutes>,
    /// Overtime minutes that count, after minimum block and caps; null before the day is settled.
    pub overtime_minutes: Option<Minutes>,
    /// Minutes of leave; null before the day is settled.
    pub leave_minutes: Option<Minutes>,
}

impl MonthDayView {
    /// A day as the month reports it.
    fn of(day: &Day) -> Self {
        let outcome = day.reported_outcome();
        let recorded = || live_status::status_of_record(day).unwrap_or(AttendanceStatus::Expected);
        Self {
            date: day.date,
            status: outcome.map_or_else(recorded, |outcome| outcome.status.into()),
            settled: outcome.is_some(),
            check_in_time: outcome.map_or(day.check_in_time, |outcome| outcome.first_in),
            check_out_time: outcome.map_or(day.check_out_time, |outcome| outcome.last_out),
            expected_minutes: outcome.map(|outcome| outcome.expected_minutes),
            worked_minutes: outcome.map(|outcome| outcome.worked_minutes),
            late_minutes: outcome.map(|outcome| outcome.late_minutes),
            early_minutes: outcome.map(|outcome| outcome.early_minutes),
            overtime_minutes: outcome.map(|outcome| outcome.overtime.minutes),
            leave_minutes: outcome.map(|outcome| outcome.leave_minutes),
        }
    }
}

/// Totals of an employee's settled days in one month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MonthlyView {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Month as `YYYY-MM`, such as `2026-11`.
    #[schema(value_type = String, pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    pub month: Month,
    /// Number of settled days by status.
    pub days: DayCounts,
    /// Expected working time in minutes, after leave is deducted.
    pub expected_minutes: Minutes,
    /// Worked minutes, without breaks.
    pub worked_minutes: Minutes,
    /// Worked time in hours, rounded to two decimals, for display.
    pub worked_hours: f64,
    /// Expected minutes above the worked minutes, added up day by day: longer work on other days does not reduce them.
    pub missing_minutes: Minutes,
    /// Minutes worked in the night window.
    pub night_minutes: Minutes,
    /// Number of days with a late arrival, and their late minutes.
    pub late: OccurrenceTotals,
    /// Number of days with an early departure, and their early minutes.
    pub early: OccurrenceTotals,
    /// Number of days of absence, and their missing minutes: work was expected, and there is no punch.
    pub absent: OccurrenceTotals,
    /// Overtime of the month by rate.
    pub overtime: OvertimeSums,
    /// Minutes of leave on the settled days of the month.
    pub leave_minutes: Minutes,
    /// Minutes of leave on the settled days, by code of the leave type.
    pub leave_by_type: BTreeMap<String, Minutes>,
    /// Dates of the employment up to today whose days are not in the totals: not settled, or not before the close of the
    /// payroll period.
    #[schema(value_type = Vec<String>, format = Date)]
    pub not_settled: Vec<Date>,
    /// Days with punches, leave or an outcome, in the order of their dates.
    pub items: Vec<MonthDayView>,
}

/// Returns the attendance totals of an employee in one month.
///
/// The totals count settled days only. A month whose payroll period is closed is returned as it was reported.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}/monthly", operation_id = "attendance-monthly", tag = "attendance",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), MonthQuery),
    responses((status = 200, body = MonthlyView, description = "Totals and days of the month."),
        (status = 404, description = "`not_found`: this employee does not exist, or the caller may not see their attendance.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(Subject { person, .. }): InScope<Subject>,
    Valid(Query(query)): Valid<Query<MonthQuery>>,
) -> Result<axum::Json<MonthlyView>, Problem> {
    let today = person.today(caller.origin().at);
    let month = query.month.unwrap_or_else(|| Month::of(today));
    let stored = api.store.list_days_consistent(person.id, month.first_day(), month.last_day()).await?;
    let days: Vec<Day> = stored.into_iter().map(|stored| stored.value).collect();
    Ok(axum::Json(monthly_view(&person, month, &days, today)))
}

fn monthly_view(person: &Person, month: Month, days: &[Day], today: Date) -> MonthlyView {
    let mut sums = DayTotals::default();
    for day in days {
        if let Some(outcome) = day.reported_outcome() {
            sums.add(outcome, &day.reported_leave());
        }
    }
    let settled = |date: Date| days.iter().any(|day| day.date == date && day.reported_outcome().is_some());
    let employed = |date: &Date| person.hire_date <= *date && person.termination_date.is_none_or(|last| *date <= last);
    MonthlyView {
        employee_id: person.id,
        month,
        days: sums.days,
        expected_minutes: sums.expected,
        worked_minutes: sums.worked,
        worked_hours: to_hours(sums.worked),
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
