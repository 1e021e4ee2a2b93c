//! Violations of policies: code, policy version, explanation and figures.

use directory::EmploymentType;
use jiff::civil::Date;
use kernel::{Message, Minutes};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Array, ArrayBuilder, KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

use super::{DayCount, LeaveUnit};
use crate::{HalfDays, PolicyRef, Portion};

/// Violation of a policy by a leave request or a worked day, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Code of the violated rule and the figures that prove it.
    #[serde(flatten)]
    pub finding: ViolationFinding,
    /// Policy version that contains the rule.
    #[serde(flatten)]
    pub policy: PolicyRef,
    /// Whether the violation blocks a leave request; a policy can make it a mere warning. Work is never blocked.
    pub blocking: bool,
    /// English sentence that explains the violation, for notifications. API responses have [`Self::message`] instead.
    pub explanation: String,
    /// RFC 6901 pointer to the field of the request that violates the rule, such as `/start_date`.
    pub pointer: String,
}

impl Violation {
    /// Violation with the English explanation of its figures.
    pub(crate) fn new(figures: ViolationFigures, policy: PolicyRef, blocking: bool, pointer: &str) -> Self {
        let (explanation, pointer) = (figures.explanation().to_string(), pointer.to_owned());
        Self { finding: figures.into(), policy, blocking, explanation, pointer }
    }

    /// Sentence that explains the violation with its figures, in any language.
    pub fn message(&self) -> Message {
        self.finding.message(&self.explanation)
    }

    /// Whether HR may override the violation. A balance needs an adjustment, a request of 0 minutes has no effect, and
    /// nobody is on leave after the employment. Figures of an earlier version are not overridden.
    pub fn is_overridable(&self) -> bool {
        self.finding.figures().is_some_and(|figures| figures.is_overridable())
    }
}

/// Violation of a policy by a leave request or a worked day, with its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Violation)]
pub struct ExplainedViolation {
    /// Code of the violated rule and the figures that prove it.
    #[serde(flatten)]
    pub finding: ViolationFinding,
    /// Policy version that contains the rule.
    #[serde(flatten)]
    pub policy: PolicyRef,
    /// Whether the violation blocks a leave request; a policy can make it a mere warning. Work is never blocked.
    pub blocking: bool,
    /// Sentence that explains the violation, with its figures.
    #[schema(value_type = String)]
    pub explanation: Message,
    /// RFC 6901 pointer to the field of the request that violates the rule, such as `/start_date`.
    #[schema(pattern = "^/")]
    pub pointer: String,
}

impl From<Violation> for ExplainedViolation {
    fn from(violation: Violation) -> Self {
        let explanation = violation.message();
        let Violation { finding, policy, blocking, pointer, .. } = violation;
        Self { finding, policy, blocking, explanation, pointer }
    }
}

/// Code and figures of a violation, as stored. [`ViolationFigures`] is their typed form and their schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViolationFinding {
    /// Code of the violated rule, such as `notice_too_short`.
    pub code: String,
    /// Figures of the violation; their shape depends on `code`.
    pub figures: Value,
}

impl ViolationFinding {
    /// Sentence with the figures; the stored one if figures are missing, as in records of an earlier version.
    pub fn message(&self, stored: &str) -> Message {
        self.figures().map_or_else(|| Message::verbatim(stored), |figures| figures.explanation())
    }

    /// Typed figures; none if some are missing, as in records of an earlier version.
    pub fn figures(&self) -> Option<ViolationFigures> {
        ViolationFigures::deserialize(json!(self)).ok()
    }
}

impl PartialSchema for ViolationFinding {
    fn schema() -> RefOr<Schema> {
        ViolationFigures::schema()
    }
}

impl ToSchema for ViolationFinding {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ViolationFigures::schemas(schemas);
    }
}

impl From<ViolationFigures> for ViolationFinding {
    fn from(figures: ViolationFigures) -> Self {
        Self { code: figures.code().to_owned(), figures: figures.figures_json() }
    }
}

