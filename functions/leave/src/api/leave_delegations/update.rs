//! `PUT /api/v1/leave-delegations/{delegation_id}`: changes a delegation. Publishes `leave.delegation_updated`.
//!
//! Omitted fields keep their values. The delegator cannot change; create a new delegation instead.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{DelegationId, EmployeeId};
use lambda::http::{Caller, IfMatch, InScope, Json, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{create::check_delegation, delegation_in_scope::ChangeableDelegation};
use crate::{
    api::{Api, fields},
    domain::delegation::Delegation,
};

lambda::endpoint!(LEAVE_DELEGATIONS_UPDATE, put(handle), Api);

/// Changes of a delegation; omitted fields keep their values.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DelegationChanges {
    /// Employee who decides in place of the delegator: active, and not the delegator.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[schema(value_type = EmployeeId)]
    pub delegate_id: Option<EmployeeId>,
    /// First day of the delegation, at the delegator's site.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = String, format = Date)]
    pub from: Option<Date>,
    /// Last day of the delegation, at the delegator's site; a delegation has at most 366 days.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = String, format = Date)]
    pub to: Option<Date>,
    /// Reason of the delegation; null removes it.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[garde(inner(inner(custom(fields::validate_reason))))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$")]
    pub reason: Option<Option<String>>,
}

/// Changes a delegation.
///
/// Delegators change their own delegations, HR all. The delegator cannot change.
#[utoipa::path(put, path = "/api/v1/leave-delegations/{delegation_id}", operation_id = "leave-delegations-update",
    tag = "leave delegations",
    params(("delegation_id" = DelegationId, Path, description = "Id of the delegation."), IfMatch),
    request_body = DelegationChanges,
    responses(
        (status = 200, body = Delegation, description = "Delegation after the change."),
        (status = 404, description = "`not_found`: the delegation does not exist, was deleted, or belongs to others."),
        (status = 409, description = "`changed_meanwhile`: another request changed the delegation at the same time."),
        (status = 412, description = "`stale`: the delegation changed after the version in `If-Match`."),
        (status = 422, description = "`invalid`: a field is not valid, or the delegate is unknown or not active.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(ChangeableDelegation(before)): InScope<ChangeableDelegation>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<DelegationChanges>>,
) -> Result<Versioned<Delegation>, Problem> {
    let origin = caller.origin();
    if_match.require(before.version)?;
    let mut after = before.value.clone();
    after.delegate_id = body.delegate_id.unwrap_or(after.delegate_id);
    after.from = body.from.unwrap_or(after.from);
    after.to = body.to.unwrap_or(after.to);
    after.reason = body.reason.unwrap_or(after.reason);
    if after == before.value {
        return Ok(Versioned(before.version, after));
    }
    after.updated_at = origin.at;
    check_delegation(&api, &after).await?;
    let version =
        api.store.update_or_delete_delegation(origin, &before, &after).await.map_err(if_match.map_conflict())?;
    Ok(Versioned(version, after))
}
