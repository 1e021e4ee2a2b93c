//! Punches that are submitted after the fact: by a device that was offline, in a file, or by someone else. Each has its
//! own result, and the same punch is recorded once.
//!
//! The days of submitted punches do not depend on the order in which they arrive: with each submission, manual entry and
//! correction, the recorded ones after it are assigned to days again, together and in the order of time. Live punches,
//! manual entries and corrections stay on their days.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use kernel::PunchId;
use policy::attendance::{DayPlacement, Punch, PunchKind, PunchSource, with_read_kinds};

use super::{
    day::Day,
    punch_rules::{NewPunch, whole_seconds},
    punch_sequence::{self, AssignedPunches},
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

/// Assigns punches to the days of one person, in memory; writes nothing.
#[derive(Debug)]
pub struct PunchAllocator<'a> {
    timetable: &'a Timetable,
    days: BTreeMap<Date, Day>,
    changed: BTreeSet<Date>,
    /// Dates that must be written together with the changed date before them.
    exchanged: BTreeSet<Date>,
    now: Timestamp,
}

impl<'a> PunchAllocator<'a> {
    /// Allocator of a person, with the days as they are stored now.
    pub fn new(timetable: &'a Timetable, days: impl IntoIterator<Item = Day>, now: Timestamp) -> Self {
        let days = days.into_iter().map(|day| (day.date, day)).collect();
        Self { timetable, days, changed: BTreeSet::new(), exchanged: BTreeSet::new(), now }
    }

    /// Assigns punches to the shift days to which they belong, except duplicates. Returns the results in the same order.
    /// The error of a punch is `too_many_punches` if its day is full, `before_hire` or `terminated` if its day is outside
    /// the employment.
    pub fn assign_to_days(&mut self, submitted: Vec<SubmittedPunch>) -> Vec<Result<AllocatedPunch, PunchError>> {
        let mut placed: Vec<(SubmissionStatus, PunchId)> = Vec::with_capacity(submitted.len());
        let (mut ids, mut new) = (BTreeMap::new(), Vec::new());
        for submitted in submitted {
            let device =
                Some(&submitted.punch.device).filter(|_| submitted.duplicate_scope == DuplicateScope::SameDevice);
            let identity = (submitted.punch.at, submitted.punch.told_kind(), device.cloned(), submitted.ordinal);
            let known = self.find_recorded(&submitted).map(|punch| punch.id).or_else(|| ids.get(&identity).copied());
            if let Some(id) = known {
                placed.push((SubmissionStatus::Duplicate, id));
            } else {
                placed.push((SubmissionStatus::Accepted, submitted.punch.id));
                ids.insert(identity, submitted.punch.id);
                new.push(submitted.punch.into_punch("UTC", true));
            }
        }
        let from = new.iter().map(|punch| punch.at).min();
        let refused = from.map(|from| self.reassign(from, new)).unwrap_or_default();
        let result = |(status, id)| match refused.get(&id) {
            Some(error) => Err(error.clone()),
            None => self.allocated(status, id),
        };
        placed.into_iter().map(result).collect()
    }

    /// Replaces the punches of a day, and assigns the submitted punches from an instant on to days again. Returns the
    /// punches that moved to the day from others.
    pub fn replace_day(&mut self, date: Date, punches: Vec<Punch>, from: Timestamp) -> Vec<Punch> {
        let known: BTreeSet<PunchId> = punches.iter().map(|punch| punch.id).collect();
        self.set_punches(date, punches);
        self.reassign(from, Vec::new());
        self.punches_of(date).iter().filter(|punch| !known.contains(&punch.id)).cloned().collect()
    }

    /// Assigns new punches, and the recorded ones from an instant on, in the order of time. Returns the errors of the new
    /// ones.
    fn reassign(&mut self, from: Timestamp, new: Vec<Punch>) -> BTreeMap<PunchId, PunchError> {
        let AssignedPunches { punches, exchanged, refused } =
            punch_sequence::assign_in_order(self.timetable, &self.days, from, new);
        for (date, mut punches) in punches {
            let before = self.punches_of(date);
            let arrival = |punch: &Punch| before.iter().position(|known| known.id == punch.id).unwrap_or(usize::MAX);
            punches.sort_by_key(arrival);
            self.set_punches(date, punches);
        }
        self.exchanged.extend(exchanged);
        refused
    }

    /// Result of a punch by its day now.
    fn allocated(&self, status: SubmissionStatus, id: PunchId) -> Result<AllocatedPunch, PunchError> {
        let on = |day: &Day| day.punches.iter().find(|punch| punch.id == id).cloned();
        let found = self.days.iter().find_map(|(date, day)| Some((*date, on(day)?)));
        let (date, punch) =
            found.ok_or_else(|| PunchError::new(SubmissionCode::Unavailable, messages::row_not_stored()))?;
        Ok(AllocatedPunch { status, kind: punch.kind, date, punch })
    }

    /// Sets the punches of a day as they are read. Does nothing if they are the same.
    fn set_punches(&mut self, date: Date, punches: Vec<Punch>) {
        let read = with_read_kinds(punches, self.debounce_seconds(date));
        if read != self.punches_of(date) {
            let employee = self.timetable.person().id;
            let day = self.days.entry(date).or_insert_with(|| Day::new(employee, date, self.now));
            *day = day.with_punches(read, self.now);
            self.changed.insert(date);
        }
    }

    /// Punch as it is recorded on a day, with the time zone of that day.
    pub fn punch_on(&self, target: DayPlacement, new: NewPunch) -> Punch {
        new.into_punch(&self.zone_of(target.date), target.in_window)
    }

    /// IANA time zone of a day: that of its settlement, if it is settled.
    pub fn zone_of(&self, date: Date) -> String {
        let home = self.days.get(&date).and_then(|day| day.home.as_ref());
        home.map_or_else(|| self.timetable.zone_of(date), |home| home.time_zone.clone())
    }

    /// Seconds within which taps of a day are one.
    pub fn debounce_seconds(&self, date: Date) -> u16 {
        self.timetable.debounce_seconds(date, self.days.get(&date).and_then(|day| day.home.as_ref()))
    }

    /// Punches of a day with all changes so far, voided ones included, in the order of their arrival.
    pub fn punches_of(&self, date: Date) -> &[Punch] {
        self.days.get(&date).map(|day| day.punches.as_slice()).unwrap_or_default()
    }

    /// Day with all changes so far; `None` if it has no record and no added punch, or was not given to the allocator.
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

    /// Whether a counted punch of this second and kind is recorded on one of the known days. A live punch equals the one
    /// that its device recorded.
    pub fn is_recorded(&self, kind: PunchKind, at: Timestamp) -> bool {
        let mut counted = self.days.values().flat_map(|day| &day.punches).filter(|punch| punch.is_counted());
        counted.any(|punch| punch.kind == kind && is_at(punch, at))
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

/// Event data about new punches of a day: their source, ids, kinds and times.
pub fn punch_event_data(source: &str, punches: &[&Punch]) -> serde_json::Value {
    let punch = |punch: &&Punch| serde_json::json!({ "id": punch.id, "kind": punch.kind, "at": punch.at });
    serde_json::json!({ "source": source, "punches": punches.iter().map(punch).collect::<Vec<_>>() })
}
