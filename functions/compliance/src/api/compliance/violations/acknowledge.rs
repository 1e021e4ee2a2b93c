//! `POST /api/v1/compliance/violations/{violation_id}/acknowledge`: says that somebody has seen a violation and what came of
//! it. Publishes `compliance.violation_acknowledged`.

use axum::{extract::State, response::Response};
use garde::Validate;
use kernel::{Error, Kind, ViolationId};
use lambda::http::{Caller, Idempotency, Json, Path, Problem, Reach, Replayed, Valid, done};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::ViolationView;
use crate::{
    api::{Api, compliance::people_in_reach::subject_of, fields},
    domain::violation::Breach,
};

lambda::endpoint!(COMPLIANCE_VIOLATIONS_ACKNOWLEDGE, post(handle), Api);

/// What came of a violation.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// What came of it.
    #[garde(custom(fields::comment))]
    pub comment: String,
}

impl Reach<Api> for Breach {
    type Id = ViolationId;

    async fn reach(api: &Api, caller: &Caller, id: ViolationId) -> kernel::Result<Self> {
        let breach = api.store.violation(id).await?.value;
        subject_of(caller, breach.employee_id, "violation").await?;
        Ok(breach)
    }
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
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::done(answer));
    }
    let breach = Breach::reach(&api, &caller, id).await?;
    if breach.employee_id == caller.id() {
        let detail = "Somebody else has to acknowledge your own violation.";
        return Err(Error::new(Kind::Forbidden, "own_violation", detail).into());
    }
    let comment = Some(body.comment.trim().to_owned());
    let seen = Breach { acknowledged_at: Some(origin.at), acknowledged_by: Some(caller.id()), comment, ..breach };
    let view = ViolationView::from(seen.clone());
    let outcome = api.store.acknowledge(origin, &seen, once.as_ref(), &view).await?;
    Ok(done(outcome, view))
}
