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

pub use account::{Account, Posting, Use, account_key};
pub use accrual::{Instalment, Period, instalments, periods};
pub use approval::{Approval, Approver, ApproverDecision, Deciding, Parties, Step, Verdict, WaitsFor};
pub use ask::{Ask, Violation};
pub use available::available;
pub use count::{Count, DayCount, Run, count, recount, runs};
pub use judge::{Judgement, Silent, judge};
pub use ledger::{Entry, EntryKind, entry_key};
pub use line::Line;
pub use occupancy::{Month, Overlap, Slot, month_key, months, touch};
pub use projection::{Projection, due, project};
pub use rules::{
    Accrual, Blackout, CarryOver, Encashment, LeaveRules, NoticeTier, PeriodStart, PostedAt, RoundTo, Sandwich,
    Schedule, Unit,
};
