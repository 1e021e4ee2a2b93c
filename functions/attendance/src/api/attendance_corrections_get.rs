//! `GET /api/v1/attendance-corrections/{correction_id}`: reads a correction.

use axum::{Router, extract::State, routing::get};
use kernel::CorrectionId;
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem, Versioned},
};

use super::{Api, correcting::CorrectionView};

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
    let stored = api.records.correction(id).await?;
    let (_, fields) = api.corrected(&caller, &stored.value).await?;
    Ok(Versioned(stored.version, CorrectionView::of(stored.value, fields)))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::ATTENDANCE_CORRECTIONS_GET.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::ATTENDANCE_CORRECTIONS_GET, router);
}
