//! `PUT /api/v1/leave-delegations/{delegation_id}`: changes a delegation. Publishes `leave.delegation_updated`.
//!
//! What is left out stays as it is. In whose place never changes: that would be another delegation.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{DelegationId, EmployeeId};
use lambda::http::{Caller, IfMatch, Json, Problem, Reached, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{create::check, reached_delegation::ChangeableDelegation};
use crate::{
    api::{Api, fields},
    domain::delegation::Delegation,
};

lambda::endpoint!(LEAVE_DELEGATIONS_UPDATE, put(handle), Api);

/// What changes.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DelegationChanges {
    /// Who decides.
    #[serde(default, deserialize_with = "fields::not_null")]
    pub delegate_id: Option<EmployeeId>,
    /// First day.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day.
    #[serde(default, deserialize_with = "fields::not_null")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Why; null for no reason.
    #[serde(default, deserialize_with = "fields::nullable")]
    #[garde(inner(inner(custom(fields::validate_reason))))]
    #[schema(value_type = Option<String>)]
    pub reason: Option<Option<String>>,
}

/// Changes a delegation that one has given; HR changes all.
#[utoipa::path(put, path = "/api/v1/leave-delegations/{delegation_id}", operation_id = "leave-delegations-update",
    tag = "leave delegations",
    params(("delegation_id" = DelegationId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = DelegationChanges,
    responses(
        (status = 200, body = Delegation),
        (status = 404, description = "Not there, ended, or somebody else's"),
        (status = 409, description = "Changed meanwhile"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule, or somebody unknown or not active")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(ChangeableDelegation(before)): Reached<ChangeableDelegation>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<DelegationChanges>>,
) -> Result<Versioned<Delegation>, Problem> {
    let origin = caller.origin();
    named.require(before.version)?;
    let mut after = before.value.clone();
    after.delegate_id = body.delegate_id.unwrap_or(after.delegate_id);
    after.from = body.from.unwrap_or(after.from);
    after.to = body.to.unwrap_or(after.to);
    after.reason = body.reason.unwrap_or(after.reason);
    if after == before.value {
        return Ok(Versioned(before.version, after));
    }
    after.updated_at = origin.at;
    check(&api, &after).await?;
    let version = api.store.update_delegation(origin, &before, &after).await.map_err(named.map_conflict())?;
    Ok(Versioned(version, after))
}
