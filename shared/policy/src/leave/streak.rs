//! Longest consecutive absence, chained by half days across days off.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{LeaveId, Minutes};

use super::{OccupiedMonth, Portions};
use crate::{ExpectedWork, Half, Portion};

/// Days off that are skipped within an absence at most; it ends the search on a calendar without working days.
const DAYS_OFF_MAX: usize = 400;

/// Consecutive absence on leave of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Streak {
    pub(super) from: Date,
    pub(super) to: Date,
    /// Working time of the absence.
    pub(super) minutes: Minutes,
}

/// Halves of days on which a person is absent.
pub(super) struct AbsentHalves<'a> {
    work: &'a ExpectedWork<'a>,
    halves: BTreeSet<(Date, Half)>,
}

impl<'a> AbsentHalves<'a> {
    /// Halves that leave of one type occupies, without those of the request `except`.
    pub(super) fn of(
        work: &'a ExpectedWork<'a>,
        months: &[(Date, OccupiedMonth)],
        leave_type: &str,
        except: Option<LeaveId>,
    ) -> Self {
        let mut halves = BTreeSet::new();
        for (first, month) in months {
            for (day, slots) in &month.days {
                let Ok(date) = Date::new(first.year(), first.month(), day.cast_signed()) else { continue };
                let slots = slots.iter().filter(|slot| slot.leave_type == leave_type && Some(slot.leave_id) != except);
                halves.extend(slots.flat_map(|slot| halves_of(slot.portion)).map(|half| (date, *half)));
            }
        }
        Self { work, halves }
    }

    /// Consecutive absence that contains a request from `first` to `last`. Hours do not connect to other leave.
    pub(super) fn streak_with(&self, (first, last): (Date, Date), portions: Portions) -> Streak {
        let own = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day <= last);
        let own: Minutes = own.map(|day| self.work.day(day).counted_minutes(portions.on(day, (first, last)))).sum();
        let ends = (halves_of(portions.first).first(), halves_of(portions.on(last, (first, last))).last());
        let (Some(begin), Some(end)) = ends else { return Streak { from: first, to: last, minutes: own } };
        let (from, before) = self.follow_absence((first, *begin), |(day, half)| match half {
            Half::Pm => Some((day, Half::Am)),
            Half::Am => day.yesterday().ok().map(|day| (day, Half::Pm)),
        });
        let (to, after) = self.follow_absence((last, *end), |(day, half)| match half {
            Half::Am => Some((day, Half::Pm)),
            Half::Pm => day.tomorrow().ok().map(|day| (day, Half::Am)),
        });
        Streak { from, to, minutes: own + before + after }
    }

    /// Last day of the absence beyond a half in the direction of `next`, and its working time without that half.
    fn follow_absence(
        &self,
        from: (Date, Half),
        next: impl Fn((Date, Half)) -> Option<(Date, Half)>,
    ) -> (Date, Minutes) {
        let (mut end, mut minutes, mut off) = (from.0, Minutes::ZERO, 0);
        let mut at = next(from);
        while let Some((day, half)) = at.filter(|_| off <= DAYS_OFF_MAX * 2) {
            let expected = self.work.day(day).half_minutes(half);
            match (expected > Minutes::ZERO, self.halves.contains(&(day, half))) {
                (false, _) => off += 1,
                (true, true) => (end, minutes, off) = (day, minutes + expected, 0),
                (true, false) => break,
            }
            at = next((day, half));
        }
        (end, minutes)
    }
}

/// Halves that a portion takes; none for hours.
const fn halves_of(portion: Portion) -> &'static [Half] {
    match portion {
        Portion::Full => &[Half::Am, Half::Pm],
        Portion::Half(Half::Am) => &[Half::Am],
        Portion::Half(Half::Pm) => &[Half::Pm],
        Portion::Hours(..) => &[],
    }
}
