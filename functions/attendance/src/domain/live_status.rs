//! What a day looks like before it is settled: who is in, away, expected, or should have come already.

use jiff::{SignedDuration, Timestamp, civil::Time};
use kernel::Minutes;
use policy::{
    Half, Portion,
    attendance::{DayKind, DayLeave, DayStatus, Plan, PunchKind},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::{ClockState, Day};

/// What is shown of a day: what became of it once it is settled, and what is known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceStatus {
    /// Settled: came and went.
    Present,
    /// Settled: a punch is missing.
    Incomplete,
    /// Settled: was expected and did not come.
    Absent,
    /// On leave, all day.
    Leave,
    /// Settled: on leave for a part, worked the rest.
    HalfLeave,
    /// A holiday on which nobody came.
    Holiday,
    /// A free day on which nobody came.
    RestDay,
    /// Not settled: the shift has not begun, or has no hours.
    Expected,
    /// Not settled: the shift has begun and nobody came.
    LateExpected,
    /// Not settled: is in.
    CheckedIn,
    /// Not settled: takes a break.
    OnBreak,
    /// Not settled: has gone.
    CheckedOut,
}

impl From<DayStatus> for AttendanceStatus {
    fn from(status: DayStatus) -> Self {
        match status {
            DayStatus::Present => Self::Present,
            DayStatus::Incomplete => Self::Incomplete,
            DayStatus::Absent => Self::Absent,
            DayStatus::Leave => Self::Leave,
            DayStatus::HalfLeave => Self::HalfLeave,
            DayStatus::Holiday => Self::Holiday,
            DayStatus::RestDay => Self::RestDay,
        }
    }
}

/// What a day says of itself, without its plan: nothing where nothing has happened on it.
pub fn status_of_day(day: &Day) -> Option<AttendanceStatus> {
    if let Some(outcome) = &day.outcome {
        return Some(outcome.status.into());
    }
    if day.punches.iter().any(policy::attendance::Punch::is_counted) {
        return Some(match day.state.unwrap_or(ClockState::Out) {
            ClockState::In => AttendanceStatus::CheckedIn,
            ClockState::OnBreak => AttendanceStatus::OnBreak,
            ClockState::Out => AttendanceStatus::CheckedOut,
        });
    }
    let all_day = |leave: &DayLeave| leave.active && leave.portion == Portion::Full;
    day.leaves.iter().any(all_day).then_some(AttendanceStatus::Leave)
}

/// What is to be said of a day of which the plan is known, too, at some instant.
pub fn status_by_plan(day: Option<&Day>, plan: &Plan, zone: &str, on_leave: bool, now: Timestamp) -> AttendanceStatus {
    if let Some(said) = day.and_then(status_of_day) {
        return said;
    }
    match plan.kind {
        _ if on_leave => AttendanceStatus::Leave,
        DayKind::Holiday => AttendanceStatus::Holiday,
        DayKind::Rest => AttendanceStatus::RestDay,
        DayKind::Work => {
            let leaves = day.map(|day| day.leaves.as_slice()).unwrap_or_default();
            let begun = expected_arrival(plan, leaves, zone).is_some_and(|begins| begins <= now);
            if begun { AttendanceStatus::LateExpected } else { AttendanceStatus::Expected }
        }
    }
}

/// When somebody is to come: when the first shift begins, or the leave at its beginning ends.
fn expected_arrival(plan: &Plan, leaves: &[DayLeave], zone: &str) -> Option<Timestamp> {
    let first = plan.shifts.first()?;
    let from = first.from.to_zoned(policy::zone_or_utc(zone));
    let local = |time: Time| Some(from.date().to_datetime(time).to_zoned(policy::zone_or_utc(zone)).ok()?.timestamp());
    let until = |leave: &DayLeave| match leave.portion {
        Portion::Half(Half::Am) => Some(first.from + first.to.duration_since(first.from) / 2),
        Portion::Hours(begin, end) if local(begin)? <= first.from => local(end),
        Portion::Full | Portion::Half(Half::Pm) | Portion::Hours(..) => None,
    };
    leaves.iter().filter(|leave| leave.active).filter_map(until).chain([first.from]).max()
}

/// Worked so far by the punches alone: from each check-in to its check-out, punched breaks taken out. What the policy makes of it is
/// said when the day is settled.
pub fn worked_so_far(day: &Day) -> Minutes {
    let mut counting: Vec<_> = day.punches.iter().filter(|punch| punch.is_counted()).collect();
    counting.sort_by_key(|punch| (punch.at, punch.kind, punch.id));
    let (mut since, mut on_break, mut worked) = (None, false, SignedDuration::ZERO);
    for punch in counting {
        let ends = matches!(punch.kind, PunchKind::CheckOut | PunchKind::BreakStart);
        if let Some(from) = since.take_if(|_| ends) {
            worked = worked.saturating_add(punch.at.duration_since(from));
            on_break = punch.kind == PunchKind::BreakStart;
        }
        if punch.kind == PunchKind::CheckIn || punch.kind == PunchKind::BreakEnd && on_break {
            (since, on_break) = (since.or(Some(punch.at)), false);
        }
    }
    Minutes(worked.as_secs() / 60)
}
