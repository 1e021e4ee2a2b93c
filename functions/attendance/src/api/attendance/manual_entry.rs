//! `POST /api/v1/attendance/manual-entry`: records punches on behalf of an employee, such as when a terminal was out of
//! order. Publishes `attendance.manual_entry`.
//!
//! Callers cannot enter punches for themselves, and a reason is required. Existing punches stay; an entry that contradicts
//! them needs a correction. Submitted punches of the following days move to the day if they belong to it now; that
//! publishes `attendance.punches_received` for each other changed day.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Code, Error};
use lambda::http::{Caller, Created, IdempotencyHeader, Json, Problem, Replayed, Valid};
use store::CommitOutcome;

use super::{
    manual_entry_check::{CheckedEntry, ManualEntry},
    punch_writer,
    view::AttendanceView,
};
use crate::{api::Api, messages};

lambda::endpoint!(ATTENDANCE_MANUAL_ENTRY, post(handle), Api);

/// Records punches on behalf of an employee.
///
/// Managers enter punches of their reports, HR of all other employees; nobody enters their own. The existing punches of
/// the day stay. Times that do not fit the date, the employment or the clock are refused with 422 `invalid` at their
/// field.
#[utoipa::path(post, path = "/api/v1/attendance/manual-entry", operation_id = "attendance-manual-entry", tag = "attendance",
    params(IdempotencyHeader),
    request_body = ManualEntry,
    responses(
        (status = 201, body = AttendanceView, description = "Attendance day with the recorded punches."),
        (status = 403, description = "`self`: callers cannot enter punches for themselves."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope."),
        (status = 409, description = "`punches_stand`: the entry contradicts the punches of the day; `current` holds them. \
            `duplicate`: the same punches are recorded already. `too_many_punches`: the day has 100 punches. \
            `busy`: other requests won every attempt to change the day."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<ManualEntry>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    if body.employee_id == caller.id() {
        let error = Error::new(Code::OwnEntry, messages::own_entry());
        return Err(error.with_field("/employee_id", "self", messages::own_entry()).into());
    }
    let (person, fields) = caller.person_in_scope(body.employee_id).await?;
    let idempotency_key = key.for_request(access::ATTENDANCE_MANUAL_ENTRY.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let entry = CheckedEntry::load_and_check(&api, &person, &body, origin).await?;
    let written = api.until_won(origin.at, || async {
        let days = entry.days_with_entry(&api).await?;
        let (day, _) = days.first().ok_or_else(|| Error::internal("the entry changes no day"))?;
        let (view, version) = (AttendanceView::of(&day.value, fields), day.version + 1);
        let written = api.store.write_days(origin, &days, idempotency_key.as_ref(), &view).await?;
        Ok(written.map(|outcome| (outcome, version, view)))
    });
    Ok(match written.await? {
        (Some(CommitOutcome::Replayed(first)), ..) => Replayed::created(first),
        (_, version, body) => {
            let location = punch_writer::day_path(body.employee_id, body.date);
            Created { location, version, body }.into_response()
        }
    })
}
