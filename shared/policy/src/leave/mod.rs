//! Leave: what a request counts, what a balance is, what is allowed, who decides. Rules 1-10.

mod account;
mod accrual;
mod approval;
mod ask;
mod available;
mod breaches;
mod count;
mod course;
mod forecast;
mod judge;
mod ledger;
mod line;
mod lots;
mod occupancy;
mod plan;
mod projection;
mod ratio;
mod rules;
mod streak;
mod target;

pub use account::{Account, AccountEntry, RequestUsage, account_key};
pub use accrual::{Instalment, LeaveYear, instalments, leave_years};
pub use approval::{
    Approval, ApprovalProgress, Approver, ApproverCandidate, ApproverDecision, Parties, Step, WaitsFor,
};
pub use ask::{ProposedLeave, Violation};
pub use available::available;
pub use count::{DayCount, DayRange, LeaveCount, count, recount, runs};
pub use judge::{Evaluation, NotEvaluable, evaluate};
pub use ledger::{EntryKind, LedgerEntry, entry_key};
pub use line::BalanceLine;
pub use occupancy::{OccupiedMonth, Overlap, Slot, month_key, months, overlaps};
pub use projection::{Projection, due_entries, project};
pub use rules::{
    AccrualRules, AccrualSchedule, Blackout, CarryOver, EncashmentRules, LeaveRules, LeaveUnit, NoticeTier,
    PeriodStart, PostedAt, RoundTo, Sandwich,
};
