//! `GET /api/v1/attendance/{employee_id}/overtime`: the overtime of an employee, by day and rate.

use axum::extract::State;
use jiff::civil::Date;
use kernel::{AttendanceId, EmployeeId, Minutes, Page};
use lambda::http::{Caller, InScope, PageQuery, Paged, Problem, Subject};
use policy::attendance::{DayKind, WorkPiece};
use serde::Serialize;
use utoipa::ToSchema;

use store::Order;

use super::{date_range::period_or_default, get::DaysQuery};
use crate::{
    api::Api,
    domain::{day::Day, month_totals::OvertimeSums},
};

lambda::endpoint!(ATTENDANCE_OVERTIME, get(handle), Api);

/// Day with overtime that counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OvertimeDayView {
    /// Id of the attendance day.
    pub id: AttendanceId,
    /// Date on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Kind of the day: work, rest or holiday.
    pub kind: DayKind,
    /// Worked minutes of the day, without breaks.
    pub worked_minutes: Minutes,
    /// Overtime minutes that count, after minimum block and caps.
    pub overtime_minutes: Minutes,
    /// Overtime minutes that do not count: above a cap or below the minimum block.
    pub not_counted_minutes: Minutes,
    /// Overtime that counts, by date, kind of day, night and rate; without normal time.
    pub pieces: Vec<WorkPiece>,
}

impl OvertimeDayView {
    /// A day as reports show it; `None` for one that is not settled.
    fn of_settled_day(day: &Day) -> Option<Self> {
        let outcome = day.reported_outcome()?;
        Some(Self {
            id: day.id,
            date: day.date,
            kind: outcome.kind,
            worked_minutes: outcome.worked_minutes,
            overtime_minutes: outcome.overtime.minutes,
            not_counted_minutes: outcome.overtime.not_counted_minutes,
            pieces: outcome.pieces.iter().filter(|piece| piece.overtime).cloned().collect(),
        })
    }
}

/// Overtime totals of a date range.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct OvertimeTotals {
    /// Number of days with overtime that counts.
    pub days: usize,
    /// Overtime minutes, in all and by rate.
    #[serde(flatten)]
    pub sums: OvertimeSums,
}

/// Overtime of an employee in a date range.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OvertimeView {
    /// First day of the range.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the range.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Totals of the whole range, not of this page only.
    pub totals: OvertimeTotals,
    /// Days with overtime, newest first.
    #[serde(flatten)]
    pub page: Page<OvertimeDayView>,
}

/// Lists the overtime days of an employee, newest first.
///
/// Listed are settled days with overtime that counts, after minimum block and caps. Days of a closed payroll period are
/// listed as they were reported.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}/overtime", operation_id = "attendance-overtime",
    tag = "attendance",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), DaysQuery, PageQuery),
    responses((status = 200, body = OvertimeView, description = "One page of overtime days, with the totals of the range."),
        (status = 404, description = "`not_found`: this employee does not exist, or the caller may not see their attendance.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(Subject { person, .. }): InScope<Subject>,
    Paged { filter, page }: Paged<DaysQuery>,
) -> Result<axum::Json<OvertimeView>, Problem> {
    let (from, to) = period_or_default(filter.from, filter.to, person.today(caller.origin().at))?;
    let settled = api.store.list_overtime_days(person.id, from, to).await?;
    let mut totals = OvertimeTotals { days: settled.len(), ..OvertimeTotals::default() };
    settled.iter().filter_map(Day::reported_outcome).for_each(|outcome| totals.sums.add(outcome));
    let days: Vec<_> = settled.iter().filter_map(OvertimeDayView::of_settled_day).collect();
    let page = page.bind_cursors_to(to).page_of_all(days, |day| day.date.to_string(), Order::Descending)?;
    Ok(axum::Json(OvertimeView { from, to, totals, page }))
}
