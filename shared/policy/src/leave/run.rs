//! Run of leave: adjoining requests count as one. They are chained by half days across days off (rule 8, docs/rules.md).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{LeaveId, Minutes};

use super::{DayCount, LeaveCount, OccupiedMonth, Portions, Sandwich};
use crate::{ExpectedWork, Half, Portion};

/// Days off that are skipped within a run at most; it ends the search on a calendar without working days.
const DAYS_OFF_MAX: usize = 400;

/// Run of leave that contains a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) from: Date,
    pub(super) to: Date,
    /// Working time of the run.
    pub(super) working_minutes: Minutes,
    /// Minutes that the run counts as one request would, days off by the sandwich rule included.
    pub(super) counted_minutes: Minutes,
}

/// Leave on one side of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Side {
    /// Outermost day of the run on this side; of the request itself without other leave.
    end: Date,
    /// Working time of the other leave.
    minutes: Minutes,
    /// Whole days off within the run on this side.
    days_off: Vec<Date>,
    /// Adjoining request, if there is one.
    pub(super) neighbour: Option<Neighbour>,
    /// Outermost day that was looked at.
    pub(super) looked_at: Date,
}

/// Request that adjoins another one, and the whole days off between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Neighbour {
    pub(super) leave_id: LeaveId,
    pub(super) days_between: Vec<Date>,
}

/// Direction in which the run of a request is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Back,
    Ahead,
}

impl Direction {
    fn next(self, (date, half): (Date, Half)) -> Option<(Date, Half)> {
        match (self, half) {
            (Self::Back, Half::Pm) => Some((date, Half::Am)),
            (Self::Back, Half::Am) => date.yesterday().ok().map(|date| (date, Half::Pm)),
            (Self::Ahead, Half::Am) => Some((date, Half::Pm)),
            (Self::Ahead, Half::Pm) => date.tomorrow().ok().map(|date| (date, Half::Am)),
        }
    }
}

/// Leave of other requests that may form a run with a request.
pub(super) struct OtherLeave<'a> {
    work: &'a ExpectedWork<'a>,
    halves: BTreeMap<(Date, Half), LeaveId>,
    /// Days off that count as part of a run already, whatever the work of the day is now.
    days_between: BTreeSet<Date>,
}

