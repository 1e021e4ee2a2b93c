//! Punches that are submitted after the fact: by a device that was offline, in a file, or by someone else. Each has its
//! own result, and a punch of the same second is recorded once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use kernel::Message;
use policy::Person;
use policy::attendance::{DayPlacement, Punch, PunchKind};

use super::{
    day::{ClockState, Day},
    punch_rules::{DEVICE_CLOCK_AHEAD_MAX, NewPunch, OPEN_SESSION_MAX, PUNCHES_MAX, whole_seconds},
    submission::{PunchError, SubmissionCode, SubmissionStatus},
    timetable::Timetable,
};
use crate::messages;

/// Punch that was submitted after the fact, before it is assigned to a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmittedPunch {
    /// The punch; its kind is preliminary if it must be inferred.
    pub punch: NewPunch,
    /// Whether the kind is inferred: a check-in when the person is out, otherwise a check-out.
    pub infer_kind: bool,
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
    now: Timestamp,
}

impl<'a> PunchAllocator<'a> {
    /// Allocator of a person, with the days as they are stored now.
    pub fn new(timetable: &'a Timetable, days: impl IntoIterator<Item = Day>, now: Timestamp) -> Self {
        let days = days.into_iter().map(|day| (day.date, day)).collect();
        Self { timetable, days, changed: BTreeSet::new(), now }
    }

    /// Adds a punch to the shift day to which it belongs, unless it is a duplicate. Punches must come in the order of
    /// their times, because the day of one depends on those before it.
    ///
    /// # Errors
    /// `too_many_punches` if the day is full.
    pub fn assign_to_day(&mut self, submitted: SubmittedPunch) -> Result<AllocatedPunch, PunchError> {
        let SubmittedPunch { punch: new, infer_kind } = submitted;
        let placement = self.timetable.shift_day_of(new.at);
        if let Some((date, punch)) = self.find_duplicate(placement.date, (!infer_kind).then_some(new.kind), new.at) {
            return Ok(AllocatedPunch {
                status: SubmissionStatus::Duplicate,
                kind: punch.kind,
                date,
                punch: punch.clone(),
            });
        }
        let open = self.find_open_day(placement, new.at);
        let kind = match (infer_kind, open) {
            (false, _) => new.kind,
            (true, Some(_)) => PunchKind::CheckOut,
            (true, None) => PunchKind::CheckIn,
        };
        let target = open.filter(|_| kind != PunchKind::CheckIn).unwrap_or(placement);
        self.add_to_day(target, NewPunch { kind, ..new })
    }

    /// Adds a punch to a given day, even if it is a duplicate.
    ///
    /// # Errors
    /// `too_many_punches` if the day is full.
    pub fn add_to_day(&mut self, target: DayPlacement, new: NewPunch) -> Result<AllocatedPunch, PunchError> {
        let (date, employee) = (target.date, self.timetable.person().id);
        let day = self.days.entry(date).or_insert_with(|| Day::new(employee, date, self.now));
        if day.punches.len() >= PUNCHES_MAX {
            return Err(PunchError::new(SubmissionCode::TooManyPunches, messages::day_full(PUNCHES_MAX)));
        }
        let punch = new.into_punch(self.timetable.zone(), target.in_window);
        let punches = day.punches.iter().cloned().chain([punch.clone()]).collect();
        *day = day.with_punches(punches, self.now);
        self.changed.insert(date);
        Ok(AllocatedPunch { status: SubmissionStatus::Accepted, kind: punch.kind, date, punch })
    }

    /// Day as it is now; `None` if it has no record and no added punch.
    pub fn find_day(&self, date: Date) -> Option<&Day> {
        self.days.get(&date)
    }

    /// Days to which punches were added, in order.
    pub fn changed_days(&self) -> impl Iterator<Item = &Day> {
        self.changed.iter().filter_map(|date| self.days.get(date))
    }

    /// Punch of the same second on this day or a neighbour, and its date. Voided punches count. Without `kind`, a punch
    /// of any kind is a duplicate. A live punch equals the one that its device recorded.
    pub fn find_duplicate(&self, date: Date, kind: Option<PunchKind>, at: Timestamp) -> Option<(Date, &Punch)> {
        let from = date.checked_sub(1.day()).unwrap_or(date);
        let to = date.checked_add(1.day()).unwrap_or(date);
        let is_same = |punch: &&Punch| {
            let captured = punch.captured_at.map(whole_seconds);
            kind.is_none_or(|kind| kind == punch.kind) && (punch.at == at || captured == Some(at))
        };
        self.days.range(from..=to).find_map(|(date, day)| Some((*date, day.punches.iter().find(is_same)?)))
    }

    /// Day on which the person was checked in at an instant: the one of the instant, or the day before if its check-in
    /// is recent.
    fn find_open_day(&self, placement: DayPlacement, at: Timestamp) -> Option<DayPlacement> {
        let since = |date: Date| {
            let day = self.days.get(&date)?;
            let before = day.punches.iter().filter(|punch| punch.at <= at).cloned().collect();
            let then = day.with_punches(before, at);
            then.open_since.filter(|_| then.state != Some(ClockState::Out))
        };
        if since(placement.date).is_some() {
            return Some(placement);
        }
        let date = placement.date.checked_sub(1.day()).ok()?;
        let recent = since(date).is_some_and(|since| at.duration_since(since) < OPEN_SESSION_MAX);
        recent.then_some(DayPlacement { date, in_window: false })
    }
}

/// Event data about new punches of a day: their source, ids, kinds and times.
pub fn punch_event_data(source: &str, punches: &[&Punch]) -> serde_json::Value {
    let punch = |punch: &&Punch| serde_json::json!({ "id": punch.id, "kind": punch.kind, "at": punch.at });
    serde_json::json!({ "source": source, "punches": punches.iter().map(punch).collect::<Vec<_>>() })
}
