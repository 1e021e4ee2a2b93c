//! A line of an explanation, and the entry that posts it.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, LeaveId, Minutes};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{EntryKind, LedgerEntry};
use crate::PolicyRef;

/// One line of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BalanceLine {
    /// The day it counts from; of leave, the first day that counts.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Kind.
    pub kind: EntryKind,
    /// What of it counts up to the day that was asked about; the lines add up to the balance.
    pub minutes: Minutes,
    /// The entry, or what its id will be.
    pub entry_id: String,
    /// Of a credit: the last day on which it may be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
    /// False for what is scheduled, or was due and is not posted yet.
    pub posted: bool,
    /// The request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave_id: Option<LeaveId>,
    /// The policy.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyRef>,
    /// The rule.
    pub rule: String,
    /// What the rule was given.
    #[schema(value_type = Object)]
    pub inputs: Value,
    /// One sentence: `Instalment 3 of 12 of 30 days for the leave year 2026-01-01 to 2026-12-31: 2.5 days (1200 minutes).`
    pub why: String,
}

impl BalanceLine {
    /// The entry that posts it.
    pub fn entry(&self, leave_type: &str, posted_at: Timestamp, posted_by: Actor) -> LedgerEntry {
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
