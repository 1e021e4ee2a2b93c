//! `POST /api/v1/compliance/policies`: adds a policy. Publishes `compliance.policy_created`.

use axum::{extract::State, response::Response};
use kernel::PolicyId;
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use policy::PolicyRef;

use super::{draft::PolicyDraft, view::PolicyView};
use crate::api::Api;

lambda::endpoint!(COMPLIANCE_POLICIES_CREATE, post(handle), Api);

/// Adds a policy.
#[utoipa::path(post, path = "/api/v1/compliance/policies", operation_id = "compliance-policies-create", tag = "compliance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = PolicyDraft,
    responses(
        (status = 201, body = PolicyView),
        (status = 409, description = "Another policy says the same for the same people, equally narrowly, at the same time; `busy`"),
        (status = 422, description = "A field or a rule breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<PolicyDraft>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::COMPLIANCE_POLICIES_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let id = PolicyId::new(api.shell.ids.uuid(origin.at));
    let policy = body.into_version(PolicyRef { policy_id: id, policy_version: 1 }, origin.at, origin.actor.clone())?;
    let view = PolicyView::from(policy.clone());
    let create = || api.store.create_policy_version(origin, &policy, once.as_ref(), &view);
    let outcome = api.until_won(origin.at, create).await?;
    Ok(created(outcome, format!("/api/v1/compliance/policies/{id}"), view))
}
