//! Leave: duration, balances, policy limits and approval (rules 1 to 10 of docs/rules.md).

mod account;
mod accrual;
mod approval;
mod available;
mod balance_line;
mod correcting_entries;
mod count;
mod credit_lots;
mod day_count;
mod day_length;
mod entitlement;
mod entry_explanation;
mod entry_inputs;
mod evaluate;
mod floor;
mod forecast;
mod hours_worked;
mod leave_year;
mod ledger;
mod occupancy;
mod portions;
mod posted_entries;
mod preview_terms;
mod projection;
mod projector;
mod proposed_leave;
mod ratio;
mod request_checks;
mod rules;
mod run;
mod unposted;
mod violation;
mod violation_explanation;

pub use account::{Account, AccountEntry, RequestUsage, account_key};
pub use accrual::{Instalment, instalments};
pub use approval::{
    Approval, ApprovalProgress, Approver, ApproverCandidate, ApproverDecision, DecisionRight, Parties,
    PendingApprovers, Step,
};
pub use available::available_minutes;
pub use balance_line::BalanceLine;
pub use count::{
    DaysBetween, DaysOffRule, OtherSlots, count_leave, days_no_longer_between, recount_leave, without_days_between,
};
pub use day_count::{DayCount, DayRange, LeaveCount, day_ranges};
pub use day_length::{convert_day_length, day_minutes_on};
pub use entry_inputs::{
    AccrualInputs, AccrualPart, BetweenInputs, CreditInputs, DayLengthInputs, EncashmentInputs, EntryInputs,
    LeaveYearEndInputs, LeaverInputs, LedgerRule, LotExpiryInputs, ManualInputs, MoveInputs, RecountInputs,
    RequestEntryInputs, RestDayCreditInputs, WithdrawalInputs,
};
pub use evaluate::{Evaluation, NotEvaluable, evaluate_leave};
pub use floor::{FloorBreach, find_floor_breach, floor_breach_of_change};
pub use leave_year::{LeaveYear, leave_years};
pub use ledger::{EntryKind, LedgerEntry, entry_key};
pub use occupancy::{OccupiedMonth, Overlap, Slot, months_between, occupied_month_key};
pub use portions::{PortionFields, Portions, REQUEST_DAYS_MAX, RequestedDates};
pub use posted_entries::{REST_DAY_CREDIT_RULE, rest_day_credit_id};
pub use preview_terms::{BalanceDifference, TermsPreview, preview_terms};
pub use projection::{Projection, due_entries, project_balance};
pub use proposed_leave::ProposedLeave;
pub use rules::{
    AccrualRules, AccrualSchedule, Blackout, CarryOver, EncashmentRules, LeaveRules, LeaveUnit, NoticeTier,
    PeriodStart, PostedAt, RoundTo, Sandwich, WorkedShare,
};
pub use violation::{
    AttachmentFigures, BackdateFigures, BalanceFigures, BlackoutFigures, BreakFigures, DailyMaximumFigures,
    DailyRestFigures, DowngradableCode, EligibilityFigures, ExplainedViolation, NothingToTakeFigures, NoticeFigures,
    OvertimeCapFigures, RunFigures, ServiceFigures, UnitFigures, Violation, ViolationFigures, ViolationFinding,
    WeeklyMaximumFigures, WeeklyRestFigures,
};
