//! Positions, warnings and results of punches.

use access::ReadableFields;
use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{AttendanceId, EmployeeId, Message, Minutes, PunchId};
use policy::attendance::{GeoPosition, Punch, PunchFlag, PunchKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::{PunchView, to_hours};
use crate::{
    api::fields,
    domain::{
        day::{ClockState, Day},
        live_status,
        site::to_millionths,
    },
    messages,
};

/// Position of the device at the time of the punch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendancePosition {
    /// Degrees north of the equator, -90 to 90.
    #[garde(custom(fields::validate_latitude))]
    #[schema(minimum = -90, maximum = 90)]
    pub latitude: f64,
    /// Degrees east of Greenwich, -180 to 180.
    #[garde(custom(fields::validate_longitude))]
    #[schema(minimum = -180, maximum = 180)]
    pub longitude: f64,
    /// Accuracy as a radius around the position in metres, 0 to 100000. It is stored rounded up to whole metres.
    #[garde(custom(fields::validate_accuracy))]
    #[schema(minimum = 0, maximum = 100000)]
    pub accuracy_m: f64,
}

impl AttendancePosition {
    /// Position in millionths of a degree, with the accuracy rounded up to metres.
    pub(crate) fn to_geo_position(self) -> GeoPosition {
        GeoPosition {
            latitude_e6: to_millionths(self.latitude).unwrap_or_default(),
            longitude_e6: to_millionths(self.longitude).unwrap_or_default(),
            accuracy_m: format!("{:.0}", self.accuracy_m.ceil()).parse().unwrap_or(u32::MAX),
        }
    }
}

/// Code of a warning.
///
/// - `outside_window`: the punch is outside every shift window
/// - `outside_fence`: the punch was made outside every fence of the site, or its position is not accurate enough
/// - `no_position`: the punch has no position, although the site has fences
/// - `repeated`: the punch repeats a tap within a few seconds; another punch of that tap counts
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PunchWarningCode {
    /// The punch is outside every shift window.
    OutsideWindow,
    /// The punch was made outside every fence of the site, or its position is not accurate enough.
    OutsideFence,
    /// The punch has no position, although the site has fences.
    NoPosition,
    /// The punch repeats a tap within a few seconds; another punch of that tap counts.
    Repeated,
}

/// Warning about a punch that was recorded nevertheless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PunchWarning {
    /// RFC 6901 pointer to the field below the punch, such as `/position`; empty for the whole punch.
    pub pointer: String,
    /// Stable code of the warning.
    pub code: PunchWarningCode,
    /// Explanation of the warning, for people.
    #[schema(value_type = String)]
    pub detail: Message,
}

impl PunchWarning {
    /// Warnings about the flags of a punch, for the employee who made it.
    pub(crate) fn of(punch: &Punch, date: Date) -> Vec<Self> {
        let warning = |pointer: &str, code, detail| Self { pointer: pointer.to_owned(), code, detail };
        let of_flag = |flag: &PunchFlag| match flag {
            PunchFlag::Offline => None,
            PunchFlag::OutsideWindow => {
                Some(warning("", PunchWarningCode::OutsideWindow, messages::outside_window_reported(date)))
            }
            PunchFlag::OutsideFence => {
                Some(warning("/position", PunchWarningCode::OutsideFence, messages::flagged_outside_fences()))
            }
            PunchFlag::NoPosition => {
                Some(warning("/position", PunchWarningCode::NoPosition, messages::flagged_without_position()))
            }
            PunchFlag::Repeated => Some(warning("", PunchWarningCode::Repeated, messages::repeated_tap())),
        };
        punch.flags.iter().filter_map(of_flag).collect()
    }
}

/// Result of a punch request that was not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PunchStatus {
    /// The punch was recorded.
    Success,
}

/// Recorded punch, and the state of its attendance day right after it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PunchResult {
    /// Id of the attendance day.
    pub id: AttendanceId,
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Date on which the shift starts; of a night shift, the date of its evening.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Time of the latest check-in of the day, at or before this punch; null without one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_in_time: Option<Timestamp>,
    /// Time of the latest check-out of the day, at or before this punch; null while the employee is checked in or on a
    /// break.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_out_time: Option<Timestamp>,
    /// Result of the request, always `success`.
    pub status: PunchStatus,
    /// State of the employee after the punch.
    pub state: ClockState,
    /// Minutes by which this check-in is late for its shift. Null if it is not late, such as within grace, and for punches other
    /// than a check-in.
    pub late_minutes: Option<Minutes>,
    /// Minutes worked on this day so far, by the punches alone. The policy is applied when the day is settled.
    pub worked_minutes: Minutes,
    /// Worked time so far in hours, rounded to two decimals, for display.
    pub worked_hours: f64,
    /// Punch as it was recorded.
    pub punch: PunchView,
    /// Warnings about the punch; empty for a regular punch.
    pub warnings: Vec<PunchWarning>,
}

impl PunchResult {
    /// The day as it was right after the punch, so that a repeated request gets the same answer. `None` if the day has
    /// no such punch.
    pub(crate) fn of(day: &Day, id: PunchId, fields: ReadableFields) -> Option<Self> {
        let nth = day.punches.iter().position(|punch| punch.id == id)?;
        let mut so_far: Vec<Punch> = day.punches.iter().take(nth + 1).cloned().collect();
        let mut punch = so_far.pop()?;
        punch.voided_by = None;
        so_far.push(punch.clone());
        let so_far = day.with_punches(so_far, punch.received_at);
        let last = |kind| {
            let of_kind = so_far.punches.iter().filter(|one| one.is_counted() && one.kind == kind);
            of_kind.map(|one| one.at).filter(|at| *at <= punch.at).max()
        };
        let worked = live_status::worked_so_far(&so_far);
        let state = so_far.state.unwrap_or(ClockState::Out);
        Some(Self {
            id: day.id,
            employee_id: day.employee_id,
            date: day.date,
            check_in_time: last(PunchKind::CheckIn),
            check_out_time: last(PunchKind::CheckOut).filter(|_| state == ClockState::Out),
            status: PunchStatus::Success,
            state,
            late_minutes: punch.late_minutes,
            worked_minutes: worked,
            worked_hours: to_hours(worked),
            punch: PunchView::of(&punch, fields),
            warnings: PunchWarning::of(&punch, day.date),
        })
    }
}
