//! `PUT /api/v1/attendance-corrections/{correction_id}/reject`: says no; the day stays as it is. Publishes
//! `attendance.correction_rejected`.

use axum::extract::State;
use garde::Validate;
use kernel::CorrectionId;
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Reach, Valid, Versioned, field};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    reached_correction::{ReachedCorrection, require_may_decide},
    view::CorrectionView,
};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_CORRECTIONS_REJECT, put(handle), Api);

/// A no.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RejectCorrection {
    /// Why.
    #[garde(custom(field::validate_reason))]
    pub reason: String,
}

/// Rejects a correction: a manager of the person or HR, never the person and never whoever asked.
#[utoipa::path(put, path = "/api/v1/attendance-corrections/{correction_id}/reject",
    operation_id = "attendance-corrections-reject", tag = "attendance corrections",
    params(("correction_id" = CorrectionId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = RejectCorrection,
    responses(
        (status = 200, body = CorrectionView),
        (status = 403, description = "`self_approval`, or `own_request`"),
        (status = 404, description = "Not there, or not for the caller to see"),
        (status = 409, description = "`already_decided`, with the decision that stands; `busy`"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CorrectionId>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<RejectCorrection>>,
) -> Result<Versioned<CorrectionView>, Problem> {
    let (origin, reason) = (caller.origin(), body.reason.trim());
    let view = api.until_won(origin.at, || async {
        let ReachedCorrection { stored: before, fields, .. } = ReachedCorrection::reach(&api, &caller, id).await?;
        named.require(before.version)?;
        require_may_decide(&caller, &before.value)?;
        let after = before.value.rejected(caller.id(), reason.to_owned(), origin.at);
        let rejected = api.store.reject_correction(origin, &before, &after).await?;
        Ok(rejected.map_won(Versioned(before.version + 1, CorrectionView::of(after, fields))))
    });
    Ok(view.await?)
}
