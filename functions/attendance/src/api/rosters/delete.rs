//! `DELETE /api/v1/rosters/{roster_id}`: deletes a roster. Publishes `attendance.roster_deleted`.
//!
//! The roster can no longer be assigned. Its item stays, because past days are derived by it.

use axum::{extract::State, http::StatusCode};
use directory::earliest_date_anywhere;
use kernel::{Code, Error, RosterId};
use lambda::http::{Caller, IfMatch, Path, Problem};
use serde_json::json;

use crate::{api::Api, messages};

lambda::endpoint!(ROSTERS_DELETE, delete(handle), Api);

/// Deletes a roster without current or future assignments.
///
/// Past days stay as they are.
#[utoipa::path(delete, path = "/api/v1/rosters/{roster_id}", operation_id = "rosters-delete", tag = "rosters",
    params(("roster_id" = RosterId, Path, description = "Id of the roster."), IfMatch),
    responses(
        (status = 204, description = "The roster was deleted."),
        (status = 404, description = "`not_found`: the roster does not exist or was deleted."),
        (status = 409, description = "`roster_in_use`: employees are assigned to it today or later; `current` lists some assignments. \
            `changed_meanwhile`: another request changed the roster at the same time."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RosterId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let before = api.store.get_roster(id).await?;
    if_match.require(before.version)?;
    let assigned = api.store.list_some_assignment_ids(id, earliest_date_anywhere(origin.at)).await?;
    if !assigned.is_empty() {
        let error = Error::new(Code::RosterInUse, messages::roster_assigned());
        return Err(error.with_current_state(json!({ "assignments": assigned })).into());
    }
    let after = before.value.tombstone(origin.at);
    api.store.update_roster(origin, &before, &after).await.map_err(if_match.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
