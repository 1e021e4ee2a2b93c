//! `GET /api/v1/attendance/runs`: lists attendance runs, newest first.

use axum::extract::State;
use kernel::Page;
use lambda::http::{PageQuery, Paged, Problem};

use super::view::AttendanceRunView;
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_RUNS_LIST, get(handle), Api);

/// Lists attendance runs, newest first.
///
/// A `nightly` run settles the days whose shift window closed in the past hour. A `replay` exists for every request to
/// `attendance-process`.
#[utoipa::path(get, path = "/api/v1/attendance/runs", operation_id = "attendance-runs-list", tag = "attendance runs",
    params(PageQuery),
    responses((status = 200, body = Page<AttendanceRunView>, description = "One page of attendance runs, newest first.")))]
pub async fn handle(
    State(api): State<Api>,
    Paged { page, .. }: Paged,
) -> Result<axum::Json<Page<AttendanceRunView>>, Problem> {
    Ok(axum::Json(api.store.list_runs(&page).await?.map(|run| AttendanceRunView::from(&run))))
}
