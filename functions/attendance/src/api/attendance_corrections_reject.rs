//! `PUT /api/v1/attendance-corrections/{correction_id}/reject`: says no; the day stays as it is. Publishes
//! `attendance.correction_rejected`.

use axum::{Router, extract::State, routing::put};
use garde::Validate;
use kernel::CorrectionId;
use lambda::{
    InitError, Shell,
    http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned, field},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Api, TRIES_MAX, busy,
    correcting::{self, CorrectionView},
};
use crate::store::Attempt;

/// A no.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RejectCorrection {
    /// Why.
    #[garde(custom(field::reason))]
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
    for tries in 1..=TRIES_MAX {
        let before = api.records.correction(id).await?;
        let (_, fields) = api.corrected(&caller, &before.value).await?;
        named.check(before.version)?;
        correcting::may_decide(&caller, &before.value)?;
        let after = before.value.rejected(caller.id(), reason.to_owned(), origin.at);
        match api.records.reject_correction(origin, &before, &after).await? {
            Attempt::Done(()) => return Ok(Versioned(before.version + 1, CorrectionView::of(after, fields))),
            Attempt::Lost => api.pause(origin.at, tries).await,
        }
    }
    Err(busy().into())
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::ATTENDANCE_CORRECTIONS_REJECT.path, put(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::ATTENDANCE_CORRECTIONS_REJECT, router);
}
