//! Days of punches in the order of time: the day of a submitted punch follows from the punches before it.
//!
//! Only the punches before it count, so recorded punches before the first new one keep their days.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::PunchId;
use policy::attendance::{
    DayPlacement, Punch, PunchFlag, PunchKind, PunchPlacer, PunchSource, in_reading_order, with_read_kinds,
};

use super::{
    day::{ClockState, Day, clock_state},
    punch_rules::{PUNCHES_MAX, check_employed},
    submission::{PunchError, SubmissionCode},
    timetable::Timetable,
};
use crate::messages;

/// Punches of days after all of them were assigned.
#[derive(Debug, Default)]
pub(super) struct AssignedPunches {
    /// Punches by date, without those that no day takes.
    pub(super) punches: BTreeMap<Date, Vec<Punch>>,
    /// Dates that exchanged a punch with the date before them, or that lie between two dates that did.
    pub(super) exchanged: BTreeSet<Date>,
    /// Errors of the new punches that no day takes.
    pub(super) refused: BTreeMap<PunchId, PunchError>,
}

/// Days of one person, to which punches are added in the order of time.
struct PunchSequence<'a> {
    timetable: &'a Timetable,
    /// Days as they are recorded.
    recorded: &'a BTreeMap<Date, Day>,
    assigned: AssignedPunches,
    /// Number of punches that each day holds, those included that are not yet added.
    counts: BTreeMap<Date, usize>,
}

/// Assigns new punches, and the counted recorded ones at `from` and later, to days in the order of time. The result does not
/// depend on which of them are new. `from` must not be after the first new punch.
pub(super) fn assign_in_order(
    timetable: &Timetable,
    recorded: &BTreeMap<Date, Day>,
    from: Timestamp,
    new: Vec<Punch>,
) -> AssignedPunches {
    let counts = recorded.iter().map(|(date, day)| (*date, day.punches.len())).collect();
    let mut sequence = PunchSequence { timetable, recorded, assigned: AssignedPunches::default(), counts };
    let mut later: Vec<(Punch, Option<Date>)> = new.into_iter().map(|punch| (punch, None)).collect();
    for (date, day) in recorded {
        let (after, before): (Vec<Punch>, Vec<Punch>) =
            day.punches.iter().cloned().partition(|punch| punch.is_counted() && from <= punch.at);
        sequence.assigned.punches.insert(*date, before);
        later.extend(after.into_iter().map(|punch| (punch, Some(*date))));
    }
    later.sort_by_key(|(punch, _)| (punch.at, assignment_rank(punch), punch.told_kind(), punch.id));
    for (punch, recorded_on) in later {
        match recorded_on {
            Some(date) => sequence.add_recorded(punch, date),
            None => sequence.add_new(punch),
        }
    }
    sequence.assigned
}

