//! `GET /api/v1/attendance/{employee_id}`: the days of an employee, newest first.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Page};
use lambda::http::{Caller, InScope, PageQuery, Paged, Problem, Subject, validators};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{date_range::period_or_default, view::AttendanceView};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_GET, get(handle), Api);

/// Date range of a list of days.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// First day. Default: 30 days before `to`.
    #[garde(inner(custom(validators::validate_date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day; a range has at most 366 days. Default: today at the employee's site, or `from` if that is later.
    #[garde(inner(custom(validators::validate_date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// Lists the attendance days of an employee, newest first.
///
/// A day is listed once it has a punch, leave or an outcome.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}", operation_id = "attendance-get", tag = "attendance",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), DaysQuery, PageQuery),
    responses((status = 200, body = Page<AttendanceView>, description = "One page of attendance days, newest first."),
        (status = 404, description = "`not_found`: this employee does not exist, or the caller may not see their attendance.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(Subject { person, fields }): InScope<Subject>,
    Paged { filter, page }: Paged<DaysQuery>,
) -> Result<axum::Json<Page<AttendanceView>>, Problem> {
    let (from, to) = period_or_default(filter.from, filter.to, person.today(caller.origin().at))?;
    let page = api.store.list_days(person.id, (from, to), &page.bind_cursors_to(to)).await?;
    Ok(axum::Json(page.map(|day| AttendanceView::of(&day, fields))))
}
