//! Who decides: steps in order, n of m, no self-approval, delegates within their dates. Rule 9.

use jiff::Timestamp;
use kernel::EmployeeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::HalfDays;

/// Who may decide a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    /// The person's manager as they are when the decision is made; whoever has none goes on to HR.
    Manager,
    /// The manager's manager.
    SecondManager,
    /// Anybody of HR.
    Hr,
    /// One of these.
    People(Vec<EmployeeId>),
}

/// One step of approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Who.
    pub by: Approver,
    /// So many of them; 1 unless told.
    #[serde(default = "one")]
    pub needed: u8,
    /// Only for requests of more than so many days.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub above_days: Option<HalfDays>,
    /// After so many hours without a decision it goes to the next level: the manager's manager, then HR.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub escalate_after_hours: Option<u16>,
}

const fn one() -> u8 {
    1
}

/// What an approver said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApproverDecision {
    /// The step, from 0.
    pub step: u8,
    /// Who decided.
    pub by: EmployeeId,
    /// In whose place, for delegates.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instead_of: Option<EmployeeId>,
    /// Yes or no.
    pub approved: bool,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What they said to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comments: Option<String>,
}

impl ApproverDecision {
    /// Approver whose decision it counts as.
    fn voice(&self) -> EmployeeId {
        self.instead_of.unwrap_or(self.by)
    }
}

/// Where a request stands on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Approval {
    /// The steps, frozen at request.
    pub steps: Vec<Step>,
    /// The step that waits for a decision, from 0.
    pub step: u8,
    /// How often the waiting step went up a level.
    #[serde(default)]
    pub level: u8,
    /// Grows with every step and escalation; a schedule for an older one does nothing.
    #[serde(default)]
    pub generation: u32,
    /// Decisions so far.
    #[serde(default)]
    pub decisions: Vec<ApproverDecision>,
}

/// People around a request, on whom it depends who decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parties {
    /// Person whose request it is. Never decides.
    pub subject: EmployeeId,
    /// Person who made the request. Decides only as a member of HR, and only where HR is asked.
    pub author: EmployeeId,
    /// The subject's manager.
    pub manager: Option<EmployeeId>,
    /// The manager's manager.
    pub second_manager: Option<EmployeeId>,
}

/// Somebody who wants to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproverCandidate {
    /// Their id.
    pub by: EmployeeId,
    /// Whether they are of HR.
    pub hr: bool,
    /// People in whose place they may decide today by delegation; and whether each is of HR.
    pub principals: Vec<(EmployeeId, bool)>,
    /// The request's people.
    pub parties: Parties,
}

/// Approvers of the waiting step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitsFor {
    /// These people.
    pub employee_ids: Vec<EmployeeId>,
    /// Anybody of HR.
    pub hr: bool,
    /// Number of approvals still missing.
    pub needed: u8,
}

/// What follows from a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalProgress {
    /// More of this step are needed, or the next step waits.
    StillPending(Approval),
    /// The last one said yes.
    FullyApproved(Approval),
}

/// How often a waiting step goes up: to the manager's manager, then to HR.
const LEVEL_MAX: u8 = 2;

impl WaitsFor {
    /// Adds the approvers that a step gets at a level: its own at 0, then the manager's manager, then HR. HR takes the place of
    /// a manager who is missing, or is the subject or the author, and of committee members where too few others are left.
    fn add(&mut self, step: &Step, level: u8, parties: &Parties) {
        let (named, seats) = match (level, &step.by) {
            (0, Approver::Manager) => (Vec::from_iter(parties.manager), 1),
            (0, Approver::People(people)) => (people.clone(), step.needed),
            (0, Approver::SecondManager) | (1, Approver::Manager | Approver::Hr | Approver::People(_)) => {
                (Vec::from_iter(parties.second_manager), 1)
            }
            _ => (Vec::new(), 1),
        };
        let mut free = 0;
        for one in named.into_iter().filter(|one| *one != parties.subject && *one != parties.author) {
            free += 1;
            if !self.employee_ids.contains(&one) {
                self.employee_ids.push(one);
            }
        }
        self.hr |= free < usize::from(seats);
    }

    /// Approvers of a step that went up to a level.
    fn at(step: &Step, level: u8, parties: &Parties) -> Self {
        let mut asked = Self::default();
        (0..=level.min(LEVEL_MAX)).for_each(|level| asked.add(step, level, parties));
        asked
    }

    fn asks(&self, (id, hr): (EmployeeId, bool), subject: EmployeeId) -> bool {
        id != subject && (self.employee_ids.contains(&id) || (self.hr && hr))
    }
}

impl Approval {
    /// A request at its beginning; without steps it is approved at once.
    pub fn start(steps: Vec<Step>) -> Option<Self> {
        (!steps.is_empty()).then(|| Self { steps, step: 0, level: 0, generation: 0, decisions: Vec::new() })
    }

    /// The step that waits.
    pub fn current_step(&self) -> Option<&Step> {
        self.steps.get(usize::from(self.step))
    }

