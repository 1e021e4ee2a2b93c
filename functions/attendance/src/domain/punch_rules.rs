//! Punches at the clock: what may follow what, where a punch belongs, and what is to be said of it.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use kernel::{Actor, Minutes, PunchId};
use policy::attendance::{Exception, Fencing, Flag, Position, Punch, PunchKind, Source, Standing, Unplaced, locate};

use super::{
    day::{ClockState, Day},
    site::Site,
    timetable::Timetable,
};

/// No day holds more punches.
pub const PUNCHES_MAX: usize = 100;
/// Work that began on the day before may end so long after its beginning, whatever the shift.
pub const OPEN_MAX: SignedDuration = SignedDuration::from_hours(16);
/// A device's clock may be ahead of ours by so much.
pub const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(2);

/// Where somebody must stand for a punch; a day of which nothing is known is one on which they are out.
pub const fn follows(kind: PunchKind) -> &'static [ClockState] {
    match kind {
        PunchKind::CheckIn => &[ClockState::Out],
        PunchKind::CheckOut => &[ClockState::In, ClockState::OnBreak],
        PunchKind::BreakStart => &[ClockState::In],
        PunchKind::BreakEnd => &[ClockState::OnBreak],
    }
}

/// Where they stand then.
pub const fn leads_to(kind: PunchKind) -> ClockState {
    match kind {
        PunchKind::CheckIn | PunchKind::BreakEnd => ClockState::In,
        PunchKind::CheckOut => ClockState::Out,
        PunchKind::BreakStart => ClockState::OnBreak,
    }
}

/// The days that a punch may belong to, the likeliest first. Whoever leaves or takes a break after the window has closed began on the
/// day before.
pub fn days_of(kind: PunchKind, standing: Standing) -> Vec<Standing> {
    let before = standing.date.checked_sub(1.day()).ok().filter(|_| kind != PunchKind::CheckIn);
    std::iter::once(standing).chain(before.map(|date| Standing { date, within: false })).collect()
}

/// Since when a day must be open to take a punch: the day before only while it may still be going on.
pub fn open_after(day: Date, standing: Standing, at: Timestamp) -> Option<Timestamp> {
    (day < standing.date).then(|| at.saturating_sub(OPEN_MAX).unwrap_or(Timestamp::MIN))
}

/// An instant as punches keep it.
pub fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// What a site says to where a punch was made: flags it, or refuses it with a code and a sentence.
///
/// # Errors
/// Why it is refused; a site that insists and cannot tell refuses.
pub fn fenced(site: Option<&Site>, position: Option<Position>) -> Result<Option<Flag>, (&'static str, String)> {
    let Some(site) = site.filter(|site| site.fencing != Fencing::Off) else { return Ok(None) };
    let Err(unplaced) = locate(&site.fences, position) else { return Ok(None) };
    let enforced = site.fencing == Fencing::Enforce;
    match unplaced {
        Unplaced::NoFence if !enforced => Ok(None),
        Unplaced::NoPosition if !enforced => Ok(Some(Flag::NoPosition)),
        Unplaced::Inaccurate | Unplaced::Outside(_) if !enforced => Ok(Some(Flag::OutsideFence)),
        Unplaced::NoFence => Err(("outside_fence", "The site has no place to punch at.".to_owned())),
        Unplaced::NoPosition => Err(("no_position", format!("{} asks where the punch is made.", site.name))),
        Unplaced::Inaccurate => {
            Err(("inaccurate_position", "The position is too uncertain; wait for a better one.".to_owned()))
        }
        Unplaced::Outside(metres) => {
            let detail = format!("The punch was, or may have been, made {metres} m outside of the nearest fence.");
            Err(("outside_fence", detail))
        }
    }
}

/// What of a punch does not depend on the day that it falls on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub id: PunchId,
    pub kind: PunchKind,
    /// The instant that counts, in whole seconds.
    pub at: Timestamp,
    pub location: Option<String>,
    pub device: Option<String>,
    /// Where, by the device.
    pub position: Option<Position>,
    pub source: Source,
    /// By the device's clock.
    pub captured_at: Option<Timestamp>,
    /// When it reached us.
    pub received_at: Timestamp,
    /// Who handed it in.
    pub by: Actor,
    pub reason: Option<String>,
    /// What the way it came and its place say of it.
    pub flags: Vec<Flag>,
}

impl Given {
    /// The punch, with what the clock on the wall said.
    pub fn punch(self, zone: &str, within: bool) -> Punch {
        let (local, offset) = Punch::wall(self.at, zone);
        let outside = (!within).then_some(Flag::OutsideWindow);
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
pub struct Judged {
    /// The punch, with how late it is.
    pub punch: Punch,
    /// How late the whole day is then; nothing where it is not.
    pub late_minutes: Option<Minutes>,
    /// What nobody was told of this day yet.
    pub told: Vec<Exception>,
}

/// Judges a check-in beside what is known of its day. Other punches say nothing by themselves: what comes of them is settled overnight.
pub fn judge(timetable: &Timetable, day: &Day, punch: Punch) -> Judged {
    if punch.kind != PunchKind::CheckIn {
        return Judged { punch, late_minutes: None, told: Vec::new() };
    }
    let by = timetable.late_by(day, punch.at);
    let late = (by > Minutes::ZERO).then_some(by);
    let outside = punch.flags.contains(&Flag::OutsideWindow);
    let exceptions = late.map(|_| Exception::Late).into_iter().chain(outside.then_some(Exception::OutsideWindow));
    let told = exceptions.filter(|exception| !day.announced.contains(exception)).collect();
    let whole = late.map(|late| late + day.late_minutes.unwrap_or_default());
    Judged { punch: Punch { late_minutes: late, ..punch }, late_minutes: whole, told }
}
