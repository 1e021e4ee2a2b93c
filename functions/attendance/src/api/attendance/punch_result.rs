//! What is given and answered at the clock.

use access::ReadableFields;
use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{AttendanceId, EmployeeId, Minutes, PunchId};
use policy::attendance::{GeoPosition, Punch, PunchFlag, PunchKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::{PunchView, hours};
use crate::{
    api::fields,
    domain::{
        day::{ClockState, Day},
        live_status,
        site::millionths,
    },
};

/// Where a punch is made, by the device.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendancePosition {
    /// Degrees north of the equator, -90 to 90.
    #[garde(custom(fields::latitude))]
    pub latitude: f64,
    /// Degrees east of Greenwich, -180 to 180.
    #[garde(custom(fields::longitude))]
    pub longitude: f64,
    /// By how many metres it may be wrong, 0 to 100000.
    #[garde(custom(fields::accuracy))]
    pub accuracy_m: f64,
}

impl AttendancePosition {
    /// As it is stored: the doubt in whole metres, a started one counted.
    pub(crate) fn stored(self) -> GeoPosition {
        GeoPosition {
            latitude_e6: millionths(self.latitude).unwrap_or_default(),
            longitude_e6: millionths(self.longitude).unwrap_or_default(),
            accuracy_m: format!("{:.0}", self.accuracy_m.ceil()).parse().unwrap_or(u32::MAX),
        }
    }
}

/// Something about a punch that was taken all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PunchWarning {
    /// Place in the body that it is about; the whole body where empty.
    pub pointer: String,
    /// Stable code: `outside_window`, `outside_fence`, `no_position`.
    pub code: String,
    /// For people.
    pub detail: String,
}

impl PunchWarning {
    /// What is to be said of a punch to whoever made it.
    pub(crate) fn of(punch: &Punch, date: Date) -> Vec<Self> {
        let warning = |pointer: &str, code: &str, detail: String| Self {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            detail,
        };
        let of_flag = |flag: &PunchFlag| match flag {
            PunchFlag::Offline => None,
            PunchFlag::OutsideWindow => {
                let detail = format!("It lies in no window of a shift; it is kept on {date}, shown and told.");
                Some(warning("", "outside_window", detail))
            }
            PunchFlag::OutsideFence => {
                let detail = "It was made outside of the site's fences.".to_owned();
                Some(warning("/position", "outside_fence", detail))
            }
            PunchFlag::NoPosition => {
                Some(warning("/position", "no_position", "It does not say where it was made.".to_owned()))
            }
        };
        punch.flags.iter().filter_map(of_flag).collect()
    }
}

/// What came of a punch at the clock.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PunchResult {
    /// The day's id.
    #[schema(value_type = String)]
    pub id: AttendanceId,
    /// Whose.
    pub employee_id: EmployeeId,
    /// The date on which the shift begins: of a night shift, that of its evening.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// The last check-in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_in_time: Option<Timestamp>,
    /// The last check-out, where none came in after it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_out_time: Option<Timestamp>,
    /// `success`.
    pub status: &'static str,
    /// Where the person stands now.
    pub state: ClockState,
    /// How late this check-in was.
    pub late_minutes: Option<Minutes>,
    /// Worked on this day so far, by the punches alone; what the policy makes of it is said when the day is settled.
    pub worked_minutes: Minutes,
    /// The same in hours, for reading.
    pub worked_hours: f64,
    /// The punch as it is kept.
    pub punch: PunchView,
    /// What to know of it.
    pub warnings: Vec<PunchWarning>,
}

impl PunchResult {
    /// A punch of a day as it looked when it was made, whatever came after it: so that a repeated request gets the same answer.
    /// Nothing where the day has no such punch.
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
            status: "success",
            state,
            late_minutes: punch.late_minutes,
            worked_minutes: worked,
            worked_hours: hours(worked),
            punch: PunchView::of(&punch, fields),
            warnings: PunchWarning::of(&punch, day.date),
        })
    }
}
