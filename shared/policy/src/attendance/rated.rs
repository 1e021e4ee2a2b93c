//! What of a day is overtime, and how each piece of it is rated. Rule 15.
//!
//! Overtime is what lies beyond a shift's end while its session goes on or comes after it; whoever comes before a shift works plain time until it
//! begins. Who has no shift has overtime beyond what the day expects. On a rest day or a holiday all of it is overtime. What a working day's shift
//! has on the date of a holiday is no overtime, and rated as the holiday; on the date of a rest day it is plain. What lies before the day's own
//! date is rated as that date.
//!
//! Pieces are cut at whole minutes of worked time, and the last takes what rounding adds or takes away. Below the minimum block, and beyond the
//! caps (the later minutes go), overtime does not count: it is rated as what is no overtime.

use std::cmp::Ordering;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::Minutes;

use super::{
    DayKind, OvertimeMinutes, OvertimePiece, Plan,
    agenda::{instant, midnight},
    presence::Presence,
    stretch::Interval,
    windows,
};
use crate::{NightHours, OvertimeRules};

/// The rate of plain time, in basis points.
const BASE_RATE_BP: u32 = 10_000;

/// What overtime is told by.
pub(super) struct OvertimeRater<'a> {
    pub(super) plan: &'a Plan,
    /// The kind of the dates after the day's own.
    pub(super) next_kind: DayKind,
    pub(super) zone: &'a TimeZone,
    pub(super) overtime: Option<&'a OvertimeRules>,
    /// Overtime that the week has counted before.
    pub(super) week_before: Minutes,
}

/// A part of what was worked, by all that a rate depends on.
#[derive(Clone, Copy)]
struct WorkedSlice {
    date: Date,
    kind: DayKind,
    night: bool,
    overtime: bool,
    minutes: Minutes,
}

/// Dates and nights as far as work goes.
struct DateAndNightBounds {
    /// Where each date begins.
    dates: Vec<(i64, Date)>,
    nights: Vec<Interval>,
}

