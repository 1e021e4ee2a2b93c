//! Approval of requests: steps in order, n of m approvers, no self-approval, delegation. Rule 9 (docs/rules.md).

use jiff::Timestamp;
use kernel::EmployeeId;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ArrayBuilder, ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema,
        schema::{AdditionalProperties, Type},
    },
};

use crate::HalfDays;

/// Approver of a step: `manager`, `second_manager`, `hr` or a list of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    /// Manager at the time of the decision; HR if there is none, the manager's manager if the manager cannot decide.
    Manager,
    /// Manager of the manager; HR if there is none or if they cannot decide.
    SecondManager,
    /// Any member of HR.
    Hr,
    /// Ids of the people who can approve, at most 100.
    People(Vec<EmployeeId>),
}

impl Approver {
    /// Whether it is a list of people that contains this one.
    pub fn names(&self, id: EmployeeId) -> bool {
        matches!(self, Self::People(people) if people.contains(&id))
    }
}

impl PartialSchema for Approver {
    fn schema() -> RefOr<Schema> {
        let role = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["manager", "second_manager", "hr"]))
            .description(Some("Manager (`manager`), manager's manager (`second_manager`), or any member of HR (`hr`). HR replaces a missing manager."));
        let ids = ArrayBuilder::new()
            .items(Ref::from_schema_name(EmployeeId::name()))
            .min_items(Some(1))
            .max_items(Some(100))
            .unique_items(true)
            .description(Some("Ids of the people who can approve."));
        let people = ObjectBuilder::new()
            .property("people", ids)
            .required("people")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .description(Some("One of several people."));
        let description = "Approver of a step: a role around the employee, or a list of people.";
        OneOfBuilder::new().item(role).item(people).description(Some(description)).into()
    }
}

impl ToSchema for Approver {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((EmployeeId::name().into_owned(), EmployeeId::schema()));
    }
}

/// Step of an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApprovalStep)]
pub struct Step {
    /// Approver of the step.
    pub by: Approver,
    /// Number of approvals that the step needs. Default: 1. With `manager` or `second_manager` it must be 1, with a
    /// list of people at most their number.
    #[serde(default = "default_needed")]
    #[schema(minimum = 1, maximum = 255)]
    pub needed: u8,
    /// Duration in days, with adjoining leave, above which the step applies. Default: it applies to all requests.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub above_days: Option<HalfDays>,
    /// Hours without a decision after which the step escalates to the manager's manager, and after the same time again
    /// to HR: 1 to 8784. Default: it does not escalate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 1, maximum = 8784)]
    pub escalate_after_hours: Option<u16>,
}

const fn default_needed() -> u8 {
    1
}

/// Decision of an approver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApproverDecision {
    /// Index of the step, from 0.
    pub step: u8,
    /// Employee who made the decision.
    pub by: EmployeeId,
    /// Approver for whom the delegate decided; absent if the approver decided in person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instead_of: Option<EmployeeId>,
    /// Whether the decision is an approval; otherwise it is a rejection.
    pub approved: bool,
    /// Time of the decision.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Comment of the approver; absent without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comments: Option<String>,
}

impl ApproverDecision {
    /// Approver whose decision it counts as.
    fn approver(&self) -> EmployeeId {
        self.instead_of.unwrap_or(self.by)
    }
}

/// Progress of a request through its approval steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Approval {
    /// Steps of the request, fixed when it is created.
    pub steps: Vec<Step>,
    /// Index of the current step in `steps`, from 0. After the last approval it is the number of steps.
    pub step: u8,
    /// Escalation level of the current step: 0 not escalated, 1 manager's manager, 2 HR.
    #[serde(default)]
    #[schema(maximum = 2)]
    pub level: u8,
    /// Number of steps and escalations so far. It only serves scheduled escalations.
    #[serde(default)]
    pub generation: u32,
    /// Decisions so far, in order.
    #[serde(default)]
    pub decisions: Vec<ApproverDecision>,
}

