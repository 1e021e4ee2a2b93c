//! Rules of one leave type that a policy can contain.

use directory::EmploymentType;
use jiff::civil::Date;
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, OneOfBuilder, RefOr, Schema,
        schema::{AdditionalProperties, Type},
    },
};

use super::Step;
use crate::{HalfDays, HundredthDays};

/// Carry-over of unused leave into the next leave year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CarryOver {
    /// Most days that are carried over, 0 to 366; the rest expires.
    pub cap_days: HalfDays,
    /// Months of the new leave year after which carried-over leave expires, 1 to 12. For example, 3 is the end of the third
    /// month. Default: the leave does not expire.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 1, maximum = 12)]
    pub expires_after_months: Option<u8>,
}

/// Number of instalments per leave year in which the entitlement is posted.
///
/// - `yearly`: 1
/// - `half_yearly`: 2
/// - `quarterly`: 4
/// - `monthly`: 12
/// - `semi_monthly`: 24; for the first 15 days and for the rest of each month
/// - `biweekly`: 27; for each 14 days from the first day of the leave year, and for the one or two days that remain
/// - `weekly`: 53; for each 7 days from the first day of the leave year, and for the one or two days that remain
/// - `per_hours_worked`: 12; each month earns a share of its worked minutes, up to the entitlement of the leave year
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccrualSchedule {
    /// 1 instalment per leave year.
    Yearly,
    /// 2 instalments per leave year.
    HalfYearly,
    /// 4 instalments per leave year.
    Quarterly,
    /// 12 instalments per leave year.
    Monthly,
    /// 24 instalments per leave year: the first 15 days and the rest of each month.
    SemiMonthly,
    /// 27 instalments per leave year: each 14 days from its first day, and the rest of one or two days.
    Biweekly,
    /// 53 instalments per leave year: each 7 days from its first day, and the rest of one or two days.
    Weekly,
    /// 12 instalments per leave year, each a share of the minutes worked in its month.
    PerHoursWorked,
}

impl AccrualSchedule {
    /// All schedules whose instalments follow from the calendar, by number of instalments.
    pub const BY_CALENDAR: [Self; 7] = [
        Self::Yearly,
        Self::HalfYearly,
        Self::Quarterly,
        Self::Monthly,
        Self::SemiMonthly,
        Self::Biweekly,
        Self::Weekly,
    ];

    /// Number of instalments per leave year.
    pub const fn instalment_count(self) -> u8 {
        match self {
            Self::Yearly => 1,
            Self::HalfYearly => 2,
            Self::Quarterly => 4,
            Self::Monthly | Self::PerHoursWorked => 12,
            Self::SemiMonthly => 24,
            Self::Biweekly => 27,
            Self::Weekly => 53,
        }
    }
}

/// Day of its interval on which an instalment is posted: the first (`start`) or the last (`end`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostedAt {
    /// First day of the interval.
    Start,
    /// Last day of the interval.
    End,
}

/// Multiple to which instalments and their yearly sum are rounded.
///
/// - `minute`: whole minutes
/// - `half_day`: half standard days of the employee
/// - `day`: whole standard days of the employee
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundTo {
    /// Whole minutes.
    Minute,
    /// Half standard days of the employee.
    HalfDay,
    /// Whole standard days of the employee.
    Day,
}

/// Start of the leave year: a fixed month (`{"month": 1}` to `{"month": 12}`) or `anniversary`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStart {
    /// First day of this month, 1 (January) to 12.
    Month(u8),
    /// Anniversary of the hire date; 28 February in other years for 29 February.
    Anniversary,
}

impl PartialSchema for PeriodStart {
    fn schema() -> RefOr<Schema> {
        let month = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(12))
            .description(Some("Month on whose first day the leave year starts, 1 (January) to 12."));
        let month = ObjectBuilder::new()
            .property("month", month)
            .required("month")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .description(Some("A fixed month of every year."));
        let anniversary = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["anniversary"]))
            .description(Some("The anniversary of the hire date; 28 February in other years for 29 February."));
        let description = "Start of the leave year: a fixed month, or the anniversary of the hire date.";
        OneOfBuilder::new().item(month).item(anniversary).description(Some(description)).into()
    }
}

impl ToSchema for PeriodStart {}

/// Accrual of the entitlement into the balance (rule 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccrualRules {
    /// Number of instalments per leave year in which the entitlement is posted.
    pub schedule: AccrualSchedule,
    /// Day of the interval on which an instalment is posted.
    pub posted_at: PostedAt,
    /// Multiple to which instalments are rounded.
    pub round_to: RoundTo,
    /// Share of the worked minutes that is earned; required for `per_hours_worked`, and only then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub worked_share: Option<WorkedShare>,
}

/// Leave that work earns: `earned_minutes` for each `worked_minutes`. For example, 1 for 30 is an hour of leave for 30 hours of
/// work, and 1207 for 10000 is 12.07 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkedShare {
    /// Minutes of leave, 1 to 100000; at most `worked_minutes`.
    #[schema(minimum = 1, maximum = 100_000)]
    pub earned_minutes: u32,
    /// Minutes of work, 1 to 100000.
    #[schema(minimum = 1, maximum = 100_000)]
    pub worked_minutes: u32,
}

impl WorkedShare {
    /// Most minutes of either side.
    pub(crate) const MINUTES_MAX: u32 = 100_000;
}

/// Notice that requests above a duration need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeTier {
    /// Duration of a request with adjoining leave, in days, above which the tier applies; rising from tier to tier.
    pub above_days: HalfDays,
    /// Calendar days of notice before the first day, 0 to 731.
    #[schema(minimum = 0, maximum = 731)]
    pub notice_days: u16,
}

