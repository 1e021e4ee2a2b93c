//! Punches that are submitted after the fact: by a device that was offline, in a file, or by someone else. Each has its
//! own result, and the same punch is recorded once.
//!
//! The days of submitted punches do not depend on the order in which they arrive: with each submission, the recorded ones
//! around it are assigned to days again, together and in the order of time. Live punches, manual entries and corrections
//! stay on their days.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use kernel::{Message, PunchId};
use policy::Person;
use policy::attendance::{DayPlacement, Punch, PunchFlag, PunchKind, PunchSource, in_reading_order, with_read_kinds};

use super::{
    day::{ClockState, Day, clock_state},
    punch_rules::{DEVICE_CLOCK_AHEAD_MAX, NewPunch, PUNCHES_MAX, whole_seconds},
    submission::{PunchError, SubmissionCode, SubmissionStatus},
    timetable::Timetable,
};
use crate::messages;

/// Devices on which a punch of the same instant and kind is the same punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuplicateScope {
    /// Any device: a device submits what it may have sent live before.
    AnyDevice,
    /// The same device only: a file holds the punches of several devices.
    SameDevice,
}

/// Punch that was submitted after the fact, before it is assigned to a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmittedPunch {
    /// The punch; its kind is preliminary if it was not told.
    pub punch: NewPunch,
    /// Devices of which a recorded punch may be the same.
    pub duplicate_scope: DuplicateScope,
    /// Number of equal punches before it in the submission. Two with the same number are one punch.
    pub ordinal: usize,
}

/// Submitted punch with its day: added now, or found as a duplicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocatedPunch {
    pub status: SubmissionStatus,
    pub kind: PunchKind,
    pub date: Date,
    /// The added punch, or the recorded one for a duplicate.
    pub punch: Punch,
}

/// Checks that a time is at most 2 minutes ahead of `now`, not older than `age_max`, and on a `date` within the
/// employment.
///
/// # Errors
/// `in_the_future`, `too_old`, `before_hire` or `terminated`.
pub fn check_punch_time(
    person: &Person,
    date: Date,
    at: Timestamp,
    now: Timestamp,
    age_max: SignedDuration,
) -> Result<(), PunchError> {
    if at.duration_since(now) > DEVICE_CLOCK_AHEAD_MAX {
        return Err(PunchError::new(SubmissionCode::InTheFuture, messages::device_time_in_future()));
    }
    if now.duration_since(at) > age_max {
        return Err(PunchError::new(SubmissionCode::TooOld, too_old_detail(age_max)));
    }
    if date < person.hire_date {
        return Err(PunchError::new(SubmissionCode::BeforeHire, messages::employment_began(person.hire_date)));
    }
    match person.termination_date {
        Some(last) if date > last => Err(PunchError::new(SubmissionCode::Terminated, messages::employment_ended(last))),
        Some(_) | None => Ok(()),
    }
}

/// Message for a time that is too long ago: in days beyond three, otherwise in hours.
fn too_old_detail(age_max: SignedDuration) -> Message {
    let (hours, days) = (age_max.as_hours(), age_max.as_hours() / 24);
    if days > 3 { messages::time_days_ago(days) } else { messages::time_hours_ago(hours) }
}

/// Assigns submitted punches to the days of one person, in memory; writes nothing.
#[derive(Debug)]
pub struct PunchAllocator<'a> {
    timetable: &'a Timetable,
    days: BTreeMap<Date, Day>,
    changed: BTreeSet<Date>,
    /// Dates of which a punch was moved to the date before, or back from it.
    exchanged: BTreeSet<Date>,
    now: Timestamp,
}

/// Punch that is assigned to a day by its time.
struct MovablePunch {
    punch: Punch,
    /// Recorded day; `None` for a new punch.
    recorded_on: Option<Date>,
    /// Index of a new punch in the submission.
    index: Option<usize>,
}

/// Punches of days while they are assigned, and the number of punches that each day holds.
struct PunchesByDay {
    punches: BTreeMap<Date, Vec<Punch>>,
    counts: BTreeMap<Date, usize>,
}

impl<'a> PunchAllocator<'a> {
    /// Allocator of a person, with the days as they are stored now.
    pub fn new(timetable: &'a Timetable, days: impl IntoIterator<Item = Day>, now: Timestamp) -> Self {
        let days = days.into_iter().map(|day| (day.date, day)).collect();
        Self { timetable, days, changed: BTreeSet::new(), exchanged: BTreeSet::new(), now }
    }

