//! `POST /api/v1/attendance/process`: derives the days of a period again, and says what came out differently and why. Publishes
//! `attendance.run_requested`; the days are derived page by page.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use garde::Validate;
use jiff::{Span, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, RunId};
use lambda::http::{Caller, IdempotencyHeader, Problem, Query, Replayed, Valid, accepted, field};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::{
    api::{Api, attendance::runs::view::AttendanceRunView},
    domain::run::{Run, RunScope},
};

lambda::endpoint!(ATTENDANCE_PROCESS, post(handle), Api);

/// No period is longer.
const DAYS_MAX: i64 = 62;
/// Days longer ago than this stay as they are: what people were assigned to then is not remembered with them any more.
const AGE_DAYS_MAX: i64 = 366;

/// Which days.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct ReprocessQuery {
    /// The first day; at most 366 days ago.
    #[garde(custom(field::date))]
    #[param(value_type = String, format = Date)]
    pub from: Date,
    /// The last day; today at the latest. Days whose window is still open are left alone.
    #[garde(custom(field::date))]
    #[param(value_type = String, format = Date)]
    pub to: Date,
    /// Of this person only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_id: Option<EmployeeId>,
    /// Of the people of this department only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    /// Only says what would differ, and writes no day.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    pub dry_run: bool,
}

/// Derives the days of a period again. Days that were never settled are settled, too; who has left is found by `employee_id` only.
#[utoipa::path(post, path = "/api/v1/attendance/process", operation_id = "attendance-process", tag = "attendance runs",
    params(ReprocessQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and query get the same answer for 24 h")),
    responses(
        (status = 202, body = AttendanceRunView, description = "The run, at its beginning; `Location` says where it is followed"),
        (status = 404, description = "Nobody has this id"),
        (status = 422, description = "A period that ends before it begins, is too long, too old or in the future")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Query(asked)): Valid<Query<ReprocessQuery>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::ATTENDANCE_PROCESS.name, caller.id(), &asked);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        let id = answer.get("id").and_then(serde_json::Value::as_str).map(str::to_owned);
        return Ok(located(Replayed::accepted(answer), &id.unwrap_or_default()));
    }
    check(&asked, caller.person().today(origin.at))?;
    if let Some(id) = asked.employee_id {
        caller.reach(id).await?;
    }
    let ReprocessQuery { from, to, employee_id, department: department_id, dry_run } = asked;
    let takes = RunScope::Replay { from, to, employee_id, department_id, dry_run };
    let run = Run::new(RunId::new(api.shell.ids.uuid(origin.at)), takes, origin);
    let view = AttendanceRunView::from(&run);
    let outcome = api.store.create_requested_run(origin, &run, once.as_ref(), &view).await?;
    Ok(located(accepted(outcome, view), &run.id.to_string()))
}

fn check(asked: &ReprocessQuery, today: Date) -> Result<(), Error> {
    let ReprocessQuery { from, to, .. } = *asked;
    if to < from {
        return Err(Error::invalid("query:to", "invalid_range", "The last day is before the first."));
    }
    if to > from.saturating_add(Span::new().days(DAYS_MAX - 1)) {
        return Err(Error::invalid("query:to", "too_long", format!("A run has at most {DAYS_MAX} days.")));
    }
    if today < to {
        return Err(Error::invalid("query:to", "in_the_future", "Nobody has worked these days yet."));
    }
    if from < today.saturating_sub(Span::new().days(AGE_DAYS_MAX)) {
        let detail = format!("Days longer ago than {AGE_DAYS_MAX} days stay as they are.");
        return Err(Error::invalid("query:from", "too_old", detail));
    }
    if asked.employee_id.is_some() && asked.department.is_some() {
        return Err(Error::invalid("query:department", "one_scope", "Give either a person or a department."));
    }
    Ok(())
}

fn located(mut response: Response, id: &str) -> Response {
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/attendance/runs/{id}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}
