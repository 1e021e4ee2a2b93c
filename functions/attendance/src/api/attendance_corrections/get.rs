//! `GET /api/v1/attendance-corrections/{correction_id}`: reads a correction.

use super::view;
use axum::extract::State;
use kernel::CorrectionId;
use lambda::http::{Caller, Path, Problem, Versioned};

use super::view::CorrectionView;
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_CORRECTIONS_GET, get(handle), Api);

/// Reads a correction with the day's punches as they were when it was asked for.
#[utoipa::path(get, path = "/api/v1/attendance-corrections/{correction_id}", operation_id = "attendance-corrections-get",
    tag = "attendance corrections",
    params(("correction_id" = CorrectionId, Path)),
    responses((status = 200, body = CorrectionView), (status = 404, description = "Not there, or not for the caller to see")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CorrectionId>,
) -> Result<Versioned<CorrectionView>, Problem> {
    let stored = api.store.correction(id).await?;
    let (_, fields) = view::corrected(&caller, &stored.value).await?;
    Ok(Versioned(stored.version, CorrectionView::of(stored.value, fields)))
}
