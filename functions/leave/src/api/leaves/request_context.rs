//! What somebody is to a request, who is asked next, and what stands in the way of a second decision.

use std::sync::Arc;

use access::Role;
use directory::{Person, earliest_date_anywhere};
use jiff::Timestamp;
use kernel::{Code, EmployeeId, Error, ErrorKind, Result};
use lambda::http::Caller;
use policy::leave::{Approval, ApproverCandidate, Parties, WaitsFor};
use serde_json::{Value, json};

use crate::{
    api::Api,
    domain::request::{Request, RequestStatus},
};

/// The caller as an approver, whatever the request.
pub(crate) struct ApproverContext {
    by: EmployeeId,
    hr: bool,
    stands_for: Vec<(EmployeeId, bool)>,
}

impl ApproverContext {
    /// Reads in whose place the caller may decide now.
    pub(crate) async fn of(api: &Api, caller: &Caller) -> Result<Self> {
        let stands_for = active_principals(api, caller.id(), caller.origin().at).await?;
        Ok(Self { by: caller.id(), hr: caller.roles().has(Role::Hr), stands_for })
    }

    /// The caller as the way of a request sees them, given its subject's manager and that one's.
    pub(crate) fn on(
        &self,
        request: &Request,
        (manager, second_manager): (Option<EmployeeId>, Option<EmployeeId>),
    ) -> ApproverCandidate {
        ApproverCandidate {
            by: self.by,
            hr: self.hr,
            principals: self.stands_for.clone(),
            parties: Parties { subject: request.employee_id, author: request.created_by, manager, second_manager },
        }
    }
}

/// A request, whose it is, and what the caller is to both.
pub(crate) struct RequestContext {
    pub(crate) person: Arc<Person>,
    /// The caller, as the way of approval sees them.
    pub(crate) who: ApproverCandidate,
    /// Whether the caller's grant reaches the person.
    pub(crate) reached: bool,
}

impl RequestContext {
    /// Reads who is who, as of now.
    pub(crate) async fn of(api: &Api, caller: &Caller, request: &Request) -> Result<Self> {
        let at = caller.origin().at;
        let (person, voice) =
            tokio::try_join!(api.shell.directory.person(request.employee_id, at), ApproverContext::of(api, caller))?;
        let person = person.ok_or_else(|| Error::not_found("leave"))?;
        let (reached, managers) = tokio::try_join!(reaches(caller, &person), managers(api, person.manager_id, at))?;
        Ok(Self { person, who: voice.on(request, managers), reached })
    }

    /// Whether the caller has, had or may get a say in it.
    pub(crate) fn is_party_to(&self, request: &Request) -> bool {
        request.approval.as_ref().is_some_and(|approval| approval.is_involved(&self.who))
    }

    /// Whether the caller may read its reasons: an auditor sees that somebody is away, not why.
    pub(crate) fn may_read_reasons(&self, request: &Request) -> bool {
        let Parties { subject, manager, second_manager, .. } = self.who.parties;
        let only_reads = self.reached && !self.who.hr && self.who.by != subject;
        let above = [manager, second_manager].contains(&Some(self.who.by));
        self.is_party_to(request) || !only_reads || above
    }

    /// For whom it waits.
    pub(crate) fn waits_for(&self, request: &Request) -> Option<WaitsFor> {
        request.waiting()?.waits_for(&self.who.parties)
    }
}

/// For whom a request waits; the manager's manager is looked up only where they are asked.
pub(crate) async fn pending_approvers(
    api: &Api,
    request: &Request,
    person: &Person,
    at: Timestamp,
) -> Result<Option<WaitsFor>> {
    match request.waiting() {
        Some(approval) => approvers_of_step(api, approval, (person, request.created_by), at).await,
        None => Ok(None),
    }
}

/// People and groups who may decide the current step of an approval.
pub(crate) async fn approvers_of_step(
    api: &Api,
    approval: &Approval,
    (person, author): (&Person, EmployeeId),
    at: Timestamp,
) -> Result<Option<WaitsFor>> {
    let (manager, second_manager) = managers_asked(api, approval, person.manager_id, at).await?;
    Ok(approval.waits_for(&Parties { subject: person.id, author, manager, second_manager }))
}

/// Somebody's manager and that one's, who is looked up only where a way of approval asks them now.
pub(crate) async fn managers_asked(
    api: &Api,
    approval: &Approval,
    manager: Option<EmployeeId>,
    at: Timestamp,
) -> Result<(Option<EmployeeId>, Option<EmployeeId>)> {
    if approval.asks_second_manager() { managers(api, manager, at).await } else { Ok((manager, None)) }
}

/// What is out of scope is no error here: a delegate may still see it.
async fn reaches(caller: &Caller, person: &Person) -> Result<bool> {
    match caller.require_in_scope(person).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Somebody's manager and that one's, as they are now.
async fn managers(
    api: &Api,
    manager: Option<EmployeeId>,
    at: Timestamp,
) -> Result<(Option<EmployeeId>, Option<EmployeeId>)> {
    let Some(manager) = manager else { return Ok((None, None)) };
    let second = api.shell.directory.person(manager, at).await?.and_then(|manager| manager.manager_id);
    Ok((Some(manager), second))
}

/// In whose place somebody may decide today, at the site of each; and whether that one is of HR. Nobody stands for somebody who
/// may not sign in themselves.
async fn active_principals(api: &Api, delegate: EmployeeId, at: Timestamp) -> Result<Vec<(EmployeeId, bool)>> {
    let mut stands_for = Vec::new();
    for delegation in api.store.list_delegations_to(delegate, earliest_date_anywhere(at)).await? {
        let Some(principal) = api.shell.directory.person(delegation.delegator_id, at).await? else { continue };
        if principal.status.may_sign_in() && delegation.is_active_on(principal.today(at)) {
            stands_for.push((principal.id, principal.roles.has(Role::Hr)));
        }
    }
    Ok(stands_for)
}

/// The decision that stands, for those who come too late.
pub(crate) fn already_decided(request: &Request) -> Error {
    let status = match request.status {
        RequestStatus::Pending => "waiting",
        RequestStatus::Approved => "approved",
        RequestStatus::Rejected => "rejected",
        RequestStatus::Cancelled => "cancelled",
    };
    Error::new(Code::AlreadyDecided, format!("The request is {status} already."))
        .with_current_state(decision_summary(request))
}

fn decision_summary(request: &Request) -> Value {
    json!({
        "id": request.id,
        "status": request.status,
        "approved_by": request.approved_by,
        "approved_at": request.approved_at,
        "rejected_by": request.rejected_by,
        "rejected_at": request.rejected_at,
        "cancelled_by": request.cancelled_by,
        "cancelled_at": request.cancelled_at,
        "step": request.approval.as_ref().map(|approval| approval.step),
    })
}

/// Why somebody who may see a request may not decide it now.
pub(crate) fn decision_refused(request: &Request, who: &ApproverCandidate) -> Error {
    if who.by == who.parties.subject {
        return Error::new(Code::OwnRequest, "Nobody decides about their own leave.");
    }
    let said = |approval: &Approval| {
        approval.decisions.iter().any(|decision| decision.by == who.by && decision.step == approval.step)
    };
    if request.approval.as_ref().is_some_and(said) {
        return Error::new(Code::AlreadyDecided, "You have decided this step already.")
            .with_current_state(decision_summary(request));
    }
    let detail = "The step that waits is for somebody else to decide.";
    Error::new(Code::NotYourStep, detail)
}
