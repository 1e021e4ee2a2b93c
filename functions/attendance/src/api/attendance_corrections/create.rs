//! `POST /api/v1/attendance-corrections`: requests a correction of a day: wrong punches, missing punches and a reason.
//! Publishes `attendance.correction_requested`. The day changes only when someone else approves.

use axum::{extract::State, response::Response};
use kernel::CorrectionId;
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};

use super::{
    corrected_days::{CorrectedDays, load_timetable},
    new_correction::{NewCorrection, check_date_and_content, check_order, check_voids, to_additions},
    view::CorrectionView,
};
use crate::{
    api::{Api, attendance::days_around::DaysAround},
    domain::correction::{Correction, CorrectionDetails},
};

lambda::endpoint!(ATTENDANCE_CORRECTIONS_CREATE, post(handle), Api);

/// Requests a correction of an attendance day.
///
/// Employees request for themselves, managers also for their reports, HR for all employees. The manager is notified and
/// can decide; HR is notified if the manager is missing or is the requester. The day changes only with the approval. A
/// day that cannot be corrected, an unknown or voided punch, and punches out of order are refused with 422 `invalid` at
/// their field.
#[utoipa::path(post, path = "/api/v1/attendance-corrections", operation_id = "attendance-corrections-create",
    tag = "attendance corrections",
    params(IdempotencyHeader),
    request_body = NewCorrection,
    responses(
        (status = 201, body = CorrectionView, description = "Pending correction."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewCorrection>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::ATTENDANCE_CORRECTIONS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let (person, fields) = caller.person_in_scope(body.employee_id.unwrap_or_else(|| caller.id())).await?;
    check_date_and_content(&body, &person, origin.at)?;
    let (days, timetable) = tokio::try_join!(
        DaysAround::read(&api, person.id, body.date, body.date),
        load_timetable(&api, &person, origin.at)
    )?;
    let original = days.find(body.date).map(|day| day.punches.clone()).unwrap_or_default();
    let add = to_additions(&body, &timetable, origin.at)?;
    check_voids(&body, &original, &add)?;
    let id = CorrectionId::new(api.shell.ids.uuid(origin.at));
    let details =
        CorrectionDetails { date: body.date, reason: body.reason.trim().to_owned(), void: body.void, add, original };
    let correction = Correction::new(id, &person, details, (caller.id(), origin.at));
    check_order(&correction, &CorrectedDays::derive(&api, days, &timetable, &correction, origin.at).await?)?;
    let view = CorrectionView::of(correction.clone(), fields);
    let outcome = api.store.create_correction(origin, &correction, idempotency_key.as_ref(), &view).await?;
    Ok(created(outcome, format!("{}/{id}", access::ATTENDANCE_CORRECTIONS_CREATE.path), view))
}
