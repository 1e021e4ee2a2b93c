//! The caller's role in a request, its current approvers, and the problems of a refused decision.

use std::sync::Arc;

use access::Role;
use directory::{Person, earliest_date_anywhere};
use jiff::Timestamp;
use kernel::{Code, EmployeeId, Error, ErrorKind, LeaveId, Result};
use lambda::http::Caller;
use policy::leave::{Approval, ApproverCandidate, Parties, PendingApprovers};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    api::Api,
    app::employment_end::last_day_of_employment,
    domain::request::{Request, RequestStatus},
    messages,
};

/// The caller as an approver of any request.
pub(crate) struct ApproverContext {
    by: EmployeeId,
    hr: bool,
    /// People in whose place the caller decides, and whether each is in HR.
    principals: Vec<(EmployeeId, bool)>,
}

impl ApproverContext {
    /// The caller with the people in whose place they may decide today.
    pub(crate) async fn load(api: &Api, caller: &Caller) -> Result<Self> {
        let principals = load_active_delegators(api, caller.id(), caller.origin().at).await?;
        Ok(Self { by: caller.id(), hr: caller.roles().has(Role::Hr), principals })
    }

    /// The caller as an approver of one request, given the two managers above its employee.
    pub(crate) fn candidate_for(
        &self,
        request: &Request,
        (manager, second_manager): (Option<EmployeeId>, Option<EmployeeId>),
    ) -> ApproverCandidate {
        ApproverCandidate {
            by: self.by,
            hr: self.hr,
            principals: self.principals.clone(),
            parties: Parties { subject: request.employee_id, author: request.created_by, manager, second_manager },
        }
    }
}

/// Employee of a request, and the caller's role in it.
pub(crate) struct RequestContext {
    pub(crate) person: Arc<Person>,
    /// The caller as an approver.
    pub(crate) candidate: ApproverCandidate,
    /// Whether the employee is in the caller's scope.
    pub(crate) in_scope: bool,
}

impl RequestContext {
    /// Loads the employee, the managers and the delegations to the caller; 404 if the employee is unknown.
    pub(crate) async fn load(api: &Api, caller: &Caller, request: &Request) -> Result<Self> {
        let at = caller.origin().at;
        let (person, approver) =
            tokio::try_join!(api.shell.directory.person(request.employee_id, at), ApproverContext::load(api, caller))?;
        let person = person.ok_or_else(|| Error::not_found(messages::leave_request()))?;
        let (in_scope, managers) =
            tokio::try_join!(is_in_scope(caller, &person), load_managers(api, person.manager_id, at))?;
        Ok(Self { person, candidate: approver.candidate_for(request, managers), in_scope })
    }

    /// Whether the caller decided, may decide, or may later decide the request.
    pub(crate) fn is_party_to(&self, request: &Request) -> bool {
        request.approval.as_ref().is_some_and(|approval| approval.is_involved(&self.candidate))
    }

    /// Whether the caller may read the reasons of the request. Auditors may not, except of their own requests.
    pub(crate) fn may_read_reasons(&self, request: &Request) -> bool {
        let Parties { subject, manager, second_manager, .. } = self.candidate.parties;
        let only_reads = self.in_scope && !self.candidate.hr && self.candidate.by != subject;
        let above = [manager, second_manager].contains(&Some(self.candidate.by));
        self.is_party_to(request) || !only_reads || above
    }

    /// Approvers of the current step; `None` once the request is decided.
    pub(crate) fn pending_approvers(&self, request: &Request) -> Option<PendingApprovers> {
        request.pending_approval()?.pending_approvers(&self.candidate.parties)
    }
}

/// Approvers of the current step of a request; `None` once it is decided.
pub(crate) async fn load_pending_approvers(
    api: &Api,
    request: &Request,
    person: &Person,
    at: Timestamp,
) -> Result<Option<PendingApprovers>> {
    match request.pending_approval() {
        Some(approval) => load_approvers_of_step(api, approval, (person, request.created_by), at).await,
        None => Ok(None),
    }
}

/// People and groups who may decide the current step of an approval. The manager's manager is loaded only if the step
/// asks them.
pub(crate) async fn load_approvers_of_step(
    api: &Api,
    approval: &Approval,
    (person, author): (&Person, EmployeeId),
    at: Timestamp,
) -> Result<Option<PendingApprovers>> {
    let (manager, second_manager) = load_second_manager_if_asked(api, approval, person.manager_id, at).await?;
    Ok(approval.pending_approvers(&Parties { subject: person.id, author, manager, second_manager }))
}

