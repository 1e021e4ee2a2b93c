//! `PUT /api/v1/attendance-corrections/{correction_id}/approve`: approves a correction and changes the punches of its
//! day; the originals stay. Publishes `attendance.correction`, after which a settled day is derived again.
//!
//! One transaction writes the correction and the day under the version that was read. Punches that arrived in between
//! stay.

use axum::extract::State;
use garde::Validate;
use kernel::{Code, CorrectionId, Error, PunchId};
use lambda::http::{Caller, IfMatch, Json, LoadInScope, Path, Problem, Valid, Versioned, validators};
use policy::attendance::{debounce_seconds, with_read_kinds};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    correction_in_scope::{CorrectionInScope, require_may_decide},
    view::CorrectionView,
};
use crate::{
    api::Api,
    domain::{correction::Correction, day::Day, punch_rules::PUNCHES_MAX},
    messages,
    store::Stored,
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
            `too_many_punches`: the day would have more than 100 punches. `busy`: other requests won every attempt."),
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
        let day = api.store.find_day(request.employee_id, request.date).await?;
        let new_day = || Stored { value: Day::new(request.employee_id, request.date, origin.at), version: 0 };
        let day = day.unwrap_or_else(new_day);
        let corrected = corrected_day(&api, &caller, request, &day.value, &person.time_zone)?;
        let after = request.approved(caller.id(), comments.clone(), origin.at);
        let approved = api.store.approve_correction(origin, (&before, &after), (&corrected, day.version)).await?;
        Ok(approved.replace_won(Versioned(before.version + 1, CorrectionView::of(after, fields))))
    });
    Ok(view.await?)
}

/// The day with the correction applied. Added punches get the time zone of the settled day, otherwise of the person.
///
/// # Errors
/// 409 `punch_gone` or `too_many_punches`.
fn corrected_day(api: &Api, caller: &Caller, request: &Correction, day: &Day, zone: &str) -> Result<Day, Error> {
    let at = caller.origin().at;
    let zone = day.home.as_ref().map_or(zone, |home| &home.time_zone);
    let ids: Vec<PunchId> = request.add.iter().map(|_| PunchId::new(api.shell.ids.uuid(at))).collect();
    let punches = request.apply(&day.punches, &ids, zone, at).map_err(|punch| punch_gone_error(day, punch))?;
    if punches.len() > PUNCHES_MAX {
        return Err(Error::new(Code::TooManyPunches, messages::correction_fills_day(PUNCHES_MAX)));
    }
    // The policy's seconds follow when the day is derived.
    Ok(day.with_punches(with_read_kinds(punches, debounce_seconds(None)), at))
}

/// The 409 for a punch that can no longer be voided, because another correction has voided it.
fn punch_gone_error(day: &Day, id: PunchId) -> Error {
    let voided_by = day.punches.iter().find(|punch| punch.id == id).and_then(|punch| punch.voided_by);
    let error = Error::new(Code::PunchGone, messages::punch_gone());
    error.with_current_state(json!({ "punch_id": id, "voided_by": voided_by }))
}
