//! `DELETE /api/v1/leave-delegations/{delegation_id}`: deletes a delegation. Publishes `leave.delegation_deleted`.

use axum::{extract::State, http::StatusCode};
use kernel::DelegationId;
use lambda::http::{Caller, IfMatch, InScope, Problem};

use super::delegation_in_scope::ChangeableDelegation;
use crate::api::Api;

lambda::endpoint!(LEAVE_DELEGATIONS_DELETE, delete(handle), Api);

/// Deletes a delegation.
///
/// Delegators delete their own delegations, HR all. Decisions that the delegate has made stay valid.
#[utoipa::path(delete, path = "/api/v1/leave-delegations/{delegation_id}", operation_id = "leave-delegations-delete",
    tag = "leave delegations",
    params(("delegation_id" = DelegationId, Path, description = "Id of the delegation."), IfMatch),
    responses(
        (status = 204, description = "The delegation was deleted."),
        (status = 404, description = "`not_found`: the delegation does not exist, was deleted, or belongs to others."),
        (status = 409, description = "`changed_meanwhile`: another request changed the delegation at the same time."),
        (status = 412, description = "`stale`: the delegation changed after the version in `If-Match`.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(ChangeableDelegation(before)): InScope<ChangeableDelegation>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    if_match.require(before.version)?;
    let after = before.value.tombstone(origin.at);
    api.store.update_or_delete_delegation(origin, &before, &after).await.map_err(if_match.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