/// Code of a violated rule and the figures that prove the violation. The code determines the shape of the figures.
///
/// - `attachment_required`: the request is longer than the limit without an attachment
/// - `begins_in_the_past`: the first day is too far in the past
/// - `blackout`: the request contains days of a blackout period
/// - `break_missing`: the break was shorter than the worked time requires
/// - `daily_maximum`, `weekly_maximum`: the worked time exceeds the maximum of a day or a week
/// - `daily_overtime_cap`: the worked time above the standard day exceeds the overtime cap of a day
/// - `daily_rest`: the rest since the last check-out was too short
/// - `weekly_rest`: there was no weekly rest within seven days
/// - `insufficient_balance`: the projected balance would fall below its floor
/// - `not_eligible`: the employment type is not eligible, or the request ends after the employment
/// - `nothing_to_take`: the request counts 0 minutes
/// - `notice_too_short`: the notice before the first day is too short
/// - `run_too_long`: the consecutive absence is too long
/// - `service_too_short`: the time since the first day of service, earlier service included, is too short
/// - `unit_too_small`: the requested part of the day is smaller than the unit of the leave type
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "code", content = "figures", rename_all = "snake_case")]
pub enum ViolationFigures {
    /// The request is longer than the limit without an attachment.
    AttachmentRequired(AttachmentFigures),
    /// The first day is too far in the past.
    BeginsInThePast(BackdateFigures),
    /// The request contains days of a blackout period.
    Blackout(BlackoutFigures),
    /// The break was shorter than the worked time requires.
    BreakMissing(BreakFigures),
    /// The worked time exceeds the maximum of a day.
    DailyMaximum(DailyMaximumFigures),
    /// The worked time above the standard day exceeds the overtime cap of a day.
    DailyOvertimeCap(OvertimeCapFigures),
    /// The rest since the last check-out was too short.
    DailyRest(DailyRestFigures),
    /// The projected balance would fall below its floor.
    InsufficientBalance(BalanceFigures),
    /// The employment type is not eligible, or the request ends after the employment.
    NotEligible(EligibilityFigures),
    /// The request counts 0 minutes.
    NothingToTake(NothingToTakeFigures),
    /// The notice before the first day is too short.
    NoticeTooShort(NoticeFigures),
    /// The consecutive absence is too long.
    RunTooLong(RunFigures),
    /// The time since the first day of service, earlier service included, is too short.
    ServiceTooShort(ServiceFigures),
    /// The requested part of the day is smaller than the unit of the leave type.
    UnitTooSmall(UnitFigures),
    /// The worked time exceeds the maximum of a week.
    WeeklyMaximum(WeeklyMaximumFigures),
    /// There was no weekly rest within seven days.
    WeeklyRest(WeeklyRestFigures),
}

/// Code of a violation that a policy can downgrade to a warning. `ViolationFinding` explains the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is documented in ViolationFigures")]
pub enum DowngradableCode {
    AttachmentRequired,
    BeginsInThePast,
    Blackout,
    BreakMissing,
    DailyMaximum,
    DailyOvertimeCap,
    DailyRest,
    InsufficientBalance,
    NotEligible,
    NoticeTooShort,
    RunTooLong,
    ServiceTooShort,
    UnitTooSmall,
    WeeklyMaximum,
    WeeklyRest,
}

/// Figures of `attachment_required`: length of the request and its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttachmentFigures {
    /// Longest leave in days that needs no attachment.
    pub attachment_above_days: HalfDays,
    /// Duration of the request with adjoining leave in minutes.
    pub minutes: Minutes,
    /// Minutes of the employee's standard day.
    pub day_minutes: Minutes,
}

/// Figures of `begins_in_the_past`: age of the first day and its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackdateFigures {
    /// Date of the request at the employee's site.
    #[schema(value_type = String, format = Date)]
    pub today: Date,
    /// Calendar days from the first day of leave to `today`.
    #[schema(minimum = 1)]
    pub days_back: i64,
    /// Most calendar days that a request may begin in the past.
    #[schema(minimum = 0)]
    pub backdate_days: i64,
}

/// Figures of `blackout`: the period and the requested days in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlackoutFigures {
    /// First day of the blackout period.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the blackout period.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Reason of the blackout period, as written in the policy.
    pub reason: String,
    /// Requested days within the period that count minutes, in order.
    #[schema(schema_with = blackout_dates)]
    pub dates: Vec<Date>,
}

