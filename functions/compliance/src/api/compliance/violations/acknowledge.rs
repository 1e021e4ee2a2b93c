//! `POST /api/v1/compliance/violations/{violation_id}/acknowledge`: says that somebody has seen a violation and what came of
//! it. Publishes `compliance.violation_acknowledged`.

use axum::{extract::State, response::Response};
use garde::Validate;
use kernel::{Code, Error, ViolationId};
use lambda::http::{Caller, IdempotencyHeader, Json, Path, Problem, Reach, Replayed, Valid, ok};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::ViolationView;
use crate::{
    api::{Api, compliance::people_in_reach::subject_of, fields},
    domain::violation::ViolationRecord,
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

impl Reach<Api> for ViolationRecord {
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
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<Acknowledgement>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::COMPLIANCE_VIOLATIONS_ACKNOWLEDGE.name, caller.id(), &(id, &body));
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let breach = ViolationRecord::reach(&api, &caller, id).await?;
    if breach.employee_id == caller.id() {
        let detail = "Somebody else has to acknowledge your own violation.";
        return Err(Error::new(Code::OwnViolation, detail).into());
    }
    let comment = Some(body.comment.trim().to_owned());
    let seen =
        ViolationRecord { acknowledged_at: Some(origin.at), acknowledged_by: Some(caller.id()), comment, ..breach };
    let view = ViolationView::from(seen.clone());
    let outcome = api.store.acknowledge_violation(origin, &seen, once.as_ref(), &view).await?;
    Ok(ok(outcome, view))
}
