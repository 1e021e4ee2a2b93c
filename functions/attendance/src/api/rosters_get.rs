//! `GET /api/v1/rosters/{roster_id}`: reads a roster.

use axum::{Router, extract::State, routing::get};
use kernel::RosterId;
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem, Versioned},
};

use super::Api;
use crate::domain::roster::RosterRecord;

/// Reads a roster.
#[utoipa::path(get, path = "/api/v1/rosters/{roster_id}", operation_id = "rosters-get", tag = "rosters",
    params(("roster_id" = RosterId, Path)),
    responses((status = 200, body = RosterRecord), (status = 404, description = "Not there, or removed")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(id): Path<RosterId>,
) -> Result<Versioned<RosterRecord>, Problem> {
    let stored = api.records.roster(id).await?;
    Ok(Versioned(stored.version, stored.value))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::ROSTERS_GET.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::ROSTERS_GET, router);
}