/// People of a request who determine its approvers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// Employee whose request it is. Never decides.
    pub subject: EmployeeId,
    /// Person who created the request. Decides only as a member of HR, and only where HR is asked.
    pub author: EmployeeId,
    /// The subject's manager.
    pub manager: Option<EmployeeId>,
    /// Manager of that manager.
    pub second_manager: Option<EmployeeId>,
    /// Approvers who cannot decide: they have left, are suspended or are unknown. They are skipped.
    pub unable: Vec<EmployeeId>,
}

impl Parties {
    /// Whether a person may be asked by name: neither the subject nor the author, and able to decide.
    fn may_be_asked(&self, id: EmployeeId) -> bool {
        id != self.subject && id != self.author && !self.unable.contains(&id)
    }
}

/// Person who wants to decide, with the relations to the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproverCandidate {
    /// Id of the person.
    pub by: EmployeeId,
    /// Whether the person is a member of HR.
    pub hr: bool,
    /// People for whom the person may decide today by delegation, and whether each is a member of HR.
    pub principals: Vec<(EmployeeId, bool)>,
    /// People of the request.
    pub parties: Parties,
}

/// Right by which a person may decide a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionRight {
    /// The person is an approver of the step.
    Own,
    /// The person is the delegate of this approver.
    DelegatedBy(EmployeeId),
}

/// Approvers who can decide the current step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PendingApprovers {
    /// Ids of the employees who can decide, without delegates.
    pub employee_ids: Vec<EmployeeId>,
    /// Whether any member of HR can decide.
    pub hr: bool,
    /// Number of approvals still missing in the current step.
    pub needed: u8,
}

/// Approval of a request after one more approver has approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalProgress {
    /// The step needs more approvals, or the next step is open.
    StillPending(Approval),
    /// The last step is approved.
    FullyApproved(Approval),
}

/// Highest escalation level: HR.
const LEVEL_MAX: u8 = 2;

impl PendingApprovers {
    /// Adds the approvers of a step at one level: its own at level 0, then the manager's manager, then HR. HR replaces a
    /// manager who is missing or is the subject or the author, and is added to a list of people of whom too few are left.
    /// If too few are left because somebody cannot decide, the next level is asked at once, and HR if that is not enough.
    fn add_approvers(&mut self, step: &Step, level: u8, parties: &Parties) {
        let (named, seats) = match (level, &step.by) {
            (0, Approver::Manager) => (Vec::from_iter(parties.manager), 1),
            (0, Approver::People(people)) => (people.clone(), step.needed),
            (0, Approver::SecondManager) | (1, Approver::Manager | Approver::Hr | Approver::People(_)) => {
                (Vec::from_iter(parties.second_manager), 1)
            }
            _ => (Vec::new(), 1),
        };
        let mut free = self.add_people(&named, parties);
        let next: Vec<_> = parties.second_manager.into_iter().filter(|id| !named.contains(id)).collect();
        if free < usize::from(seats) && named.iter().any(|id| parties.unable.contains(id)) {
            free += self.add_people(&next, parties);
        }
        self.hr |= free < usize::from(seats);
    }

    /// Adds those of the people who may be asked, and returns their number.
    fn add_people(&mut self, people: &[EmployeeId], parties: &Parties) -> usize {
        let mut free = 0;
        for one in people.iter().copied().filter(|one| parties.may_be_asked(*one)) {
            free += 1;
            if !self.employee_ids.contains(&one) {
                self.employee_ids.push(one);
            }
        }
        free
    }

    /// Approvers of a step at a level, including those of the lower levels.
    fn at_level(step: &Step, level: u8, parties: &Parties) -> Self {
        let mut pending = Self::default();
        (0..=level.min(LEVEL_MAX)).for_each(|level| pending.add_approvers(step, level, parties));
        pending
    }

