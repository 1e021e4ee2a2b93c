//! Attendance: what a day of punches means, rules 11 to 18. A pure function of punches, plan, leave and the day before.
//!
//! A [`Plan`] says what was to be worked on a date and from when until when punches belong to it; [`derive`] says what came of it.

mod agenda;
mod derive;
mod derived;
mod due;
mod inputs;
mod places;
mod plan;
mod presence;
mod punch;
mod rated;
mod roster;
mod stretch;
mod windows;

pub use agenda::{DayKind, PlannedShift};
pub use derive::{changed_inputs, derive, minutes_late};
pub use derived::{
    ChangedInput, DayInputs, DayLeave, DayOutcome, DayStatus, DerivedDay, Exception, OvertimeMinutes, OvertimePiece,
    WeekToDate,
};
pub use places::{Fence, FenceMiss, FenceMode, GeoPosition, find_fence};
pub use plan::{DayPlacement, EmploymentSnapshot, Plan, Planner, SurroundingPlans, assign_to_day};
pub use punch::{Punch, PunchFlag, PunchKind, PunchSource};
pub use roster::{AssignedWork, Assignment, AssignmentError, Roster, Rosters, Schedule};
