//! `GET /api/v1/leave-delegations/{delegation_id}`: reads a delegation.

use kernel::DelegationId;
use lambda::http::{Problem, Reached, Versioned};

use super::reached_delegation::ReadableDelegation;
use crate::{api::Api, domain::delegation::Delegation};

lambda::endpoint!(LEAVE_DELEGATIONS_GET, get(handle), Api);

/// Reads a delegation that one has given or was given; HR reads all.
#[utoipa::path(get, path = "/api/v1/leave-delegations/{delegation_id}", operation_id = "leave-delegations-get",
    tag = "leave delegations",
    params(("delegation_id" = DelegationId, Path)),
    responses((status = 200, body = Delegation), (status = 404, description = "Not there, ended, or somebody else's")))]
pub async fn handle(
    Reached(ReadableDelegation(stored)): Reached<ReadableDelegation>,
) -> Result<Versioned<Delegation>, Problem> {
    Ok(stored.into())
}
