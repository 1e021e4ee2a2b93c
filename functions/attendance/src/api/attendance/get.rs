//! `GET /api/v1/attendance/{employee_id}`: a person's days, the newest first.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem, Reached, Subject, field};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{date_range::period, view::AttendanceView};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_GET, get(handle), Api);

/// Which days.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// First day; 31 days in all unless told.
    #[garde(inner(custom(field::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day, today at the person's site unless told; at most 366 days in all.
    #[garde(inner(custom(field::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// Lists the days of which something is known: punches, leave, or what came of them.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}", operation_id = "attendance-get", tag = "attendance",
    params(("employee_id" = EmployeeId, Path), DaysQuery, PageQuery),
    responses((status = 200, body = Page<AttendanceView>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Not there, or not for the caller to see"),
        (status = 422, description = "A period that ends before it begins, or is too long")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(Subject { person, fields }): Reached<Subject>,
    Paged { filter, page }: Paged<DaysQuery>,
) -> Result<axum::Json<Page<AttendanceView>>, Problem> {
    let (from, to) = period(filter.from, filter.to, person.today(caller.origin().at))?;
    let page = api.store.list_days(person.id, (from, to), &page.bound_to(to)).await?;
    Ok(axum::Json(page.map(|day| AttendanceView::of(&day, fields))))
}
