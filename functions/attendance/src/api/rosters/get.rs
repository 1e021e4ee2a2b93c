//! `GET /api/v1/rosters/{roster_id}`: reads a roster.

use axum::extract::State;
use kernel::RosterId;
use lambda::http::{Caller, Path, Problem, Versioned};

use crate::{api::Api, domain::roster::RosterItem};

lambda::endpoint!(ROSTERS_GET, get(handle), Api);

/// Returns a roster with its cycle.
#[utoipa::path(get, path = "/api/v1/rosters/{roster_id}", operation_id = "rosters-get", tag = "rosters",
    params(("roster_id" = RosterId, Path, description = "Id of the roster.")),
    responses((status = 200, body = RosterItem, description = "Roster with its cycle."),
        (status = 404, description = "`not_found`: the roster does not exist or was deleted.")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(id): Path<RosterId>,
) -> Result<Versioned<RosterItem>, Problem> {
    Ok(api.store.get_roster(id).await?.into())
}