fn blackout_dates() -> Array {
    let date =
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
    let description = Some("Requested days within the period that count minutes, in order.");
    ArrayBuilder::new().items(date).min_items(Some(1)).description(description).build()
}

/// Figures of `break_missing`: worked time, break and the required break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BreakFigures {
    /// Date of the attendance day, on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Minutes worked on the day, without breaks.
    pub worked_minutes: Minutes,
    /// Minutes of break on the day, also deducted ones.
    pub break_minutes: Minutes,
    /// Minutes of break that the worked time requires.
    pub required_break_minutes: Minutes,
    /// Worked minutes above which this break is required.
    pub worked_over_minutes: Minutes,
}

/// Figures of `daily_maximum`: worked time of the day and its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DailyMaximumFigures {
    /// Date of the attendance day, on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Minutes worked on the day, without breaks.
    pub worked_minutes: Minutes,
    /// Most minutes of work per day.
    pub daily_max_minutes: Minutes,
}

/// Figures of `daily_overtime_cap`: time above the standard day and its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OvertimeCapFigures {
    /// Date of the attendance day, on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Minutes worked on the day, without breaks.
    pub worked_minutes: Minutes,
    /// Minutes of the employee's standard day.
    pub day_minutes: Minutes,
    /// Minutes worked above the standard day.
    pub overtime_minutes: Minutes,
    /// Most minutes above the standard day.
    pub daily_cap_minutes: Minutes,
}

/// Figures of `daily_rest`: rest before the day and its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DailyRestFigures {
    /// Date of the attendance day, on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Minutes between the previous check-out and the first check-in.
    pub rest_minutes: Minutes,
    /// Fewest minutes of rest between two days.
    pub daily_rest_minutes: Minutes,
}

/// Figures of `insufficient_balance`: the request, the available leave and the lowest projected balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BalanceFigures {
    /// First day of the request.
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Duration of the request in minutes.
    pub required_minutes: Minutes,
    /// Most minutes that can be taken on the first day without the balance falling below its floor then or later, without this
    /// request; negative if it falls below already.
    pub balance_minutes: Minutes,
    /// Lowest projected balance in minutes from the first day on, with this request.
    pub lowest_minutes: Minutes,
    /// Date of the lowest projected balance.
    #[schema(value_type = String, format = Date)]
    pub lowest_on: Date,
    /// Lowest permitted balance in minutes on that date, 0 or negative.
    pub floor_minutes: Minutes,
    /// Minutes of the employee's standard day.
    pub day_minutes: Minutes,
}

/// Figures of `not_eligible`: either the employment type or the end of the employment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum EligibilityFigures {
    /// Employment type that the leave type does not include.
    EmploymentType {
        /// Code of the leave type.
        leave_type: String,
        /// Employment type of the employee.
        employment_type: EmploymentType,
        /// Employment types that may take the leave type.
        eligible: Vec<EmploymentType>,
    },
    /// Request that ends after the employment.
    EndOfEmployment {
        /// Last day of the employment.
        #[schema(value_type = String, format = Date)]
        termination_date: Date,
        /// Last day of the request.
        #[schema(value_type = String, format = Date)]
        end_date: Date,
    },
}

/// Figures of `nothing_to_take`: the count of each requested day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NothingToTakeFigures {
    /// Requested days, each with the reason why it counts 0 minutes.
    pub days: Vec<DayCount>,
    /// Duration of the request in minutes, always 0.
    pub minutes: Minutes,
}

/// Figures of `notice_too_short`: given and required notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeFigures {
    /// Date of the request at the employee's site.
    #[schema(value_type = String, format = Date)]
    pub today: Date,
    /// Calendar days from `today` to the first day of leave.
    #[schema(minimum = 0)]
    pub notice_days: i64,
    /// Calendar days of notice that the duration requires.
    #[schema(minimum = 1)]
    pub notice_days_needed: i64,
    /// Duration of the request with adjoining leave in minutes.
    pub minutes: Minutes,
    /// Minutes of the employee's standard day.
    pub day_minutes: Minutes,
}

