//! What a policy may say of shifts, breaks, rounding and working time.

use jiff::civil::Time;
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// A slug: `early`, `night`.
    pub code: String,
    /// Begins, local time.
    #[schema(value_type = String)]
    pub from: Time,
    /// Ends, local time; on the next day when not after the beginning.
    #[schema(value_type = String)]
    pub to: Time,
    /// Unpaid break within it.
    pub break_minutes: Minutes,
}

impl Shift {
    /// From its beginning to its end, by the clock on the wall.
    pub fn length(&self) -> Minutes {
        let minute = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
        let length = minute(self.to) - minute(self.from);
        Minutes(if length > 0 { length } else { length + Minutes::CIVIL_DAY.0 })
    }
}

/// A break that the law or the house asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequiredBreak {
    /// When more than so much is worked...
    pub worked_over_minutes: Minutes,
    /// ...so much must be rested.
    pub break_minutes: Minutes,
}

/// How worked time is rounded, once, at the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named by the field")]
pub enum Rounding {
    None,
    Nearest,
    Down,
    Up,
}

/// Attendance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendanceRules {
    /// The shifts in use.
    pub shifts: Vec<Shift>,
    /// Punches count from so long before the shift (60 unless told)...
    pub window_before_minutes: Minutes,
    /// ...until so long after it.
    pub window_after_minutes: Minutes,
    /// Late only when later than this.
    pub grace_in_minutes: Minutes,
    /// Early only when earlier than this.
    pub grace_out_minutes: Minutes,
    /// Breaks that must be taken.
    pub breaks: Vec<RequiredBreak>,
    /// Rounding of worked time.
    pub rounding: Rounding,
    /// To multiples of this.
    pub rounding_step_minutes: Minutes,
    /// The shift of those who are on no roster, on the working days of their site's calendar. Without it they have no hours to be late
    /// for: their standard day is expected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub default_shift: Option<String>,
}

/// Working time: what nobody may exceed (in the EU: directive 2003/88/EC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkingTimeRules {
    /// At most so much a day.
    pub daily_max_minutes: Minutes,
    /// At most so much a week.
    pub weekly_max_minutes: Minutes,
    /// At least so much rest between two days.
    pub daily_rest_minutes: Minutes,
    /// At least so much rest in a week, in one piece.
    pub weekly_rest_minutes: Minutes,
}
