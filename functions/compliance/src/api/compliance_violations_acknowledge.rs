//! `POST /api/v1/compliance/violations/{violation_id}/acknowledge`: says that somebody has seen a violation and what came of
//! it. Publishes `compliance.violation_acknowledged`.

use axum::{Router, extract::State, response::Response, routing::post};
use garde::Validate;
use kernel::{Error, Kind, ViolationId};
use lambda::{
    InitError, Shell,
    http::{Caller, Idempotency, Json, Path, Problem, Valid},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Api, Replayed, done, rules, view::ViolationView};
use crate::domain::violation::Breach;

/// What came of a violation.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// What came of it.
    #[garde(custom(rules::comment))]
    pub comment: String,
}

/// Acknowledges a violation, once. Nobody acknowledges their own.
#[utoipa::path(post, path = "/api/v1/compliance/violations/{violation_id}/acknowledge",
    operation_id = "compliance-violations-acknowledge", tag = "compliance",
    params(("violation_id" = ViolationId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = Acknowledgement,
    responses(
        (status = 200, body = ViolationView),
        (status = 403, description = "One's own violation"),
        (status = 404, description = "Not there, or not visible"),
        (status = 409, description = "Acknowledged before; `current` tells by whom")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<ViolationId>,
    key: Idempotency,
    Valid(Json(body)): Valid<Json<Acknowledgement>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.once(access::COMPLIANCE_VIOLATIONS_ACKNOWLEDGE.name, caller.id(), &(id, &body));
    if let Some(answer) = api.records.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::done(answer));
    }
    let breach = api.records.violation(id).await?.value;
    api.person(&caller, breach.employee_id).await.map_err(|error| hidden(error, "violation"))?;
    if breach.employee_id == caller.id() {
        let detail = "Somebody else has to acknowledge your own violation.";
        return Err(Error::new(Kind::Forbidden, "own_violation", detail).into());
    }
    let comment = Some(body.comment.trim().to_owned());
    let seen = Breach { acknowledged_at: Some(origin.at), acknowledged_by: Some(caller.id()), comment, ..breach };
    let view = ViolationView::from(seen.clone());
    let outcome = api.records.acknowledge(origin, &seen, once.as_ref(), &view).await?;
    Ok(done(outcome, view))
}

/// What belongs to somebody out of reach is as little there as what is not there.
pub(super) fn hidden(error: Error, what: &str) -> Error {
    if error.kind() == Kind::NotFound { Error::not_found(what) } else { error }
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::COMPLIANCE_VIOLATIONS_ACKNOWLEDGE.path, post(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::COMPLIANCE_VIOLATIONS_ACKNOWLEDGE, router);
}
