//! `POST /api/v1/leave-types`: adds a leave type. Publishes `leave.type_created`.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use garde::Validate;
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::leave_type::LeaveType,
};

lambda::endpoint!(LEAVE_TYPES_CREATE, post(handle), Api);

/// A new leave type.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewLeaveType {
    /// Code, a slug: what policies name. Never changes.
    #[garde(custom(fields::code))]
    pub code: String,
    /// Name.
    #[garde(custom(fields::name))]
    pub name: String,
    /// Name by language: `{"de": "Urlaub"}`.
    #[serde(default)]
    #[garde(custom(fields::names))]
    pub names: BTreeMap<String, String>,
    /// Whether it is paid.
    pub paid: bool,
    /// How calendars show it: `#2e7d32`.
    #[garde(inner(custom(fields::color)))]
    pub color: Option<String>,
}

/// Adds a leave type. Nobody can ask for it before a policy speaks of it.
#[utoipa::path(post, path = "/api/v1/leave-types", operation_id = "leave-types-create", tag = "leave types",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewLeaveType,
    responses(
        (status = 201, body = LeaveType),
        (status = 409, description = "`code_taken`"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewLeaveType>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::LEAVE_TYPES_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let NewLeaveType { code, name, names, paid, color } = body;
    let (name, created_at, updated_at) = (name.trim().to_owned(), origin.at, origin.at);
    let new = LeaveType { code, name, names, paid, color, created_at, updated_at, deleted_at: None };
    let outcome = api.store.create_leave_type(origin, &new, once.as_ref(), &new).await?;
    Ok(created(outcome, format!("/api/v1/leave-types/{}", new.code), new))
}
