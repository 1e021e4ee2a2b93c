//! API representation of an attendance day and its punches.

use access::{FieldGroup, ReadableFields, Relation, Roles};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use kernel::{Actor, AttendanceId, CorrectionId, EmployeeId, LeaveId, Minutes, PunchId};
use policy::{
    LeaveAmount, Portion,
    attendance::{DayLeave, GeoPosition, Punch, PunchFlag, PunchKind, PunchSource},
    leave::ExplainedViolation,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    day::Day,
    live_status::{self, AttendanceStatus},
};

/// Attendance day of one employee.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttendanceView {
    /// Id of the attendance day.
    pub id: AttendanceId,
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Date on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Time of the first check-in; null without one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_in_time: Option<Timestamp>,
    /// Place of the first check-in as text; null if none was given.
    pub check_in_location: Option<String>,
    /// Device of the first check-in as text; null if none was given.
    pub check_in_device: Option<String>,
    /// Time of the last check-out; null without one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub check_out_time: Option<Timestamp>,
    /// Place of the last check-out as text; null if none was given.
    pub check_out_location: Option<String>,
    /// Device of the last check-out as text; null if none was given.
    pub check_out_device: Option<String>,
    /// Worked time in hours, rounded to two decimals, for display; null for an unsettled day without a check-in.
    pub worked_hours: Option<f64>,
    /// Worked minutes, without breaks; null for an unsettled day without a check-in. Until the day is settled, by the punches so
    /// far.
    pub worked_minutes: Option<Minutes>,
    /// Status of the day; preliminary until it is settled.
    pub status: AttendanceStatus,
    /// Reason of the last manual entry or correction; null without one, or if the caller may not read reasons.
    pub notes: Option<String>,
    /// Whether the day is settled: its shift window has closed and its figures are derived.
    pub settled: bool,
    /// Expected working time in minutes, after leave is deducted; null before the day is settled.
    pub expected_minutes: Option<Minutes>,
    /// Minutes late over all shifts of the day, each counted from its start, or from the end of leave at its start; 0
    /// within grace and without a check-in. Before the day is settled, by the late live check-ins so far;
    /// null if there are none.
    pub late_minutes: Option<Minutes>,
    /// Minutes left early over all shifts of the day, each counted to its end, or to the start of leave at its end; 0 within
    /// grace and without a check-out. Null before the day is settled.
    pub early_minutes: Option<Minutes>,
    /// Minutes of breaks; null before the day is settled.
    pub break_minutes: Option<Minutes>,
    /// Minutes of breaks that were not punched and are deducted by the policy, a part of `break_minutes`; null before the
    /// day is settled.
    pub deducted_break_minutes: Option<Minutes>,
    /// Overtime minutes that count, after minimum block and caps; null before the day is settled.
    pub overtime_minutes: Option<Minutes>,
    /// Approved leave on the day.
    pub leaves: Vec<LeaveOnDay>,
    /// Policy violations of the settled day.
    pub violations: Vec<ExplainedViolation>,
    /// Time of the first record of the day; null while there is none.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Timestamp>,
    /// Time of the last change; null while there is no record.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Timestamp>,
}

impl AttendanceView {
    /// Day without punches, leave or outcome, and without times of record.
    pub fn without_record(employee: EmployeeId, date: Date) -> Self {
        let view = Self::of(
            &Day::new(employee, date, Timestamp::UNIX_EPOCH),
            ReadableFields::of(Roles::default(), Relation::Other),
        );
        Self { created_at: None, updated_at: None, ..view }
    }

    /// Day with those fields that the caller may read; its status does not consider the plan.
    pub fn of(day: &Day, fields: ReadableFields) -> Self {
        let counted = |kind: PunchKind, at: Option<Timestamp>| {
            let counted = |punch: &&Punch| punch.is_counted() && !punch.is_repeated();
            day.punches.iter().filter(counted).find(|punch| punch.kind == kind && Some(punch.at) == at)
        };
        let first_in = counted(PunchKind::CheckIn, day.check_in_time);
        let last_out = counted(PunchKind::CheckOut, day.check_out_time);
        let outcome = day.outcome.as_ref();
        let so_far = || day.check_in_time.map(|_| live_status::worked_so_far(day));
        let worked = outcome.map(|outcome| outcome.worked_minutes).or_else(so_far);
        Self {
            id: day.id,
            employee_id: day.employee_id,
            date: day.date,
            check_in_time: day.check_in_time,
            check_in_location: first_in.and_then(|punch| punch.location.clone()),
            check_in_device: first_in.and_then(|punch| punch.device.clone()),
            check_out_time: day.check_out_time,
            check_out_location: last_out.and_then(|punch| punch.location.clone()),
            check_out_device: last_out.and_then(|punch| punch.device.clone()),
            worked_hours: worked.map(to_hours),
            worked_minutes: worked,
            status: live_status::status_without_plan(day).unwrap_or(AttendanceStatus::Expected),
            notes: last_reason(day).filter(|_| fields.may_read(FieldGroup::PrivateText)),
            settled: outcome.is_some(),
            expected_minutes: outcome.map(|outcome| outcome.expected_minutes),
            late_minutes: outcome.map(|outcome| outcome.late_minutes).or(day.late_minutes),
            early_minutes: outcome.map(|outcome| outcome.early_minutes),
            break_minutes: outcome.map(|outcome| outcome.break_minutes),
            deducted_break_minutes: outcome.map(|outcome| outcome.deducted_break_minutes),
            overtime_minutes: outcome.map(|outcome| outcome.overtime.minutes),
            leaves: day.leaves.iter().filter(|leave| leave.active).map(LeaveOnDay::from).collect(),
            violations: day.violations.iter().cloned().map(ExplainedViolation::from).collect(),
            created_at: Some(day.created_at),
            updated_at: Some(day.updated_at),
        }
    }