/// Figures of `run_too_long`: the consecutive absence with this request and its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunFigures {
    /// Working time of the consecutive absence in minutes.
    pub run_minutes: Minutes,
    /// First day of the consecutive absence.
    #[schema(value_type = String, format = Date)]
    pub run_from: Date,
    /// Last day of the consecutive absence.
    #[schema(value_type = String, format = Date)]
    pub run_to: Date,
    /// Longest consecutive absence in days.
    pub run_days_max: HalfDays,
    /// Longest consecutive absence in minutes of the standard day.
    pub run_minutes_max: Minutes,
    /// Minutes of the employee's standard day.
    pub day_minutes: Minutes,
}

/// Figures of `service_too_short`: length of the service and its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceFigures {
    /// First day of the service that counts: that of earlier service, or else the hire date.
    #[schema(value_type = String, format = Date)]
    pub hire_date: Date,
    /// Calendar days from that day to the first day of leave; negative if the leave is before it.
    pub service_days: i64,
    /// Fewest calendar days from that day to the first day of leave.
    #[schema(minimum = 0)]
    pub service_days_min: i64,
}

/// Figures of `unit_too_small`: the requested portion and the unit of the leave type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitFigures {
    /// Code of the leave type.
    pub leave_type: String,
    /// Smallest unit of the leave type.
    pub unit: LeaveUnit,
    /// Requested part of the day.
    pub portion: Portion,
}

/// Figures of `weekly_rest`: time since the last weekly rest and the required rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WeeklyRestFigures {
    /// Date of the attendance day, on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Minutes between the end of the last weekly rest and the last check-out of the day.
    pub since_rest_minutes: Minutes,
    /// Fewest minutes of consecutive rest in seven days.
    pub weekly_rest_minutes: Minutes,
}

/// Figures of `weekly_maximum`: worked time of the week and its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WeeklyMaximumFigures {
    /// Date of the attendance day, on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Minutes worked from Monday up to and including the day.
    pub week_minutes: Minutes,
    /// Most minutes of work per week.
    pub weekly_max_minutes: Minutes,
}

impl ViolationFigures {
    /// Code of the violated rule, such as `notice_too_short`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AttachmentRequired(_) => "attachment_required",
            Self::BeginsInThePast(_) => "begins_in_the_past",
            Self::Blackout(_) => "blackout",
            Self::BreakMissing(_) => "break_missing",
            Self::DailyMaximum(_) => "daily_maximum",
            Self::DailyOvertimeCap(_) => "daily_overtime_cap",
            Self::DailyRest(_) => "daily_rest",
            Self::InsufficientBalance(_) => "insufficient_balance",
            Self::NotEligible(_) => "not_eligible",
            Self::NothingToTake(_) => "nothing_to_take",
            Self::NoticeTooShort(_) => "notice_too_short",
            Self::RunTooLong(_) => "run_too_long",
            Self::ServiceTooShort(_) => "service_too_short",
            Self::UnitTooSmall(_) => "unit_too_small",
            Self::WeeklyMaximum(_) => "weekly_maximum",
            Self::WeeklyRest(_) => "weekly_rest",
        }
    }

    /// Whether HR may override the violation.
    const fn is_overridable(&self) -> bool {
        !matches!(
            self,
            Self::InsufficientBalance(_)
                | Self::NothingToTake(_)
                | Self::NotEligible(EligibilityFigures::EndOfEmployment { .. })
        )
    }

    /// JSON of the figures, without the code.
    fn figures_json(&self) -> Value {
        match self {
            Self::AttachmentRequired(figures) => json!(figures),
            Self::BeginsInThePast(figures) => json!(figures),
            Self::Blackout(figures) => json!(figures),
            Self::BreakMissing(figures) => json!(figures),
            Self::DailyMaximum(figures) => json!(figures),
            Self::DailyOvertimeCap(figures) => json!(figures),
            Self::DailyRest(figures) => json!(figures),
            Self::InsufficientBalance(figures) => json!(figures),
            Self::NotEligible(figures) => json!(figures),
            Self::NothingToTake(figures) => json!(figures),
            Self::NoticeTooShort(figures) => json!(figures),
            Self::RunTooLong(figures) => json!(figures),
            Self::ServiceTooShort(figures) => json!(figures),
            Self::UnitTooSmall(figures) => json!(figures),
            Self::WeeklyMaximum(figures) => json!(figures),
            Self::WeeklyRest(figures) => json!(figures),
        }
    }
}