impl OvertimeRater<'_> {
    /// Rates what was worked, breaks taken out, which is so many minutes after rounding.
    pub(super) fn rate(
        &self,
        presence: &Presence,
        worked: &[Interval],
        minutes: Minutes,
    ) -> (Vec<OvertimePiece>, OvertimeMinutes) {
        let slices = self.slices(presence, worked, minutes);
        let beyond: Minutes = slices.iter().filter(|slice| slice.overtime).map(|slice| slice.minutes).sum();
        let counted = self.countable_overtime(beyond);
        let mut pieces = Vec::with_capacity(slices.len());
        let mut done = Minutes::ZERO;
        for slice in slices {
            if slice.overtime {
                self.tiers(&mut pieces, slice, done, counted);
                done = done + slice.minutes;
            } else {
                self.add_piece(&mut pieces, slice, None);
            }
        }
        (pieces, OvertimeMinutes { minutes: counted, not_counted_minutes: beyond - counted })
    }

    /// What of the overtime counts.
    fn countable_overtime(&self, beyond: Minutes) -> Minutes {
        let Some(rules) = self.overtime else { return beyond };
        if beyond < rules.minimum_block_minutes {
            return Minutes::ZERO;
        }
        let left = (rules.weekly_cap_minutes - self.week_before).max(Minutes::ZERO);
        beyond.min(rules.daily_cap_minutes).min(left)
    }

    /// A slice of overtime, so much of which went before: cut where it counts no more, and where tiers begin.
    fn tiers(&self, pieces: &mut Vec<OvertimePiece>, slice: WorkedSlice, mut done: Minutes, counted: Minutes) {
        let mut left = slice.minutes;
        while left > Minutes::ZERO {
            let counts = done < counted;
            let tiers =
                self.overtime.filter(|_| counts && slice.kind == DayKind::Work).map(|rules| rules.tiers.as_slice());
            let tiers = tiers.unwrap_or_default().iter();
            let next = tiers.map(|tier| tier.from_minutes).filter(|from| *from > done).min();
            let until = if counts { next.map_or(counted, |next| next.min(counted)) } else { done + left };
            let minutes = left.min(until - done);
            let tier = counts.then_some(done);
            self.add_piece(pieces, WorkedSlice { minutes, overtime: counts, ..slice }, tier);
            (left, done) = (left - minutes, done + minutes);
        }
    }

    /// One more piece, or more of one that is rated alike. Overtime has so much overtime before it.
    fn add_piece(&self, pieces: &mut Vec<OvertimePiece>, slice: WorkedSlice, before: Option<Minutes>) {
        let WorkedSlice { date, kind, night, overtime, minutes } = slice;
        if minutes <= Minutes::ZERO {
            return;
        }
        let piece = OvertimePiece { date, kind, night, overtime, minutes, rate_bp: self.rate_of(kind, night, before) };
        let alike = |one: &&mut OvertimePiece| {
            (one.date, one.kind, one.night, one.overtime, one.rate_bp) == (date, kind, night, overtime, piece.rate_bp)
        };
        match pieces.iter_mut().find(alike) {
            Some(one) => one.minutes = one.minutes + minutes,
            None => pieces.push(piece),
        }
    }

    fn rate_of(&self, kind: DayKind, night: bool, before: Option<Minutes>) -> u32 {
        let Some(rules) = self.overtime else { return BASE_RATE_BP };
        let tier = |before: Minutes| rules.tiers.iter().rfind(|tier| tier.from_minutes <= before);
        let rate = match (kind, before) {
            (DayKind::Holiday, _) => rules.holiday_rate_bp,
            (DayKind::Rest, Some(_)) => rules.rest_day_rate_bp,
            (DayKind::Work, Some(before)) => tier(before).map_or(BASE_RATE_BP, |tier| tier.rate_bp),
            (DayKind::Rest | DayKind::Work, None) => BASE_RATE_BP,
        };
        let extra = rules.night.filter(|_| night).map_or(0, |night| night.extra_bp);
        rate.saturating_add(extra)
    }

    /// What was worked, cut wherever a rate may change; the minutes of all add up to those of the day.
    fn slices(&self, presence: &Presence, worked: &[Interval], minutes: Minutes) -> Vec<WorkedSlice> {
        let Some((first, last)) = worked.first().zip(worked.last()) else { return Vec::new() };
        let clock = DateAndNightBounds::over(
            self.zone,
            Interval { from: first.from, to: last.to },
            self.overtime.and_then(|rules| rules.night),
        );
        let marks = self.rate_boundaries(&clock, worked);
        let (mut slices, mut seconds, mut given) = (Vec::new(), 0, Minutes::ZERO);
        let mut session = presence.sessions.iter();
        let mut inside = session.next();
        for stretch in worked {
            while inside.is_some_and(|one| one.to <= stretch.from) {
                inside = session.next();
            }
            let mut from = stretch.from;
            while from < stretch.to {
                let to = marks.iter().copied().find(|mark| *mark > from).unwrap_or(stretch.to).min(stretch.to);
                let until = Minutes((seconds + to - from) / 60).min(minutes);
                let slice = self.slice(&clock, Interval { from, to }, inside.copied().unwrap_or(*stretch), seconds);
                slices.push(WorkedSlice { minutes: until - given, ..slice });
                (seconds, given, from) = (seconds + to - from, until, to);
            }
        }
        if let Some(last) = slices.last_mut() {
            last.minutes = last.minutes + (minutes - given);
        }
        slices
    }

    /// Every instant at which a rate may change, in order.
    fn rate_boundaries(&self, clock: &DateAndNightBounds, worked: &[Interval]) -> Vec<i64> {
        let mut marks: Vec<i64> = clock.dates.iter().map(|(begins, _)| *begins).collect();
        marks.extend(clock.nights.iter().flat_map(|night| [night.from, night.to]));
        marks.extend(self.plan.shifts.iter().flat_map(|span| [span.from.as_second(), span.to.as_second()]));
        if self.plan.kind == DayKind::Work && self.plan.shifts.is_empty() {
            let mut left = self.plan.expected_minutes.0.saturating_mul(60);
            for stretch in worked {
                if (0..stretch.seconds()).contains(&left) {
                    marks.push(stretch.from + left);
                    break;
                }
                left -= stretch.seconds();
            }
        }
        marks.sort_unstable();
        marks
    }

    /// A stretch within which nothing changes, of a session, after so many seconds of work.
    fn slice(&self, clock: &DateAndNightBounds, stretch: Interval, session: Interval, before: i64) -> WorkedSlice {
        let (date, night) = (clock.date(stretch.from, self.plan.date), clock.is_night(stretch.from));
        let kind = if date > self.plan.date { self.next_kind } else { self.plan.kind };
        let working = self.plan.kind == DayKind::Work;
        let overtime = match self.position_to_shift(stretch, session) {
            None if self.plan.shifts.is_empty() => {
                !working || before >= self.plan.expected_minutes.0.saturating_mul(60)
            }
            None => !working && kind != DayKind::Work,
            Some(Ordering::Less) => !working,
            Some(_) => true,
        };
        WorkedSlice { date, kind, night, overtime, minutes: Minutes::ZERO }
    }

    /// Whether a stretch of a session lies before a shift or after it; neither within one, and where there is none.
    fn position_to_shift(&self, stretch: Interval, session: Interval) -> Option<Ordering> {
        let spans = || self.plan.shifts.iter().map(|span| Interval::between(span.from, span.to));
        if self.plan.shifts.is_empty() || spans().any(|span| span.intersection(stretch).is_some()) {
            return None;
        }
        let previous = spans().rfind(|span| span.to <= stretch.from);
        let stayed = previous.is_some_and(|span| session.from < span.to);
        let next = spans().find(|span| span.from >= stretch.to);
        let comes = next.is_some_and(|span| span.from < session.to);
        Some(if previous.is_none() || (comes && !stayed) { Ordering::Less } else { Ordering::Greater })
    }
}

impl DateAndNightBounds {
    /// The dates and nights that a stretch touches.
    fn over(zone: &TimeZone, stretch: Interval, night: Option<NightHours>) -> Self {
        let date = |second: i64| zone.to_datetime(Timestamp::from_second(second).unwrap_or_default()).date();
        let (mut day, last) = (date(stretch.from), date(stretch.to));
        let mut clock = Self { dates: Vec::with_capacity(2), nights: Vec::with_capacity(3) };
        clock.night(zone, windows::add_days(day, -1), night);
        while day <= last {
            clock.dates.push((midnight(zone, day).as_second(), day));
            clock.night(zone, day, night);
            let next = windows::add_days(day, 1);
            if next == day {
                break;
            }
            day = next;
        }
        clock
    }

    /// The night that begins on a date.
    fn night(&mut self, zone: &TimeZone, date: Date, night: Option<NightHours>) {
        if let Some(NightHours { from, to, .. }) = night {
            let ends_on = if to <= from { windows::add_days(date, 1) } else { date };
            self.nights.push(Interval::between(instant(zone, date, from), instant(zone, ends_on, to)));
        }
    }

    fn date(&self, at: i64, otherwise: Date) -> Date {
        self.dates.iter().rfind(|(begins, _)| *begins <= at).map_or(otherwise, |(_, date)| *date)
    }

    fn is_night(&self, at: i64) -> bool {
        self.nights.iter().any(|night| (night.from..night.to).contains(&at))
    }
}
