//! Compensatory credit for the work of one day off: what the day earns, and what was decided and posted. Rule 15
//! (docs/rules.md).

use jiff::{Timestamp, civil::Date};
use kernel::{CreditId, DepartmentId, EmployeeId, Minutes, Origin};
use policy::{
    CreditMode, Person, PolicyRef, RestDayCredit,
    attendance::DayKind,
    leave::{EntryKind, LedgerEntry, REST_DAY_CREDIT_RULE, RestDayCreditInputs, day_minutes_on, rest_day_credit_id},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::settled_day::SettledDay;

/// The `entity_type` of credits.
pub const ENTITY: &str = "LeaveCredit";

/// Status of a compensatory credit.
///
/// - `pending`: minutes are proposed and wait for a decision
/// - `approved`: the last proposal was approved and posted
/// - `rejected`: the last proposal was rejected
/// - `granted`: posted without a decision, as the policy says
/// - `withdrawn`: the day earns nothing, or nothing any more, and nothing was decided or posted
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreditStatus {
    /// Minutes are proposed and wait for a decision.
    Pending,
    /// The last proposal was approved and posted.
    Approved,
    /// The last proposal was rejected.
    Rejected,
    /// Posted without a decision, as the policy says.
    Granted,
    /// The day earns nothing, or nothing any more, and nothing was decided or posted.
    Withdrawn,
}

impl CreditStatus {
    /// Text of the status in the API and in keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Granted => "granted",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Credit of one employee and day: the item `CREDIT#<id>`, `CREDIT`, and the `new_values` of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// Id; follows from the employee and the date.
    pub id: CreditId,
    pub employee_id: EmployeeId,
    /// Day of the work, on which its shift begins.
    pub date: Date,
    pub day_kind: DayKind,
    /// Minutes of the day's work that were on a rest day or holiday.
    pub worked_minutes: Minutes,
    /// Version of the attendance day. Events with the same or an older version change nothing.
    pub day_version: u64,
    /// Code of the leave type; it stays once minutes are posted.
    pub leave_type: String,
    /// Overtime policy of the day.
    #[serde(flatten)]
    pub policy: PolicyRef,
    pub share_bp: u32,
    /// Minutes that the day earns by the policy.
    pub earned_minutes: Minutes,
    /// `earned_minutes` at the last decision, by people or by the policy.
    pub decided_minutes: Minutes,
    /// Minutes that are posted.
    pub granted_minutes: Minutes,
    /// Number of posted entries.
    pub entries: u32,
    pub status: CreditStatus,
    /// Last day on which the credit may be taken, once minutes are posted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_on: Option<Date>,
    /// Department of the employee; follows the employee while pending.
    pub department_id: DepartmentId,
    /// Manager of the employee; follows the employee while pending.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approved_by: Option<EmployeeId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approved_at: Option<Timestamp>,
    /// Comment of the approver.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comments: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rejected_by: Option<EmployeeId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rejected_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rejected_reason: Option<String>,
    pub updated_at: Timestamp,
}

/// Settled day, its employee, and the overtime policy that credits its work.
#[derive(Debug, Clone, Copy)]
pub struct CreditedDay<'a> {
    pub day: &'a SettledDay,
    pub person: &'a Person,
    pub policy: PolicyRef,
    pub rules: &'a RestDayCredit,
}

/// Effect of a settled day on its credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreditEffect {
    /// Nothing is proposed or posted: only the figures of the day are stored.
    Recorded,
    /// Minutes are proposed that nobody was asked about before.
    Proposed,
    /// A proposal that is not decided yet changed, or is gone.
    ProposalChanged,
    /// The policy grants the open minutes without a decision: they must be posted by [`Credit::granted`].
    Due,
}

impl Credit {
    /// Credit of a day before its first result: version 0 of the day, 0 minutes.
    fn new(of: CreditedDay<'_>, at: Timestamp) -> Self {
        let CreditedDay { day, person, policy, rules } = of;
        Self {
            id: CreditId::new(day.id.uuid()),
            employee_id: person.id,
            date: day.date,
            day_kind: day.outcome.kind,
            worked_minutes: Minutes::ZERO,
            day_version: 0,
            leave_type: rules.leave_type.clone(),
            policy,
            share_bp: rules.share_bp,
            earned_minutes: Minutes::ZERO,
            decided_minutes: Minutes::ZERO,
            granted_minutes: Minutes::ZERO,
            entries: 0,
            status: CreditStatus::Withdrawn,
            expires_on: None,
            department_id: person.department_id,
            manager_id: person.manager_id,
            created_at: at,
            approved_by: None,
            approved_at: None,
            comments: None,
            rejected_by: None,
            rejected_at: None,
            rejected_reason: None,
            updated_at: at,
        }
    }

    /// Minutes that are not decided: above 0 to credit, below 0 to take back, 0 if there are none. Minutes up to those of an
    /// earlier decision are not proposed again.
    pub fn open_minutes(&self) -> Minutes {
        let Self { earned_minutes: earned, decided_minutes: decided, granted_minutes: granted, .. } = *self;
        if earned == decided {
            return Minutes::ZERO;
        }
        if earned < granted { earned - granted } else { (earned - decided.max(granted)).max(Minutes::ZERO) }
    }

