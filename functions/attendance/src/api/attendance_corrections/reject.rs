//! `PUT /api/v1/attendance-corrections/{correction_id}/reject`: rejects a correction; the day does not change.
//! Publishes `attendance.correction_rejected`.

use axum::extract::State;
use garde::Validate;
use kernel::CorrectionId;
use lambda::http::{Caller, IfMatch, Json, LoadInScope, Path, Problem, Valid, Versioned, validators};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    correction_in_scope::{CorrectionInScope, require_may_decide},
    view::CorrectionView,
};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_CORRECTIONS_REJECT, put(handle), Api);

/// Rejection of an attendance correction.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RejectCorrection {
    /// Reason of the rejection, shown to the employee and kept with the decision.
    #[garde(custom(validators::validate_reason))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: String,
}

/// Rejects an attendance correction.
///
/// HR and the managers of the employee decide, but neither the employee nor the requester. The employee is notified,
/// and the day does not change.
#[utoipa::path(put, path = "/api/v1/attendance-corrections/{correction_id}/reject",
    operation_id = "attendance-corrections-reject", tag = "attendance corrections",
    params(("correction_id" = CorrectionId, Path, description = "Id of the attendance correction."), IfMatch),
    request_body = RejectCorrection,
    responses(
        (status = 200, body = CorrectionView, description = "Correction with the decision."),
        (status = 403, description = "`self_approval`: the correction is of the caller's own attendance. \
            `own_request`: the caller requested the correction."),
        (status = 404, description = "`not_found`: the correction does not exist, or the caller may not see it."),
        (status = 409, description = "`already_decided`: the correction was decided before; `current` holds the decision. \
            `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CorrectionId>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<RejectCorrection>>,
) -> Result<Versioned<CorrectionView>, Problem> {
    let (origin, reason) = (caller.origin(), body.reason.trim());
    let view = api.until_won(origin.at, || async {
        let CorrectionInScope { stored: before, fields, .. } =
            CorrectionInScope::load_in_scope(&api, &caller, id).await?;
        if_match.require(before.version)?;
        require_may_decide(&caller, &before.value)?;
        let after = before.value.rejected(caller.id(), reason.to_owned(), origin.at);
        let rejected = api.store.reject_correction(origin, &before, &after).await?;
        Ok(rejected.replace_won(Versioned(before.version + 1, CorrectionView::of(after, fields))))
    });
    Ok(view.await?)
}
