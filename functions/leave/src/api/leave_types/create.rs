//! `POST /api/v1/leave-types`: creates a leave type. Publishes `leave.type_created`.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use garde::Validate;
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::leave_type::{LeaveType, LeaveTypeNames},
};

lambda::endpoint!(LEAVE_TYPES_CREATE, post(handle), Api);

/// Properties of a new leave type.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewLeaveType {
    /// Code that policies, accounts and requests refer to. It never changes.
    #[garde(custom(fields::validate_code))]
    #[schema(pattern = "^[a-z0-9][a-z0-9-]{0,39}$")]
    pub code: String,
    /// Name in languages that `names` does not contain, 1 to 60 characters.
    #[garde(custom(fields::validate_name))]
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub name: String,
    /// Names by ISO 639 language code, such as `{"de": "Urlaub"}`. Default: none.
    #[serde(default)]
    #[schema(value_type = LeaveTypeNames)]
    #[garde(custom(fields::validate_names))]
    pub names: BTreeMap<String, String>,
    /// Whether the employer pays for this leave.
    pub paid: bool,
    /// Colour in calendars, such as `#2e7d32`. Default: none.
    #[garde(inner(custom(fields::validate_color)))]
    #[schema(pattern = "^#[0-9a-fA-F]{6}$")]
    pub color: Option<String>,
}

/// Creates a leave type.
///
/// Employees can request it once a leave policy for its code applies to them. The code of a deleted leave type can be
/// used again.
#[utoipa::path(post, path = "/api/v1/leave-types", operation_id = "leave-types-create", tag = "leave types",
    params(IdempotencyHeader),
    request_body = NewLeaveType,
    responses(
        (status = 201, body = LeaveType, description = "New leave type."),
        (status = 409, description = "`code_taken`: another leave type has this code."),
        (status = 422, description = "`invalid`: a field is not valid.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewLeaveType>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::LEAVE_TYPES_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let NewLeaveType { code, name, names, paid, color } = body;
    let (name, created_at, updated_at) = (name.trim().to_owned(), origin.at, origin.at);
    let new = LeaveType { code, name, names, paid, color, created_at, updated_at, deleted_at: None };
    let outcome = api.store.create_leave_type(origin, &new, idempotency_key.as_ref(), &new).await?;
    Ok(created(outcome, format!("/api/v1/leave-types/{}", new.code), new))
}
