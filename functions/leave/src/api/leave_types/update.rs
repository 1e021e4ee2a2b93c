//! `PUT /api/v1/leave-types/{leave_type}`: changes a leave type. Publishes `leave.type_updated`.
//!
//! What is left out stays as it is; `color: null` clears it. The code never changes: accounts and policies name it.

use std::collections::BTreeMap;

use axum::extract::State;
use garde::Validate;
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::leave_type::LeaveType,
};

lambda::endpoint!(LEAVE_TYPES_UPDATE, put(handle), Api);

/// What changes.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LeaveTypeChanges {
    /// Name.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::name)))]
    pub name: Option<String>,
    /// Name by language; all of them.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::names)))]
    pub names: Option<BTreeMap<String, String>>,
    /// Whether it is paid.
    #[serde(default, deserialize_with = "fields::not_null")]
    pub paid: Option<bool>,
    /// How calendars show it; null for no colour.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<String>)]
    #[garde(inner(inner(custom(fields::color))))]
    pub color: Option<Option<String>>,
}

/// Changes a leave type.
#[utoipa::path(put, path = "/api/v1/leave-types/{leave_type}", operation_id = "leave-types-update", tag = "leave types",
    params(("leave_type" = String, Path, description = "Its code"),
        ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = LeaveTypeChanges,
    responses(
        (status = 200, body = LeaveType),
        (status = 404, description = "Not there, or removed"),
        (status = 409, description = "Changed meanwhile"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(code): Path<String>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<LeaveTypeChanges>>,
) -> Result<Versioned<LeaveType>, Problem> {
    let origin = caller.origin();
    let before = api.store.leave_type(&code).await?;
    named.require(before.version)?;
    let mut after = before.value.clone();
    after.name = body.name.map_or(after.name, |name| name.trim().to_owned());
    after.names = body.names.unwrap_or(after.names);
    after.paid = body.paid.unwrap_or(after.paid);
    after.color = body.color.unwrap_or(after.color);
    if after == before.value {
        return Ok(Versioned(before.version, after));
    }
    after.updated_at = origin.at;
    let version = api.store.update_leave_type(origin, &before, &after).await.map_err(named.map_conflict())?;
    Ok(Versioned(version, after))
}