    /// The credit after a settled day, and what is to do; `None` if the same or a newer version of the day is known. Without
    /// `before`, it is the first result of the day. With [`CreditEffect::Due`] nothing is posted in it yet.
    pub fn after_day(before: Option<&Self>, of: CreditedDay<'_>, at: Timestamp) -> Option<(Self, CreditEffect)> {
        let CreditedDay { day, person, policy, rules } = of;
        let known = before.cloned().unwrap_or_else(|| Self::new(of, at));
        if known.day_version >= day.version {
            return None;
        }
        let was_pending = known.status == CreditStatus::Pending;
        let worked_minutes = day.outcome.minutes_on_days_off();
        let mut after = Self {
            day_kind: day.outcome.kind,
            worked_minutes,
            day_version: day.version,
            leave_type: if known.entries == 0 { rules.leave_type.clone() } else { known.leave_type.clone() },
            policy,
            share_bp: rules.share_bp,
            earned_minutes: rules.credited_minutes(worked_minutes),
            updated_at: at,
            ..known
        };
        let open = after.open_minutes();
        if open == Minutes::ZERO {
            after.status = after.decided_status();
            let effect = if was_pending { CreditEffect::ProposalChanged } else { CreditEffect::Recorded };
            return Some((after, effect));
        }
        if rules.mode == CreditMode::Grant {
            return Some((after, CreditEffect::Due));
        }
        after.status = CreditStatus::Pending;
        (after.manager_id, after.department_id) = (person.manager_id, person.department_id);
        Some((after, if was_pending { CreditEffect::ProposalChanged } else { CreditEffect::Proposed }))
    }

    /// Status of a credit without open minutes, by its last decision and its entries.
    const fn decided_status(&self) -> CreditStatus {
        match (self.approved_at, self.rejected_at, self.entries) {
            (Some(_), ..) => CreditStatus::Approved,
            (None, Some(_), _) => CreditStatus::Rejected,
            (None, None, 0) => CreditStatus::Withdrawn,
            (None, None, _) => CreditStatus::Granted,
        }
    }

    /// The credit with its open minutes posted, and the entry. `expires_on` only counts for the first entry; later ones keep
    /// its last day.
    fn posted(&self, person: &Person, expires_on: Option<Date>, origin: &Origin) -> (Self, LedgerEntry) {
        let open = self.open_minutes();
        let target = self.granted_minutes + open;
        let after = Self {
            decided_minutes: self.earned_minutes,
            granted_minutes: target,
            entries: self.entries.saturating_add(1),
            expires_on: if self.entries == 0 { expires_on } else { self.expires_on },
            updated_at: origin.at,
            ..self.clone()
        };
        let is_correction = self.entries > 0;
        let inputs = RestDayCreditInputs {
            worked_on: self.date,
            day_kind: self.day_kind,
            worked_minutes: self.worked_minutes,
            share_bp: self.share_bp,
            day_minutes: day_minutes_on(person, self.date),
            posted_before_minutes: is_correction.then_some(self.granted_minutes),
            target_minutes: is_correction.then_some(target),
        };
        let entry = LedgerEntry {
            id: rest_day_credit_id(self.date, after.entries),
            kind: EntryKind::Grant,
            leave_type: self.leave_type.clone(),
            on: self.date,
            minutes: open,
            days: Vec::new(),
            expires_on: after.expires_on,
            leave_id: None,
            policy: Some(self.policy),
            rule: REST_DAY_CREDIT_RULE.to_owned(),
            inputs: json!(inputs),
            posted_at: origin.at,
            posted_by: origin.actor.clone(),
        };
        (after, entry)
    }

    /// The credit with its open minutes posted by the policy, and the entry. `expires_on` only counts for the first entry.
    pub fn granted(&self, person: &Person, expires_on: Option<Date>, origin: &Origin) -> (Self, LedgerEntry) {
        let (after, entry) = self.posted(person, expires_on, origin);
        (after.without_decision(CreditStatus::Granted), entry)
    }

    /// The credit with its open minutes approved and posted, and the entry. `expires_on` only counts for the first entry.
    pub fn approved(
        &self,
        (person, by): (&Person, EmployeeId),
        comments: Option<String>,
        expires_on: Option<Date>,
        origin: &Origin,
    ) -> (Self, LedgerEntry) {
        let (after, entry) = self.posted(person, expires_on, origin);
        let after = after.without_decision(CreditStatus::Approved);
        (Self { approved_by: Some(by), approved_at: Some(origin.at), comments, ..after }, entry)
    }

    /// The credit with its open minutes rejected. Minutes that are posted stay posted.
    #[must_use]
    pub fn rejected(&self, by: EmployeeId, reason: String, at: Timestamp) -> Self {
        Self {
            decided_minutes: self.earned_minutes,
            rejected_by: Some(by),
            rejected_at: Some(at),
            rejected_reason: Some(reason),
            updated_at: at,
            ..self.without_decision(CreditStatus::Rejected)
        }
    }

    /// The credit with this status and without the details of the last decision.
    fn without_decision(&self, status: CreditStatus) -> Self {
        Self {
            status,
            approved_by: None,
            approved_at: None,
            comments: None,
            rejected_by: None,
            rejected_at: None,
            rejected_reason: None,
            ..self.clone()
        }
    }
}
