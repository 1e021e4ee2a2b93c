//! `PUT /api/v1/attendance-corrections/{correction_id}/approve`: approves a correction and changes the punches of its
//! day; the originals stay. Publishes `attendance.correction`, after which a settled day is derived again.
//!
//! One transaction writes the correction and the day under the version that was read. Punches that arrived in between
//! stay. Submitted punches of other days that belong to the corrected day now, or no longer, move in the same transaction;
//! that publishes `attendance.punches_received` for each other changed day.

use axum::extract::State;
use garde::Validate;
use jiff::{ToSpan, civil::Date};
use kernel::{Code, CorrectionId, Error};
use lambda::http::{Caller, IfMatch, Json, LoadInScope, Path, Problem, Valid, Versioned, validators};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    corrected_days::{CorrectedDays, load_timetable},
    correction_in_scope::{CorrectionInScope, require_may_decide},
    view::CorrectionView,
};
use crate::{
    api::{Api, attendance::days_around::DaysAround},
    domain::punch_rules::DAYS_BACK_MAX,
    messages,
};

lambda::endpoint!(ATTENDANCE_CORRECTIONS_APPROVE, put(handle), Api);

/// Approval of an attendance correction.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ApproveCorrection {
    /// Comment of the approver, shown to the employee and kept with the decision.
    #[garde(inner(custom(validators::validate_reason)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub comments: Option<String>,
}

/// Approves an attendance correction.
///
/// HR and the managers of the employee decide, but neither the employee nor the requester. The employee is notified.
/// A day that was settled is derived again.
#[utoipa::path(put, path = "/api/v1/attendance-corrections/{correction_id}/approve",
    operation_id = "attendance-corrections-approve", tag = "attendance corrections",
    params(("correction_id" = CorrectionId, Path, description = "Id of the attendance correction."), IfMatch),
    request_body = ApproveCorrection,
    responses(
        (status = 200, body = CorrectionView, description = "Correction with the decision."),
        (status = 403, description = "`self_approval`: the correction is of the caller's own attendance. \
            `own_request`: the caller requested the correction."),
        (status = 404, description = "`not_found`: the correction does not exist, or the caller may not see it."),
        (status = 409, description = "`already_decided`: the correction was decided before; `current` holds the decision. \
            `punch_gone`: another correction voided a punch of this one. \
            `too_many_punches`: the day would have more than 100 punches. `too_old`: the day is more than 366 days ago. \
            `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CorrectionId>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<ApproveCorrection>>,
) -> Result<Versioned<CorrectionView>, Problem> {
    let origin = caller.origin();
    let comments = body.comments.map(|comments| comments.trim().to_owned());
    let view = api.until_won(origin.at, || async {
        let CorrectionInScope { stored: before, person, fields } =
            CorrectionInScope::load_in_scope(&api, &caller, id).await?;
        let request = &before.value;
        if_match.require(before.version)?;
        require_may_decide(&caller, request)?;
        require_recent_day(request.date, person.today(origin.at))?;
        let (days, timetable) = tokio::try_join!(
            DaysAround::read(&api, request.employee_id, request.date, request.date),
            load_timetable(&api, &person, origin.at)
        )?;
        let CorrectedDays { day, others, .. } =
            CorrectedDays::derive(&api, days, &timetable, request, origin.at).await?;
        let after = request.approved(caller.id(), comments.clone(), origin.at);
        let approved = api.store.approve_correction(origin, (&before, &after), &day, &others).await?;
        Ok(approved.replace_won(Versioned(before.version + 1, CorrectionView::of(after, fields))))
    });
    Ok(view.await?)
}

/// Checks that the day of a correction is recent enough to change.
///
/// # Errors
/// 409 `too_old`.
fn require_recent_day(date: Date, today: Date) -> Result<(), Error> {
    if date < today.saturating_sub(DAYS_BACK_MAX.days()) {
        return Err(Error::new(Code::TooOld, messages::approval_too_late(DAYS_BACK_MAX)));
    }
    Ok(())
}
