//! What is shown of a day, as everybody sees it who may see it at all.

use access::{FieldGroup, ReadableFields, Relation, Roles};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use kernel::{Actor, AttendanceId, CorrectionId, EmployeeId, Minutes, PunchId};
use policy::{
    LeaveAmount,
    attendance::{DayLeave, GeoPosition, Punch, PunchFlag, PunchKind, PunchSource},
    leave::Violation,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    day::Day,
    live_status::{self, AttendanceStatus},
};

/// A day of somebody: the seed's model, and what came of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttendanceView {
    /// Id.
    #[schema(value_type = String)]
    pub id: AttendanceId,
    /// Whose.
    pub employee_id: EmployeeId,
    /// The date on which the shift begins.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// The first check-in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_in_time: Option<Timestamp>,
    /// Where.
    pub check_in_location: Option<String>,
    /// With what.
    pub check_in_device: Option<String>,
    /// The last check-out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_out_time: Option<Timestamp>,
    /// Where.
    pub check_out_location: Option<String>,
    /// With what.
    pub check_out_device: Option<String>,
    /// Worked, in hours with up to two decimals, for reading; nothing before anybody came.
    pub worked_hours: Option<f64>,
    /// Worked, exactly. Of a day that is not settled: by the punches so far.
    pub worked_minutes: Option<Minutes>,
    /// What became of the day, or what is known so far.
    pub status: AttendanceStatus,
    /// Why somebody else entered or corrected punches, the last time. Hidden from those who may see the day but not private words.
    pub notes: Option<String>,
    /// Whether the day's window has closed and its figures stand.
    pub settled: bool,
    /// What was to be worked, leave taken out.
    pub expected_minutes: Option<Minutes>,
    /// Late, from the shift's start.
    pub late_minutes: Option<Minutes>,
    /// Gone early.
    pub early_minutes: Option<Minutes>,
    /// Breaks.
    pub break_minutes: Option<Minutes>,
    /// Overtime that counts.
    pub overtime_minutes: Option<Minutes>,
    /// Leave that stands on the day.
    pub leaves: Vec<DayLeave>,
    /// What the policies find wrong with the day.
    pub violations: Vec<Violation>,
    /// When something was first known of the day; nothing while nothing is.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Timestamp>,
}

impl AttendanceView {
    /// A day of which nothing is known yet.
    pub fn unknown(employee: EmployeeId, date: Date) -> Self {
        let view = Self::of(
            &Day::new(employee, date, Timestamp::UNIX_EPOCH),
            ReadableFields::of(Roles::default(), Relation::Other),
        );
        Self { created_at: None, updated_at: None, ..view }
    }

    /// A day as the owner of these rights sees it.
    pub fn of(day: &Day, fields: ReadableFields) -> Self {
        let found = |wanted: PunchKind, at: Option<Timestamp>| {
            day.punches.iter().find(|punch| punch.is_counted() && punch.kind == wanted && Some(punch.at) == at)
        };
        let came = found(PunchKind::CheckIn, day.check_in_time);
        let left = found(PunchKind::CheckOut, day.check_out_time);
        let outcome = day.outcome.as_ref();
        let so_far = || day.check_in_time.map(|_| live_status::worked_so_far(day));
        let worked = outcome.map(|outcome| outcome.worked_minutes).or_else(so_far);
        Self {
            id: day.id,
            employee_id: day.employee_id,
            date: day.date,
            check_in_time: day.check_in_time,
            check_in_location: came.and_then(|punch| punch.location.clone()),
            check_in_device: came.and_then(|punch| punch.device.clone()),
            check_out_time: day.check_out_time,
            check_out_location: left.and_then(|punch| punch.location.clone()),
            check_out_device: left.and_then(|punch| punch.device.clone()),
            worked_hours: worked.map(hours),
            worked_minutes: worked,
            status: live_status::status_of_day(day).unwrap_or(AttendanceStatus::Expected),
            notes: notes(day).filter(|_| fields.may_read(FieldGroup::PrivateText)),
            settled: outcome.is_some(),
            expected_minutes: outcome.map(|outcome| outcome.expected_minutes),
            late_minutes: outcome.map(|outcome| outcome.late_minutes).or(day.late_minutes),
            early_minutes: outcome.map(|outcome| outcome.early_minutes),
            break_minutes: outcome.map(|outcome| outcome.break_minutes),
            overtime_minutes: outcome.map(|outcome| outcome.overtime.minutes),
            leaves: day.leaves.iter().filter(|leave| leave.active).cloned().collect(),
            violations: day.violations.clone(),
            created_at: Some(day.created_at),
            updated_at: Some(day.updated_at),
        }
    }

