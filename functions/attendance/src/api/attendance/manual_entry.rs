//! `POST /api/v1/attendance/manual-entry`: adds punches in somebody's place, such as when a terminal was out of order. Publishes
//! `attendance.manual_entry`.
//!
//! Never for oneself, and always with a reason. What is there stays: a day on which the entry makes no sense is put right by a
//! correction.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Error};
use lambda::http::{Caller, Created, Idempotency, Json, Problem, Replayed, Valid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{manual_entry_check::Entry, punch_writer, view::AttendanceView};
use crate::api::{Api, fields};
use crate::store::Attempt;
use store::pause::{ATTEMPTS_MAX, busy};

lambda::endpoint!(ATTENDANCE_MANUAL_ENTRY, post(handle), Api);

/// When somebody came and went, by somebody else's word.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ManualEntry {
    /// Whose day.
    pub employee_id: EmployeeId,
    /// The date on which the shift begins: of a night shift, that of its evening.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// When they came.
    #[schema(value_type = String, format = DateTime)]
    pub check_in_time: Timestamp,
    /// When they went, unless they are still there.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_out_time: Option<Timestamp>,
    /// Why somebody else says so.
    #[garde(custom(fields::reason))]
    pub reason: String,
    /// Where, in words.
    #[garde(inner(custom(fields::words)))]
    pub location: Option<String>,
}

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
    key: Idempotency,
    Valid(Json(body)): Valid<Json<ManualEntry>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    if body.employee_id == caller.id() {
        let detail = "Nobody enters punches of their own; ask for a correction.";
        return Err(Error::new(kernel::Kind::Forbidden, "self", detail).field("/employee_id", "self", detail).into());
    }
    let (person, fields) = caller.reach(body.employee_id).await?;
    let once = key.once(access::ATTENDANCE_MANUAL_ENTRY.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let entry = Entry::of(&api, &person, &body, origin).await?;
    for tries in 1..=ATTEMPTS_MAX {
        let (day, fact) = entry.on_its_day(&api).await?;
        let view = AttendanceView::of(&day.value, fields);
        let (version, location) = (day.version + 1, punch_writer::location(person.id, body.date));
        match api.store.keep_days(origin, &[(day, fact)], once.as_ref(), &view).await? {
            Attempt::Done(Some(store::Outcome::Replayed(first))) => return Ok(Replayed::created(first)),
            Attempt::Done(_) => {
                return Ok(axum::response::IntoResponse::into_response(Created { location, version, body: view }));
            }
            Attempt::Lost => store::pause::before_another(&*api.shell.mint, origin.at, tries).await,
        }
    }
    Err(busy().into())
}
