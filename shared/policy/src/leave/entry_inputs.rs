//! Rules and inputs of ledger entries, as balance explanations show them.

use jiff::civil::Date;
use kernel::{LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{RoundTo, WorkedShare};
use crate::{HalfDays, HundredthDays, PolicyRef, attendance::DayKind};

/// Rule that posted a ledger entry.
///
/// - `accrual`: instalment of the entitlement; `accrual.monthly` and so on name the schedule
/// - `carry_over.cap`: expiry of the leave above the carry-over cap
/// - `carry_over.out`, `carry_over.in`: carry-over out of the ended leave year and into the new one
/// - `expire.cap`: withdrawal of an expiry of leave above the carry-over cap
/// - `expire.lot`: expiry of a credit that was not taken in time
/// - `day_length`: conversion of the balance to another length of the standard day
/// - `leaver`: correction of the instalments of a leaver, in entries of earlier versions
/// - `opening`: balance left from the time before the oldest listed entry
/// - `request`: leave request that holds its days
/// - `approval`, `rejection`, `cancellation`: decision about a leave request
/// - `between`: return of days off that no longer lie between a leave request and adjoining leave
/// - `move`: move of a leave request to other dates: its old days come back, and its new days are taken
/// - `recount`: recount of a leave request after a change of the calendar or of shift plans
/// - `manual`: manual adjustment by HR
/// - `credit`: compensatory credit by HR or the manager
/// - `rest_day_credit`: compensatory credit for work on a rest day or holiday, or its correction
/// - `encashment`: leave that was paid out
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub enum LedgerRule {
    /// Instalment of the entitlement, of an unnamed schedule.
    #[serde(rename = "accrual")]
    Accrual,
    /// Yearly instalment of the entitlement.
    #[serde(rename = "accrual.yearly")]
    AccrualYearly,
    /// Half-yearly instalment of the entitlement.
    #[serde(rename = "accrual.half_yearly")]
    AccrualHalfYearly,
    /// Quarterly instalment of the entitlement.
    #[serde(rename = "accrual.quarterly")]
    AccrualQuarterly,
    /// Monthly instalment of the entitlement.
    #[serde(rename = "accrual.monthly")]
    AccrualMonthly,
    /// Semi-monthly instalment of the entitlement.
    #[serde(rename = "accrual.semi_monthly")]
    AccrualSemiMonthly,
    /// Instalment of the entitlement for two weeks.
    #[serde(rename = "accrual.biweekly")]
    AccrualBiweekly,
    /// Instalment of the entitlement for a week.
    #[serde(rename = "accrual.weekly")]
    AccrualWeekly,
    /// Instalment of the entitlement for the hours worked in a month.
    #[serde(rename = "accrual.per_hours_worked")]
    AccrualPerHoursWorked,
    /// Expiry of the leave above the carry-over cap.
    #[serde(rename = "carry_over.cap")]
    CarryOverCap,
    /// Carry-over out of the ended leave year.
    #[serde(rename = "carry_over.out")]
    CarryOverOut,
    /// Carry-over into the new leave year.
    #[serde(rename = "carry_over.in")]
    CarryOverIn,
    /// Withdrawal of an expiry of leave above the carry-over cap.
    #[serde(rename = "expire.cap")]
    ExpireCap,
    /// Expiry of a credit that was not taken in time.
    #[serde(rename = "expire.lot")]
    ExpireLot,
    /// Conversion of the balance to another length of the standard day.
    #[serde(rename = "day_length")]
    DayLength,
    /// Correction of the instalments of a leaver, in entries of earlier versions.
    #[serde(rename = "leaver")]
    Leaver,
    /// Balance left from the time before the oldest listed entry.
    #[serde(rename = "opening")]
    Opening,
    /// Leave request that holds its days.
    #[serde(rename = "request")]
    Request,
    /// Approval of a leave request.
    #[serde(rename = "approval")]
    Approval,
    /// Rejection of a leave request.
    #[serde(rename = "rejection")]
    Rejection,
    /// Cancellation of a leave request.
    #[serde(rename = "cancellation")]
    Cancellation,
    /// Return of days off that no longer lie between a leave request and adjoining leave.
    #[serde(rename = "between")]
    Between,
    /// Move of a leave request to other dates.
    #[serde(rename = "move")]
    Move,
    /// Recount of a leave request after a change of the calendar or of shift plans.
    #[serde(rename = "recount")]
    Recount,
    /// Manual adjustment by HR.
    #[serde(rename = "manual")]
    Manual,
    /// Compensatory credit by HR or the manager.
    #[serde(rename = "credit")]
    Credit,
    /// Compensatory credit for work on a rest day or holiday, or its correction.
    #[serde(rename = "rest_day_credit")]
    RestDayCredit,
    /// Encashment of leave.
    #[serde(rename = "encashment")]
    Encashment,
}

/// Figures and dates from which a ledger entry was computed. The `rule` of the entry determines the shape, with one
/// exception: an entry that withdraws an earlier instalment, expiry, carry-over, conversion or leaver entry has
/// `WithdrawalInputs` under the rule of that entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum EntryInputs {
    /// Inputs of the `accrual` rules, unless the entry is a withdrawal.
    Accrual(AccrualInputs),
    /// Inputs of `expire.lot`, unless the entry is a withdrawal.
    LotExpiry(LotExpiryInputs),
    /// Inputs of the `carry_over` rules, unless the entry is a withdrawal.
    LeaveYearEnd(LeaveYearEndInputs),
    /// Inputs of `day_length`, unless the entry is a withdrawal.
    DayLength(DayLengthInputs),
    /// Inputs of `leaver`, unless the entry is a withdrawal.
    Leaver(LeaverInputs),
    /// Inputs of an entry that withdraws earlier ones, of `accrual`, `expire.lot`, `carry_over.out`, `carry_over.in`,
    /// `day_length` or `leaver`, and always of `expire.cap`.
    Withdrawal(WithdrawalInputs),
    /// Inputs of `between`.
    Between(BetweenInputs),
    /// Inputs of `move`.
    Move(MoveInputs),
    /// Inputs of `request`, `approval`, `rejection` and `cancellation`.
    Request(RequestEntryInputs),
    /// Inputs of `recount`.
    Recount(RecountInputs),
    /// Inputs of `manual`.
    Manual(ManualInputs),
    /// Inputs of `credit`.
    Credit(CreditInputs),
    /// Inputs of `rest_day_credit`.
    RestDayCredit(RestDayCreditInputs),
    /// Inputs of `encashment`.
    Encashment(EncashmentInputs),
}

