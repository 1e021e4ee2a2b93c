//! `GET /api/v1/leave-delegations/{delegation_id}`: returns a delegation.

use kernel::DelegationId;
use lambda::http::{InScope, Problem, Versioned};

use super::delegation_in_scope::ReadableDelegation;
use crate::{api::Api, domain::delegation::Delegation};

lambda::endpoint!(LEAVE_DELEGATIONS_GET, get(handle), Api);

/// Returns a delegation.
///
/// It is visible to its delegator, its delegate and HR.
#[utoipa::path(get, path = "/api/v1/leave-delegations/{delegation_id}", operation_id = "leave-delegations-get",
    tag = "leave delegations",
    params(("delegation_id" = DelegationId, Path, description = "Id of the delegation.")),
    responses(
        (status = 200, body = Delegation, description = "Delegation."),
        (status = 404, description = "`not_found`: the delegation does not exist, was deleted, or belongs to others.")))]
pub async fn handle(
    InScope(ReadableDelegation(stored)): InScope<ReadableDelegation>,
) -> Result<Versioned<Delegation>, Problem> {
    Ok(stored.into())
}
