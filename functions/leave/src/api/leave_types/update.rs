//! `PUT /api/v1/leave-types/{leave_type}`: changes a leave type. Publishes `leave.type_updated`.
//!
//! Omitted fields keep their values; `color: null` clears the colour. The code cannot change, because accounts and policies
//! refer to it.

use std::collections::BTreeMap;

use axum::extract::State;
use garde::Validate;
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::leave_type::{LeaveType, LeaveTypeNames},
};

lambda::endpoint!(LEAVE_TYPES_UPDATE, put(handle), Api);

/// Changes of a leave type; omitted fields keep their values.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LeaveTypeChanges {
    /// Name in languages that `names` does not contain, 1 to 60 characters.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[schema(value_type = String, min_length = 1, max_length = 60, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$")]
    #[garde(inner(custom(fields::validate_name)))]
    pub name: Option<String>,
    /// Names by ISO 639 language code, such as `{"de": "Urlaub"}`. They replace all current names.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[schema(value_type = LeaveTypeNames)]
    #[garde(inner(custom(fields::validate_names)))]
    pub names: Option<BTreeMap<String, String>>,
    /// Whether the employer pays for this leave.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[schema(value_type = bool)]
    pub paid: Option<bool>,
    /// Colour in calendars, such as `#2e7d32`; null removes it.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[schema(value_type = Option<String>, pattern = "^#[0-9a-fA-F]{6}$")]
    #[garde(inner(inner(custom(fields::validate_color))))]
    pub color: Option<Option<String>>,
}

/// Changes a leave type.
#[utoipa::path(put, path = "/api/v1/leave-types/{leave_type}", operation_id = "leave-types-update", tag = "leave types",
    params(("leave_type" = String, Path, pattern = "^[a-z0-9][a-z0-9-]{0,39}$", description = "Code of the leave type."),
        IfMatch),
    request_body = LeaveTypeChanges,
    responses(
        (status = 200, body = LeaveType, description = "Leave type after the change."),
        (status = 404, description = "`not_found`: the leave type does not exist or was deleted."),
        (status = 409, description = "`changed_meanwhile`: another request changed the leave type at the same time."),
        (status = 412, description = "`stale`: the leave type changed after the version in `If-Match`."),
        (status = 422, description = "`invalid`: a field is not valid.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(code): Path<String>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<LeaveTypeChanges>>,
) -> Result<Versioned<LeaveType>, Problem> {
    let origin = caller.origin();
    let before = api.store.get_leave_type(&code).await?;
    if_match.require(before.version)?;
    let mut after = before.value.clone();
    after.name = body.name.map_or(after.name, |name| name.trim().to_owned());
    after.names = body.names.unwrap_or(after.names);
    after.paid = body.paid.unwrap_or(after.paid);
    after.color = body.color.unwrap_or(after.color);
    if after == before.value {
        return Ok(Versioned(before.version, after));
    }
    after.updated_at = origin.at;
    let version = api.store.update_leave_type(origin, &before, &after).await.map_err(if_match.map_conflict())?;
    Ok(Versioned(version, after))
}
