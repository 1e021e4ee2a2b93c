//! The caller's role in a request, its current approvers, and the problems of a refused decision.

use std::sync::Arc;

use access::Role;
use directory::{Person, earliest_date_anywhere};
use jiff::Timestamp;
use kernel::{Code, EmployeeId, Error, ErrorKind, LeaveId, Message, Result};
use lambda::http::Caller;
use policy::{
    RequestPeople,
    leave::{Approval, ApproverCandidate, Parties, PendingApprovers},
    load_parties,
};
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
    is_manager: bool,
    /// People in whose place the caller decides, and whether each is in HR.
    principals: Vec<(EmployeeId, bool)>,
}

impl ApproverContext {
    /// The caller with the people in whose place they may decide today.
    pub(crate) async fn load(api: &Api, caller: &Caller) -> Result<Self> {
        let principals = load_active_delegators(api, caller.id(), caller.origin().at).await?;
        let roles = caller.roles();
        Ok(Self { by: caller.id(), hr: roles.has(Role::Hr), is_manager: roles.has(Role::Manager), principals })
    }

    /// The caller as an approver of a request of these people.
    pub(crate) fn candidate_for(&self, parties: Parties) -> ApproverCandidate {
        ApproverCandidate { by: self.by, hr: self.hr, principals: self.principals.clone(), parties }
    }

    /// Whether the current step may ask the caller in person, and not in place of another: as the manager whom the request
    /// stores, as that manager's manager, or by name. True for every step that asks a manager's manager; who it is shows later.
    pub(crate) fn may_be_asked(&self, request: &Request, approval: &Approval) -> bool {
        request.manager_id == Some(self.by)
            || approval.asks_second_manager()
            || approval.named_approvers().contains(&self.by)
    }

    /// Whether the caller, or somebody for whom the caller decides, may be asked in place of an approver who cannot
    /// decide: as a manager's manager, who has the role `manager`, or in HR.
    pub(crate) fn may_replace_others(&self) -> bool {
        self.hr || self.is_manager || !self.principals.is_empty()
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
        let (in_scope, parties) = tokio::try_join!(
            is_in_scope(caller, &person),
            load_parties_of(api, request, (request.pending_approval(), person.manager_id), at)
        )?;
        Ok(Self { person, candidate: approver.candidate_for(parties), in_scope })
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

/// Approvers of the first step of a new request; `None` if it was approved at once. To keep the reads of a new request few,
/// they are not looked up: those who have left or are suspended are still among them, until the request is read.
pub(crate) async fn load_approvers_of_new_request(
    api: &Api,
    request: &Request,
    person: &Person,
    at: Timestamp,
) -> Result<Option<PendingApprovers>> {
    let Some(approval) = request.pending_approval() else { return Ok(None) };
    let (subject, author, manager) = (person.id, request.created_by, person.manager_id);
    let second_manager = match manager.filter(|_| approval.asks_second_manager()) {
        Some(manager) => api.shell.directory.person(manager, at).await?.and_then(|manager| manager.manager_id),
        None => None,
    };
    Ok(approval.pending_approvers(&Parties { subject, author, manager, second_manager, unable: Vec::new() }))
}

/// People and groups who may decide the current step of an approval, without those who cannot decide.
pub(crate) async fn load_approvers_of_step(
    api: &Api,
    approval: &Approval,
    (person, author): (&Person, EmployeeId),
    at: Timestamp,
) -> Result<Option<PendingApprovers>> {
    let people = RequestPeople { subject: person.id, author, manager: person.manager_id };
    let parties = load_parties(&api.shell.directory, Some(approval), people, at).await?;
    Ok(approval.pending_approvers(&parties))
}

/// People who determine the approvers of a request, given its pending approval and the manager of its employee.
pub(crate) async fn load_parties_of(
    api: &Api,
    request: &Request,
    (approval, manager): (Option<&Approval>, Option<EmployeeId>),
    at: Timestamp,
) -> Result<Parties> {
    let people = RequestPeople { subject: request.employee_id, author: request.created_by, manager };
    load_parties(&api.shell.directory, approval, people, at).await
}

/// Whether the employee is in the caller's scope. An approver may see the request even if not.
async fn is_in_scope(caller: &Caller, person: &Person) -> Result<bool> {
    match caller.require_in_scope(person).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
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

fn status_name(request: &Request) -> Message {
    match request.status {
        RequestStatus::Pending => messages::pending(),
        RequestStatus::Approved => messages::approved(),
        RequestStatus::Rejected => messages::rejected(),
        RequestStatus::Cancelled => messages::cancelled(),
    }
}

/// 409 with the decision that was made before.
pub(crate) fn already_decided_error(request: &Request) -> Error {
    let detail = messages::already_decided(status_name(request));
    Error::new(Code::AlreadyDecided, detail).with_current_state(decision_summary(request))
}

/// 409 of a request that is not approved, with its status.
pub(crate) fn not_approved_error(request: &Request) -> Error {
    let detail = messages::only_approved_leave_moves(status_name(request));
    Error::new(Code::IllegalTransition, detail).with_current_state(decision_summary(request))
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
