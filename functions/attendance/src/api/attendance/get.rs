//! `GET /api/v1/attendance/{employee_id}`: a person's days, the newest first.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Limit, Page};
use lambda::http::{Caller, Path, Problem, Query, Valid, field};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{date_range::period, view::AttendanceView};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_GET, get(handle), Api);

/// Which days.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Days {
    /// First day; 31 days in all unless told.
    #[garde(inner(custom(field::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day, today at the person's site unless told; at most 366 days in all.
    #[garde(inner(custom(field::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Days on a page, 1 to 100.
    #[serde(default)]
    #[param(value_type = Option<u16>)]
    pub limit: Limit,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Lists the days of which something is known: punches, leave, or what came of them.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}", operation_id = "attendance-get", tag = "attendance",
    params(("employee_id" = EmployeeId, Path), Days),
    responses((status = 200, body = Page<AttendanceView>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Not there, or not for the caller to see"),
        (status = 422, description = "A period that ends before it begins, or is too long")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(employee): Path<EmployeeId>,
    Valid(Query(asked)): Valid<Query<Days>>,
) -> Result<axum::Json<Page<AttendanceView>>, Problem> {
    let at = caller.origin().at;
    let (person, fields) = caller.reach(employee).await?;
    let (from, to) = period(asked.from, asked.to, person.today(at))?;
    let question = format!("{}?{employee}&{from}&{to}", access::ATTENDANCE_GET.name);
    let (sealer, view) = (api.sealer(at).await?, caller.view(question));
    let cursor = asked.cursor.as_deref();
    let page = api.store.history(employee, (from, to), asked.limit, cursor, (&sealer, &view)).await?;
    Ok(axum::Json(page.map(|day| AttendanceView::of(&day, fields))))
}
