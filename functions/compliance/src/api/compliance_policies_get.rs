//! `GET /api/v1/compliance/policies/{policy_id}`: reads a policy with all its versions.

use axum::{Router, extract::State, routing::get};
use kernel::{Error, PolicyId};
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem, Versioned},
};

use super::{
    Api,
    view::{PolicyHistory, PolicyView},
};

/// Reads a policy.
#[utoipa::path(get, path = "/api/v1/compliance/policies/{policy_id}", operation_id = "compliance-policies-get",
    tag = "compliance", params(("policy_id" = PolicyId, Path)),
    responses((status = 200, body = PolicyHistory), (status = 404, description = "Not there")))]
pub async fn handle(
    State(api): State<Api>,
    _caller: Caller,
    Path(id): Path<PolicyId>,
) -> Result<Versioned<PolicyHistory>, Problem> {
    let versions = api.records.versions(id).await?;
    let latest = versions.first().cloned().ok_or_else(|| Error::not_found("policy"))?;
    let number = u64::from(latest.reference.policy_version);
    Ok(Versioned(number, PolicyHistory { latest: PolicyView::from(latest), versions }))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::COMPLIANCE_POLICIES_GET.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::COMPLIANCE_POLICIES_GET, router);
}