    /// Whether a person, given with membership of HR, is one of the approvers; the subject never is.
    fn asks(&self, (id, hr): (EmployeeId, bool), subject: EmployeeId) -> bool {
        id != subject && (self.employee_ids.contains(&id) || (self.hr && hr))
    }
}

impl Approval {
    /// New approval of a request at its first step. None without steps, because the request is then approved at once.
    pub fn start(steps: Vec<Step>) -> Option<Self> {
        (!steps.is_empty()).then(|| Self { steps, step: 0, level: 0, generation: 0, decisions: Vec::new() })
    }

    /// Current step; none after the last approval.
    pub fn current_step(&self) -> Option<&Step> {
        self.steps.get(usize::from(self.step))
    }

    /// Whether a person may decide the current step, in their own name or in that of a principal.
    pub fn may_decide(&self, candidate: &ApproverCandidate) -> bool {
        self.find_decision_right(candidate).is_some()
    }

    /// Right by which a person may decide the current step; none if they may not decide it. The subject never decides,
    /// the author only as a member of HR, and each person once per step.
    pub fn find_decision_right(&self, candidate: &ApproverCandidate) -> Option<DecisionRight> {
        let Parties { subject, author, .. } = candidate.parties;
        let pending = self.approvers_of_current_step(&candidate.parties)?;
        if candidate.by == subject
            || (candidate.by == author && !candidate.hr)
            || candidate.parties.unable.contains(&candidate.by)
            || self.decisions_of_current_step().any(|one| one.by == candidate.by)
        {
            return None;
        }
        let is_open = |one: (EmployeeId, bool)| {
            let has_voted = self.decisions_of_current_step().any(|decision| decision.approver() == one.0);
            !has_voted && pending.asks(one, subject)
        };
        if is_open((candidate.by, candidate.hr)) {
            return Some(DecisionRight::Own);
        }
        candidate.principals.iter().find(|one| is_open(**one)).map(|(id, _)| DecisionRight::DelegatedBy(*id))
    }

    /// Approvers who can still decide the current step in their own name; none after the last approval.
    pub fn pending_approvers(&self, parties: &Parties) -> Option<PendingApprovers> {
        Some(self.without_decided(self.current_step()?, self.approvers_of_current_step(parties)?))
    }

    /// Approvers of the current step, also those who have decided. HR is one of them if too few others are left for the
    /// approvals that are missing.
    fn approvers_of_current_step(&self, parties: &Parties) -> Option<PendingApprovers> {
        let step = self.current_step()?;
        let mut all = PendingApprovers::at_level(step, self.level, parties);
        let left = self.without_decided(step, all.clone());
        all.hr |= left.employee_ids.len() < usize::from(left.needed);
        Some(all)
    }

    /// People whom the current step names.
    pub fn named_approvers(&self) -> &[EmployeeId] {
        match self.current_step().map(|step| &step.by) {
            Some(Approver::People(people)) => people,
            Some(Approver::Manager | Approver::SecondManager | Approver::Hr) | None => &[],
        }
    }

    /// Approvers whom the current escalation level added and who have not decided; none after the last approval.
    pub fn newly_asked_approvers(&self, parties: &Parties) -> Option<PendingApprovers> {
        let step = self.current_step()?;
        let mut pending = PendingApprovers::default();
        pending.add_approvers(step, self.level, parties);
        let left = self.pending_approvers(parties)?;
        pending.hr |= left.employee_ids.len() < usize::from(left.needed);
        Some(self.without_decided(step, pending))
    }

    /// Approvers without those who decided the step, and with the number of approvals that it still needs.
    fn without_decided(&self, step: &Step, mut pending: PendingApprovers) -> PendingApprovers {
        pending
            .employee_ids
            .retain(|id| !self.decisions_of_current_step().any(|one| one.by == *id || one.approver() == *id));
        let approvals = self.decisions_of_current_step().filter(|decision| decision.approved).count();
        pending.needed = step.needed.saturating_sub(u8::try_from(approvals).unwrap_or(u8::MAX));
        pending
    }

