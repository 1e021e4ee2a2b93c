//! `GET /api/v1/attendance/runs`: lists runs over days, newest first.

use axum::{Router, extract::State, routing::get};
use kernel::Page;
use lambda::{
    InitError, Shell,
    http::{Caller, Part, Problem, Query, Valid},
};

use super::{Api, run_view::AttendanceRunView};

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
    let page = api.records.runs(filter.limit, filter.cursor.as_deref(), &sealer, &view).await?;
    Ok(axum::Json(page.map(|run| AttendanceRunView::from(&run))))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::ATTENDANCE_RUNS_LIST.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::ATTENDANCE_RUNS_LIST, router);
}