/// Inputs of an instalment of the entitlement (rule 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccrualInputs {
    /// Full-time entitlement in days per leave year; null if the policy has none.
    pub entitlement_days: Option<HundredthDays>,
    /// First day of the leave year.
    #[schema(value_type = String, format = Date)]
    pub period_from: Date,
    /// Last day of the leave year.
    #[schema(value_type = String, format = Date)]
    pub period_to: Date,
    /// Number of the instalment in the leave year, from 1.
    #[schema(minimum = 1, maximum = 53)]
    pub number: u8,
    /// Number of instalments per leave year.
    #[schema(minimum = 1, maximum = 53)]
    pub of: u8,
    /// First day of the interval in which the instalment is earned.
    #[schema(value_type = String, format = Date)]
    pub interval_from: Date,
    /// Last day of the interval in which the instalment is earned.
    #[schema(value_type = String, format = Date)]
    pub interval_to: Date,
    /// Calendar days of the interval on which the employee is employed and this schedule applies.
    #[schema(minimum = 1)]
    pub employed_days: i64,
    /// Calendar days of the interval.
    #[schema(minimum = 1)]
    pub interval_days: i64,
    /// FTE by which the entitlement is reduced, in basis points; 10000 also if the policy does not reduce it.
    #[schema(minimum = 0, maximum = 10_000)]
    pub fte_bp: u16,
    /// Minutes of the standard day on the day of the instalment.
    pub day_minutes: Minutes,
    /// Minutes of the full-time day, if the policy reduces the entitlement by FTE.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub full_day_minutes: Option<Minutes>,
    /// Multiple to which the instalments are rounded.
    pub round_to: RoundTo,
    /// Parts of the interval with their terms, if the entitlement changes within it; omitted otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub parts: Vec<AccrualPart>,
    /// Minutes worked in the interval under this schedule, if hours of work earn the leave.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub worked_minutes: Option<Minutes>,
    /// Share of the worked minutes that is earned, if hours of work earn the leave.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub worked_share: Option<WorkedShare>,
    /// Minutes posted earlier under the same rule, if this entry corrects them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_before_minutes: Option<Minutes>,
    /// Minutes that this and the earlier entries of the rule add up to, if this entry corrects earlier ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_minutes: Option<Minutes>,
    /// English sentence stored with the entry. API responses have the sentence of the line instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub why: Option<String>,
}