    /// The same where the day's plan says more than the day itself.
    #[must_use]
    pub fn with_status(self, status: AttendanceStatus) -> Self {
        Self { status, ..self }
    }
}

/// Minutes in hours with up to two decimals.
pub fn hours(minutes: Minutes) -> f64 {
    LeaveAmount::from_minutes(minutes, Minutes(60)).days
}

/// The reason of the punch that somebody else entered last.
fn notes(day: &Day) -> Option<String> {
    let told = day.punches.iter().filter(|punch| punch.reason.is_some());
    told.max_by_key(|punch| (punch.received_at, punch.id)).and_then(|punch| punch.reason.clone())
}

/// Where a punch was made, by the device.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PositionView {
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
    /// By how many metres it may be wrong.
    pub accuracy_m: u32,
}

impl From<GeoPosition> for PositionView {
    fn from(position: GeoPosition) -> Self {
        Self {
            latitude: degrees(position.latitude_e6),
            longitude: degrees(position.longitude_e6),
            accuracy_m: position.accuracy_m,
        }
    }
}

/// Millionths of a degree as a decimal: the nearest number to its digits.
pub fn degrees(millionths: i32) -> f64 {
    let sign = if millionths < 0 { "-" } else { "" };
    let size = millionths.unsigned_abs();
    format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000).parse().unwrap_or_default()
}

/// One punch as it was given.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PunchView {
    /// Id.
    #[schema(value_type = String)]
    pub id: PunchId,
    /// What was done.
    pub kind: PunchKind,
    /// The instant that counts.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// IANA zone of the work site.
    pub zone: String,
    /// What the clock on the wall said.
    #[schema(value_type = String)]
    pub local: DateTime,
    /// Its distance from UTC: `+01:00`.
    pub offset: String,
    /// Where, in the words of whoever punched.
    pub location: Option<String>,
    /// With what.
    pub device: Option<String>,
    /// Where, by the device. Hidden as `notes` are.
    pub position: Option<PositionView>,
    /// How it came.
    pub source: PunchSource,
    /// When, by the device's clock.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub captured_at: Option<Timestamp>,
    /// When it reached us.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Who handed it in.
    #[schema(value_type = String)]
    pub by: Actor,
    /// Why, where somebody else did. Hidden as `notes` are.
    pub reason: Option<String>,
    /// What is to be known of it.
    pub flags: Vec<PunchFlag>,
    /// At a check-in: how late it was when it was made.
    pub late_minutes: Option<Minutes>,
    /// The correction that made it void: it stays, and counts no more.
    #[schema(value_type = Option<String>)]
    pub voided_by: Option<CorrectionId>,
    /// The correction that brought it.
    #[schema(value_type = Option<String>)]
    pub correction_id: Option<CorrectionId>,
}

impl PunchView {
    /// A punch as the owner of these rights sees it.
    pub fn of(punch: &Punch, fields: ReadableFields) -> Self {
        Self {
            id: punch.id,
            kind: punch.kind,
            at: punch.at,
            zone: punch.zone.clone(),
            local: punch.local,
            offset: punch.offset.clone(),
            location: punch.location.clone(),
            device: punch.device.clone(),
            position: punch.position.map(PositionView::from).filter(|_| fields.may_read(FieldGroup::PrivateText)),
            source: punch.source,
            captured_at: punch.captured_at,
            received_at: punch.received_at,
            by: punch.by.clone(),
            reason: punch.reason.clone().filter(|_| fields.may_read(FieldGroup::PrivateText)),
            flags: punch.flags.clone(),
            late_minutes: punch.late_minutes,
            voided_by: punch.voided_by,
            correction_id: punch.correction_id,
        }
    }
}
