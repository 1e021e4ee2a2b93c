//! `POST /api/v1/attendance/manual-entry`: adds punches in somebody's place, such as when a terminal was out of order. Publishes
//! `attendance.manual_entry`.
//!
//! Never for oneself, and always with a reason. What is there stays: a day on which the entry makes no sense is put right by a
//! correction.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Code, Error};
use lambda::http::{Caller, Created, IdempotencyHeader, Json, Problem, Replayed, Valid};
use store::CommitOutcome;

use super::{
    manual_entry_check::{EntryCheck, ManualEntry},
    punch_writer,
    view::AttendanceView,
};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_MANUAL_ENTRY, post(handle), Api);

/// Adds punches in somebody's place.
#[utoipa::path(post, path = "/api/v1/attendance/manual-entry", operation_id = "attendance-manual-entry", tag = "attendance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = ManualEntry,
    responses(
        (status = 201, body = AttendanceView),
        (status = 403, description = "`self`: nobody enters punches of their own"),
        (status = 404, description = "Nobody whom the caller reaches"),
        (status = 409, description = "`punches_stand`: they make no sense together, see `current`; `duplicate`; `too_many_punches`; `busy`"),
        (status = 422, description = "`in_the_future`, `too_old`, `before_check_in`, `too_long`, `other_day`, `before_hire`, `terminated`")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<ManualEntry>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    if body.employee_id == caller.id() {
        let detail = "Nobody enters punches of their own; ask for a correction.";
        return Err(Error::new(Code::OwnEntry, detail).with_field("/employee_id", "self", detail).into());
    }
    let (person, fields) = caller.reach(body.employee_id).await?;
    let once = key.for_request(access::ATTENDANCE_MANUAL_ENTRY.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let entry = EntryCheck::of(&api, &person, &body, origin).await?;
    let kept = api.until_won(origin.at, || async {
        let (day, fact) = entry.on_its_day(&api).await?;
        let view = AttendanceView::of(&day.value, fields);
        let version = day.version + 1;
        let kept = api.store.write_days(origin, &[(day, fact)], once.as_ref(), &view).await?;
        Ok(kept.map(|outcome| (outcome, version, view)))
    });
    Ok(match kept.await? {
        (Some(CommitOutcome::Replayed(first)), ..) => Replayed::created(first),
        (_, version, body) => {
            let location = punch_writer::location(body.employee_id, body.date);
            Created { location, version, body }.into_response()
        }
    })
}
