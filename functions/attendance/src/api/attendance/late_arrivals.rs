//! `GET /api/v1/attendance/{employee_id}/late-arrivals`: days on which an employee was late, with the minutes.

use axum::extract::State;
use jiff::{Timestamp, civil::Date};
use kernel::{AttendanceId, EmployeeId, Minutes, Page};
use lambda::http::{Caller, InScope, PageQuery, Paged, Problem, Subject};
use serde::Serialize;
use utoipa::ToSchema;

use store::Order;

use super::{date_range::period_or_default, get::DaysQuery};
use crate::{
    api::Api,
    domain::{
        day::Day,
        live_status::{self, AttendanceStatus},
        month_totals::OccurrenceTotals,
    },
};

lambda::endpoint!(ATTENDANCE_LATE_ARRIVALS, get(handle), Api);

/// Day on which an employee was late.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LateArrivalView {
    /// Id of the attendance day.
    pub id: AttendanceId,
    /// Date on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Status of the day; preliminary until it is settled.
    pub status: AttendanceStatus,
    /// Whether the day is settled. Before that, the minutes are those of the late live check-ins so far.
    pub settled: bool,
    /// Start of the first shift; null before the day is settled.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub shift_began_at: Option<Timestamp>,
    /// Time of the first check-in of the day, also if only a later one is late.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_in_time: Option<Timestamp>,
    /// Minutes late over all shifts of the day, each counted from its start, or from the end of leave at its start; at least 1.
    pub late_minutes: Minutes,
}

impl LateArrivalView {
    /// A day as reports show it; `None` if it has no late minutes.
    fn of_late_day(day: &Day) -> Option<Self> {
        let outcome = day.reported_outcome();
        let late_minutes = if day.outcome.is_some() { outcome?.late_minutes } else { day.late_minutes? };
        let recorded = || live_status::status_of_record(day).unwrap_or(AttendanceStatus::Expected);
        (late_minutes > Minutes::ZERO).then(|| Self {
            id: day.id,
            date: day.date,
            status: outcome.map_or_else(recorded, |outcome| outcome.status.into()),
            settled: outcome.is_some(),
            shift_began_at: outcome.and_then(|outcome| outcome.spans.first()).map(|span| span.from),
            check_in_time: outcome.map_or(day.check_in_time, |outcome| outcome.first_in),
            late_minutes,
        })
    }
}

/// Late arrivals of an employee in a date range.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LateArrivals {
    /// First day of the range.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the range.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Totals of the whole range, not of this page only.
    pub totals: OccurrenceTotals,
    /// Late arrivals, newest first.
    #[serde(flatten)]
    pub page: Page<LateArrivalView>,
}

/// Lists the late arrivals of an employee, newest first.
///
/// A corrected day enters or leaves the list once it is settled again. Days of a closed payroll period stay as they were
/// reported.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}/late-arrivals", operation_id = "attendance-late-arrivals",
    tag = "attendance",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), DaysQuery, PageQuery),
    responses((status = 200, body = LateArrivals, description = "One page of late arrivals, with the totals of the range."),
        (status = 404, description = "`not_found`: this employee does not exist, or the caller may not see their attendance.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(Subject { person, .. }): InScope<Subject>,
    Paged { filter, page }: Paged<DaysQuery>,
) -> Result<axum::Json<LateArrivals>, Problem> {
    let (from, to) = period_or_default(filter.from, filter.to, person.today(caller.origin().at))?;
    let days = api.store.list_late_days(person.id, from, to).await?;
    let mut totals = OccurrenceTotals::default();
    let late: Vec<_> = days.iter().filter_map(LateArrivalView::of_late_day).collect();
    late.iter().for_each(|day| totals.add(day.late_minutes));
    let page = page.bind_cursors_to(to).page_of_all(late, |day| day.date.to_string(), Order::Descending)?;
    Ok(axum::Json(LateArrivals { from, to, totals, page }))
}
