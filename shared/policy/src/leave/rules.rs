//! What a leave policy may say.

use directory::EmploymentType;
use jiff::civil::Date;
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Step;
use crate::HalfDays;

/// What is moved to the next period, and until when it must be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CarryOver {
    /// At most so many days are moved.
    pub cap_days: HalfDays,
    /// The moved part ends so many months after the period's start (3: the end of the third month); never when not given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_after_months: Option<u8>,
}

/// How often entitlement is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named by the field")]
pub enum AccrualSchedule {
    Yearly,
    HalfYearly,
    Quarterly,
    Monthly,
    SemiMonthly,
}

impl AccrualSchedule {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Yearly, Self::HalfYearly, Self::Quarterly, Self::Monthly, Self::SemiMonthly];

    /// Instalments a year.
    pub const fn instalments(self) -> u8 {
        match self {
            Self::Yearly => 1,
            Self::HalfYearly => 2,
            Self::Quarterly => 4,
            Self::Monthly => 12,
            Self::SemiMonthly => 24,
        }
    }
}

/// When within its interval an instalment is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostedAt {
    /// On the first day.
    Start,
    /// On the last day.
    End,
}

/// Instalments are multiples of this; their sum is still the entitlement, to the same multiple.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundTo {
    /// Whole minutes.
    Minute,
    /// Half days of the person.
    HalfDay,
    /// Whole days of the person.
    Day,
}

/// When a leave year begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStart {
    /// On this month's first day, every year: 1 is January.
    Month(u8),
    /// On the day of hire, every year (29 February: 28 in other years).
    Anniversary,
}

/// How entitlement becomes balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccrualRules {
    /// How often.
    pub schedule: AccrualSchedule,
    /// When.
    pub posted_at: PostedAt,
    /// To multiples of what.
    pub round_to: RoundTo,
}

/// Longer requests need more notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeTier {
    /// For requests of more than so many days...
    pub above_days: HalfDays,
    /// ...so many calendar days before the first.
    pub notice_days: u16,
}

/// Whether days off inside a leave count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sandwich {
    /// Never.
    #[default]
    None,
    /// Days off between two counted days of the same request count in full.
    Inside,
}

/// The smallest thing that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named by the field")]
pub enum LeaveUnit {
    Day,
    HalfDay,
    /// Spans of time, in multiples of 15 minutes.
    Hour,
}

/// Days on which nobody may be away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Blackout {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Why.
    pub reason: String,
}

/// Leave that may be paid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EncashmentRules {
    /// At most so much in a leave year.
    pub max_days: HalfDays,
    /// So much must stay.
    pub keep_days: HalfDays,
}

const fn january() -> PeriodStart {
    PeriodStart::Month(1)
}

const fn half_day() -> LeaveUnit {
    LeaveUnit::HalfDay
}

/// What a leave policy says of one leave type. What is not given does not limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveRules {
    /// The type's code, a slug: `annual`.
    pub leave_type: String,
    /// Days a leave year for somebody in full time; not given: the balance does not limit (sick leave). Compensatory leave says 0: credits only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub entitlement_days: Option<HalfDays>,
    /// How it is posted.
    pub accrual: AccrualRules,
    /// When the leave year begins.
    #[serde(default = "january")]
    pub period_start: PeriodStart,
    /// Part-timers get their part (`fte_bp`).
    #[serde(default)]
    pub prorate_by_fte: bool,
    /// What is moved to the next year; without it, a carry-over policy says, or all is kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub carry_over: Option<CarryOver>,
    /// How far below zero a balance may go.
    #[serde(default)]
    pub negative_days: HalfDays,
    /// Calendar days between asking and the first day.
    #[serde(default)]
    pub notice_days: u16,
    /// More for longer requests; the highest that applies counts.
    #[serde(default)]
    pub notice_tiers: Vec<NoticeTier>,
    /// How far back a request may begin; 0: not before today.
    #[serde(default)]
    pub backdate_days: u16,
    /// Longest run of days away, days off within it not counted, other leave of this type that touches it counted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run_days_max: Option<HalfDays>,
    /// Days since hire before the first day.
    #[serde(default)]
    pub service_days_min: u16,
    /// Sandwich rule.
    #[serde(default)]
    pub sandwich: Sandwich,
    /// Days on which nobody may be away.
    #[serde(default)]
    pub blackouts: Vec<Blackout>,
    /// For whom; empty: everybody.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub eligible: Vec<EmploymentType>,
    /// A request of more than so many days needs an attachment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attachment_above_days: Option<HalfDays>,
    /// The smallest thing that can be asked for.
    #[serde(default = "half_day")]
    pub unit: LeaveUnit,
    /// Who decides, in order; nobody: approved at once.
    pub approval: Vec<Step>,
    /// Whether it may be paid out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub encashment: Option<EncashmentRules>,
    /// Credits (compensatory leave) end so many days after they were earned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credit_expires_days: Option<u16>,
}

impl LeaveRules {
    /// The lowest balance that is allowed, zero or less, in minutes of this person's day.
    pub fn floor(&self, day_minutes: Minutes) -> Minutes {
        -self.negative_days.minutes(day_minutes)
    }
}