/// Counting of days off within a run of leave.
///
/// - `none`: days off count 0 minutes
/// - `inside`: days off between two counted days of a request, or of adjoining requests, count in full
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sandwich {
    /// Days off count 0 minutes.
    #[default]
    None,
    /// Days off between two counted days of a request, or of adjoining requests, count in full.
    Inside,
}

/// Smallest unit of a request.
///
/// - `day`: whole days only
/// - `half_day`: whole and half days
/// - `hour`: whole and half days, and hours in multiples of 15 minutes
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaveUnit {
    /// Whole days only.
    Day,
    /// Whole and half days.
    HalfDay,
    /// Whole and half days, and hours in multiples of 15 minutes.
    Hour,
}

/// Period in which the leave type cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Blackout {
    /// First day of the period, in the years 1900 to 2200.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the period, in the years 1900 to 2200.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Reason shown to the employee, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub reason: String,
}

/// Limits of paying out leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EncashmentRules {
    /// Most days that can be paid out per leave year, all payments together.
    pub max_days: HalfDays,
    /// Days that must still be available after a payment. Days by which the balance may fall below zero are available, too.
    pub keep_days: HalfDays,
}

const fn default_period_start() -> PeriodStart {
    PeriodStart::Month(1)
}

const fn default_unit() -> LeaveUnit {
    LeaveUnit::HalfDay
}

/// Rules of one leave type. A limit that is omitted does not apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveRules {
    /// Code of the leave type, such as `annual`.
    #[schema(pattern = "^[a-z0-9_-]{1,50}$")]
    pub leave_type: String,
    /// Full-time entitlement in days per leave year, with at most two decimals. Omit for leave without a limit, such as sick leave; 0 for credits only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub entitlement_days: Option<HundredthDays>,
    /// Accrual of the entitlement into the balance.
    pub accrual: AccrualRules,
    /// Start of the leave year. Default: 1 January.
    #[serde(default = "default_period_start")]
    pub period_start: PeriodStart,
    /// Whether part-time employees get the share of the entitlement that their `fte_bp` states: `entitlement_days` times
    /// `full_day_minutes` times FTE. Otherwise everybody gets `entitlement_days` of the own standard day. Default: false.
    #[serde(default)]
    pub prorate_by_fte: bool,
    /// Minutes of a day of a full-time employee, 1 to 1440, for `prorate_by_fte`. Default: 480.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 1440)]
    pub full_day_minutes: Option<Minutes>,
    /// Carry-over into the next leave year. If omitted, the carry-over policy applies; without one, all leave is kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub carry_over: Option<CarryOver>,
    /// Days by which the balance may fall below zero. Default: 0.
    #[serde(default)]
    pub negative_days: HalfDays,
    /// Calendar days of notice between the request and its first day, 0 to 731. Default: 0.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 731)]
    pub notice_days: u16,
    /// Notice of longer requests, at most 100 tiers; the longest notice that applies counts. Default: none.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub notice_tiers: Vec<NoticeTier>,
    /// Most calendar days by which a request may begin in the past, 0 to 731. Default: 0.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 731)]
    pub backdate_days: u16,
    /// Codes of the leave types whose approved leave this leave interrupts, such as annual leave by sick leave: the days in
    /// common come back. At most 100; requires that `approval` is empty. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    pub interrupts: Vec<String>,
    /// Codes of the leave types that form a run with this leave, besides its own type: adjoining requests count as one for
    /// `run_days_max`, `sandwich`, `attachment_above_days`, `notice_tiers` and `above_days` of approval steps. At most 100.
    /// Default: the own type only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    pub adjoins: Vec<String>,
    /// Longest consecutive absence in working days, 0.5 to 366. Days off within it do not count; adjoining leave does.
    /// Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<f64>, minimum = 0.5, maximum = 366, multiple_of = 0.5)]
    pub run_days_max: Option<HalfDays>,
    /// Calendar days from the first day of service to the first possible day of leave, 0 to 65535. Earlier service counts.
    /// Default: 0.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 65_535)]
    pub service_days_min: u16,
    /// Counting of days off within a run of leave. Default: `none`.
    #[serde(default)]
    pub sandwich: Sandwich,
    /// Periods in which the leave type cannot be taken, at most 100. Default: none.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub blackouts: Vec<Blackout>,
    /// Employment types that may take the leave. Default: all types, as with an empty list.
    #[serde(default)]
    pub eligible: Vec<EmploymentType>,
    /// Duration in days, with adjoining leave, above which a request needs an attachment. Default: none is needed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attachment_above_days: Option<HalfDays>,
    /// Smallest unit of a request. Default: `half_day`.
    #[serde(default = "default_unit")]
    pub unit: LeaveUnit,
    /// Approval steps in order, at most 10. With an empty list, requests are approved at once.
    #[schema(max_items = 10)]
    pub approval: Vec<Step>,
    /// Limits of paying out leave. Default: the leave cannot be paid out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub encashment: Option<EncashmentRules>,
    /// Days after which a compensatory credit expires, 1 to 731. Default: it does not expire.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 1, maximum = 731)]
    pub credit_expires_days: Option<u16>,
}

impl LeaveRules {
    /// Full-time day of policies that do not define one.
    const FULL_DAY: Minutes = Minutes(480);

    /// Codes of the leave types that form a run with this leave, its own type included.
    pub fn run_types(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.leave_type).chain(&self.adjoins).map(String::as_str)
    }

    /// Minutes of a day of a full-time employee.
    pub fn full_day(&self) -> Minutes {
        self.full_day_minutes.unwrap_or(Self::FULL_DAY)
    }

    /// Floor of the balance in minutes, 0 or negative: `negative_days` below zero.
    pub fn lowest_allowed_balance(&self, day_minutes: Minutes) -> Minutes {
        -self.negative_days.minutes(day_minutes)
    }
}
