//! Punches at the clock: what may follow what, where a punch belongs, and what is to be said of it.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use kernel::{Actor, Minutes, PunchId};
use policy::attendance::{
    DayPlacement, Exception, FenceMiss, FenceMode, GeoPosition, Punch, PunchFlag, PunchKind, PunchSource, find_fence,
};

use super::{
    day::{ClockState, Day},
    site::Site,
    timetable::Timetable,
};

/// No day holds more punches.
pub const PUNCHES_MAX: usize = 100;
/// Work that began on the day before may end so long after its beginning, whatever the shift.
pub const OPEN_SESSION_MAX: SignedDuration = SignedDuration::from_hours(16);
/// A device's clock may be ahead of ours by so much.
pub const DEVICE_CLOCK_AHEAD_MAX: SignedDuration = SignedDuration::from_mins(2);

/// Where somebody must stand for a punch; a day of which nothing is known is one on which they are out.
pub const fn allowed_states(kind: PunchKind) -> &'static [ClockState] {
    match kind {
        PunchKind::CheckIn => &[ClockState::Out],
        PunchKind::CheckOut => &[ClockState::In, ClockState::OnBreak],
        PunchKind::BreakStart => &[ClockState::In],
        PunchKind::BreakEnd => &[ClockState::OnBreak],
    }
}

/// Where they stand then.
pub const fn state_after(kind: PunchKind) -> ClockState {
    match kind {
        PunchKind::CheckIn | PunchKind::BreakEnd => ClockState::In,
        PunchKind::CheckOut => ClockState::Out,
        PunchKind::BreakStart => ClockState::OnBreak,
    }
}

/// The days that a punch may belong to, the likeliest first. Whoever leaves or takes a break after the window has closed began on the
/// day before.
pub fn candidate_days(kind: PunchKind, standing: DayPlacement) -> Vec<DayPlacement> {
    let before = standing.date.checked_sub(1.day()).ok().filter(|_| kind != PunchKind::CheckIn);
    std::iter::once(standing).chain(before.map(|date| DayPlacement { date, in_window: false })).collect()
}

/// Since when a day must be open to take a punch: the day before only while it may still be going on.
pub fn earliest_open_since(day: Date, standing: DayPlacement, at: Timestamp) -> Option<Timestamp> {
    (day < standing.date).then(|| at.saturating_sub(OPEN_SESSION_MAX).unwrap_or(Timestamp::MIN))
}

/// An instant as punches keep it.
pub fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// What a site says to where a punch was made: flags it, or refuses it with a code and a sentence.
///
/// # Errors
/// Why it is refused; a site that insists and cannot tell refuses.
pub fn check_fence(
    site: Option<&Site>,
    position: Option<GeoPosition>,
) -> Result<Option<PunchFlag>, (&'static str, String)> {
    let Some(site) = site.filter(|site| site.fencing != FenceMode::Off) else { return Ok(None) };
    let Err(unplaced) = find_fence(&site.fences, position) else { return Ok(None) };
    let enforced = site.fencing == FenceMode::Enforce;
    match unplaced {
        FenceMiss::NoFence if !enforced => Ok(None),
        FenceMiss::NoPosition if !enforced => Ok(Some(PunchFlag::NoPosition)),
        FenceMiss::Inaccurate | FenceMiss::Outside(_) if !enforced => Ok(Some(PunchFlag::OutsideFence)),
        FenceMiss::NoFence => Err(("outside_fence", "The site has no place to punch at.".to_owned())),
        FenceMiss::NoPosition => Err(("no_position", format!("{} asks where the punch is made.", site.name))),
        FenceMiss::Inaccurate => {
            Err(("inaccurate_position", "The position is too uncertain; wait for a better one.".to_owned()))
        }
        FenceMiss::Outside(metres) => {
            let detail = format!("The punch was, or may have been, made {metres} m outside of the nearest fence.");
            Err(("outside_fence", detail))
        }
    }
}

/// What of a punch does not depend on the day that it falls on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPunch {
    pub id: PunchId,
    pub kind: PunchKind,
    /// The instant that counts, in whole seconds.
    pub at: Timestamp,
    pub location: Option<String>,
    pub device: Option<String>,
    /// Where, by the device.
    pub position: Option<GeoPosition>,
    pub source: PunchSource,
    /// By the device's clock.
    pub captured_at: Option<Timestamp>,
    /// When it reached us.
    pub received_at: Timestamp,
    /// Who handed it in.
    pub by: Actor,
    pub reason: Option<String>,
    /// What the way it came and its place say of it.
    pub flags: Vec<PunchFlag>,
}

impl NewPunch {
    /// The punch, with what the clock on the wall said.
    pub fn punch(self, zone: &str, within: bool) -> Punch {
        let (local, offset) = Punch::local_time_and_offset(self.at, zone);
        let outside = (!within).then_some(PunchFlag::OutsideWindow);
        Punch {
            id: self.id,
            kind: self.kind,
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

/// A punch as it is to be written on a day, with what has to be said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInAssessment {
    /// The punch, with how late it is.
    pub punch: Punch,
    /// How late the whole day is then; nothing where it is not.
    pub late_minutes: Option<Minutes>,
    /// What nobody was told of this day yet.
    pub told: Vec<Exception>,
}

/// Judges a check-in beside what is known of its day. Other punches say nothing by themselves: what comes of them is settled overnight.
pub fn assess_check_in(timetable: &Timetable, day: &Day, punch: Punch) -> CheckInAssessment {
    if punch.kind != PunchKind::CheckIn {
        return CheckInAssessment { punch, late_minutes: None, told: Vec::new() };
    }
    let by = timetable.late_by(day, punch.at);
    let late = (by > Minutes::ZERO).then_some(by);
    let outside = punch.flags.contains(&PunchFlag::OutsideWindow);
    let exceptions = late.map(|_| Exception::Late).into_iter().chain(outside.then_some(Exception::OutsideWindow));
    let told = exceptions.filter(|exception| !day.announced.contains(exception)).collect();
    let whole = late.map(|late| late + day.late_minutes.unwrap_or_default());
    CheckInAssessment { punch: Punch { late_minutes: late, ..punch }, late_minutes: whole, told }
}
