//! Rules of working time and attendance, and what they say to a worked day.

mod judge;
mod rules;

pub use judge::{WorkedDay, check_working_time};
pub use rules::{AttendanceRules, RequiredBreak, Rounding, Shift, WorkingTimeRules};
