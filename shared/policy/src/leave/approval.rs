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

/// Somebody who wants to decide, and what they are to the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deciding {
    /// Who.
    pub by: EmployeeId,
    /// Whether they are of HR.
    pub hr: bool,
    /// Whose request it is.
    pub subject: EmployeeId,
    /// Who asked, where that was somebody else.
    pub author: EmployeeId,
    /// The subject's manager.
    pub manager: Option<EmployeeId>,
    /// The manager's manager.
    pub second_manager: Option<EmployeeId>,
    /// For whom they may decide today by delegation; and whether that one is of HR.
    pub stands_for: Vec<(EmployeeId, bool)>,
}

/// What follows from a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// More of this step are needed, or the next step waits.
    Goes(Approval),
    /// The last one said yes.
    Final(Approval),
}

/// How often a waiting step goes up: to the manager's manager, then to HR.
const LEVEL_MAX: u8 = 2;

impl Deciding {
    /// Somebody's manager, unless it was they who asked: whoever has none goes on to HR.
    fn above(&self, manager: Option<EmployeeId>) -> Option<EmployeeId> {
        manager.filter(|manager| *manager != self.author && *manager != self.subject)
    }

    /// Whether one of these may be asked at all.
    fn is_free(&self, who: EmployeeId, hr: bool) -> bool {
        who != self.subject && (who != self.author || hr)
    }
}

impl Approval {
    /// A request at its beginning; without steps it is approved at once.
    pub fn begin(steps: Vec<Step>) -> Option<Self> {
        (!steps.is_empty()).then(|| Self { steps, step: 0, level: 0, generation: 0, decisions: Vec::new() })
    }

    /// The step that waits.
    pub fn waiting(&self) -> Option<&Step> {
        self.steps.get(usize::from(self.step))
    }

    /// In whose name somebody may decide the waiting step: their own (`None`), that of one they stand for, or not at all. Never the subject,
    /// never the author unless HR, never twice.
    pub fn may_decide(&self, who: &Deciding) -> Option<Option<EmployeeId>> {
        let step = self.waiting()?;
        let decided = || self.decisions.iter().filter(|decision| decision.step == self.step);
        if !who.is_free(who.by, who.hr) || decided().any(|decision| decision.by == who.by) {
            return None;
        }
        let open = |id: EmployeeId, hr: bool| {
            let voice = decided().any(|decision| decision.instead_of.unwrap_or(decision.by) == id);
            !voice && who.is_free(id, hr) && self.is_for(step, who, id, hr)
        };
        if open(who.by, who.hr) {
            return Some(None);
        }
        who.stands_for.iter().find(|(id, hr)| open(*id, *hr)).map(|(id, _)| Some(*id))
    }

    /// Whether the waiting step, at its level, asks this person.
    fn is_for(&self, step: &Step, who: &Deciding, id: EmployeeId, hr: bool) -> bool {
        let (manager, second) = (who.above(who.manager), who.above(who.second_manager));
        let asked = match &step.by {
            Approver::Manager => manager.map_or(hr, |manager| manager == id),
            Approver::SecondManager => second.map_or(hr, |second| second == id),
            Approver::Hr => hr,
            Approver::People(people) => {
                let free = people.iter().filter(|one| **one != who.subject && **one != who.author).count();
                people.contains(&id) || (hr && free < usize::from(step.needed))
            }
        };
        let raised = match self.level {
            0 => false,
            1 if step.by != Approver::SecondManager => second.map_or(hr, |second| second == id),
            _ => hr || second == Some(id),
        };
        asked || raised
    }

    /// A yes. `None` when they may not decide this step.
    pub fn approve(&self, who: &Deciding, at: Timestamp, comments: Option<String>) -> Option<Verdict> {
        let next = self.decided(who, true, at, comments)?;
        let voices = next.decisions.iter().filter(|decision| decision.step == self.step && decision.approved).count();
        if voices < usize::from(self.waiting()?.needed) {
            return Some(Verdict::Goes(next));
        }
        let next =
            Self { step: self.step.saturating_add(1), level: 0, generation: self.generation.saturating_add(1), ..next };
        Some(if next.waiting().is_some() { Verdict::Goes(next) } else { Verdict::Final(next) })
    }

    /// A no ends it. `None` when they may not decide this step.
    pub fn reject(&self, who: &Deciding, at: Timestamp, reason: String) -> Option<Self> {
        let next = self.decided(who, false, at, Some(reason))?;
        Some(Self { generation: self.generation.saturating_add(1), ..next })
    }

    fn decided(&self, who: &Deciding, approved: bool, at: Timestamp, comments: Option<String>) -> Option<Self> {
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
        let step = self.waiting()?;
        step.escalate_after_hours.filter(|_| self.level < LEVEL_MAX && step.by != Approver::Hr)
    }
}
