//! The ledger: append-only, every entry with its policy, its rule and its inputs. Rule 4.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, EmployeeId, LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Key;
use utoipa::ToSchema;

use super::DayRange;
use crate::PolicyRef;

/// The kinds of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Given by hand: an opening balance, a compensatory credit.
    Grant,
    /// An instalment of the entitlement.
    Accrual,
    /// Moved to the next leave year: out of the old lots, and into one that may end.
    CarryOver,
    /// Held by a pending request.
    Hold,
    /// Given back: a hold that became a consumption, was rejected or cancelled; a consumption that was reversed.
    Release,
    /// Taken by an approved request.
    Consume,
    /// A correction, with a reason.
    Adjust,
    /// Ended unused.
    Expire,
    /// Paid out.
    Encash,
}

/// One entry. Never changed, never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Unique within the account, deterministic: `accrual#2026-01-01#3`, `hold#leave_...`, `expire#carry_over#2026-01-01#2`.
    pub id: String,
    /// Kind.
    pub kind: EntryKind,
    /// Leave type.
    pub leave_type: String,
    /// Counts from this day on; of entries with days, the first of them.
    pub on: Date,
    /// Signed; the sum of the days where there are any.
    pub minutes: Minutes,
    /// The days it falls on, for leave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<DayRange>,
    /// Of a credit: the last day on which it may be taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_on: Option<Date>,
    /// The request it belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub leave_id: Option<LeaveId>,
    /// The policy that says so.
    #[serde(flatten, skip_serializing_if = "Option::is_none", default)]
    pub policy: Option<PolicyRef>,
    /// The rule: `accrual.monthly`, `carry_over.cap`, `request`, `approval`, `cancellation`, `recount`, `manual`.
    pub rule: String,
    /// What the rule was given: figures, dates, a reason.
    pub inputs: Value,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// By whom.
    pub posted_by: Actor,
}

/// Where an entry is: `EMP#<id>`, `LEDGER#<type>#<entry id>`.
pub fn entry_key(employee: EmployeeId, leave_type: &str, entry_id: &str) -> Key {
    Key::new(format!("EMP#{employee}"), format!("LEDGER#{leave_type}#{entry_id}"))
}

impl LedgerEntry {
    /// What of it counts on or before a day.
    pub fn until(&self, on: Date) -> Minutes {
        if self.is_per_day() {
            return self.days.iter().map(|run| run.until(on)).sum();
        }
        if self.on <= on { self.minutes } else { Minutes::ZERO }
    }

    /// Whether it falls on days of a request, not on one date.
    pub const fn is_per_day(&self) -> bool {
        self.leave_id.is_some() && !self.days.is_empty()
    }
}
