//! Rules of punches: allowed states, candidate days, times, employment, fences, and lateness of check-ins.

use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{Actor, Message, Minutes, PunchId};
use policy::Person;
use policy::attendance::{
    DayPlacement, Exception, FenceMiss, FenceMode, GeoPosition, Punch, PunchFlag, PunchKind, PunchPlacer, PunchSource,
    containing_fence,
};

use super::{
    day::{ClockState, Day},
    site::Site,
    submission::{PunchError, SubmissionCode},
    timetable::Timetable,
};
use crate::messages;

/// Maximum punches of a day, voided ones included.
pub const PUNCHES_MAX: usize = 100;
/// Maximum time after a check-in for a check-out on the next day, unless a longer shift has just ended.
pub const OPEN_SESSION_MAX: SignedDuration = PunchPlacer::OPEN_SESSION_MAX;
/// Maximum time by which a device's clock may be ahead of the server's.
pub const DEVICE_CLOCK_AHEAD_MAX: SignedDuration = SignedDuration::from_mins(2);

/// Maximum time between the check-in and the check-out of a manual entry or a correction: a shift of 24 hours with the
/// longest window after it.
pub const WORK_SPAN_MAX: SignedDuration = SignedDuration::from_hours(36);
/// Maximum age in days of a day that a manual entry or the approval of a correction changes. Corrections are requested for
/// [`super::correction::DAYS_BACK_MAX`] days only.
pub const DAYS_BACK_MAX: i64 = 366;

/// States of a day in which a live punch is allowed. A day without record is in state out.
pub const fn allowed_states(kind: PunchKind) -> &'static [ClockState] {
    match kind {
        PunchKind::CheckIn => &[ClockState::Out],
        PunchKind::CheckOut => &[ClockState::In, ClockState::OnBreak],
        PunchKind::BreakStart => &[ClockState::In],
        PunchKind::BreakEnd => &[ClockState::OnBreak],
    }
}

/// State of a day after a live punch that its state allowed.
pub const fn state_after(kind: PunchKind) -> ClockState {
    match kind {
        PunchKind::CheckIn | PunchKind::BreakEnd => ClockState::In,
        PunchKind::CheckOut => ClockState::Out,
        PunchKind::BreakStart => ClockState::OnBreak,
    }
}

/// Days to which a punch may belong, likeliest first: the day of `placement`, and for all but a check-in, the days before it
/// that may still be open at `at`.
pub fn candidate_days(
    timetable: &Timetable,
    kind: PunchKind,
    placement: DayPlacement,
    at: Timestamp,
) -> impl Iterator<Item = DayPlacement> {
    let before = (kind != PunchKind::CheckIn).then(|| timetable.earlier_days(placement, at));
    let before = before.into_iter().flatten().map(|date| DayPlacement { date, in_window: false });
    std::iter::once(placement).chain(before)
}

/// Instant without its fraction of a second, as punches store it.
pub fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// Checks that a time is at most 2 minutes ahead of `now` and not older than `age_max`.
///
/// # Errors
/// `in_the_future` or `too_old`.
pub fn check_punch_age(at: Timestamp, now: Timestamp, age_max: SignedDuration) -> Result<(), PunchError> {
    if at.duration_since(now) > DEVICE_CLOCK_AHEAD_MAX {
        return Err(PunchError::new(SubmissionCode::InTheFuture, messages::device_time_in_future()));
    }
    if now.duration_since(at) > age_max {
        return Err(PunchError::new(SubmissionCode::TooOld, too_old_detail(age_max)));
    }
    Ok(())
}

/// Checks that a shift day is within the employment. The day counts, not the date of the punch: the last night ends
/// after the last day, and the first one may begin before the hire date.
///
/// # Errors
/// `before_hire` or `terminated`.
pub fn check_employed(person: &Person, shift_day: Date) -> Result<(), PunchError> {
    if shift_day < person.hire_date {
        return Err(PunchError::new(SubmissionCode::BeforeHire, messages::employment_began(person.hire_date)));
    }
    match person.termination_date {
        Some(last) if shift_day > last => {
            Err(PunchError::new(SubmissionCode::Terminated, messages::employment_ended(last)))
        }
        Some(_) | None => Ok(()),
    }
}

/// Message for a time that is too long ago: in days beyond three, otherwise in hours.
fn too_old_detail(age_max: SignedDuration) -> Message {
    let (hours, days) = (age_max.as_hours(), age_max.as_hours() / 24);
    if days > 3 { messages::time_days_ago(days) } else { messages::time_hours_ago(hours) }
}