    /// Assigns punches to the shift days to which they belong, except duplicates. Returns the results in the same order.
    /// The error of a punch is `too_many_punches` if its day is full. All recorded days from `known_from` on are known.
    pub fn assign_to_days(
        &mut self,
        submitted: Vec<SubmittedPunch>,
        known_from: Date,
    ) -> Vec<Result<AllocatedPunch, PunchError>> {
        let mut placed: Vec<Result<(SubmissionStatus, PunchId), PunchError>> = Vec::with_capacity(submitted.len());
        let (mut movable, mut assigned) = self.split_movable(known_from);
        let mut new = BTreeMap::new();
        for (index, submitted) in submitted.into_iter().enumerate() {
            let device =
                Some(&submitted.punch.device).filter(|_| submitted.duplicate_scope == DuplicateScope::SameDevice);
            let identity = (submitted.punch.at, submitted.punch.told_kind(), device.cloned(), submitted.ordinal);
            let known = self.find_recorded(&submitted).map(|punch| punch.id).or_else(|| new.get(&identity).copied());
            let duplicate = known.map(|id| (SubmissionStatus::Duplicate, id));
            placed.push(Ok(duplicate.unwrap_or((SubmissionStatus::Accepted, submitted.punch.id))));
            if duplicate.is_none() {
                new.insert(identity, submitted.punch.id);
                let punch = submitted.punch.into_punch("UTC", true);
                movable.push(MovablePunch { punch, recorded_on: None, index: Some(index) });
            }
        }
        if movable.iter().any(|one| one.recorded_on.is_none()) {
            movable.sort_by_key(|one| (one.punch.at, assignment_rank(&one.punch), one.punch.told_kind(), one.punch.id));
            for one in movable {
                let index = one.index;
                if let Err(error) = self.assign(one, &mut assigned)
                    && let Some(slot) = index.and_then(|index| placed.get_mut(index))
                {
                    *slot = Err(error);
                }
            }
            self.replace_punches(assigned);
        }
        placed.into_iter().map(|one| one.and_then(|(status, id)| self.allocated(status, id))).collect()
    }

    /// Result of a punch by its day now.
    fn allocated(&self, status: SubmissionStatus, id: PunchId) -> Result<AllocatedPunch, PunchError> {
        let on = |day: &Day| day.punches.iter().find(|punch| punch.id == id).cloned();
        let found = self.days.iter().find_map(|(date, day)| Some((*date, on(day)?)));
        let (date, punch) =
            found.ok_or_else(|| PunchError::new(SubmissionCode::Unavailable, messages::row_not_stored()))?;
        Ok(AllocatedPunch { status, kind: punch.kind, date, punch })
    }

    /// Recorded punches whose day depends on others, and the remaining ones by day.
    fn split_movable(&self, known_from: Date) -> (Vec<MovablePunch>, PunchesByDay) {
        let counts = self.days.iter().map(|(date, day)| (*date, day.punches.len())).collect();
        let (mut movable, mut punches) = (Vec::new(), BTreeMap::<Date, Vec<Punch>>::new());
        for (date, day) in &self.days {
            let (moving, staying): (Vec<&Punch>, Vec<&Punch>) =
                day.punches.iter().partition(|punch| known_from < *date && self.is_movable(*date, punch));
            punches.insert(*date, staying.into_iter().cloned().collect());
            let moving = moving.into_iter().cloned();
            movable.extend(moving.map(|punch| MovablePunch { punch, recorded_on: Some(*date), index: None }));
        }
        (movable, PunchesByDay { punches, counts })
    }

    /// Whether the day of a recorded punch depends on other punches: it was submitted, still counts, may belong to its
    /// own day or the one before.
    fn is_movable(&self, date: Date, punch: &Punch) -> bool {
        let submitted = matches!(punch.source, PunchSource::Import | PunchSource::Offline);
        if !submitted || !punch.is_counted() || punch.told_kind() == Some(PunchKind::CheckIn) {
            return false;
        }
        let own = self.timetable.shift_day_of(punch.told_kind(), punch.at).date;
        date == own || own.yesterday().is_ok_and(|before| before == date)
    }

