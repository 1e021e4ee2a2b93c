//! `GET /api/v1/attendance/runs`: lists runs over days, newest first.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, Part, Problem, Query, Valid};

use super::view::AttendanceRunView;
use crate::api::Api;

lambda::endpoint!(ATTENDANCE_RUNS_LIST, get(handle), Api);

/// Lists runs: those of every hour in which a window closed, and those that somebody asked for.
#[utoipa::path(get, path = "/api/v1/attendance/runs", operation_id = "attendance-runs-list", tag = "attendance runs",
    params(Part),
    responses((status = 200, body = Page<AttendanceRunView>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Part>>,
) -> Result<axum::Json<Page<AttendanceRunView>>, Problem> {
    let sealer = api.sealer(caller.origin().at).await?;
    let view = caller.view(access::ATTENDANCE_RUNS_LIST.name);
    let page = api.store.runs(filter.limit, filter.cursor.as_deref(), &sealer, &view).await?;
    Ok(axum::Json(page.map(|run| AttendanceRunView::from(&run))))
}
