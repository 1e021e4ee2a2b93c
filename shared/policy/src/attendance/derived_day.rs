//! Inputs and derived figures of a day: rules 11 and 13 to 16 (docs/rules.md).

use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DayKind, Plan, PlannedShift, Punch};
use crate::{PolicyRef, PolicySet, Portion, leave::Violation};

/// Status of a settled day.
///
/// - `present`: worked, with complete punches
/// - `incomplete`: a punch has no counterpart, or the punches touch no planned shift
/// - `absent`: work was expected after leave, and there is no punch
/// - `leave`: leave, or the status `on_leave`, covers everything that was expected
/// - `half_leave`: leave covers a part of the expected work; the employee worked the rest
/// - `holiday`: holiday without punches
/// - `rest_day`: rest day without punches
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayStatus {
    /// Worked, with complete punches.
    Present,
    /// A punch has no counterpart, or the punches touch no planned shift.
    Incomplete,
    /// Work was expected after leave, and there is no punch.
    Absent,
    /// Leave, or the status `on_leave`, covers everything that was expected.
    Leave,
    /// Leave covers a part of the expected work; the employee worked the rest.
    HalfLeave,
    /// Holiday without punches.
    Holiday,
    /// Rest day without punches.
    RestDay,
}

/// Reason why a day is incomplete.
///
/// - `unpaired_punch`: a punch has no counterpart
/// - `outside_shifts`: the punches touch no planned shift of the working day
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncompleteReason {
    /// A punch has no counterpart.
    UnpairedPunch,
    /// The punches touch no planned shift of the working day.
    OutsideShifts,
}

/// Result of a settled day of which somebody is notified, once per day and exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Exception {
    /// The employee was late; the manager is notified.
    Late,
    /// The employee was absent; HR is notified.
    Absent,
    /// A punch is missing, or the punches touch no planned shift; the employee is notified.
    Incomplete,
    /// A punch is outside every shift window; the employee and the manager are notified.
    OutsideWindow,
}

/// Leave on a day. Returned leave is kept as inactive, so that leave events may arrive in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayLeave {
    /// Id of the leave request.
    pub leave_id: LeaveId,
    /// Code of the leave type, such as `annual`.
    pub leave_type: String,
    /// Part of the day that the leave takes.
    pub portion: Portion,
    /// Minutes that the leave counts on the day.
    pub minutes: Minutes,
    /// Whether the leave applies: approved and not returned by a cancellation.
    #[serde(rename = "stands")]
    pub active: bool,
    /// Version of the leave request; newer versions replace older ones.
    pub version: u64,
}

/// Worked time and overtime of the week up to and including the day, the end of the last work and the last weekly rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WeekToDate {
    /// Minutes worked from Monday up to and including the day.
    pub week_worked_minutes: Minutes,
    /// Overtime minutes that count, from Monday up to and including the day.
    pub week_overtime_minutes: Minutes,
    /// Time of the last check-out, or of a later check-in without one, on the day or before. The daily rest is counted from it.
    /// Absent without either.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_out: Option<Timestamp>,
    /// Time of the first check-in after the last weekly rest, or of the first check-in of all before such a rest; absent
    /// without one, and while no policy requires a weekly rest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rested_until: Option<Timestamp>,
}

/// Worked time with one rate, overtime or not. The pieces of a day add up to its rounded worked minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkPiece {
    /// Civil date of the work.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Kind of that civil date.
    pub kind: DayKind,
    /// Whether the work is in the night window.
    pub night: bool,
    /// Whether the work is overtime that counts; false for normal time and for overtime that does not count.
    pub overtime: bool,
    /// Worked minutes of the piece.
    pub minutes: Minutes,
    /// Rate in basis points of the hourly pay; 10000 is normal pay.
    pub rate_bp: u32,
}

/// Overtime minutes of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OvertimeMinutes {
    /// Overtime minutes that count, after minimum block and caps.
    pub minutes: Minutes,
    /// Overtime minutes that do not count: above a cap or below the minimum block.
    pub not_counted_minutes: Minutes,
}

