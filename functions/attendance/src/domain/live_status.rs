//! Status of a day before it is settled: checked in, on leave, expected or late.

use jiff::{SignedDuration, Timestamp, civil::Time};
use kernel::Minutes;
use policy::{
    Half, Portion,
    attendance::{DayKind, DayLeave, DayStatus, Plan, PunchKind, in_reading_order},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::{ClockState, Day};

/// Status of an attendance day, settled or preliminary.
///
/// - `present`: settled; the employee worked, with complete punches
/// - `incomplete`: settled; a punch is missing
/// - `absent`: settled; work was expected, and there is no punch
/// - `leave`: on leave for the whole day
/// - `half_leave`: settled; on leave for a part, worked in the rest
/// - `holiday`: holiday without punches
/// - `rest_day`: rest day without punches
/// - `expected`: not settled; the shift has not started, or has no hours
/// - `late_expected`: not settled; the shift has started without a check-in
/// - `checked_in`, `on_break`, `checked_out`: not settled; state by the punches
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceStatus {
    /// Settled: the employee checked in and out.
    Present,
    /// Settled: a punch is missing.
    Incomplete,
    /// Settled: work was expected, and there is no punch.
    Absent,
    /// On leave for the whole day.
    Leave,
    /// Settled: on leave for a part, worked in the rest.
    HalfLeave,
    /// Holiday without punches.
    Holiday,
    /// Rest day without punches.
    RestDay,
    /// Not settled: the shift has not started, or has no hours.
    Expected,
    /// Not settled: the shift has started without a check-in.
    LateExpected,
    /// Not settled: checked in.
    CheckedIn,
    /// Not settled: on a break.
    OnBreak,
    /// Not settled: checked out.
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

/// Status by the record of a day, without its plan; `None` for an unsettled day without counted punches and without
/// leave for the whole day.
pub fn status_without_plan(day: &Day) -> Option<AttendanceStatus> {
    day.outcome.as_ref().map(|outcome| outcome.status.into()).or_else(|| status_of_record(day))
}

/// Status by the punches and the leave of a day, also if the day is settled; `None` without counted punches and without leave
/// for the whole day.
pub fn status_of_record(day: &Day) -> Option<AttendanceStatus> {
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

/// Status by the record of a day, otherwise by its plan: leave if the person is on long-term leave, holiday, rest day,
/// expected or late.
pub fn status_with_plan(
    day: Option<&Day>,
    plan: &Plan,
    zone: &str,
    on_leave: bool,
    now: Timestamp,
) -> AttendanceStatus {
    if let Some(status) = day.and_then(status_without_plan) {
        return status;
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

/// Start of the first shift, or the end of the leave that covers its start; `None` without shifts.
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

/// Minutes from check-ins to check-outs or break starts, without breaks; time since the last of these punches does not count.
/// The policy is applied when the day is settled.
pub fn worked_so_far(day: &Day) -> Minutes {
    let (mut since, mut on_break, mut worked) = (None, false, SignedDuration::ZERO);
    for punch in in_reading_order(&day.punches) {
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
