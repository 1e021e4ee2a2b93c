//! Lines of a balance explanation, and their ledger entries.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, LeaveId, Message, Minutes};
use serde::Serialize;
use serde_json::Value;

use super::{EntryKind, LedgerEntry};
use crate::PolicyRef;

/// Line of a balance explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BalanceLine {
    /// Date from which the line counts; of leave, the first counted day.
    pub on: Date,
    /// Kind of the ledger entry.
    pub kind: EntryKind,
    /// Minutes that count up to the requested day. The lines add up to the balance.
    pub minutes: Minutes,
    /// Id of the ledger entry, or its future id.
    pub entry_id: String,
    /// Last day on which a credit can be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
    /// Whether the entry is posted; false for scheduled and due entries.
    pub posted: bool,
    /// Id of the leave request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave_id: Option<LeaveId>,
    /// Policy version that the entry follows from.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyRef>,
    /// Rule that posts the entry, a [`super::LedgerRule`].
    pub rule: String,
    /// Inputs of the entry, a [`super::EntryInputs`]; null if they are only in the ledger.
    pub inputs: Value,
    /// Explanation in one sentence: `Instalment 3 of 12 of 30 days for the leave year 2026-01-01 to 2026-12-31: 2.5
    /// days (1200 minutes).`
    pub why: Message,
}

impl BalanceLine {
    /// Ledger entry that posts a line that is not posted yet. It belongs to no request and has no days.
    pub fn to_ledger_entry(&self, leave_type: &str, posted_at: Timestamp, posted_by: Actor) -> LedgerEntry {
        LedgerEntry {
            id: self.entry_id.clone(),
            kind: self.kind,
            leave_type: leave_type.to_owned(),
            on: self.on,
            minutes: self.minutes,
            days: Vec::new(),
            expires_on: self.expires_on,
            leave_id: None,
            policy: self.policy,
            rule: self.rule.clone(),
            inputs: self.inputs.clone(),
            posted_at,
            posted_by,
        }
    }
}
