//! `GET /api/v1/attendance/runs`: lists runs over days, newest first.

use axum::extract::State;
use kernel::Page;
use lambda::http::{PageQuery, Paged, Problem};

use super::view::AttendanceRunView;
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_RUNS_LIST, get(handle), Api);

/// Lists runs: those of every hour in which a window closed, and those that somebody asked for.
#[utoipa::path(get, path = "/api/v1/attendance/runs", operation_id = "attendance-runs-list", tag = "attendance runs",
    params(PageQuery),
    responses((status = 200, body = Page<AttendanceRunView>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    Paged { page, .. }: Paged,
) -> Result<axum::Json<Page<AttendanceRunView>>, Problem> {
    Ok(axum::Json(api.store.runs(&page).await?.map(|run| AttendanceRunView::from(&run))))
}