impl<'a> OtherLeave<'a> {
    /// Halves of days that leave of some types occupies, without those of the request `except`. Hours form no run.
    pub(super) fn of<'t>(
        work: &'a ExpectedWork<'a>,
        months: &[(Date, OccupiedMonth)],
        leave_types: impl Iterator<Item = &'t str>,
        except: Option<LeaveId>,
    ) -> Self {
        let leave_types: BTreeSet<&str> = leave_types.collect();
        let (mut halves, mut days_between) = (BTreeMap::new(), BTreeSet::new());
        for (first, month) in months {
            let date_of = |day: &u8| Date::new(first.year(), first.month(), day.cast_signed()).ok();
            for (date, slots) in month.days.iter().filter_map(|(day, slots)| Some((date_of(day)?, slots))) {
                let slots = slots.iter().filter(|slot| Some(slot.leave_id) != except);
                for slot in slots.filter(|slot| leave_types.contains(slot.leave_type.as_str())) {
                    halves.extend(halves_of(slot.portion).iter().map(|half| ((date, *half), slot.leave_id)));
                }
            }
            days_between.extend(month.between.keys().filter_map(date_of));
        }
        Self { work, halves, days_between }
    }

    /// Leave before and after the counted days of a request; none of a request in hours and of one that counts nothing.
    pub(super) fn sides_of(&self, days: &[DayCount]) -> Option<(Side, Side)> {
        let ((first, begin), (last, end)) = counted_ends(days)?;
        Some((self.follow((first, begin), Direction::Back), self.follow((last, end), Direction::Ahead)))
    }

    /// Run that contains a request from `first` to `last`. It is the request alone if that is in hours or counts nothing.
    pub(super) fn run_with(
        &self,
        count: &LeaveCount,
        (first, last): (Date, Date),
        portions: Portions,
        sandwich: Sandwich,
    ) -> Run {
        let dates = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day <= last);
        let own = dates.map(|day| self.work.day(day).counted_minutes(portions.on(day, (first, last)))).sum();
        let alone = Run { from: first, to: last, working_minutes: own, counted_minutes: count.total_minutes() };
        let Some((before, after)) = self.sides_of(&count.days) else { return alone };
        let is_counted = |date: &Date| count.days.iter().any(|day| day.date == *date && day.minutes > Minutes::ZERO);
        let days_off = before.days_off.iter().chain(&after.days_off).filter(|date| !is_counted(date));
        let days_off: Minutes = match sandwich {
            Sandwich::Inside => days_off.map(|date| self.work.day_minutes(*date)).sum(),
            Sandwich::None => Minutes::ZERO,
        };
        let others = before.minutes + after.minutes;
        Run {
            from: before.end.min(first),
            to: after.end.max(last),
            working_minutes: own + others,
            counted_minutes: alone.counted_minutes + others + days_off,
        }
    }

    /// Days off that lie between a request and other leave, by the occupied days alone: leave that adjoins keeps them even
    /// if its own days are no working days any more.
    pub(super) fn days_still_between(&self, days: &[DayCount]) -> BTreeSet<Date> {
        let Some((first, last)) = counted_ends(days) else { return BTreeSet::new() };
        let mut between = self.days_between_from(first, Direction::Back);
        between.extend(self.days_between_from(last, Direction::Ahead));
        between
    }

    fn days_between_from(&self, start: (Date, Half), direction: Direction) -> BTreeSet<Date> {
        let (mut between, mut days_off) = (BTreeSet::new(), BTreeSet::new());
        let mut at = direction.next(start);
        while let Some((date, half)) = at.filter(|_| days_off.len() <= DAYS_OFF_MAX) {
            let is_worked = self.work.day(date).half_minutes(half) > Minutes::ZERO;
            if self.days_between.contains(&date) {
                days_off.insert(date);
            } else if self.halves.contains_key(&(date, half)) {
                between.extend(&days_off);
                if is_worked {
                    break;
                }
            } else if is_worked {
                break;
            }
            at = direction.next((date, half));
        }
        between
    }

    /// Leave on the side of a half of a day to which the direction leads, without that half.
    fn follow(&self, start: (Date, Half), direction: Direction) -> Side {
        let mut side =
            Side { end: start.0, minutes: Minutes::ZERO, days_off: Vec::new(), neighbour: None, looked_at: start.0 };
        let (mut days_off, mut halves_off): (Vec<Date>, usize) = (Vec::new(), 0);
        let mut at = direction.next(start);
        while let Some((date, half)) = at.filter(|_| halves_off <= DAYS_OFF_MAX * 2) {
            side.looked_at = date;
            let day = self.work.day(date);
            match (day.half_minutes(half), self.halves.get(&(date, half))) {
                (Minutes::ZERO, _) => {
                    halves_off += 1;
                    if day.minutes == Minutes::ZERO && days_off.last() != Some(&date) {
                        days_off.push(date);
                    }
                }
                (expected, Some(leave_id)) => {
                    let days_between = days_off.clone();
                    side.neighbour.get_or_insert(Neighbour { leave_id: *leave_id, days_between });
                    side.days_off.append(&mut days_off);
                    (side.end, side.minutes, halves_off) = (date, side.minutes + expected, 0);
                }
                (_, None) => break,
            }
            at = direction.next((date, half));
        }
        side
    }
}

/// First half of the first counted day and last half of the last one; days off do not count here, and hours have no half.
fn counted_ends(days: &[DayCount]) -> Option<((Date, Half), (Date, Half))> {
    let counted = || days.iter().filter(|day| day.minutes > Minutes::ZERO && !day.is_counted_day_off());
    let (first, last) = (counted().next()?, counted().next_back()?);
    Some(((first.date, *halves_of(first.portion).first()?), (last.date, *halves_of(last.portion).last()?)))
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