    /// Adds a punch to the day to which it belongs after those assigned before.
    ///
    /// # Errors
    /// `too_many_punches` if the day of a new punch is full.
    fn assign(&mut self, one: MovablePunch, assigned: &mut PunchesByDay) -> Result<(), PunchError> {
        let MovablePunch { punch, recorded_on, .. } = one;
        let target = self.target_of(&punch, assigned);
        let count = assigned.counts.entry(target.date).or_default();
        if recorded_on != Some(target.date) {
            if recorded_on.is_none() && *count >= PUNCHES_MAX {
                return Err(PunchError::new(SubmissionCode::TooManyPunches, messages::day_full(PUNCHES_MAX)));
            }
            *count += 1;
            self.exchanged.extend(recorded_on.map(|recorded_on| recorded_on.max(target.date)));
        }
        let stays = recorded_on == Some(target.date);
        let moved = if stays { punch } else { self.punch_on(punch, target) };
        assigned.punches.entry(target.date).or_default().push(moved);
        Ok(())
    }

    /// The punch with the zone of its day and the flag of its window.
    fn punch_on(&self, mut punch: Punch, target: DayPlacement) -> Punch {
        let home = self.days.get(&target.date).and_then(|day| day.home.as_ref());
        punch.zone = home.map_or_else(|| self.timetable.zone_of(target.date), |home| home.time_zone.clone());
        (punch.local, punch.offset) = Punch::local_time_and_offset(punch.at, &punch.zone);
        if target.in_window == punch.flags.contains(&PunchFlag::OutsideWindow) {
            punch.flags.retain(|flag| *flag != PunchFlag::OutsideWindow);
            punch.flags.extend((!target.in_window).then_some(PunchFlag::OutsideWindow));
        }
        punch
    }

    /// Day of a punch by the punches before it: an open day for all but a check-in, the day before for a repeated tap,
    /// else the day of its window.
    fn target_of(&self, punch: &Punch, assigned: &PunchesByDay) -> DayPlacement {
        let (told, at) = (punch.told_kind(), punch.at);
        let placement = self.timetable.shift_day_of(told, at);
        if told == Some(PunchKind::CheckIn) {
            return placement;
        }
        let open_since = |date: Date| {
            let (state, open_since) = clock_state(&in_reading_order(&self.read_until(assigned, date, at)));
            open_since.filter(|_| state != ClockState::Out)
        };
        if open_since(placement.date).is_some() {
            return placement;
        }
        let Ok(before) = placement.date.checked_sub(1.day()) else { return placement };
        let ends_there = self.timetable.shift_day_of(Some(PunchKind::CheckOut), at);
        let on_day_before = DayPlacement { date: before, in_window: ends_there.in_window && ends_there.date == before };
        let is_open = open_since(before).is_some_and(|since| self.timetable.is_still_open(before, since, at));
        let repeats = self.repeats_tap(assigned, before, punch);
        if is_open || repeats { on_day_before } else { placement }
    }

    /// Punches of a day up to an instant, as they are read.
    fn read_until(&self, assigned: &PunchesByDay, date: Date, at: Timestamp) -> Vec<Punch> {
        let until: Vec<Punch> =
            assigned.punches.get(&date).into_iter().flatten().filter(|punch| punch.at <= at).cloned().collect();
        if until.is_empty() { until } else { with_read_kinds(until, self.timetable.debounce_seconds(date)) }
    }

    /// Whether a punch repeats the last tap of a day.
    fn repeats_tap(&self, assigned: &PunchesByDay, date: Date, punch: &Punch) -> bool {
        let mut punches = self.read_until(assigned, date, punch.at);
        let taps = in_reading_order(&punches).len();
        punches.push(punch.clone());
        taps > 0 && in_reading_order(&with_read_kinds(punches, self.timetable.debounce_seconds(date))).len() == taps
    }

    /// Replaces the punches of each day: those that stay in the order of their arrival, then the others.
    fn replace_punches(&mut self, assigned: PunchesByDay) {
        for (date, punches) in assigned.punches {
            let before = self.days.get(&date);
            let arrival = |punch: &Punch| {
                let known = before.and_then(|day| day.punches.iter().position(|known| known.id == punch.id));
                known.unwrap_or(usize::MAX)
            };
            let mut punches = punches;
            punches.sort_by_key(arrival);
            self.set_punches(date, punches);
        }
    }