/// Checks the position of a punch against the site's fences. Returns a flag for a miss; where fences are mandatory, a miss is
/// an error. No flag and no error without a site, without checks, and without fences unless they are mandatory.
///
/// # Errors
/// `outside_fence`, `no_position` or `inaccurate_position`.
pub fn check_fence(site: Option<&Site>, position: Option<GeoPosition>) -> Result<Option<PunchFlag>, PunchError> {
    let Some(site) = site.filter(|site| site.fencing != FenceMode::Off) else { return Ok(None) };
    let Err(miss) = containing_fence(&site.fences, position) else { return Ok(None) };
    let enforced = site.fencing == FenceMode::Enforce;
    match miss {
        FenceMiss::NoFence if !enforced => Ok(None),
        FenceMiss::NoPosition if !enforced => Ok(Some(PunchFlag::NoPosition)),
        FenceMiss::Inaccurate | FenceMiss::Outside(_) if !enforced => Ok(Some(PunchFlag::OutsideFence)),
        FenceMiss::NoFence => Err(PunchError::new(SubmissionCode::OutsideFence, messages::site_without_fence())),
        FenceMiss::NoPosition => {
            Err(PunchError::new(SubmissionCode::NoPosition, messages::position_required(site.name.as_str())))
        }
        FenceMiss::Inaccurate => {
            Err(PunchError::new(SubmissionCode::InaccuratePosition, messages::position_inaccurate()))
        }
        FenceMiss::Outside(metres) => {
            Err(PunchError::new(SubmissionCode::OutsideFence, messages::outside_fences(metres)))
        }
    }
}

/// Punch before it is assigned to a day. The fields are those of the recorded punch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPunch {
    pub id: PunchId,
    /// Kind of the punch; preliminary if it was not told.
    pub kind: PunchKind,
    /// Whether the kind was not told and follows from all punches of the day.
    pub kind_inferred: bool,
    /// Time that counts, in whole seconds.
    pub at: Timestamp,
    pub location: Option<String>,
    pub device: Option<String>,
    /// Position of the device.
    pub position: Option<GeoPosition>,
    pub source: PunchSource,
    /// Time of the device's clock.
    pub captured_at: Option<Timestamp>,
    /// Time at which the server received the punch.
    pub received_at: Timestamp,
    /// Actor who submitted the punch.
    pub by: Actor,
    pub reason: Option<String>,
    /// Flags by source and position; `outside_window` is added with the day.
    pub flags: Vec<PunchFlag>,
}

impl NewPunch {
    /// Kind of the punch, if it was told.
    pub fn told_kind(&self) -> Option<PunchKind> {
        (!self.kind_inferred).then_some(self.kind)
    }

    /// Recorded punch with the local time of this zone. It is flagged if it is not in the shift window of its day.
    pub fn into_punch(self, zone: &str, in_window: bool) -> Punch {
        let (local, offset) = Punch::local_time_and_offset(self.at, zone);
        let outside = (!in_window).then_some(PunchFlag::OutsideWindow);
        Punch {
            id: self.id,
            kind: self.kind,
            kind_inferred: self.kind_inferred,
            at: self.at,
            zone: zone.to_owned(),
            local,
            offset,
            location: self.location,
            device: self.device,
            position: self.position,
            source: self.source,
            captured_at: self.captured_at,
            received_at: self.received_at,
            by: self.by,
            reason: self.reason,
            flags: self.flags.into_iter().chain(outside).collect(),
            late_minutes: None,
            voided_by: None,
            correction_id: None,
        }
    }
}

/// Punch as it is written on a day, with its lateness and exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInAssessment {
    /// The punch with its lateness.
    pub punch: Punch,
    /// Late minutes of the whole day, with those of earlier check-ins; `None` if they do not change.
    pub late_minutes: Option<Minutes>,
    /// Exceptions not announced before.
    pub new_exceptions: Vec<Exception>,
}

/// Lateness and new exceptions of a check-in, by the record of its day, which lacks the punch. Punches of other kinds are
/// returned without both; their consequences follow when the day is settled.
pub fn assess_check_in(timetable: &Timetable, day: &Day, punch: Punch) -> CheckInAssessment {
    if punch.kind != PunchKind::CheckIn {
        return CheckInAssessment { punch, late_minutes: None, new_exceptions: Vec::new() };
    }
    let late = timetable.minutes_late_at(day, punch.at);
    let late = (late > Minutes::ZERO).then_some(late);
    let outside = punch.flags.contains(&PunchFlag::OutsideWindow);
    let exceptions = late.map(|_| Exception::Late).into_iter().chain(outside.then_some(Exception::OutsideWindow));
    let new_exceptions = exceptions.filter(|exception| !day.announced.contains(exception)).collect();
    let whole = late.map(|late| late + day.late_minutes.unwrap_or_default());
    CheckInAssessment { punch: Punch { late_minutes: late, ..punch }, late_minutes: whole, new_exceptions }
}
