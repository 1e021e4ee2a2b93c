//! Result of a run: counts, changed days and their reasons.

use std::ops::AddAssign;

use jiff::civil::Date;
use kernel::{EmployeeId, Minutes};
use policy::attendance::{ChangedInput, DayOutcome, DayStatus, Exception};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Number of days of a run by result, as stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCounts {
    /// Days that were derived, also those whose result is the same.
    #[serde(rename = "looked_at")]
    pub examined: u32,
    /// Days with a new or changed result.
    pub changed: u32,
    /// Days newly announced as late.
    pub late: u32,
    /// Days newly announced as absent.
    pub absent: u32,
    /// Days newly announced as incomplete.
    pub incomplete: u32,
    /// Days newly announced for a punch outside every window.
    pub outside_window: u32,
}

impl RunCounts {
    /// Each count with the name of its stored attribute, also those that are 0.
    pub const fn by_attribute(&self) -> [(&'static str, u32); 6] {
        [
            ("looked_at", self.examined),
            ("changed", self.changed),
            ("late", self.late),
            ("absent", self.absent),
            ("incomplete", self.incomplete),
            ("outside_window", self.outside_window),
        ]
    }

    /// Counts each of these exceptions once.
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

impl AddAssign for RunCounts {
    fn add_assign(&mut self, other: Self) {
        let add = |count: &mut u32, more: u32| *count = count.saturating_add(more);
        add(&mut self.examined, other.examined);
        add(&mut self.changed, other.changed);
        add(&mut self.late, other.late);
        add(&mut self.absent, other.absent);
        add(&mut self.incomplete, other.incomplete);
        add(&mut self.outside_window, other.outside_window);
    }
}

/// Status of a settled day, and its worked, late and overtime minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AttendanceResult)]
pub struct DayResult {
    /// Status of the settled day.
    pub status: DayStatus,
    /// Worked minutes, without breaks.
    pub worked_minutes: Minutes,
    /// Minutes late over all shifts of the day, each counted from its start, or from the end of leave at its start; 0 within
    /// grace and without a check-in.
    pub late_minutes: Minutes,
    /// Overtime minutes that count, after minimum block and caps.
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

/// Day of a run whose result is new or differs, as stored; of a nightly run, only a day that was settled before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayDifference {
    pub employee_id: EmployeeId,
    pub date: Date,
    /// Result before; `None` if the day was not settled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub old: Option<DayResult>,
    /// Result of the day by the run.
    pub new: DayResult,
    /// Inputs that differ from the last derivation.
    pub why: Vec<ChangedInput>,
}

/// The item `RUN#<id>`, `DIFF#<page>#<chunk>`: counts and differences of a chunk. It is stored before the days are
/// written, so that a worker that was interrupted finds it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkResult {
    pub counts: RunCounts,
    #[serde(default)]
    pub differences: Vec<DayDifference>,
}
