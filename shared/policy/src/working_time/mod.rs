//! Rules of shifts, breaks and working time, and the check of a worked day ("Working-time limits" in docs/rules.md).

mod check;
mod rules;

pub use check::{WorkedDay, check_working_time};
pub use rules::{AttendanceRules, RequiredBreak, Rounding, Shift, WorkingTimeRules};
