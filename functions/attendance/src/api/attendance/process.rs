//! `POST /api/v1/attendance/process`: requests a run that derives the days of a period again and reports the
//! differences. Publishes `attendance.run_requested`; the days are derived page by page.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::{Span, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, RunId};
use lambda::http::{Caller, IdempotencyHeader, Problem, Query, Replayed, Valid, accepted_in, validators};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::{
    api::{Api, attendance::runs::view::AttendanceRunView},
    domain::run::{Run, RunScope},
    messages,
};

lambda::endpoint!(ATTENDANCE_PROCESS, post(handle), Api);

/// Path of the runs.
const RUNS: &str = "/api/v1/attendance/runs";
/// Maximum length of a period, in days.
const DAYS_MAX: i64 = 62;
/// Maximum age of the first day. Schedules do not keep older assignments.
const AGE_DAYS_MAX: i64 = 366;

/// Days and people of a reprocessing run.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct ReprocessQuery {
    /// First day, at most 366 days ago.
    #[garde(custom(validators::validate_date))]
    #[param(value_type = String, format = Date)]
    pub from: Date,
    /// Last day, today at the caller's site or earlier. A period has at most 62 days. Days whose shift window is still
    /// open are skipped.
    #[garde(custom(validators::validate_date))]
    #[param(value_type = String, format = Date)]
    pub to: Date,
    /// Only days of this employee; not with `department`. Former employees are included only this way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_id: Option<EmployeeId>,
    /// Only days of employees of this department; not with `employee_id`. Default: all current employees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    /// Whether the run only reports differences and writes no day. Default: false.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    pub dry_run: bool,
}

/// Requests a run that derives the days of a period again.
///
/// The run also settles unsettled days. It is processed asynchronously; its path is in `Location`. People are notified
/// only of exceptions that were not announced before.
#[utoipa::path(post, path = "/api/v1/attendance/process", operation_id = "attendance-process", tag = "attendance runs",
    params(ReprocessQuery, IdempotencyHeader),
    responses(
        (status = 202, body = AttendanceRunView, description = "Requested run; `Location` is its path."),
        (status = 404, description = "`not_found`: the employee does not exist."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Query(query)): Valid<Query<ReprocessQuery>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::ATTENDANCE_PROCESS.name, caller.id(), &query);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::accepted_in(RUNS, answer));
    }
    check_period_and_scope(&query, caller.person().today(origin.at))?;
    if let Some(id) = query.employee_id {
        caller.person_in_scope(id).await?;
    }
    let ReprocessQuery { from, to, employee_id, department: department_id, dry_run } = query;
    let scope = RunScope::Replay { from, to, employee_id, department_id, dry_run };
    let run = Run::new(RunId::new(api.shell.ids.uuid(origin.at)), scope, origin);
    let view = AttendanceRunView::from(&run);
    let outcome = api.store.create_requested_run(origin, &run, idempotency_key.as_ref(), &view).await?;
    Ok(accepted_in(outcome, RUNS, view))
}

/// Checks the order, length and age of the period, and that the query does not name both an employee and a department.
///
/// # Errors
/// 422 at the invalid parameter.
fn check_period_and_scope(query: &ReprocessQuery, today: Date) -> Result<(), Error> {
    let ReprocessQuery { from, to, .. } = *query;
    if to < from {
        return Err(Error::invalid("query:to", "invalid_range", messages::to_before_from()));
    }
    if to > from.saturating_add(Span::new().days(DAYS_MAX - 1)) {
        return Err(Error::invalid("query:to", "too_long", messages::period_too_long(DAYS_MAX)));
    }
    if today < to {
        return Err(Error::invalid("query:to", "in_the_future", messages::last_day_in_future()));
    }
    if from < today.saturating_sub(Span::new().days(AGE_DAYS_MAX)) {
        return Err(Error::invalid("query:from", "too_old", messages::first_day_too_old(AGE_DAYS_MAX)));
    }
    if query.employee_id.is_some() && query.department.is_some() {
        return Err(Error::invalid("query:department", "one_scope", messages::employee_and_department()));
    }
    Ok(())
}
