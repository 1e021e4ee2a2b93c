//! `GET /api/v1/compliance/policies/{policy_id}`: returns a policy with all its versions.

use axum::extract::State;
use kernel::{Error, PolicyId};
use lambda::http::{Caller, Path, Problem, Versioned};

use super::view::{PolicyHistory, PolicyView};
use crate::{api::Api, messages};

lambda::endpoint!(COMPLIANCE_POLICIES_GET, get(handle), Api);

/// Returns a policy with all its versions.
#[utoipa::path(get, path = "/api/v1/compliance/policies/{policy_id}", operation_id = "compliance-policies-get",
    tag = "compliance", params(("policy_id" = PolicyId, Path, description = "Id of the policy.")),
    responses((status = 200, description = "Latest version of the policy, and all versions.", body = PolicyHistory),
        (status = 404, description = "`not_found`: no policy has this id.")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(id): Path<PolicyId>,
) -> Result<Versioned<PolicyHistory>, Problem> {
    let versions = api.store.get_policy_versions(id).await?;
    let latest = versions.first().cloned().ok_or_else(|| Error::not_found(messages::policy()))?;
    let number = u64::from(latest.reference.policy_version);
    Ok(Versioned(number, PolicyHistory { latest: PolicyView::from(latest), versions }))
}
