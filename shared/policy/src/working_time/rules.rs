//! Rules of shifts, breaks, rounding and working time that a policy can contain.

use jiff::civil::Time;
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::TimeOfDay;

/// Shift that employees can work, with local start and end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Code of the shift, unique in the policy, such as `early` or `night`.
    #[schema(pattern = "^[a-z0-9_-]{1,50}$")]
    pub code: String,
    /// Local time at which the shift starts.
    #[schema(value_type = TimeOfDay)]
    pub from: Time,
    /// Local time at which the shift ends; on the next day if it is not after the start.
    #[schema(value_type = TimeOfDay)]
    pub to: Time,
    /// Unpaid break in minutes, 0 or more and shorter than the shift.
    #[schema(value_type = i64, minimum = 0, maximum = 1439)]
    pub break_minutes: Minutes,
}

impl Shift {
    /// Minutes from start to end by the wall clock, 1 to 1440. Clock changes are not considered.
    pub fn length(&self) -> Minutes {
        let minute = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
        let length = minute(self.to) - minute(self.from);
        Minutes(if length > 0 { length } else { length + Minutes::CIVIL_DAY.0 })
    }
}

/// Break that long work requires, by law or by company rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequiredBreak {
    /// Worked minutes above which the break is required, 0 to 1440; rising from entry to entry.
    #[schema(value_type = i64, minimum = 0, maximum = 1440)]
    pub worked_over_minutes: Minutes,
    /// Required minutes of break, 0 to 720.
    #[schema(value_type = i64, minimum = 0, maximum = 720)]
    pub break_minutes: Minutes,
}

/// Rounding of the worked time of a day, applied once. Steps are those of `rounding_step_minutes`.
///
/// - `none`: whole minutes, rounded down
/// - `nearest`: nearest step; half a step is rounded up
/// - `down`: next lower step
/// - `up`: next higher step
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Whole minutes, rounded down.
    None,
    /// Nearest step; half a step is rounded up.
    Nearest,
    /// Next lower step.
    Down,
    /// Next higher step.
    Up,
}

/// Attendance rules: shifts, punch windows, repeated taps, grace, breaks and rounding (rules 11 to 14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendanceRules {
    /// Shifts that rosters and assignments can name, 1 to 100.
    #[schema(min_items = 1, max_items = 100)]
    pub shifts: Vec<Shift>,
    /// Minutes before the first shift from which punches belong to its day, 0 to 720.
    #[schema(value_type = i64, minimum = 0, maximum = 720)]
    pub window_before_minutes: Minutes,
    /// Minutes after the last shift up to which punches belong to its day, 0 to 720.
    #[schema(value_type = i64, minimum = 0, maximum = 720)]
    pub window_after_minutes: Minutes,
    /// Seconds within which taps of one person are one, if their kind is equal or not told, 0 to 3600. Default: 60.
    #[serde(default = "default_debounce_seconds")]
    #[schema(minimum = 0, maximum = 3600, default = 60)]
    pub debounce_seconds: u16,
    /// Minutes after the shift start within which a check-in is not late, 0 to 720.
    #[schema(value_type = i64, minimum = 0, maximum = 720)]
    pub grace_in_minutes: Minutes,
    /// Minutes before the shift end within which a check-out is not early, 0 to 720.
    #[schema(value_type = i64, minimum = 0, maximum = 720)]
    pub grace_out_minutes: Minutes,
    /// Required breaks, at most 100, ordered by worked time.
    #[schema(max_items = 100)]
    pub breaks: Vec<RequiredBreak>,
    /// Rounding of the worked time of a day.
    pub rounding: Rounding,
    /// Step of the rounding in minutes, 1 to 60.
    #[schema(value_type = i64, minimum = 1, maximum = 60)]
    pub rounding_step_minutes: Minutes,
    /// Code of the shift of employees without an assignment, on the working days of their site's calendar. Default:
    /// none; they are expected to work their standard day without fixed hours.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(pattern = "^[a-z0-9_-]{1,50}$")]
    pub default_shift: Option<String>,
}

impl AttendanceRules {
    /// Seconds within which taps are one, unless the policy says otherwise.
    pub const DEBOUNCE_SECONDS_DEFAULT: u16 = 60;
    /// Most seconds within which taps are one: an hour.
    pub const DEBOUNCE_SECONDS_MAX: u16 = 3_600;
}

const fn default_debounce_seconds() -> u16 {
    AttendanceRules::DEBOUNCE_SECONDS_DEFAULT
}

/// Working-time limits, such as those of the EU directive 2003/88/EC. The daily maximum and the daily rest together
/// must fit into 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkingTimeRules {
    /// Most minutes of work per day, 0 to 1440.
    #[schema(value_type = i64, minimum = 0, maximum = 1440)]
    pub daily_max_minutes: Minutes,
    /// Most minutes of work per week from Monday, 0 to 10080.
    #[schema(value_type = i64, minimum = 0, maximum = 10_080)]
    pub weekly_max_minutes: Minutes,
    /// Fewest minutes of rest between two days, 0 to 1440.
    #[schema(value_type = i64, minimum = 0, maximum = 1440)]
    pub daily_rest_minutes: Minutes,
    /// Fewest minutes of consecutive rest in seven days from the end of such a rest, 0 to 10080; 0 requires none.
    #[schema(value_type = i64, minimum = 0, maximum = 10_080)]
    pub weekly_rest_minutes: Minutes,
}
