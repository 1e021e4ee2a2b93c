//! `GET /api/v1/attendance/{employee_id}/late-arrivals`: when a person was late, and how late.

use axum::extract::State;
use jiff::{Timestamp, civil::Date};
use kernel::{AttendanceId, EmployeeId, Minutes, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem, Reached, Subject};
use serde::Serialize;
use utoipa::ToSchema;

use store::Order;

use super::{date_range::period, get::DaysQuery};
use crate::{
    api::Api,
    domain::{
        day::Day,
        live_status::{self, AttendanceStatus},
        month_totals::OccurrenceTotals,
    },
};

lambda::endpoint!(ATTENDANCE_LATE_ARRIVALS, get(handle), Api);

/// A day on which somebody came late.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LateArrivalView {
    /// The day's id.
    #[schema(value_type = String)]
    pub id: AttendanceId,
    /// The date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// What became of the day, or what is known so far.
    pub status: AttendanceStatus,
    /// Whether the day is settled: before, the figure is that of the first check-in.
    pub settled: bool,
    /// When the shift began; nothing before the day is settled.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub shift_began_at: Option<Timestamp>,
    /// The first check-in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_in_time: Option<Timestamp>,
    /// How late, from the shift's start.
    pub late_minutes: Minutes,
}

impl LateArrivalView {
    fn of(day: Day) -> Self {
        Self {
            id: day.id,
            date: day.date,
            status: live_status::status_of_day(&day).unwrap_or(AttendanceStatus::Expected),
            settled: day.outcome.is_some(),
            shift_began_at: day.outcome.as_ref().and_then(|outcome| outcome.spans.first()).map(|span| span.from),
            check_in_time: day.check_in_time,
            late_minutes: day.late_minutes.unwrap_or_default(),
        }
    }
}

/// Late arrivals in a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LateArrivals {
    /// The first day that was looked at.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Over the whole period, not only this page.
    pub totals: OccurrenceTotals,
    /// The newest first.
    #[serde(flatten)]
    pub page: Page<LateArrivalView>,
}

/// Lists late arrivals. A day that is late by a correction or not any more follows when it is settled again.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}/late-arrivals", operation_id = "attendance-late-arrivals",
    tag = "attendance", params(("employee_id" = EmployeeId, Path), DaysQuery, PageQuery),
    responses((status = 200, body = LateArrivals), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Not there, or not for the caller to see"),
        (status = 422, description = "A period that ends before it begins, or is too long")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(Subject { person, .. }): Reached<Subject>,
    Paged { filter, page }: Paged<DaysQuery>,
) -> Result<axum::Json<LateArrivals>, Problem> {
    let (from, to) = period(filter.from, filter.to, person.today(caller.origin().at))?;
    let days = api.store.late_days(person.id, from, to).await?;
    let mut totals = OccurrenceTotals::default();
    days.iter().for_each(|day| totals.add(day.late_minutes.unwrap_or_default()));
    let page = page.bound_to(to).page_of_all(days, |day| day.date.to_string(), Order::Descending)?;
    Ok(axum::Json(LateArrivals { from, to, totals, page: page.map(LateArrivalView::of) }))
}
