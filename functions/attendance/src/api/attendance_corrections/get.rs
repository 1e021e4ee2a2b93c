//! `GET /api/v1/attendance-corrections/{correction_id}`: reads a correction.

use kernel::CorrectionId;
use lambda::http::{Problem, Reached, Versioned};

use super::{reached_correction::ReachedCorrection, view::CorrectionView};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_CORRECTIONS_GET, get(handle), Api);

/// Reads a correction with the day's punches as they were when it was asked for.
#[utoipa::path(get, path = "/api/v1/attendance-corrections/{correction_id}", operation_id = "attendance-corrections-get",
    tag = "attendance corrections",
    params(("correction_id" = CorrectionId, Path)),
    responses((status = 200, body = CorrectionView), (status = 404, description = "Not there, or not for the caller to see")))]
pub async fn handle(
    Reached(ReachedCorrection { stored, fields, .. }): Reached<ReachedCorrection>,
) -> Result<Versioned<CorrectionView>, Problem> {
    Ok(Versioned(stored.version, CorrectionView::of(stored.value, fields)))
}
