//! Ledger of leave: append-only entries with policy, rule and inputs. Rule 4 (docs/rules.md).

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, EmployeeId, LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Key;
use utoipa::ToSchema;

use super::DayRange;
use crate::PolicyRef;

/// Kind of a ledger entry.
///
/// - `grant`: credit by HR, the manager or an overtime policy, such as compensatory leave, or its correction
/// - `accrual`: instalment of the entitlement, or its correction
/// - `carry_over`: end of a leave year; one entry moves the leave out, one moves it in
/// - `hold`: days reserved by a pending request
/// - `release`: return of a held or consumed amount: after approval, rejection, cancellation or a move, or of days off that no
///   longer lie between leave
/// - `consume`: days taken by an approved request
/// - `adjust`: correction of a balance: by HR, by a recount, or for another length of the standard day
/// - `expire`: expiry of leave that was not taken in time
/// - `encash`: leave that was paid out
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Credit by HR, the manager or an overtime policy, such as compensatory leave, or its correction.
    Grant,
    /// Instalment of the entitlement, or its correction.
    Accrual,
    /// Carry-over at the end of a leave year: one entry moves the leave out, one moves it in.
    CarryOver,
    /// Days reserved by a pending request.
    Hold,
    /// Return of a held or consumed amount: after approval, rejection, cancellation or a move, or of days off that no longer
    /// lie between leave.
    Release,
    /// Days taken by an approved request.
    Consume,
    /// Correction of a balance: by HR, by a recount, or for another length of the standard day.
    Adjust,
    /// Expiry of leave that was not taken in time.
    Expire,
    /// Leave that was paid out.
    Encash,
}

/// Ledger entry. It is never changed or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Deterministic id, unique within the account: `accrual#2026-01-01#3of12`, `hold#leave_...`,
    /// `expire#carry_over#2026-01-01#2`.
    pub id: String,
    /// Kind of the entry.
    pub kind: EntryKind,
    /// Code of the leave type.
    pub leave_type: String,
    /// Date from which the entry counts; with days, the first of them.
    pub on: Date,
    /// Signed minutes; with days, their sum.
    pub minutes: Minutes,
    /// Days of leave that an entry of a request covers; empty for other entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<DayRange>,
    /// Last day on which a credit can be taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_on: Option<Date>,
    /// Leave request that the entry belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub leave_id: Option<LeaveId>,
    /// Policy version that the entry follows from.
    #[serde(flatten, skip_serializing_if = "Option::is_none", default)]
    pub policy: Option<PolicyRef>,
    /// Rule that posted the entry, a [`super::LedgerRule`].
    pub rule: String,
    /// Inputs of the entry, a [`super::EntryInputs`].
    pub inputs: Value,
    /// Time at which the entry was posted.
    pub posted_at: Timestamp,
    /// Employee or job that posted the entry.
    pub posted_by: Actor,
}

/// Key of a ledger entry: `EMP#<id>`, `LEDGER#<type>#<entry id>`.
pub fn entry_key(employee: EmployeeId, leave_type: &str, entry_id: &str) -> Key {
    Key::new(format!("EMP#{employee}"), format!("LEDGER#{leave_type}#{entry_id}"))
}

impl LedgerEntry {
    /// Minutes of the entry that count up to and including a day: of leave, those of its days until then; of other entries all,
    /// or none before their date.
    pub fn minutes_until(&self, on: Date) -> Minutes {
        if self.is_per_day() {
            return self.days.iter().map(|range| range.minutes_until(on)).sum();
        }
        if self.on <= on { self.minutes } else { Minutes::ZERO }
    }

    /// Whether the entry counts on the days of a request and not on one date.
    pub const fn is_per_day(&self) -> bool {
        self.leave_id.is_some() && !self.days.is_empty()
    }
}
