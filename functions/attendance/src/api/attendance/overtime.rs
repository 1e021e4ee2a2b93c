//! `GET /api/v1/attendance/{employee_id}/overtime`: a person's overtime, by day and by rate.

use axum::extract::State;
use jiff::civil::Date;
use kernel::{AttendanceId, EmployeeId, Minutes, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem, Reached, Subject};
use policy::attendance::{DayKind, OvertimePiece};
use serde::Serialize;
use utoipa::ToSchema;

use store::Order;

use super::{date_range::period, get::DaysQuery};
use crate::{
    api::Api,
    domain::{day::Day, month_totals::OvertimeSums},
};

lambda::endpoint!(ATTENDANCE_OVERTIME, get(handle), Api);

/// A day on which somebody worked overtime that counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OvertimeDayView {
    /// The day's id.
    #[schema(value_type = String)]
    pub id: AttendanceId,
    /// The date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// What kind of day it was.
    pub kind: DayKind,
    /// Worked in all.
    pub worked_minutes: Minutes,
    /// Overtime that counts.
    pub overtime_minutes: Minutes,
    /// Overtime beyond a cap or below the minimum block.
    pub not_counted_minutes: Minutes,
    /// What counts, by date, night and rate.
    pub pieces: Vec<OvertimePiece>,
}

impl OvertimeDayView {
    /// Only settled days have overtime.
    fn of(day: Day) -> Option<Self> {
        let outcome = day.outcome?;
        Some(Self {
            id: day.id,
            date: day.date,
            kind: outcome.kind,
            worked_minutes: outcome.worked_minutes,
            overtime_minutes: outcome.overtime.minutes,
            not_counted_minutes: outcome.overtime.not_counted_minutes,
            pieces: outcome.pieces.into_iter().filter(|piece| piece.overtime).collect(),
        })
    }
}

/// How much overtime a period has.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct OvertimeTotals {
    /// On so many days.
    pub days: usize,
    /// How much, by rate.
    #[serde(flatten)]
    pub sums: OvertimeSums,
}

/// Overtime in a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OvertimeView {
    /// The first day that was looked at.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Over the whole period, not only this page.
    pub totals: OvertimeTotals,
    /// The newest first.
    #[serde(flatten)]
    pub page: Page<OvertimeDayView>,
}

/// Lists the days with overtime that counts. A day is among them once it is settled.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}/overtime", operation_id = "attendance-overtime",
    tag = "attendance", params(("employee_id" = EmployeeId, Path), DaysQuery, PageQuery),
    responses((status = 200, body = OvertimeView), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Not there, or not for the caller to see"),
        (status = 422, description = "A period that ends before it begins, or is too long")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(Subject { person, .. }): Reached<Subject>,
    Paged { filter, page }: Paged<DaysQuery>,
) -> Result<axum::Json<OvertimeView>, Problem> {
    let (from, to) = period(filter.from, filter.to, person.today(caller.origin().at))?;
    let found = api.store.overtime_days(person.id, from, to).await?;
    let mut totals = OvertimeTotals { days: found.len(), ..OvertimeTotals::default() };
    found.iter().filter_map(|day| day.outcome.as_ref()).for_each(|outcome| totals.sums.add(outcome));
    let days: Vec<_> = found.into_iter().filter_map(OvertimeDayView::of).collect();
    let page = page.bound_to(to).page_of_all(days, |day| day.date.to_string(), Order::Descending)?;
    Ok(axum::Json(OvertimeView { from, to, totals, page }))
}
