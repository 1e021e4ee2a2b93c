//! `DELETE /api/v1/leave-delegations/{delegation_id}`: ends a delegation. Publishes `leave.delegation_deleted`.

use axum::{extract::State, http::StatusCode};
use kernel::DelegationId;
use lambda::http::{Caller, IfMatch, Problem, Reached};

use super::reached_delegation::ChangeableDelegation;
use crate::api::Api;

lambda::endpoint!(LEAVE_DELEGATIONS_DELETE, delete(handle), Api);

/// Ends a delegation that one has given; HR ends all. What was decided by it stands.
#[utoipa::path(delete, path = "/api/v1/leave-delegations/{delegation_id}", operation_id = "leave-delegations-delete",
    tag = "leave delegations",
    params(("delegation_id" = DelegationId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "Not there, ended before, or somebody else's"),
        (status = 409, description = "Changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(ChangeableDelegation(before)): Reached<ChangeableDelegation>,
    named: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    named.require(before.version)?;
    let after = before.value.tombstone(origin.at);
    api.store.update_delegation(origin, &before, &after).await.map_err(named.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