    /// Sets the punches of a day as they are read. Does nothing if they are the same.
    fn set_punches(&mut self, date: Date, punches: Vec<Punch>) {
        let read = with_read_kinds(punches, self.timetable.debounce_seconds(date));
        let known = self.days.get(&date).map(|day| day.punches.as_slice()).unwrap_or_default();
        if read != known {
            let employee = self.timetable.person().id;
            let day = self.days.entry(date).or_insert_with(|| Day::new(employee, date, self.now));
            *day = day.with_punches(read, self.now);
            self.changed.insert(date);
        }
    }

    /// Adds a punch to a given day, even if it is a duplicate.
    ///
    /// # Errors
    /// `too_many_punches` if the day is full.
    pub fn add_to_day(&mut self, target: DayPlacement, new: NewPunch) -> Result<(), PunchError> {
        let known = self.days.get(&target.date).map(|day| day.punches.clone()).unwrap_or_default();
        if known.len() >= PUNCHES_MAX {
            return Err(PunchError::new(SubmissionCode::TooManyPunches, messages::day_full(PUNCHES_MAX)));
        }
        let punch = new.into_punch(&self.timetable.zone_of(target.date), target.in_window);
        self.set_punches(target.date, known.into_iter().chain([punch]).collect());
        Ok(())
    }

    /// Day as it is now; `None` if it has no record and no added punch.
    pub fn find_day(&self, date: Date) -> Option<&Day> {
        self.days.get(&date)
    }

    /// Changed days in order; those that exchanged punches form one group, which must be written at once.
    pub fn changed_days(&self) -> Vec<Vec<&Day>> {
        let mut groups: Vec<Vec<&Day>> = Vec::new();
        for day in self.changed.iter().filter_map(|date| self.days.get(date)) {
            match groups.last_mut().filter(|_| self.exchanged.contains(&day.date)) {
                Some(group) => group.push(day),
                None => groups.push(vec![day]),
            }
        }
        groups
    }

    /// Last changed date; `None` without changes.
    pub fn last_changed(&self) -> Option<Date> {
        self.changed.last().copied()
    }

    /// Whether a punch of this second and kind is recorded on this day or a neighbour. Voided punches count. A live punch
    /// equals the one that its device recorded.
    pub fn is_recorded(&self, date: Date, kind: PunchKind, at: Timestamp) -> bool {
        let from = date.checked_sub(1.day()).unwrap_or(date);
        let to = date.checked_add(1.day()).unwrap_or(date);
        let mut near = self.days.range(from..=to).flat_map(|(_, day)| &day.punches);
        near.any(|punch| punch.kind == kind && is_at(punch, at))
    }

    /// Recorded punch that is the same as a submitted one, by its ordinal among equal ones.
    fn find_recorded(&self, submitted: &SubmittedPunch) -> Option<&Punch> {
        let new = &submitted.punch;
        let same = |punch: &&Punch| match (submitted.duplicate_scope, new.told_kind()) {
            (DuplicateScope::AnyDevice, told) => told.is_none_or(|kind| kind == punch.kind),
            (DuplicateScope::SameDevice, Some(kind)) => punch.told_kind() == Some(kind) && punch.device == new.device,
            // Earlier imports stored an inferred kind as if it had been told.
            (DuplicateScope::SameDevice, None) => {
                (punch.kind_inferred || punch.source == PunchSource::Import) && punch.device == new.device
            }
        };
        let recorded = self.days.values().flat_map(|day| &day.punches).filter(|punch| is_at(punch, new.at));
        recorded.filter(same).nth(submitted.ordinal)
    }
}

/// Whether a punch was made at an instant, by the server's clock or by that of its device.
fn is_at(punch: &Punch, at: Timestamp) -> bool {
    punch.at == at || punch.captured_at.map(whole_seconds) == Some(at)
}

/// Order in which punches of one second are assigned to days: work ends before it begins.
fn assignment_rank(punch: &Punch) -> u8 {
    match punch.told_kind() {
        Some(PunchKind::CheckOut | PunchKind::BreakStart | PunchKind::BreakEnd) => 0,
        None => 1,
        Some(PunchKind::CheckIn) => 2,
    }
}

/// Event data about new punches of a day: their source, ids, kinds and times.
pub fn punch_event_data(source: &str, punches: &[&Punch]) -> serde_json::Value {
    let punch = |punch: &&Punch| serde_json::json!({ "id": punch.id, "kind": punch.kind, "at": punch.at });
    serde_json::json!({ "source": source, "punches": punches.iter().map(punch).collect::<Vec<_>>() })
}
