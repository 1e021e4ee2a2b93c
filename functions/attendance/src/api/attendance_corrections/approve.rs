//! `PUT /api/v1/attendance-corrections/{correction_id}/approve`: says yes; the day's punches change, the originals stay. Publishes
//! `attendance.correction`, upon which a day that is settled already is derived again.
//!
//! One transaction: the correction, and the day under the version it was read at. Punches that reached the day meanwhile stay on it.

use axum::extract::State;
use garde::Validate;
use kernel::{Code, CorrectionId, Error, PunchId};
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Reach, Valid, Versioned, field};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    reached_correction::{ReachedCorrection, require_may_decide},
    view::CorrectionView,
};
use crate::{
    api::Api,
    domain::{correction::Correction, day::Day, punch_rules::PUNCHES_MAX},
    store::Stored,
};

lambda::endpoint!(ATTENDANCE_CORRECTIONS_APPROVE, put(handle), Api);

/// A yes.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ApproveCorrection {
    /// What is said to it.
    #[garde(inner(custom(field::validate_reason)))]
    pub comments: Option<String>,
}

/// Approves a correction: a manager of the person or HR, never the person and never whoever asked.
#[utoipa::path(put, path = "/api/v1/attendance-corrections/{correction_id}/approve",
    operation_id = "attendance-corrections-approve", tag = "attendance corrections",
    params(("correction_id" = CorrectionId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = ApproveCorrection,
    responses(
        (status = 200, body = CorrectionView),
        (status = 403, description = "`self_approval`, or `own_request`"),
        (status = 404, description = "Not there, or not for the caller to see"),
        (status = 409, description = "`already_decided`, with the decision that stands; `punch_gone`, where another correction was faster; \
            `too_many_punches`; `busy`"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CorrectionId>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<ApproveCorrection>>,
) -> Result<Versioned<CorrectionView>, Problem> {
    let origin = caller.origin();
    let comments = body.comments.map(|comments| comments.trim().to_owned());
    let view = api.until_won(origin.at, || async {
        let ReachedCorrection { stored: before, person, fields } = ReachedCorrection::reach(&api, &caller, id).await?;
        let request = &before.value;
        named.require(before.version)?;
        require_may_decide(&caller, request)?;
        let day = api.store.day(request.employee_id, request.date).await?;
        let blank = || Stored { value: Day::new(request.employee_id, request.date, origin.at), version: 0 };
        let day = day.unwrap_or_else(blank);
        let corrected = corrected(&api, &caller, request, &day.value, &person.time_zone)?;
        let after = request.approved(caller.id(), comments.clone(), origin.at);
        let approved = api.store.approve_correction(origin, (&before, &after), (&corrected, day.version)).await?;
        Ok(approved.map_won(Versioned(before.version + 1, CorrectionView::of(after, fields))))
    });
    Ok(view.await?)
}

/// The day with the correction done, in the zone in which it was settled, or else in the person's.
fn corrected(api: &Api, caller: &Caller, request: &Correction, day: &Day, zone: &str) -> Result<Day, Error> {
    let at = caller.origin().at;
    let zone = day.home.as_ref().map_or(zone, |home| &home.time_zone);
    let ids: Vec<PunchId> = request.add.iter().map(|_| PunchId::new(api.shell.ids.uuid(at))).collect();
    let punches = request.apply(&day.punches, &ids, zone, at).map_err(|gone| punch_gone(day, gone))?;
    if punches.len() > PUNCHES_MAX {
        let detail = format!("A day holds at most {PUNCHES_MAX} punches.");
        return Err(Error::new(Code::TooManyPunches, detail));
    }
    Ok(day.with_punches(punches, at))
}

/// Another correction has made void what this one names.
fn punch_gone(day: &Day, gone: PunchId) -> Error {
    let voided_by = day.punches.iter().find(|punch| punch.id == gone).and_then(|punch| punch.voided_by);
    let detail = "Another correction has made a punch void that this one names; reject it, and ask again.";
    Error::new(Code::PunchGone, detail).with_current_state(json!({ "punch_id": gone, "voided_by": voided_by }))
}