    /// The same day with this status.
    #[must_use]
    pub fn with_status(self, status: AttendanceStatus) -> Self {
        Self { status, ..self }
    }
}

/// Leave on an attendance day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LeaveOnDay {
    /// Id of the leave request.
    pub leave_id: LeaveId,
    /// Code of the leave type, such as `annual`.
    pub leave_type: String,
    /// Part of the day that is leave.
    pub portion: Portion,
    /// Working time in minutes that the leave counts on this day.
    pub minutes: Minutes,
    /// Whether the leave applies; always true, because returned leave is omitted.
    pub active: bool,
    /// Version of the leave request that was applied to the day.
    pub version: u64,
}

impl From<&DayLeave> for LeaveOnDay {
    fn from(leave: &DayLeave) -> Self {
        let DayLeave { leave_id, leave_type, portion, minutes, active, version } = leave;
        let leave_type = leave_type.clone();
        Self {
            leave_id: *leave_id,
            leave_type,
            portion: *portion,
            minutes: *minutes,
            active: *active,
            version: *version,
        }
    }
}

/// Minutes as hours, rounded to two decimals.
pub fn to_hours(minutes: Minutes) -> f64 {
    LeaveAmount::from_minutes(minutes, Minutes(60)).days
}

/// Reason of the punch that was received last, among those with a reason.
fn last_reason(day: &Day) -> Option<String> {
    let with_reason = day.punches.iter().filter(|punch| punch.reason.is_some());
    with_reason.max_by_key(|punch| (punch.received_at, punch.id)).and_then(|punch| punch.reason.clone())
}

/// Position of the device at the time of a punch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PositionView {
    /// Degrees north of the equator, -90 to 90.
    pub latitude: f64,
    /// Degrees east of Greenwich, -180 to 180.
    pub longitude: f64,
    /// Accuracy as a radius around the position, in whole metres, rounded up.
    pub accuracy_m: u32,
}

impl From<GeoPosition> for PositionView {
    fn from(position: GeoPosition) -> Self {
        Self {
            latitude: to_degrees(position.latitude_e6),
            longitude: to_degrees(position.longitude_e6),
            accuracy_m: position.accuracy_m,
        }
    }
}

/// Millionths of a degree as the nearest decimal number.
pub fn to_degrees(millionths: i32) -> f64 {
    let sign = if millionths < 0 { "-" } else { "" };
    let size = millionths.unsigned_abs();
    format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000).parse().unwrap_or_default()
}

/// One punch as it was recorded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PunchView {
    /// Id of the punch.
    pub id: PunchId,
    /// Kind of the punch: check-in, check-out, break start or break end.
    pub kind: PunchKind,
    /// Whether the kind was not told and follows from all punches of the day.
    pub kind_inferred: bool,
    /// Time of the punch in whole seconds, by which it counts.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// IANA time zone of the site.
    pub zone: String,
    /// Local time at the site, without offset, such as `2026-11-20T08:59:12`.
    #[schema(value_type = String, pattern = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")]
    pub local: DateTime,
    /// UTC offset of the local time, such as `+01:00`.
    #[schema(pattern = r"^[+-]\d\d:\d\d$")]
    pub offset: String,
    /// Place of the punch as text; null if none was given.
    pub location: Option<String>,
    /// Device of the punch as text; null if none was given.
    pub device: Option<String>,
    /// Position of the device; null if none was given, or if the caller may not read positions.
    pub position: Option<PositionView>,
    /// Way in which the punch was submitted.
    pub source: PunchSource,
    /// Time of the device's clock, kept as evidence; null if none was given.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub captured_at: Option<Timestamp>,
    /// Time at which the server received the punch.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Actor who submitted the punch; for a correction, who requested it.
    pub by: Actor,
    /// Reason of a manual entry or correction; null without one, or if the caller may not read reasons.
    pub reason: Option<String>,
    /// Remarks on the punch; empty for a regular one.
    pub flags: Vec<PunchFlag>,
    /// Minutes by which this check-in was late for its shift, as computed when it was recorded. Null if it was not late,
    /// such as within grace, and for punches other than a live check-in.
    pub late_minutes: Option<Minutes>,
    /// Id of the correction that voided the punch; null for a punch that counts.
    pub voided_by: Option<CorrectionId>,
    /// Id of the correction that added the punch; null for other punches.
    pub correction_id: Option<CorrectionId>,
}

impl PunchView {
    /// Punch with the fields that the caller may read.
    pub fn of(punch: &Punch, fields: ReadableFields) -> Self {
        Self {
            id: punch.id,
            kind: punch.kind,
            kind_inferred: punch.kind_inferred,
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
