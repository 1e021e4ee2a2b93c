//! Attendance: the plan of a day, its punches, and the figures derived from them (rules 11 to 18 of docs/rules.md).
//!
//! A [`Plan`] holds the expected work of a date and its punch window. [`derive_day`] computes the figures of the day
//! from the plan, the punches, the leave and the day before.

mod date_shifts;
mod derive_day;
mod derived_day;
mod expectation;
mod geofence;
mod input_digests;
mod interval;
mod overtime;
mod plan;
mod presence;
mod punch;
mod punch_placement;
mod punch_reading;
mod punch_window;
mod roster;
mod work_span;

pub(crate) use date_shifts::DateShifts;
pub use date_shifts::{DayKind, PATTERN_SHIFT, PlannedShift};
pub use derive_day::{changed_inputs, derive_day, late_minutes_of_check_in};
pub use derived_day::{
    ChangedInput, DayInputs, DayLeave, DayOutcome, DayStatus, DerivedDay, Exception, IncompleteReason, OvertimeMinutes,
    WeekToDate, WorkPiece,
};
pub use geofence::{Fence, FenceMiss, FenceMode, GeoPosition, containing_fence};
pub use plan::{DayPlacement, EmploymentSnapshot, Plan, Planner};
pub use punch::{Punch, PunchFlag, PunchKind, PunchSource};
pub use punch_placement::PunchPlacer;
pub use punch_reading::{debounce_seconds, in_reading_order, with_read_kinds};
pub use roster::{AssignedWork, Assignment, AssignmentError, Roster, Rosters, Schedule};
pub(crate) use work_span::{WorkSpan, middle_of_spans, overlap_minutes, working_minutes};