    fn decisions_of_current_step(&self) -> impl Iterator<Item = &ApproverDecision> {
        self.decisions.iter().filter(|decision| decision.step == self.step)
    }

    /// Whether the manager's manager is an approver of the current step, so that the caller must look them up.
    pub fn asks_second_manager(&self) -> bool {
        self.level >= 1 || self.current_step().is_some_and(|step| step.by == Approver::SecondManager)
    }

    /// Whether a person is or was an approver of any step and may therefore read the request. The author counts by
    /// position, although they cannot decide.
    pub fn is_involved(&self, candidate: &ApproverCandidate) -> bool {
        let parties = Parties { author: candidate.parties.subject, ..candidate.parties.clone() };
        let mut names = candidate.principals.clone();
        names.push((candidate.by, candidate.hr));
        let is_asked = |(number, step): (usize, &Step)| {
            let level = if number == usize::from(self.step) { self.level } else { 0 };
            let pending = PendingApprovers::at_level(step, level, &parties);
            names.iter().any(|one| pending.asks(*one, parties.subject))
        };
        let has_decided = self.decisions.iter().any(|decision| decision.by == candidate.by);
        has_decided || self.may_decide(candidate) || self.steps.iter().enumerate().any(is_asked)
    }

    /// Adds an approval of the current step, and opens the next step if no more approvals are missing; `None` if the person may
    /// not decide the step.
    pub fn approve(
        &self,
        candidate: &ApproverCandidate,
        at: Timestamp,
        comments: Option<String>,
    ) -> Option<ApprovalProgress> {
        let next = self.with_decision(candidate, true, at, comments)?;
        let approvals = next.decisions_of_current_step().filter(|decision| decision.approved).count();
        if approvals < usize::from(self.current_step()?.needed) {
            return Some(ApprovalProgress::StillPending(next));
        }
        let next =
            Self { step: self.step.saturating_add(1), level: 0, generation: self.generation.saturating_add(1), ..next };
        Some(if next.current_step().is_some() {
            ApprovalProgress::StillPending(next)
        } else {
            ApprovalProgress::FullyApproved(next)
        })
    }

    /// Rejects the request; `None` if the person may not decide the current step.
    pub fn reject(&self, candidate: &ApproverCandidate, at: Timestamp, reason: String) -> Option<Self> {
        let next = self.with_decision(candidate, false, at, Some(reason))?;
        Some(Self { generation: self.generation.saturating_add(1), ..next })
    }

    fn with_decision(
        &self,
        candidate: &ApproverCandidate,
        approved: bool,
        at: Timestamp,
        comments: Option<String>,
    ) -> Option<Self> {
        let instead_of = match self.find_decision_right(candidate)? {
            DecisionRight::Own => None,
            DecisionRight::DelegatedBy(principal) => Some(principal),
        };
        let mut next = self.clone();
        next.decisions.push(ApproverDecision { step: self.step, by: candidate.by, instead_of, approved, at, comments });
        Some(next)
    }

    /// Escalates the current step by one level. `None` if the step does not escalate, is at the highest level, or is of another
    /// `generation`.
    pub fn escalate(&self, generation: u32) -> Option<Self> {
        let raises = self.generation == generation && self.escalates_after_hours().is_some();
        let (level, generation) = (self.level.saturating_add(1), self.generation.saturating_add(1));
        raises.then(|| Self { level, generation, ..self.clone() })
    }

    /// Hours after which the current step escalates, counted from its start; none if it does not.
    pub fn escalates_after_hours(&self) -> Option<u16> {
        let step = self.current_step()?;
        step.escalate_after_hours.filter(|_| self.level < LEVEL_MAX && step.by != Approver::Hr)
    }
}
