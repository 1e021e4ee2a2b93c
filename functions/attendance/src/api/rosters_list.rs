//! `GET /api/v1/rosters`: lists rosters in the order in which they were made.

use axum::{Router, extract::State, routing::get};
use kernel::Page;
use lambda::{
    InitError, Shell,
    http::{Caller, Part, Problem, Query, Valid},
};

use super::Api;
use crate::domain::roster::RosterRecord;

/// Lists rosters.
#[utoipa::path(get, path = "/api/v1/rosters", operation_id = "rosters-list", tag = "rosters",
    params(Part),
    responses((status = 200, body = Page<RosterRecord>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Part>>,
) -> Result<axum::Json<Page<RosterRecord>>, Problem> {
    let sealer = api.sealer(caller.origin().at).await?;
    let view = caller.view(access::ROSTERS_LIST.name);
    Ok(axum::Json(api.records.rosters_page(filter.limit, filter.cursor.as_deref(), &sealer, &view).await?))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::ROSTERS_LIST.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::ROSTERS_LIST, router);
}
