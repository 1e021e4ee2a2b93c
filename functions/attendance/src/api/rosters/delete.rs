//! `DELETE /api/v1/rosters/{roster_id}`: removes a roster. Publishes `attendance.roster_deleted`.
//!
//! Nobody can be put on it any more. What was worked by it is still derived by it, so the record stays.

use axum::{extract::State, http::StatusCode};
use directory::earliest_date_anywhere;
use kernel::{Code, Error, RosterId};
use lambda::http::{Caller, IfMatch, Path, Problem};
use serde_json::json;

use crate::api::Api;

lambda::endpoint!(ROSTERS_DELETE, delete(handle), Api);

/// Removes a roster that nobody works, now or later.
#[utoipa::path(delete, path = "/api/v1/rosters/{roster_id}", operation_id = "rosters-delete", tag = "rosters",
    params(("roster_id" = RosterId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "Not there, or removed before"),
        (status = 409, description = "`roster_in_use`, with some of the assignments; or changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RosterId>,
    named: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let before = api.store.roster(id).await?;
    named.require(before.version)?;
    let assigned = api.store.list_roster_assignments(id, earliest_date_anywhere(origin.at)).await?;
    if !assigned.is_empty() {
        let error = Error::new(Code::RosterInUse, "People are on this roster; end or change their assignments first.");
        return Err(error.with_current_state(json!({ "assignments": assigned })).into());
    }
    let after = before.value.removed(origin.at);
    api.store.update_roster(origin, &before, &after).await.map_err(named.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