/// Part of the interval of an instalment in which the entitlement is constant (rule 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccrualPart {
    /// First day of the part.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the part.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Full-time entitlement in days per leave year.
    pub entitlement_days: HundredthDays,
    /// FTE by which the entitlement is reduced, in basis points; 10000 also if the policy does not reduce it.
    #[schema(minimum = 0, maximum = 10_000)]
    pub fte_bp: u16,
    /// Minutes of the standard day.
    pub day_minutes: Minutes,
    /// Policy version that defines the entitlement.
    pub policy: PolicyRef,
}

/// Inputs of the conversion of a balance to another length of the standard day (rule 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayLengthInputs {
    /// Minutes of the standard day before the change.
    pub old_day_minutes: Minutes,
    /// Minutes of the standard day from the day of the entry on.
    pub new_day_minutes: Minutes,
    /// Balance in minutes before the change.
    pub balance_minutes: Minutes,
    /// Balance in minutes after the change: the same number of days, rounded to a minute.
    pub converted_minutes: Minutes,
    /// Minutes posted earlier under the same rule, if this entry corrects them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_before_minutes: Option<Minutes>,
    /// Minutes that this and the earlier entries of the rule add up to, if this entry corrects earlier ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_minutes: Option<Minutes>,
    /// English sentence stored with the entry. API responses have the sentence of the line instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub why: Option<String>,
}

/// Inputs of the expiry of a credit that was not taken in time (rule 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LotExpiryInputs {
    /// Id of the entry that credited the leave.
    pub lot: String,
    /// Date on which the leave was credited.
    #[schema(value_type = String, format = Date)]
    pub given_on: Date,
    /// Last day on which the leave could be taken.
    #[schema(value_type = String, format = Date)]
    pub expires_on: Date,
    /// Minutes of the credit that were left.
    pub left_minutes: Minutes,
    /// Minutes of the standard day when the entry was posted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub day_minutes: Option<Minutes>,
    /// Minutes posted earlier under the same rule, if this entry corrects them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_before_minutes: Option<Minutes>,
    /// Minutes that this and the earlier entries of the rule add up to, if this entry corrects earlier ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_minutes: Option<Minutes>,
    /// English sentence stored with the entry. API responses have the sentence of the line instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub why: Option<String>,
}

/// Inputs of the end of a leave year (rule 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveYearEndInputs {
    /// First day of the ended leave year.
    #[schema(value_type = String, format = Date)]
    pub period_from: Date,
    /// Last day of the ended leave year.
    #[schema(value_type = String, format = Date)]
    pub period_to: Date,
    /// Balance in minutes at the end of the leave year.
    pub balance_minutes: Minutes,
    /// Most days that can be carried over.
    pub cap_days: HalfDays,
    /// Most minutes that can be carried over.
    pub cap_minutes: Minutes,
    /// Minutes carried over into the new leave year.
    pub moved_minutes: Minutes,
    /// Last day on which the carried-over leave can be taken; null without expiry.
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
    /// Minutes of the standard day when the entry was posted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub day_minutes: Option<Minutes>,
    /// Minutes posted earlier under the same rule, if this entry corrects them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_before_minutes: Option<Minutes>,
    /// Minutes that this and the earlier entries of the rule add up to, if this entry corrects earlier ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_minutes: Option<Minutes>,
    /// English sentence stored with the entry. API responses have the sentence of the line instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub why: Option<String>,
}

/// Inputs of the correction of a leaver's instalments, in entries of earlier versions (rule 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaverInputs {
    /// Last day of the employment; null if the termination was withdrawn.
    #[schema(value_type = Option<String>, format = Date)]
    pub termination_date: Option<Date>,
    /// First day of the leave year.
    #[schema(value_type = String, format = Date)]
    pub period_from: Date,
    /// Last day of the leave year.
    #[schema(value_type = String, format = Date)]
    pub period_to: Date,
    /// Minutes that the affected instalments granted.
    pub given_minutes: Minutes,
    /// Minutes that the employee earned instead.
    pub earned_minutes: Minutes,
    /// Minutes of the standard day when the entry was posted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub day_minutes: Option<Minutes>,
    /// Minutes posted earlier under the same rule, if this entry corrects them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_before_minutes: Option<Minutes>,
    /// Minutes that this and the earlier entries of the rule add up to, if this entry corrects earlier ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_minutes: Option<Minutes>,
    /// English sentence stored with the entry. API responses have the sentence of the line instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub why: Option<String>,
}

