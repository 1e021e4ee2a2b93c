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

pub use agenda::{DayKind, Span};
pub use derive::{causes, derive, late_by};
pub use derived::{Cause, DayInputs, DayLeave, Derived, Exception, Outcome, Overtimes, Piece, Status, Totals};
pub use places::{Fence, Fencing, Position, Unplaced, locate};
pub use plan::{Home, Plan, Planned, Planner, Standing, place};
pub use punch::{Flag, Punch, PunchKind, Source};
pub use roster::{Assignment, Faulty, Roster, Rosters, Schedule, Work};
