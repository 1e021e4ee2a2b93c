//! `POST /api/v1/compliance/policies`: creates a policy. Publishes `compliance.policy_created`.

use axum::{extract::State, response::Response};
use kernel::PolicyId;
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use policy::PolicyRef;

use super::{
    draft::{PolicyDraft, PolicyDraftSchema},
    references::PolicyWriteApi,
    view::PolicyView,
};

lambda::endpoint!(COMPLIANCE_POLICIES_CREATE, post(handle), PolicyWriteApi);

/// Creates a policy with its first version.
///
/// It applies from `effective_from` on. At most one policy of a subject and an equally specific scope applies to an
/// employee on a day.
#[utoipa::path(post, path = "/api/v1/compliance/policies", operation_id = "compliance-policies-create", tag = "compliance",
    params(IdempotencyHeader),
    request_body = PolicyDraftSchema,
    responses(
        (status = 201, description = "First version of the policy.", body = PolicyView),
        (status = 409, description = "`policy_overlaps`: an equally specific policy with the same subject applies to \
            some of these employees on some of these days; `current` is that policy. `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: a field or a rule is out of range, or the leave type or an approver is unknown. \
            `idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(policies): State<PolicyWriteApi>,
    caller: Caller,
    header: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<PolicyDraft>>,
) -> Result<Response, Problem> {
    let (api, origin) = (&policies.api, caller.origin());
    let idempotency_key = header.for_request(access::COMPLIANCE_POLICIES_CREATE.name, caller.id(), &body);
    let id = PolicyId::new(api.shell.ids.uuid(origin.at));
    let reference = PolicyRef { policy_id: id, policy_version: 1 };
    let policy = body.into_version(reference, origin.at, origin.actor.clone());
    let (answered, checked) = futures::join!(
        api.store.stored_answer(idempotency_key.as_ref(), origin.at),
        policies.check_leave_types_and_approvers(policy.as_ref().ok(), origin.at)
    );
    if let Some(answer) = answered? {
        return Ok(Replayed::created(answer));
    }
    let policy = policy?;
    checked?;
    let view = PolicyView::from(policy.clone());
    let create = || api.store.create_policy_version(origin, &policy, idempotency_key.as_ref(), &view);
    let outcome = api.until_won(origin.at, create).await?;
    Ok(created(outcome, format!("/api/v1/compliance/policies/{id}"), view))
}
