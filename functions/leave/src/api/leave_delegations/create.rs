//! `POST /api/v1/leave-delegations`: lets somebody decide in one's place. Publishes `leave.delegation_created`.

use access::Scope;
use axum::{extract::State, response::Response};
use directory::EmploymentStatus;
use garde::Validate;
use jiff::{ToSpan, civil::Date};
use kernel::{DelegationId, EmployeeId, Error};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::delegation::Delegation,
};

lambda::endpoint!(LEAVE_DELEGATIONS_CREATE, post(handle), Api);

/// No delegation is longer, in days.
const DAYS_MAX: i64 = 366;

/// A new delegation.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewDelegation {
    /// In whose place; the caller's when not given. HR may say it for others.
    pub delegator_id: Option<EmployeeId>,
    /// Who decides.
    pub delegate_id: EmployeeId,
    /// First day, at the delegator's site.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day, at the delegator's site.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Why.
    #[garde(inner(custom(fields::validate_reason)))]
    pub reason: Option<String>,
}

/// Lets somebody decide requests for leave in one's place, between two days.
#[utoipa::path(post, path = "/api/v1/leave-delegations", operation_id = "leave-delegations-create", tag = "leave delegations",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewDelegation,
    responses(
        (status = 201, body = Delegation),
        (status = 404, description = "In somebody else's place, and the caller is not HR"),
        (status = 422, description = "A field breaks a rule, or somebody unknown or not active")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewDelegation>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::LEAVE_DELEGATIONS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let new = Delegation {
        id: DelegationId::new(api.shell.ids.uuid(origin.at)),
        delegator_id: delegator(&api, &caller, body.delegator_id).await?,
        delegate_id: body.delegate_id,
        from: body.from,
        to: body.to,
        reason: body.reason.map(|reason| reason.trim().to_owned()),
        created_by: caller.id(),
        created_at: origin.at,
        updated_at: origin.at,
        deleted_at: None,
    };
    check(&api, &new).await?;
    let outcome = api.store.create_delegation(origin, &new, once.as_ref(), &new).await?;
    Ok(created(outcome, format!("/api/v1/leave-delegations/{}", new.id), new))
}

async fn delegator(api: &Api, caller: &Caller, wanted: Option<EmployeeId>) -> Result<EmployeeId, Error> {
    match wanted.filter(|id| *id != caller.id()) {
        None => Ok(caller.id()),
        Some(_) if !caller.grant().includes(Scope::All) => Err(Error::not_found("person")),
        Some(id) => active(api, id, "/delegator_id", caller.origin().at).await.map(|()| id),
    }
}

/// What must hold for every delegation: days in order, and a delegate who is somebody else and works here.
pub(crate) async fn check(api: &Api, delegation: &Delegation) -> Result<(), Error> {
    let Delegation { from, to, delegate_id, delegator_id, updated_at, .. } = delegation;
    fields::in_order("/to", *from, *to)?;
    if *to > from.saturating_add((DAYS_MAX - 1).days()) {
        return Err(Error::invalid("/to", "too_long", format!("A delegation has at most {DAYS_MAX} days.")));
    }
    if delegate_id == delegator_id {
        return Err(Error::invalid("/delegate_id", "oneself", "Nobody stands for themselves."));
    }
    active(api, *delegate_id, "/delegate_id", *updated_at).await
}

async fn active(api: &Api, id: EmployeeId, pointer: &str, at: jiff::Timestamp) -> Result<(), Error> {
    let person = api.shell.directory.person(id, at).await?;
    match person.map(|person| person.status) {
        Some(EmploymentStatus::Active) => Ok(()),
        Some(status) => Err(Error::invalid(pointer, "not_active", format!("The person is {status}."))),
        None => Err(Error::invalid(pointer, "unknown_employee", "There is no such person.")),
    }
}
