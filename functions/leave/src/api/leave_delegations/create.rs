//! `POST /api/v1/leave-delegations`: delegates leave decisions. Publishes `leave.delegation_created`.

use access::{Role, Scope};
use axum::{extract::State, response::Response};
use directory::EmploymentStatus;
use garde::Validate;
use jiff::{ToSpan, civil::Date};
use kernel::{DelegationId, EmployeeId, Error};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, created};
use policy::{Policy, leave::Step};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::delegation::Delegation,
    messages,
};

lambda::endpoint!(LEAVE_DELEGATIONS_CREATE, post(handle), Api);

/// Longest delegation in days.
const DAYS_MAX: i64 = 366;

/// New delegation of leave decisions.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewDelegation {
    /// Approver in whose place the delegate decides; only HR may name others. Default: the caller.
    pub delegator_id: Option<EmployeeId>,
    /// Employee who decides in place of the delegator: active, and not the delegator.
    pub delegate_id: EmployeeId,
    /// First day of the delegation, at the delegator's site.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the delegation, at the delegator's site; a delegation has at most 366 days.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Reason of the delegation, such as an absence.
    #[garde(inner(custom(fields::validate_reason)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: Option<String>,
}

/// Delegates leave decisions to another employee, from one day to another.
///
/// Managers and people whom a leave policy names as approvers delegate their own decisions, HR those of all. The delegate
/// may decide every request that waits for the delegator, also those of before, and is notified like an approver.
/// Delegations may overlap.
#[utoipa::path(post, path = "/api/v1/leave-delegations", operation_id = "leave-delegations-create", tag = "leave delegations",
    params(IdempotencyHeader),
    request_body = NewDelegation,
    responses(
        (status = 201, body = Delegation, description = "New delegation."),
        (status = 404, description = "`not_found`: the delegator is another employee, and the caller is not HR."),
        (status = 422, description = "`invalid`: a field is not valid, an employee is unknown or not active, or the caller \
            decides no requests: they are neither a manager nor in HR nor named by a leave policy.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewDelegation>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::LEAVE_DELEGATIONS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let new = Delegation {
        id: DelegationId::new(api.shell.ids.uuid(origin.at)),
        delegator_id: resolve_delegator(&api, &caller, body.delegator_id).await?,
        delegate_id: body.delegate_id,
        from: body.from,
        to: body.to,
        reason: body.reason.map(|reason| reason.trim().to_owned()),
        created_by: caller.id(),
        created_at: origin.at,
        updated_at: origin.at,
        deleted_at: None,
    };
    check_delegation(&api, &new).await?;
    let outcome = api.store.create_delegation(origin, &new, idempotency_key.as_ref(), &new).await?;
    Ok(created(outcome, format!("/api/v1/leave-delegations/{}", new.id), new))
}

/// Delegator: the caller if they decide requests, or for HR any active employee.
///
/// # Errors
/// 422 for a caller who decides no requests; 404 for others than HR; 422 unless the employee is active.
async fn resolve_delegator(api: &Api, caller: &Caller, requested: Option<EmployeeId>) -> Result<EmployeeId, Error> {
    match requested.filter(|id| *id != caller.id()) {
        None => require_approver(api, caller).await.map(|()| caller.id()),
        Some(_) if !caller.grant().includes(Scope::All) => Err(Error::employee_not_found()),
        Some(id) => require_active_employee(api, id, "/delegator_id", caller.origin().at).await.map(|()| id),
    }
}

/// 422 unless the caller is a manager, in HR, or an approver whom a version of a leave policy names.
async fn require_approver(api: &Api, caller: &Caller) -> Result<(), Error> {
    if caller.roles().has(Role::Manager) || caller.roles().has(Role::Hr) {
        return Ok(());
    }
    let book = api.store.rulebook.load(caller.origin().at).await?;
    let mut steps = book.policies().iter().filter_map(Policy::leave_rules).flat_map(|rules| &rules.approval);
    if steps.any(|step: &Step| step.by.names(caller.id())) {
        Ok(())
    } else {
        Err(Error::invalid("/delegator_id", "not_an_approver", messages::not_an_approver()))
    }
}

/// 422 unless the days are in order, at most 366, and the delegate is another, active employee.
pub(crate) async fn check_delegation(api: &Api, delegation: &Delegation) -> Result<(), Error> {
    let Delegation { from, to, delegate_id, delegator_id, updated_at, .. } = delegation;
    fields::check_date_order("/to", *from, *to)?;
    if *to > from.saturating_add((DAYS_MAX - 1).days()) {
        return Err(Error::invalid("/to", "too_long", messages::delegation_too_long(DAYS_MAX)));
    }
    if delegate_id == delegator_id {
        return Err(Error::invalid("/delegate_id", "oneself", messages::delegate_is_delegator()));
    }
    require_active_employee(api, *delegate_id, "/delegate_id", *updated_at).await
}

/// 422 at `pointer` unless the employee exists and is active.
async fn require_active_employee(api: &Api, id: EmployeeId, pointer: &str, at: jiff::Timestamp) -> Result<(), Error> {
    let person = api.shell.directory.person(id, at).await?;
    match person.map(|person| person.status) {
        Some(EmploymentStatus::Active) => Ok(()),
        // The caller may not be allowed to see the status of this person.
        Some(_) => Err(Error::invalid(pointer, "not_active", messages::delegation_party_not_active())),
        None => Err(Error::invalid(pointer, "unknown_employee", messages::unknown_employee())),
    }
}
