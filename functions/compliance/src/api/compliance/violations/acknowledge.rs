//! `POST /api/v1/compliance/violations/{violation_id}/acknowledge`: acknowledges a violation with a comment on its resolution.
//! Publishes `compliance.violation_acknowledged`.

use axum::{extract::State, response::Response};
use garde::Validate;
use kernel::{Code, Error, ViolationId};
use lambda::http::{Caller, IdempotencyHeader, Json, LoadInScope, Path, Problem, Replayed, Valid, ok};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::ViolationView;
use crate::{
    api::{Api, compliance::people_in_scope::load_person_of_record, fields},
    domain::violation::ViolationRecord,
    messages,
};

lambda::endpoint!(COMPLIANCE_VIOLATIONS_ACKNOWLEDGE, post(handle), Api);

/// Request to acknowledge a violation, with a comment on its resolution.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeViolation {
    /// Comment on the resolution, 1 to 1,000 characters.
    #[garde(custom(fields::check_violation_comment))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub comment: String,
}

impl LoadInScope<Api> for ViolationRecord {
    type Id = ViolationId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: ViolationId) -> kernel::Result<Self> {
        let violation = api.store.get_violation(id).await?;
        load_person_of_record(caller, violation.employee_id, messages::violation()).await?;
        Ok(violation)
    }
}

/// Acknowledges a violation.
///
/// HR and the managers of the employee acknowledge a violation, never the employee. It is acknowledged once.
#[utoipa::path(post, path = "/api/v1/compliance/violations/{violation_id}/acknowledge",
    operation_id = "compliance-violations-acknowledge", tag = "compliance",
    params(("violation_id" = ViolationId, Path, description = "Id of the violation."), IdempotencyHeader),
    request_body = AcknowledgeViolation,
    responses(
        (status = 200, description = "Violation with its acknowledgement.", body = ViolationView),
        (status = 403, description = "`own_violation`: callers cannot acknowledge their own violation."),
        (status = 404, description = "`not_found`: the violation does not exist, or the caller may not see it."),
        (status = 409, description = "`already_acknowledged`: the violation was acknowledged before; `current` holds the \
            acknowledgement. `busy`: other requests won every attempt."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<ViolationId>,
    header: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<AcknowledgeViolation>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = header.for_request(access::COMPLIANCE_VIOLATIONS_ACKNOWLEDGE.name, caller.id(), &(id, &body));
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let violation = ViolationRecord::load_in_scope(&api, &caller, id).await?;
    if violation.employee_id == caller.id() {
        return Err(Error::new(Code::OwnViolation, messages::own_violation()).into());
    }
    let comment = Some(body.comment.trim().to_owned());
    let acknowledged =
        ViolationRecord { acknowledged_at: Some(origin.at), acknowledged_by: Some(caller.id()), comment, ..violation };
    let view = ViolationView::from(acknowledged.clone());
    let outcome = api.store.acknowledge_violation(origin, &acknowledged, idempotency_key.as_ref(), &view).await?;
    Ok(ok(outcome, view))
}
