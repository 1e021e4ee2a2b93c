//! The longest run of days away: chained across days off, half by half.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{LeaveId, Minutes};

use super::OccupiedMonth;
use crate::{Calendar, Half, Portion, WorkedHalves};

/// Days off within a run are skipped, but no more than these: a calendar that never works again ends it.
const DAYS_OFF_MAX: usize = 400;

/// A run of days away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Streak {
    pub(super) from: Date,
    pub(super) to: Date,
    /// The working time in it.
    pub(super) minutes: Minutes,
}

/// The halves on which somebody is away.
pub(super) struct AbsentHalves<'a> {
    calendar: &'a Calendar,
    halves: BTreeSet<(Date, Half)>,
    day_minutes: Minutes,
}

impl<'a> AbsentHalves<'a> {
    /// Away by leave of one type, but for one request.
    pub(super) fn of(
        calendar: &'a Calendar,
        months: &[(Date, OccupiedMonth)],
        leave_type: &str,
        but: Option<LeaveId>,
        day_minutes: Minutes,
    ) -> Self {
        let mut halves = BTreeSet::new();
        for (first, month) in months {
            for (day, slots) in &month.days {
                let Ok(date) = Date::new(first.year(), first.month(), day.cast_signed()) else { continue };
                let slots = slots.iter().filter(|slot| slot.leave_type == leave_type && Some(slot.leave_id) != but);
                halves.extend(slots.flat_map(|slot| halves_of(slot.portion)).map(|half| (date, *half)));
            }
        }
        Self { calendar, halves, day_minutes }
    }

    /// The run that a request from `first` to `last` makes or makes longer. Hours chain with nothing.
    pub(super) fn extended_by(&self, first: Date, last: Date, portion: Portion) -> Streak {
        let none = Streak { from: first, to: last, minutes: self.calendar.minutes(first, portion, self.day_minutes) };
        let halves = halves_of(portion);
        let (Some(begin), Some(end)) = (halves.first(), halves.last()) else { return none };
        let own = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day <= last);
        let own: Minutes = own.map(|day| self.calendar.minutes(day, portion, self.day_minutes)).sum();
        let (from, before) = self.chain((first, *begin), |(day, half)| match half {
            Half::Pm => Some((day, Half::Am)),
            Half::Am => day.yesterday().ok().map(|day| (day, Half::Pm)),
        });
        let (to, after) = self.chain((last, *end), |(day, half)| match half {
            Half::Am => Some((day, Half::Pm)),
            Half::Pm => day.tomorrow().ok().map(|day| (day, Half::Am)),
        });
        Streak { from, to, minutes: own + before + after }
    }

    /// How far others go on from a half, and how much working time that is.
    fn chain(&self, from: (Date, Half), next: impl Fn((Date, Half)) -> Option<(Date, Half)>) -> (Date, Minutes) {
        let (mut end, mut minutes, mut off) = (from.0, Minutes::ZERO, 0);
        let mut at = next(from);
        while let Some((day, half)) = at.filter(|_| off <= DAYS_OFF_MAX * 2) {
            let working = self.calendar.working(day);
            let worked = if half == Half::Am { working.am } else { working.pm };
            match (worked, self.halves.contains(&(day, half))) {
                (false, _) => off += 1,
                (true, true) => {
                    let only = WorkedHalves { am: half == Half::Am, pm: half == Half::Pm };
                    (end, minutes, off) = (day, minutes + only.minutes(self.day_minutes), 0);
                }
                (true, false) => break,
            }
            at = next((day, half));
        }
        (end, minutes)
    }
}

const fn halves_of(portion: Portion) -> &'static [Half] {
    match portion {
        Portion::Full => &[Half::Am, Half::Pm],
        Portion::Half(Half::Am) => &[Half::Am],
        Portion::Half(Half::Pm) => &[Half::Pm],
        Portion::Hours(..) => &[],
    }
}
