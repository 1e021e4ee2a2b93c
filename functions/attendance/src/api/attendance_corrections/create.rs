//! `POST /api/v1/attendance-corrections`: asks for a correction of a day: punches that are wrong, punches that are missing, and why.
//! Publishes `attendance.correction_requested`. Nothing of the day changes before somebody else has said yes.

use axum::{extract::State, response::Response};
use directory::Person;
use jiff::Timestamp;
use kernel::{CorrectionId, Error};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};

use super::{
    new_correction::{NewCorrection, additions, check_date, check_punches},
    view::CorrectionView,
};
use crate::{
    api::Api,
    domain::{
        correction::{Correction, CorrectionDetails},
        timetable::Timetable,
    },
};

lambda::endpoint!(ATTENDANCE_CORRECTIONS_CREATE, post(handle), Api);

/// Asks for a correction: of one's own day, a manager of the days of their people, HR of everybody's.
#[utoipa::path(post, path = "/api/v1/attendance-corrections", operation_id = "attendance-corrections-create",
    tag = "attendance corrections",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewCorrection,
    responses(
        (status = 201, body = CorrectionView),
        (status = 404, description = "Somebody who is out of the caller's reach"),
        (status = 422, description = "A day in the future or too long past, a punch that is not on the day or void already, a punch that \
            belongs to another day, or nonsense such as going before coming, each at its field")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewCorrection>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::ATTENDANCE_CORRECTIONS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let (person, fields) = caller.reach(body.employee_id.unwrap_or_else(|| caller.id())).await?;
    check_date(&body, &person, origin.at)?;
    let (day, timetable) = tokio::try_join!(api.store.day(person.id, body.date), timetable(&api, &person, origin.at))?;
    let original = day.map(|day| day.value.punches).unwrap_or_default();
    let add = additions(&body, &timetable, origin.at)?;
    check_punches(&body, &original, &add)?;
    let id = CorrectionId::new(api.shell.ids.uuid(origin.at));
    let wanted =
        CorrectionDetails { date: body.date, reason: body.reason.trim().to_owned(), void: body.void, add, original };
    let correction = Correction::new(id, &person, wanted, (caller.id(), origin.at));
    let view = CorrectionView::of(correction.clone(), fields);
    let outcome = api.store.create_correction(origin, &correction, once.as_ref(), &view).await?;
    Ok(created(outcome, format!("{}/{id}", access::ATTENDANCE_CORRECTIONS_CREATE.path), view))
}

/// What the person's punches are placed by.
async fn timetable(api: &Api, person: &Person, at: Timestamp) -> Result<Timetable, Error> {
    let (member, rosters, book) =
        tokio::try_join!(api.store.members.get(person.id), api.store.rosters(at), api.store.rulebook.book(at))?;
    let schedule = member.map(|member| member.value.schedule).unwrap_or_default();
    Ok(Timetable::new(person.clone(), schedule, rosters, book))
}
