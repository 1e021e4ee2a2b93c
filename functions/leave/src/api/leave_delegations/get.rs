//! `GET /api/v1/leave-delegations/{delegation_id}`: reads a delegation.

use access::Scope;
use axum::extract::State;
use kernel::{DelegationId, Error};
use lambda::http::{Caller, Path, Problem, Versioned};

use crate::api::Api;
use crate::domain::delegation::Delegation;

lambda::endpoint!(LEAVE_DELEGATIONS_GET, get(handle), Api);

/// Reads a delegation that one has given or was given; HR reads all.
#[utoipa::path(get, path = "/api/v1/leave-delegations/{delegation_id}", operation_id = "leave-delegations-get",
    tag = "leave delegations",
    params(("delegation_id" = DelegationId, Path)),
    responses((status = 200, body = Delegation), (status = 404, description = "Not there, ended, or somebody else's")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DelegationId>,
) -> Result<Versioned<Delegation>, Problem> {
    let stored = api.store.delegation(id).await?;
    let theirs = [stored.value.delegator_id, stored.value.delegate_id].contains(&caller.id());
    if !theirs && !caller.grant().has(Scope::All) {
        return Err(Error::not_found("delegation").into());
    }
    Ok(Versioned(stored.version, stored.value))
}