/// Derived figures of a settled day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayOutcome {
    /// Status of the day.
    pub status: DayStatus,
    /// Reason of the status `incomplete`; absent with any other status.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub incomplete_reason: Option<IncompleteReason>,
    /// Kind of the day.
    pub kind: DayKind,
    /// Planned shifts of the day.
    pub spans: Vec<PlannedShift>,
    /// Expected working time in minutes, after leave is deducted.
    pub expected_minutes: Minutes,
    /// Time of the first check-in, also of one without a check-out; absent without a check-in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_in: Option<Timestamp>,
    /// Time of the last check-out, also of one without a check-in; absent without a check-out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_out: Option<Timestamp>,
    /// Seconds worked, without breaks; not rounded.
    pub worked_seconds: i64,
    /// Minutes worked, without breaks, rounded once as the policy says.
    pub worked_minutes: Minutes,
    /// Minutes of break: punched breaks, gaps between sessions (within a shift, or on a day without shifts), and deducted
    /// unpaid breaks.
    pub break_minutes: Minutes,
    /// Minutes of unpaid breaks that were not punched and are deducted by the policy, a part of `break_minutes`; absent if
    /// there are none.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub deducted_break_minutes: Minutes,
    /// Minutes worked before the shifts that do not count by the overtime policy; absent if there are none.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub uncounted_early_minutes: Minutes,
    /// Minutes late over all shifts of the day, each counted from its start, or from the end of leave at its start; 0
    /// within grace and without a check-in.
    pub late_minutes: Minutes,
    /// Minutes left early over all shifts of the day, each counted to its end, or to the start of leave at its end; 0 within
    /// grace and without a check-out.
    pub early_minutes: Minutes,
    /// Expected minutes above the worked minutes; 0 if at least the expected time was worked.
    pub missing_minutes: Minutes,
    /// Minutes of approved leave on the day.
    pub leave_minutes: Minutes,
    /// Whether the employee worked although leave covers the whole day; absent if not.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub worked_on_leave: bool,
    /// Overtime minutes of the day.
    pub overtime: OvertimeMinutes,
    /// Worked time split by date, kind of day, night, overtime and rate; normal time and overtime.
    pub pieces: Vec<WorkPiece>,
    /// Worked time and overtime of the week up to and including the day, the end of the last work and the last weekly rest.
    pub totals: WeekToDate,
    /// Policy versions that were applied: of attendance, then of overtime.
    pub policies: Vec<PolicyRef>,
    /// Version of the site's calendar that was applied; absent if the site has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub calendar_version: Option<u32>,
    /// Codes of assigned shifts that the attendance policy of the day does not define; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown_shifts: Vec<String>,
}

impl DayOutcome {
    /// Minutes worked on rest days and holidays: all work on a holiday, and work on a rest day except the normal time of a
    /// shift that began on a working day.
    pub fn minutes_on_days_off(&self) -> Minutes {
        let on_day_off = |piece: &&WorkPiece| match piece.kind {
            DayKind::Holiday => true,
            DayKind::Rest => self.kind != DayKind::Work || piece.overtime,
            DayKind::Work => false,
        };
        self.pieces.iter().filter(on_day_off).map(|piece| piece.minutes).sum()
    }
}

fn is_zero(minutes: &Minutes) -> bool {
    *minutes == Minutes::ZERO
}

/// Inputs from which a day is derived.
#[derive(Debug, Clone, Copy)]
pub struct DayInputs<'a> {
    /// Plan of the day.
    pub plan: &'a Plan,
    /// Kinds of the next date and of the one after it, into which the work of the day may reach (rule 15):
    /// [`super::Planner::next_kinds`].
    pub next_kinds: [DayKind; 2],
    /// Policies and calendars.
    pub policies: &'a PolicySet,
    /// The person as of the day: [`super::EmploymentSnapshot::apply_to`].
    pub person: &'a Person,
    /// All punches of the day in any order, including voided ones.
    pub punches: &'a [Punch],
    /// Leave on the day, including inactive leave.
    pub leaves: &'a [DayLeave],
    /// Totals of the previous day as it left them, also on a Monday; zero if unknown.
    pub week_to_date: WeekToDate,
}

/// Result of the derivation of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedDay {
    /// Figures of the day.
    pub outcome: DayOutcome,
    /// Violations of working-time, attendance and overtime policies.
    pub violations: Vec<Violation>,
    /// Exceptions of the day, also those that were announced before.
    pub exceptions: Vec<Exception>,
    /// Digest of each input. It is stored with the day, so that a later derivation can name the inputs that changed.
    pub inputs: Vec<(ChangedInput, String)>,
}

/// Input of a derivation that differs from the previous derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangedInput {
    /// Punches were added or corrected.
    Punches,
    /// The planned shifts changed.
    Shifts,
    /// Leave was added or returned.
    Leave,
    /// Another policy version applies.
    Policy,
    /// Another calendar version applies.
    Calendar,
    /// The contract, the site, the time zone or the department changed.
    #[serde(rename = "home")]
    Employment,
    /// The totals of the days before changed: work and overtime of the week, the last check-out or the last weekly rest.
    DayBefore,
    /// The day was not settled before.
    #[serde(rename = "new")]
    FirstDerivation,
}