/// Inputs of a correction that withdraws an earlier instalment, expiry, carry-over, conversion or leaver entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalInputs {
    /// Minutes posted earlier under the same rule.
    pub posted_before_minutes: Minutes,
    /// Minutes that all entries of the rule add up to, always 0.
    pub target_minutes: Minutes,
    /// Minutes of the standard day when the entry was posted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub day_minutes: Option<Minutes>,
    /// English sentence stored with the entry. API responses have the sentence of the line instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub why: Option<String>,
}

/// Inputs of an entry that a leave request posts (rules 1 and 10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestEntryInputs {
    /// First day of the request.
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day of the request.
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// Minutes of the employee's standard day by which the days of the request are shown.
    pub day_minutes: Minutes,
    /// Code of the site whose calendar counted the days.
    pub site: String,
    /// Version of the calendar that counted the days.
    #[schema(minimum = 1)]
    pub calendar_version: u32,
}

/// Inputs of the return of days off that no longer lie between a request and adjoining leave (rule 10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BetweenInputs {
    /// First day of the request that counted the days off.
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day of the request that counted the days off.
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// Minutes of the employee's standard day by which the days of the request are shown.
    pub day_minutes: Minutes,
    /// Id of the adjoining request that ended, lost days or moved.
    pub ended_leave_id: LeaveId,
}

/// Inputs of the move of a leave request to other dates (rule 10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveInputs {
    /// First day of the request before the move.
    #[schema(value_type = String, format = Date)]
    pub old_start_date: Date,
    /// Last day of the request before the move.
    #[schema(value_type = String, format = Date)]
    pub old_end_date: Date,
    /// First day of the request after the move.
    #[schema(value_type = String, format = Date)]
    pub new_start_date: Date,
    /// Last day of the request after the move.
    #[schema(value_type = String, format = Date)]
    pub new_end_date: Date,
    /// Minutes of the standard day by which the days of the entry count.
    pub day_minutes: Minutes,
    /// Reason of the move, as written by HR.
    pub reason: String,
}

/// Inputs of a recount by the calendar and the shift plans at the time of the recount (rule 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecountInputs {
    /// Code of the site whose calendar counts the days.
    pub site: String,
    /// Version of the calendar that counts the days now.
    #[schema(minimum = 1)]
    pub calendar_version: u32,
    /// Version of the calendar that counted the days before.
    #[schema(minimum = 1)]
    pub counted_by_version: u32,
    /// First day that was counted again.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Duration of the request in minutes before the recount.
    pub old_minutes: Minutes,
    /// Duration of the request in minutes after the recount.
    pub new_minutes: Minutes,
}

/// Inputs of a manual adjustment of a balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManualInputs {
    /// Reason of the adjustment, as written by HR.
    pub reason: String,
}

/// Inputs of a compensatory credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreditInputs {
    /// Reason of the credit, as written by HR or the manager.
    pub reason: String,
    /// Date of the work that is compensated.
    #[schema(value_type = String, format = Date)]
    pub worked_on: Date,
    /// Days after which the policy lets a credit expire; null without expiry.
    pub credit_expires_days: Option<u16>,
}

/// Inputs of the compensatory credit for work on a rest day or holiday (rule 15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestDayCreditInputs {
    /// Day of the work, on which its shift begins.
    #[schema(value_type = String, format = Date)]
    pub worked_on: Date,
    /// Kind of that day; `work` if its work reached into a rest day or holiday.
    pub day_kind: DayKind,
    /// Minutes of the day's work that were on a rest day or holiday.
    pub worked_minutes: Minutes,
    /// Share of the worked minutes that is credited, in basis points.
    #[schema(minimum = 1, maximum = 100_000)]
    pub share_bp: u32,
    /// Minutes of the standard day on the day of the work.
    pub day_minutes: Minutes,
    /// Minutes credited earlier for the day, if this entry corrects them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub posted_before_minutes: Option<Minutes>,
    /// Minutes that this and the earlier entries of the day add up to, if this entry corrects earlier ones.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target_minutes: Option<Minutes>,
}

/// Inputs of an encashment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EncashmentInputs {
    /// Reason of the encashment, as written by HR.
    pub reason: String,
    /// Most days that can be paid out per leave year.
    pub max_days: HalfDays,
    /// Days that must still be available after the encashment.
    pub keep_days: HalfDays,
}
