//! Punches that are handed in later than they happened: by a device that was offline, in a file, by somebody else. Each meets one
//! fate; the same punch of a second is taken once, however often it comes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use policy::Person;
use policy::attendance::{DayPlacement, Punch, PunchKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    day::{ClockState, Day},
    punch_rules::{DEVICE_CLOCK_AHEAD_MAX, NewPunch, OPEN_SESSION_MAX, PUNCHES_MAX, whole_seconds},
    timetable::Timetable,
};

/// What became of a punch that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionStatus {
    /// It is on its day now.
    Accepted,
    /// It is there already.
    Duplicate,
    /// It is not taken, and its code says why.
    Refused,
}

/// Why a punch is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PunchError {
    pub code: &'static str,
    pub detail: String,
}

impl PunchError {
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// A punch that is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmittedPunch {
    /// The punch; its kind is only a guess where it is to be found out.
    pub given: NewPunch,
    /// Whether its kind is to be found out: in when the person is out, else out.
    pub auto: bool,
}

/// A punch that was taken, or is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocatedPunch {
    /// What became of it.
    pub fate: SubmissionStatus,
    pub kind: PunchKind,
    pub date: Date,
    /// As it is kept.
    pub punch: Punch,
}

/// Refuses instants that cannot be: ahead of our clock, longer ago than `old_max`, or when the person did not work here.
///
/// # Errors
/// Why.
pub fn check_punch_time(
    person: &Person,
    date: Date,
    at: Timestamp,
    now: Timestamp,
    old_max: SignedDuration,
) -> Result<(), PunchError> {
    if at.duration_since(now) > DEVICE_CLOCK_AHEAD_MAX {
        return Err(PunchError::new("in_the_future", "It lies in the future."));
    }
    if now.duration_since(at) > old_max {
        return Err(PunchError::new("too_old", format!("It is older than {} hours.", old_max.as_hours())));
    }
    if date < person.hire_date {
        return Err(PunchError::new("before_hire", format!("The person works here since {}.", person.hire_date)));
    }
    match person.termination_date {
        Some(last) if date > last => {
            Err(PunchError::new("terminated", format!("The person worked here until {last}.")))
        }
        Some(_) | None => Ok(()),
    }
}

/// The days of one person that punches are put on.
#[derive(Debug)]
pub struct PunchAllocator<'a> {
    timetable: &'a Timetable,
    days: BTreeMap<Date, Day>,
    changed: BTreeSet<Date>,
    now: Timestamp,
}

impl<'a> PunchAllocator<'a> {
    /// Days as they are, at some instant.
    pub fn new(timetable: &'a Timetable, days: impl IntoIterator<Item = Day>, now: Timestamp) -> Self {
        let days = days.into_iter().map(|day| (day.date, day)).collect();
        Self { timetable, days, changed: BTreeSet::new(), now }
    }

    /// Takes a punch. They must come in the order of their instants, because where one belongs depends on those before it.
    ///
    /// # Errors
    /// The day is full.
    pub fn allocate(&mut self, handed: SubmittedPunch) -> Result<AllocatedPunch, PunchError> {
        let SubmittedPunch { given, auto } = handed;
        let place = self.timetable.shift_day_of(given.at);
        if let Some((date, punch)) = self.find_duplicate(place.date, (!auto).then_some(given.kind), given.at) {
            return Ok(AllocatedPunch {
                fate: SubmissionStatus::Duplicate,
                kind: punch.kind,
                date,
                punch: punch.clone(),
            });
        }
        let open = self.open_day_at(place, given.at);
        let kind = match (auto, open) {
            (false, _) => given.kind,
            (true, Some(_)) => PunchKind::CheckOut,
            (true, None) => PunchKind::CheckIn,
        };
        let wanted = open.filter(|_| kind != PunchKind::CheckIn).unwrap_or(place);
        self.add_to_day(wanted, NewPunch { kind, ..given })
    }

    /// Puts a punch on a day, whatever its instant says.
    ///
    /// # Errors
    /// The day is full.
    pub fn add_to_day(&mut self, wanted: DayPlacement, given: NewPunch) -> Result<AllocatedPunch, PunchError> {
        let (date, employee) = (wanted.date, self.timetable.person().id);
        let day = self.days.entry(date).or_insert_with(|| Day::new(employee, date, self.now));
        if day.punches.len() >= PUNCHES_MAX {
            return Err(PunchError::new("too_many_punches", format!("A day holds at most {PUNCHES_MAX} punches.")));
        }
        let punch = given.punch(self.timetable.zone(), wanted.in_window);
        let punches = day.punches.iter().cloned().chain([punch.clone()]).collect();
        *day = day.with_punches(punches, self.now);
        self.changed.insert(date);
        Ok(AllocatedPunch { fate: SubmissionStatus::Accepted, kind: punch.kind, date, punch })
    }

    /// A day as it is now.
    pub fn day(&self, date: Date) -> Option<&Day> {
        self.days.get(&date)
    }

    /// The days on which something has changed, in order.
    pub fn changed(&self) -> impl Iterator<Item = &Day> {
        self.changed.iter().filter_map(|date| self.days.get(date))
    }

    /// The same punch on this day or on one beside it; also one that was made void since. A live punch is the same as what its device
    /// recorded.
    pub fn find_duplicate(&self, date: Date, kind: Option<PunchKind>, at: Timestamp) -> Option<(Date, &Punch)> {
        let from = date.checked_sub(1.day()).unwrap_or(date);
        let to = date.checked_add(1.day()).unwrap_or(date);
        let is_same = |punch: &&Punch| {
            let captured = punch.captured_at.map(whole_seconds);
            kind.is_none_or(|kind| kind == punch.kind) && (punch.at == at || captured == Some(at))
        };
        self.days.range(from..=to).find_map(|(date, day)| Some((*date, day.punches.iter().find(is_same)?)))
    }

    /// The day on which the person was in at an instant: the one that it belongs to, or the day before while that may still go on.
    fn open_day_at(&self, place: DayPlacement, at: Timestamp) -> Option<DayPlacement> {
        let since = |date: Date| {
            let day = self.days.get(&date)?;
            let before = day.punches.iter().filter(|punch| punch.at <= at).cloned().collect();
            let then = day.with_punches(before, at);
            then.open_since.filter(|_| then.state != Some(ClockState::Out))
        };
        if since(place.date).is_some() {
            return Some(place);
        }
        let date = place.date.checked_sub(1.day()).ok()?;
        let lately = since(date).is_some_and(|since| at.duration_since(since) < OPEN_SESSION_MAX);
        lately.then_some(DayPlacement { date, in_window: false })
    }
}

/// What of a day's punches is told by the event of a write: the new ones.
pub fn event_data(source: &str, punches: &[&Punch]) -> serde_json::Value {
    let punch = |punch: &&Punch| serde_json::json!({ "id": punch.id, "kind": punch.kind, "at": punch.at });
    serde_json::json!({ "source": source, "punches": punches.iter().map(punch).collect::<Vec<_>>() })
}
