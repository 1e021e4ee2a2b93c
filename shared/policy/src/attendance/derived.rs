//! What came of a day: rules 11 and 13 to 16.

use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DayKind, Plan, PlannedShift, Punch};
use crate::{PolicyRef, PolicySet, Portion, leave::Violation};

/// What became of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DayStatus)]
pub enum DayStatus {
    /// Came and went.
    Present,
    /// A punch is missing.
    Incomplete,
    /// Was expected and did not come.
    Absent,
    /// Was on leave.
    Leave,
    /// Was on leave for a part and worked the rest.
    HalfLeave,
    /// A holiday on which nobody came.
    Holiday,
    /// A free day on which nobody came.
    RestDay,
}

/// What somebody must hear of, once a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Exception {
    /// Their manager.
    Late,
    /// HR.
    Absent,
    /// The person.
    Incomplete,
    /// The person and their manager: a punch lies in no window.
    OutsideWindow,
}

/// Leave on a day, as the leave service's events tell it. What was given back stays, so that events may come in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayLeave {
    /// The request.
    pub leave_id: LeaveId,
    /// Leave type.
    pub leave_type: String,
    /// Which part of the day.
    pub portion: Portion,
    /// What it counts.
    pub minutes: Minutes,
    /// Whether it stands: approved and not given back.
    #[serde(rename = "stands")]
    pub active: bool,
    /// The version of the request that says so.
    pub version: u64,
}

/// What goes from one day into the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WeekToDate {
    /// Worked in the week (from Monday) up to and with the day.
    pub week_worked_minutes: Minutes,
    /// Overtime counted in the week up to and with the day.
    pub week_overtime_minutes: Minutes,
    /// When work ended last, on the day or before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_out: Option<Timestamp>,
}

/// A piece of worked time that is rated alike. All pieces of a day add up to what was worked, as rounded: the last takes the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OvertimePiece {
    /// The civil date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// The kind of that date.
    pub kind: DayKind,
    /// Whether it lies in the night window.
    pub night: bool,
    /// Whether it is overtime: beyond the shift, or on a free day.
    pub overtime: bool,
    /// How long.
    pub minutes: Minutes,
    /// Rated at so many basis points of the hourly pay; 10000 is plain.
    pub rate_bp: u32,
}

/// Overtime of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OvertimeMinutes {
    /// What counts, after minimum block and caps.
    pub minutes: Minutes,
    /// What was beyond the caps or below the minimum block and does not count.
    pub not_counted_minutes: Minutes,
}

/// What came of a day, as it is stored and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayOutcome {
    /// What became of it.
    pub status: DayStatus,
    /// The kind of day.
    pub kind: DayKind,
    /// The shifts.
    pub spans: Vec<PlannedShift>,
    /// What was to be worked after leave.
    pub expected_minutes: Minutes,
    /// The first check-in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_in: Option<Timestamp>,
    /// The last check-out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_out: Option<Timestamp>,
    /// Worked, breaks taken out, to the second.
    pub worked_seconds: i64,
    /// The same, rounded once by the policy.
    pub worked_minutes: Minutes,
    /// Breaks: punched, by being clocked out within a shift, or the shift's own that is taken out.
    pub break_minutes: Minutes,
    /// Late, from the shift's start.
    pub late_minutes: Minutes,
    /// Gone early, to the shift's end.
    pub early_minutes: Minutes,
    /// Expected and not worked.
    pub missing_minutes: Minutes,
    /// Leave that stands on the day.
    pub leave_minutes: Minutes,
    /// Worked although the whole day is leave.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub worked_on_leave: bool,
    /// Overtime.
    pub overtime: OvertimeMinutes,
    /// Rated pieces of what was worked.
    pub pieces: Vec<OvertimePiece>,
    /// What goes into the next day.
    pub totals: WeekToDate,
    /// The policies that said so: attendance, overtime.
    pub policies: Vec<PolicyRef>,
    /// The version of the site's calendar.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub calendar_version: Option<u32>,
    /// Shift codes that no policy of the day knows.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown_shifts: Vec<String>,
}

/// What a day is derived from.
#[derive(Debug, Clone, Copy)]
pub struct DayInputs<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The kind of the date after, which the day may reach into, for the split of rule 15: [`super::Planner::kind`].
    pub next_kind: DayKind,
    /// Policies.
    pub book: &'a PolicySet,
    /// The person as they stood on the day: [`super::Home::put_on`].
    pub person: &'a Person,
    /// All punches of the day, in any order, voided ones too.
    pub punches: &'a [Punch],
    /// Leave on the day.
    pub leaves: &'a [DayLeave],
    /// What the day before left; nothing where it is not known.
    pub week_to_date: WeekToDate,
}

/// A derived day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedDay {
    /// What came of it.
    pub outcome: DayOutcome,
    /// What the compliance engine says to it.
    pub violations: Vec<Violation>,
    /// What somebody must hear of.
    pub exceptions: Vec<Exception>,
    /// What it was derived from, by part, each a short text or digest that is the same exactly when the part is: stored with the day, so
    /// that a run can say why a day differs.
    pub inputs: Vec<(ChangedInput, String)>,
}

/// A part of what a day is derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangedInput {
    /// Punches came or were put right.
    Punches,
    /// Other shifts.
    Shifts,
    /// Leave came or was given back.
    Leave,
    /// Another version of a policy.
    Policy,
    /// Another version of the calendar.
    Calendar,
    /// Another contract, site or department.
    #[serde(rename = "home")]
    Employment,
    /// The day before has changed.
    DayBefore,
    /// It was not settled yet.
    #[serde(rename = "new")]
    FirstDerivation,
}
