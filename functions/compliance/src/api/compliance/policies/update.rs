//! `PUT /api/v1/compliance/policies/{policy_id}`: makes the next version of a policy. Publishes `compliance.policy_updated`.
//!
//! Nothing that was decided changes: every decision names the version it was made by.

use axum::extract::State;
use kernel::{Error, PolicyId};
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use policy::PolicyRef;

use super::{draft::PolicyDraft, view::PolicyView};
use crate::api::Api;

lambda::endpoint!(COMPLIANCE_POLICIES_UPDATE, put(handle), Api);

/// Makes the next version of a policy: of the same kind and subject, beginning later.
#[utoipa::path(put, path = "/api/v1/compliance/policies/{policy_id}", operation_id = "compliance-policies-update",
    tag = "compliance",
    params(("policy_id" = PolicyId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = PolicyDraft,
    responses(
        (status = 200, body = PolicyView),
        (status = 404, description = "Not there"),
        (status = 409, description = "Another policy says the same at the same time, or somebody made this version; `busy`"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "Begins too early, is about something else, or breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PolicyId>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<PolicyDraft>>,
) -> Result<Versioned<PolicyView>, Problem> {
    let origin = caller.origin();
    let versions = api.store.get_policy_versions(id).await?;
    let latest = versions.first().ok_or_else(|| Error::not_found("policy"))?.reference.policy_version;
    named.require(u64::from(latest))?;
    let reference = PolicyRef { policy_id: id, policy_version: latest.saturating_add(1) };
    let policy = body.into_version(reference, origin.at, origin.actor.clone())?;
    let create = || api.store.create_policy_version(origin, &policy, None, &());
    api.until_won(origin.at, create).await.map_err(named.map_conflict())?;
    Ok(Versioned(u64::from(reference.policy_version), policy.into()))
}
