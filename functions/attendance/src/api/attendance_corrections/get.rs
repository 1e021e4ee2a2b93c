//! `GET /api/v1/attendance-corrections/{correction_id}`: reads a correction.

use kernel::CorrectionId;
use lambda::http::{InScope, Problem, Versioned};

use super::{correction_in_scope::CorrectionInScope, view::CorrectionView};
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_CORRECTIONS_GET, get(handle), Api);

/// Returns an attendance correction.
///
/// It includes the punches of the day at the time of the request.
#[utoipa::path(get, path = "/api/v1/attendance-corrections/{correction_id}", operation_id = "attendance-corrections-get",
    tag = "attendance corrections",
    params(("correction_id" = CorrectionId, Path, description = "Id of the attendance correction.")),
    responses((status = 200, body = CorrectionView, description = "Attendance correction."),
        (status = 404, description = "`not_found`: the correction does not exist, or the caller may not see it.")))]
pub async fn handle(
    InScope(CorrectionInScope { stored, fields, .. }): InScope<CorrectionInScope>,
) -> Result<Versioned<CorrectionView>, Problem> {
    Ok(Versioned(stored.version, CorrectionView::of(stored.value, fields)))
}