impl PunchSequence<'_> {
    /// Adds a punch that is recorded on `date` to the day to which it belongs now.
    fn add_recorded(&mut self, punch: Punch, date: Date) {
        let target = self.is_movable(date, &punch).then(|| self.target_of(&punch));
        match target.filter(|target| target.date != date) {
            None => self.assigned.punches.entry(date).or_default().push(punch),
            Some(target) => {
                let (first, last) = (date.min(target.date), date.max(target.date));
                let joined = first.series(1.day()).skip(1).take_while(|between| *between <= last);
                self.assigned.exchanged.extend(joined);
                if let Some(count) = self.counts.get_mut(&date) {
                    *count = count.saturating_sub(1);
                }
                self.push_on(punch, target);
            }
        }
    }

    /// Adds a new punch to the day to which it belongs, or records why no day takes it.
    fn add_new(&mut self, punch: Punch) {
        let target = self.target_of(&punch);
        let full = self.counts.get(&target.date).is_some_and(|count| *count >= PUNCHES_MAX);
        let error = match check_employed(self.timetable.person(), target.date) {
            Ok(()) if full => PunchError::new(SubmissionCode::TooManyPunches, messages::day_full(PUNCHES_MAX)),
            Ok(()) => return self.push_on(punch, target),
            Err(error) => error,
        };
        self.assigned.refused.insert(punch.id, error);
    }

    /// Adds a punch to a day, with the time zone of the day and the flag of its window.
    fn push_on(&mut self, mut punch: Punch, target: DayPlacement) {
        let home = self.recorded.get(&target.date).and_then(|day| day.home.as_ref());
        punch.zone = home.map_or_else(|| self.timetable.zone_of(target.date), |home| home.time_zone.clone());
        (punch.local, punch.offset) = Punch::local_time_and_offset(punch.at, &punch.zone);
        if target.in_window == punch.flags.contains(&PunchFlag::OutsideWindow) {
            punch.flags.retain(|flag| *flag != PunchFlag::OutsideWindow);
            punch.flags.extend((!target.in_window).then_some(PunchFlag::OutsideWindow));
        }
        *self.counts.entry(target.date).or_default() += 1;
        self.assigned.punches.entry(target.date).or_default().push(punch);
    }

    /// Whether the day of a recorded punch depends on other punches: it was submitted, and is on the day of its window or
    /// on one that may have been open for it.
    fn is_movable(&self, date: Date, punch: &Punch) -> bool {
        let submitted = matches!(punch.source, PunchSource::Import | PunchSource::Offline);
        if !submitted || punch.told_kind() == Some(PunchKind::CheckIn) {
            return false;
        }
        let own = self.timetable.shift_day_of(punch.told_kind(), punch.at).date;
        date <= own && own.saturating_sub(PunchPlacer::OPEN_DAYS_BACK_MAX.days()) <= date
    }

    /// Day of a punch by the punches before it. A check-in: the day of its window. Any other punch: that day too if it is
    /// open then; else the nearest earlier day that is still open or has the tap that the punch repeats; else the day of
    /// its window.
    fn target_of(&self, punch: &Punch) -> DayPlacement {
        let (told, at) = (punch.told_kind(), punch.at);
        let placement = self.timetable.shift_day_of(told, at);
        if told == Some(PunchKind::CheckIn) || self.open_since(placement.date, at).is_some() {
            return placement;
        }
        let takes = |date: &Date| {
            let is_open =
                self.open_since(*date, at).is_some_and(|since| self.timetable.is_still_open(*date, since, at));
            is_open || self.repeats_tap(*date, punch)
        };
        let Some(date) = self.timetable.earlier_days(placement, at).find(takes) else { return placement };
        let ends_there = self.timetable.shift_day_of(Some(PunchKind::CheckOut), at);
        DayPlacement { date, in_window: ends_there.in_window && ends_there.date == date }
    }

    /// Time of the check-in that has no check-out yet at an instant; `None` if the employee is out.
    fn open_since(&self, date: Date, at: Timestamp) -> Option<Timestamp> {
        let (state, open_since) = clock_state(&in_reading_order(&self.read_until(date, at)));
        open_since.filter(|_| state != ClockState::Out)
    }

    /// Punches of a day up to an instant, included, with the kinds and flags that follow from them alone.
    fn read_until(&self, date: Date, at: Timestamp) -> Vec<Punch> {
        let added = self.assigned.punches.get(&date).into_iter().flatten();
        let until: Vec<Punch> = added.filter(|punch| punch.at <= at).cloned().collect();
        if until.is_empty() { until } else { with_read_kinds(until, self.debounce_seconds(date)) }
    }

    /// Whether a punch repeats a tap that was added to a day before it.
    fn repeats_tap(&self, date: Date, punch: &Punch) -> bool {
        let mut punches = self.read_until(date, punch.at);
        let taps = in_reading_order(&punches).len();
        punches.push(punch.clone());
        taps > 0 && in_reading_order(&with_read_kinds(punches, self.debounce_seconds(date))).len() == taps
    }

    fn debounce_seconds(&self, date: Date) -> u16 {
        self.timetable.debounce_seconds(date, self.recorded.get(&date).and_then(|day| day.home.as_ref()))
    }
}

/// Order in which punches of one second are assigned to days: work ends before it begins.
fn assignment_rank(punch: &Punch) -> u8 {
    match punch.told_kind() {
        Some(PunchKind::CheckOut | PunchKind::BreakStart | PunchKind::BreakEnd) => 0,
        None => 1,
        Some(PunchKind::CheckIn) => 2,
    }
}