/// The manager and, if the current step asks them, the manager's manager.
pub(crate) async fn load_second_manager_if_asked(
    api: &Api,
    approval: &Approval,
    manager: Option<EmployeeId>,
    at: Timestamp,
) -> Result<(Option<EmployeeId>, Option<EmployeeId>)> {
    if approval.asks_second_manager() { load_managers(api, manager, at).await } else { Ok((manager, None)) }
}

/// Whether the employee is in the caller's scope. An approver may see the request even if not.
async fn is_in_scope(caller: &Caller, person: &Person) -> Result<bool> {
    match caller.require_in_scope(person).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The manager and the manager's manager.
async fn load_managers(
    api: &Api,
    manager: Option<EmployeeId>,
    at: Timestamp,
) -> Result<(Option<EmployeeId>, Option<EmployeeId>)> {
    let Some(manager) = manager else { return Ok((None, None)) };
    let second = api.shell.directory.person(manager, at).await?.and_then(|manager| manager.manager_id);
    Ok((Some(manager), second))
}

/// People whose delegation to this delegate is active today at their site, and whether each is in HR. People who may
/// not sign in are left out.
async fn load_active_delegators(api: &Api, delegate: EmployeeId, at: Timestamp) -> Result<Vec<(EmployeeId, bool)>> {
    let mut principals = Vec::new();
    for delegation in api.store.list_current_delegations_to(delegate, earliest_date_anywhere(at)).await? {
        let Some(principal) = api.shell.directory.person(delegation.delegator_id, at).await? else { continue };
        if principal.status.may_sign_in() && delegation.is_active_on(principal.today(at)) {
            principals.push((principal.id, principal.roles.has(Role::Hr)));
        }
    }
    Ok(principals)
}

/// 409 with the decision that was made before.
pub(crate) fn already_decided_error(request: &Request) -> Error {
    let status = match request.status {
        RequestStatus::Pending => messages::pending(),
        RequestStatus::Approved => messages::approved(),
        RequestStatus::Rejected => messages::rejected(),
        RequestStatus::Cancelled => messages::cancelled(),
    };
    Error::new(Code::AlreadyDecided, messages::already_decided(status)).with_current_state(decision_summary(request))
}

/// `current` of 409 `already_decided`: the decision that was made before.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaveDecision {
    /// Id of the leave request.
    id: LeaveId,
    /// Current status of the request.
    status: RequestStatus,
    /// Last approver, once the request is approved.
    approved_by: Option<EmployeeId>,
    /// Instant of the last approval, UTC.
    #[schema(value_type = Option<String>, format = DateTime)]
    approved_at: Option<Timestamp>,
    /// Employee who rejected the request.
    rejected_by: Option<EmployeeId>,
    /// Instant of the rejection, UTC.
    #[schema(value_type = Option<String>, format = DateTime)]
    rejected_at: Option<Timestamp>,
    /// Employee who cancelled the request.
    cancelled_by: Option<EmployeeId>,
    /// Instant of the cancellation, UTC.
    #[schema(value_type = Option<String>, format = DateTime)]
    cancelled_at: Option<Timestamp>,
    /// Number of the current approval step, from 0.
    step: Option<u8>,
}

/// [`LeaveDecision`] of the request as JSON.
fn decision_summary(request: &Request) -> Value {
    json!(LeaveDecision {
        id: request.id,
        status: request.status,
        approved_by: request.approved_by,
        approved_at: request.approved_at,
        rejected_by: request.rejected_by,
        rejected_at: request.rejected_at,
        cancelled_by: request.cancelled_by,
        cancelled_at: request.cancelled_at,
        step: request.approval.as_ref().map(|approval| approval.step),
    })
}

/// 409 if the request has days after the last day of the employment. They are returned soon after that day is known; until
/// then nobody may approve them.
pub(crate) fn require_employed_until_the_end(request: &Request, person: &Person, at: Timestamp) -> Result<()> {
    match last_day_of_employment(person, at).filter(|last| *last < request.end_date) {
        Some(last) => Err(Error::new(Code::EmploymentEnded, messages::employment_ended(last))),
        None => Ok(()),
    }
}

/// Problem of a caller who may see a pending request but not decide it now: 403 for an own request or a step of others,
/// 409 for a step that the caller has decided.
pub(crate) fn decision_refused_error(request: &Request, candidate: &ApproverCandidate) -> Error {
    if candidate.by == candidate.parties.subject {
        return Error::new(Code::OwnRequest, messages::own_request());
    }
    let has_decided = |approval: &Approval| {
        approval.decisions.iter().any(|decision| decision.by == candidate.by && decision.step == approval.step)
    };
    if request.approval.as_ref().is_some_and(has_decided) {
        return Error::new(Code::AlreadyDecided, messages::step_already_decided())
            .with_current_state(decision_summary(request));
    }
    Error::new(Code::NotYourStep, messages::not_your_step())
}
