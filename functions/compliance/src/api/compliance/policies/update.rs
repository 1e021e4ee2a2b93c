//! `PUT /api/v1/compliance/policies/{policy_id}`: stores the next version of a policy. Publishes `compliance.policy_updated`.
//!
//! Earlier decisions stay as they are: each names the policy version by which it was made.

use axum::extract::State;
use kernel::{Error, PolicyId};
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use policy::{Policy, PolicyRef};

use super::{
    draft::{PolicyDraft, PolicyDraftSchema},
    references::PolicyWriteApi,
    view::PolicyView,
};
use crate::messages;

lambda::endpoint!(COMPLIANCE_POLICIES_UPDATE, put(handle), PolicyWriteApi);

/// Creates the next version of a policy.
///
/// It has the kind and subject of the previous version and starts after that version's first day. Existing versions
/// never change. Settled days are not derived again, and decided leave is not evaluated again. HR is notified.
#[utoipa::path(put, path = "/api/v1/compliance/policies/{policy_id}", operation_id = "compliance-policies-update",
    tag = "compliance",
    params(("policy_id" = PolicyId, Path, description = "Id of the policy."), IfMatch),
    request_body = PolicyDraftSchema,
    responses(
        (status = 200, description = "New version of the policy.", body = PolicyView),
        (status = 404, description = "`not_found`: no policy has this id."),
        (status = 409, description = "`policy_overlaps`: an equally specific policy with the same subject applies to \
            some of these employees on some of these days; `current` is that policy. `changed_meanwhile`: another request created \
            this version at the same time. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version."),
        (status = 422, description = "`invalid`: the version starts too early, has another kind or subject, a value is out of \
            range, or the leave type or an approver is unknown.")))]
pub async fn handle(
    State(policies): State<PolicyWriteApi>,
    caller: Caller,
    Path(id): Path<PolicyId>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<PolicyDraft>>,
) -> Result<Versioned<PolicyView>, Problem> {
    let (api, origin) = (&policies.api, caller.origin());
    let first = PolicyRef { policy_id: id, policy_version: 1 };
    let draft = body.into_version(first, origin.at, origin.actor.clone());
    let (versions, checked) = futures::join!(
        api.store.get_policy_versions(id),
        policies.check_leave_types_and_approvers(draft.as_ref().ok(), origin.at)
    );
    let versions = versions?;
    let latest = versions.first().ok_or_else(|| Error::not_found(messages::policy()))?.reference.policy_version;
    if_match.require(u64::from(latest))?;
    let reference = PolicyRef { policy_id: id, policy_version: latest.saturating_add(1) };
    let policy = Policy { reference, ..draft? };
    checked?;
    let create = || api.store.create_policy_version(origin, &policy, None, &());
    api.until_won(origin.at, create).await.map_err(if_match.map_conflict())?;
    Ok(Versioned(u64::from(reference.policy_version), policy.into()))
}