    /// In whose name somebody may decide the waiting step: their own (`None`), that of one they stand for, or not at all. Never the subject,
    /// never the author unless HR, never twice.
    pub fn may_decide(&self, who: &ApproverCandidate) -> Option<Option<EmployeeId>> {
        let Parties { subject, author, .. } = who.parties;
        let asked = WaitsFor::at(self.current_step()?, self.level, &who.parties);
        if who.by == subject || (who.by == author && !who.hr) || self.decided_here().any(|one| one.by == who.by) {
            return None;
        }
        let is_open = |one: (EmployeeId, bool)| {
            let has_voted = self.decided_here().any(|decision| decision.voice() == one.0);
            !has_voted && asked.asks(one, subject)
        };
        if is_open((who.by, who.hr)) {
            return Some(None);
        }
        who.principals.iter().find(|one| is_open(**one)).map(|(id, _)| Some(*id))
    }

    /// Everybody who may decide the waiting step in their own name.
    pub fn waits_for(&self, parties: &Parties) -> Option<WaitsFor> {
        let step = self.current_step()?;
        Some(self.without_decided(step, WaitsFor::at(step, self.level, parties)))
    }

    /// Those of them who were not asked before the step reached its level.
    pub fn newly_asked(&self, parties: &Parties) -> Option<WaitsFor> {
        let step = self.current_step()?;
        let mut asked = WaitsFor::default();
        asked.add(step, self.level, parties);
        Some(self.without_decided(step, asked))
    }

    fn without_decided(&self, step: &Step, mut asked: WaitsFor) -> WaitsFor {
        asked.employee_ids.retain(|id| !self.decided_here().any(|one| one.by == *id || one.voice() == *id));
        let approvals = self.decided_here().filter(|decision| decision.approved).count();
        asked.needed = step.needed.saturating_sub(u8::try_from(approvals).unwrap_or(u8::MAX));
        asked
    }

    fn decided_here(&self) -> impl Iterator<Item = &ApproverDecision> {
        self.decisions.iter().filter(|decision| decision.step == self.step)
    }

    /// Whether the manager's manager is one of the approvers, so that they have to be known.
    pub fn asks_second_manager(&self) -> bool {
        self.level >= 1 || self.current_step().is_some_and(|step| step.by == Approver::SecondManager)
    }

    /// Whether somebody is an approver of any step, or was one: they may see the request when it is not their turn, too. An author
    /// counts by their place, although they do not decide.
    pub fn is_involved(&self, who: &ApproverCandidate) -> bool {
        let parties = Parties { author: who.parties.subject, ..who.parties };
        let mut names = who.principals.clone();
        names.push((who.by, who.hr));
        let is_asked = |(number, step): (usize, &Step)| {
            let level = if number == usize::from(self.step) { self.level } else { 0 };
            let asked = WaitsFor::at(step, level, &parties);
            names.iter().any(|one| asked.asks(*one, parties.subject))
        };
        let has_decided = self.decisions.iter().any(|decision| decision.by == who.by);
        has_decided || self.may_decide(who).is_some() || self.steps.iter().enumerate().any(is_asked)
    }

    /// A yes. `None` when they may not decide this step.
    pub fn approve(
        &self,
        who: &ApproverCandidate,
        at: Timestamp,
        comments: Option<String>,
    ) -> Option<ApprovalProgress> {
        let next = self.with_decision(who, true, at, comments)?;
        let voices = next.decided_here().filter(|decision| decision.approved).count();
        if voices < usize::from(self.current_step()?.needed) {
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

    /// A no ends it. `None` when they may not decide this step.
    pub fn reject(&self, who: &ApproverCandidate, at: Timestamp, reason: String) -> Option<Self> {
        let next = self.with_decision(who, false, at, Some(reason))?;
        Some(Self { generation: self.generation.saturating_add(1), ..next })
    }

    fn with_decision(
        &self,
        who: &ApproverCandidate,
        approved: bool,
        at: Timestamp,
        comments: Option<String>,
    ) -> Option<Self> {
        let instead_of = self.may_decide(who)?;
        let mut next = self.clone();
        next.decisions.push(ApproverDecision { step: self.step, by: who.by, instead_of, approved, at, comments });
        Some(next)
    }

    /// The waiting step goes up a level, unless it is the highest already or the generation is another.
    pub fn escalate(&self, generation: u32) -> Option<Self> {
        let raises = self.generation == generation && self.escalates_after_hours().is_some();
        let (level, generation) = (self.level.saturating_add(1), self.generation.saturating_add(1));
        raises.then(|| Self { level, generation, ..self.clone() })
    }

    /// When the waiting step goes up, counted from when it began to wait.
    pub fn escalates_after_hours(&self) -> Option<u16> {
        let step = self.current_step()?;
        step.escalate_after_hours.filter(|_| self.level < LEVEL_MAX && step.by != Approver::Hr)
    }
}
