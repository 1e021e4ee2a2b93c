//! What a run did to days: how many it looked at, and which came out differently, and why.

use std::ops::AddAssign;

use jiff::civil::Date;
use kernel::{EmployeeId, Minutes};
use policy::attendance::{ChangedInput, DayOutcome, DayStatus, Exception};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What came of days, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AttendanceRunCounts)]
pub struct Counts {
    /// Days that were derived.
    pub looked_at: u32,
    /// Days whose result is new or another one.
    pub changed: u32,
    /// Days of which it was told that somebody was late.
    pub late: u32,
    /// The same of absences.
    pub absent: u32,
    /// The same of missing punches.
    pub incomplete: u32,
    /// The same of punches outside of every window.
    pub outside_window: u32,
}

impl Counts {
    /// Every number with its name, as they are added up in the database.
    pub const fn named(&self) -> [(&'static str, u32); 6] {
        [
            ("looked_at", self.looked_at),
            ("changed", self.changed),
            ("late", self.late),
            ("absent", self.absent),
            ("incomplete", self.incomplete),
            ("outside_window", self.outside_window),
        ]
    }

    /// Counts what is told of a day.
    pub fn count_exceptions(&mut self, exceptions: &[Exception]) {
        for exception in exceptions {
            let count = match exception {
                Exception::Late => &mut self.late,
                Exception::Absent => &mut self.absent,
                Exception::Incomplete => &mut self.incomplete,
                Exception::OutsideWindow => &mut self.outside_window,
            };
            *count = count.saturating_add(1);
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        let add = |count: &mut u32, more: u32| *count = count.saturating_add(more);
        add(&mut self.looked_at, other.looked_at);
        add(&mut self.changed, other.changed);
        add(&mut self.late, other.late);
        add(&mut self.absent, other.absent);
        add(&mut self.incomplete, other.incomplete);
        add(&mut self.outside_window, other.outside_window);
    }
}

/// A result in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AttendanceResult)]
pub struct DayResult {
    /// Status.
    pub status: DayStatus,
    /// Worked.
    pub worked_minutes: Minutes,
    /// Late.
    pub late_minutes: Minutes,
    /// Overtime that counts.
    pub overtime_minutes: Minutes,
}

impl From<&DayOutcome> for DayResult {
    fn from(outcome: &DayOutcome) -> Self {
        Self {
            status: outcome.status,
            worked_minutes: outcome.worked_minutes,
            late_minutes: outcome.late_minutes,
            overtime_minutes: outcome.overtime.minutes,
        }
    }
}

/// A day that came out differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AttendanceDifference)]
pub struct Difference {
    /// Whose.
    pub employee_id: EmployeeId,
    /// Which day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// What stood; nothing when it was not settled yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub old: Option<DayResult>,
    /// What came out.
    pub new: DayResult,
    /// What of its inputs is another one.
    pub why: Vec<ChangedInput>,
}

/// The item `RUN#<id>`, `DIFF#<page>#<part>`: what was found before anything of the part is written, so that a worker that was
/// stopped in the middle finds it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkResult {
    pub counts: Counts,
    #[serde(default)]
    pub differences: Vec<Difference>,
}
