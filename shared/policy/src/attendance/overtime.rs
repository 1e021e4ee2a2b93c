//! Overtime and rates of worked time: rule 15 (docs/rules.md).
//!
//! On a day with shifts, overtime is work after a shift in a session that continues or begins after it. Work before a
//! shift is normal time, overtime, or does not count, as the policy says. On a working day without shifts, overtime is what
//! exceeds the expected minutes. On a rest day or holiday all work is overtime. The part of a working day's shift on a
//! holiday's date is no overtime, but has the holiday rate; on a rest day's date it has the normal rate. Work before the day's
//! own date is rated like that date.
//!
//! Pieces are cut at whole minutes of worked time, and the last one absorbs the rounding. Overtime below the minimum
//! block or above a cap (the latest minutes) does not count and is rated as if it were no overtime.

use std::cmp::Ordering;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::Minutes;

use super::{
    DayKind, OvertimeMinutes, Plan, WorkPiece,
    date_shifts::{instant_at, midnight},
    interval::Interval,
    presence::Presence,
    punch_window,
};
use crate::{EarlyWork, NightHours, OvertimeRules};

/// Rate of normal time in basis points.
const BASE_RATE_BP: u32 = 10_000;

/// Splits and rates the worked time of a day.
pub(super) struct OvertimeRater<'a> {
    pub(super) plan: &'a Plan,
    /// Kinds of the next date and of the one after it, into which the work may reach.
    pub(super) next_kinds: [DayKind; 2],
    pub(super) zone: &'a TimeZone,
    pub(super) overtime: Option<&'a OvertimeRules>,
    /// Overtime minutes that count in the week before this day.
    pub(super) week_before: Minutes,
}

/// Part of the worked time with everything that determines its rate.
#[derive(Clone, Copy)]
struct WorkedSlice {
    date: Date,
    kind: DayKind,
    night: bool,
    overtime: bool,
    minutes: Minutes,
}

/// Midnights and night windows around the worked time.
struct DateAndNightBounds {
    /// Start of each date, in seconds.
    dates: Vec<(i64, Date)>,
    nights: Vec<Interval>,
}

impl OvertimeRater<'_> {
    /// Splits the worked intervals into pieces with one rate each, and adds up the overtime. The pieces add up to
    /// `minutes`, the rounded length of the intervals.
    pub(super) fn split_and_rate(
        &self,
        presence: &Presence,
        worked: &[Interval],
        minutes: Minutes,
    ) -> (Vec<WorkPiece>, OvertimeMinutes) {
        let slices = self.slices(presence, worked, minutes);
        let overtime_minutes: Minutes = slices.iter().filter(|slice| slice.overtime).map(|slice| slice.minutes).sum();
        let counted = self.countable_overtime(overtime_minutes);
        let mut pieces = Vec::with_capacity(slices.len());
        let mut done = Minutes::ZERO;
        for slice in slices {
            if slice.overtime {
                self.add_tier_pieces(&mut pieces, slice, done, counted);
                done = done + slice.minutes;
            } else {
                self.add_piece(&mut pieces, slice, None);
            }
        }
        (pieces, OvertimeMinutes { minutes: counted, not_counted_minutes: overtime_minutes - counted })
    }

    /// Overtime of the day that counts: none below the minimum block, and at most the daily and the weekly cap.
    fn countable_overtime(&self, overtime_minutes: Minutes) -> Minutes {
        let Some(rules) = self.overtime else { return overtime_minutes };
        if overtime_minutes < rules.minimum_block_minutes {
            return Minutes::ZERO;
        }
        let left = (rules.weekly_cap_minutes - self.week_before).max(Minutes::ZERO);
        overtime_minutes.min(rules.daily_cap_minutes).min(left)
    }

    /// Adds an overtime slice, cut where it stops counting and where tiers start. `done` is the overtime of the day before it,
    /// and `counted` the overtime of the whole day that counts: its first minutes.
    fn add_tier_pieces(&self, pieces: &mut Vec<WorkPiece>, slice: WorkedSlice, mut done: Minutes, counted: Minutes) {
        let mut left = slice.minutes;
        while left > Minutes::ZERO {
            let counts = done < counted;
            let tiers = self.overtime.filter(|_| counts).map(|rules| rules.tiers.as_slice());
            let tiers = tiers.unwrap_or_default().iter();
            let next = tiers.map(|tier| tier.from_minutes).filter(|from| *from > done).min();
            let until = if counts { next.map_or(counted, |next| next.min(counted)) } else { done + left };
            let minutes = left.min(until - done);
            let tier = counts.then_some(done);
            self.add_piece(pieces, WorkedSlice { minutes, overtime: counts, ..slice }, tier);
            (left, done) = (left - minutes, done + minutes);
        }
    }

    /// Adds a piece, or extends the one that differs only in minutes. `overtime_before` is the overtime of the day before
    /// it; none for normal time.
    fn add_piece(&self, pieces: &mut Vec<WorkPiece>, slice: WorkedSlice, overtime_before: Option<Minutes>) {
        let WorkedSlice { date, kind, night, overtime, minutes } = slice;
        if minutes <= Minutes::ZERO {
            return;
        }
        let piece =
            WorkPiece { date, kind, night, overtime, minutes, rate_bp: self.rate_bp(kind, night, overtime_before) };
        let alike = |one: &&mut WorkPiece| {
            (one.date, one.kind, one.night, one.overtime, one.rate_bp) == (date, kind, night, overtime, piece.rate_bp)
        };
        match pieces.iter_mut().find(alike) {
            Some(one) => one.minutes = one.minutes + minutes,
            None => pieces.push(piece),
        }
    }

    /// Rate of work in basis points. `overtime_before` is the overtime of the day before it; none for normal time and for
    /// overtime that does not count.
    fn rate_bp(&self, kind: DayKind, night: bool, overtime_before: Option<Minutes>) -> u32 {
        let Some(rules) = self.overtime else { return BASE_RATE_BP };
        let tier = |before: Minutes| rules.tiers.iter().rfind(|tier| tier.from_minutes <= before);
        let by_tier = overtime_before.map(|before| tier(before).map_or(BASE_RATE_BP, |tier| tier.rate_bp));
        let rate = match (kind, by_tier) {
            (DayKind::Holiday, rate) => rules.holiday_rate_bp.max(rate.unwrap_or_default()),
            (DayKind::Rest, Some(rate)) => rules.rest_day_rate_bp.max(rate),
            (DayKind::Work, Some(rate)) => rate,
            (DayKind::Rest | DayKind::Work, None) => BASE_RATE_BP,
        };
        let extra = rules.night.filter(|_| night).map_or(0, |night| night.extra_bp);
        rate.saturating_add(extra)
    }

    /// Worked time cut wherever the rate may change, except at tiers. The slices add up to `minutes`.
    fn slices(&self, presence: &Presence, worked: &[Interval], minutes: Minutes) -> Vec<WorkedSlice> {
        let Some((first, last)) = worked.first().zip(worked.last()) else { return Vec::new() };
        let bounds = DateAndNightBounds::over(
            self.zone,
            Interval { from: first.from, to: last.to },
            self.overtime.and_then(|rules| rules.night),
        );
        let boundaries = self.rate_boundaries(&bounds, worked);
        let (mut slices, mut seconds, mut assigned) = (Vec::new(), 0, Minutes::ZERO);
        let mut session = presence.sessions.iter();
        let mut current = session.next();
        for interval in worked {
            while current.is_some_and(|one| one.to <= interval.from) {
                current = session.next();
            }
            let mut from = interval.from;
            while from < interval.to {
                let to = boundaries
                    .iter()
                    .copied()
                    .find(|boundary| *boundary > from)
                    .unwrap_or(interval.to)
                    .min(interval.to);
                let until = Minutes((seconds + to - from) / 60).min(minutes);
                let slice = self.slice(&bounds, Interval { from, to }, current.copied().unwrap_or(*interval), seconds);
                slices.push(WorkedSlice { minutes: until - assigned, ..slice });
                (seconds, assigned, from) = (seconds + to - from, until, to);
            }
        }
        if let Some(last) = slices.last_mut() {
            last.minutes = last.minutes + (minutes - assigned);
        }
        slices
    }

    /// Instants at which the rate may change, in order.
    fn rate_boundaries(&self, bounds: &DateAndNightBounds, worked: &[Interval]) -> Vec<i64> {
        let mut boundaries: Vec<i64> = bounds.dates.iter().map(|(begins, _)| *begins).collect();
        boundaries.extend(bounds.nights.iter().flat_map(|night| [night.from, night.to]));
        boundaries.extend(self.plan.shifts.iter().flat_map(|shift| [shift.from.as_second(), shift.to.as_second()]));
        if self.plan.kind == DayKind::Work && self.plan.shifts.is_empty() {
            let mut left = self.plan.expected_minutes.0.saturating_mul(60);
            for interval in worked {
                if (0..interval.seconds()).contains(&left) {
                    boundaries.push(interval.from + left);
                    break;
                }
                left -= interval.seconds();
            }
        }
        boundaries.sort_unstable();
        boundaries
    }

    /// Slice of a session in which the rate does not change, after `seconds_before` of work on the day. Its minutes are
    /// 0; the caller sets them.
    fn slice(
        &self,
        bounds: &DateAndNightBounds,
        interval: Interval,
        session: Interval,
        seconds_before: i64,
    ) -> WorkedSlice {
        let (date, night) = (bounds.date_at(interval.from, self.plan.date), bounds.is_night(interval.from));
        let kind = self.kind_of(date);
        let working = self.plan.kind == DayKind::Work;
        let overtime = match self.position_to_shift(interval, session) {
            None if self.plan.shifts.is_empty() => {
                !working || seconds_before >= self.plan.expected_minutes.0.saturating_mul(60)
            }
            None => !working && kind != DayKind::Work,
            Some(Ordering::Less) => !working || self.early_work() == EarlyWork::Overtime,
            Some(_) => true,
        };
        WorkedSlice { date, kind, night, overtime, minutes: Minutes::ZERO }
    }

    /// Kind of a date of the work: before the day's own date it is that of the day.
    fn kind_of(&self, date: Date) -> DayKind {
        let [next, after_next] = self.next_kinds;
        match date {
            date if date <= self.plan.date => self.plan.kind,
            date if date <= punch_window::add_days(self.plan.date, 1) => next,
            _ => after_next,
        }
    }

    fn early_work(&self) -> EarlyWork {
        self.overtime.map(|rules| rules.early_work).unwrap_or_default()
    }

    /// Worked time without the work before shifts, if the policy does not count it on working days.
    pub(super) fn without_uncounted_early_work(&self, presence: &Presence) -> Vec<Interval> {
        if self.plan.kind != DayKind::Work || self.early_work() != EarlyWork::None {
            return presence.worked.clone();
        }
        let is_early = |part: &Interval| {
            let session = presence.sessions.iter().find(|session| session.intersection(*part).is_some());
            self.position_to_shift(*part, session.copied().unwrap_or(*part)) == Some(Ordering::Less)
        };
        presence.worked.iter().flat_map(|one| self.cut_at_shifts(*one)).filter(|part| !is_early(part)).collect()
    }

    /// Parts of an interval between the starts and ends of the shifts.
    fn cut_at_shifts(&self, interval: Interval) -> Vec<Interval> {
        let bounds = self.plan.shifts.iter().flat_map(|shift| [shift.from.as_second(), shift.to.as_second()]);
        let mut bounds: Vec<i64> = bounds.filter(|bound| (interval.from + 1..interval.to).contains(bound)).collect();
        bounds.push(interval.to);
        bounds.sort_unstable();
        let mut from = interval.from;
        let parts = bounds.into_iter().map(|to| Interval { from: std::mem::replace(&mut from, to), to });
        parts.filter(|part| part.seconds() > 0).collect()
    }

    /// Position of a part of a session: before or after a shift. None within a shift, and on a day without shifts.
    fn position_to_shift(&self, interval: Interval, session: Interval) -> Option<Ordering> {
        let shifts = || self.plan.shifts.iter().map(|shift| Interval::between(shift.from, shift.to));
        if self.plan.shifts.is_empty() || shifts().any(|shift| shift.intersection(interval).is_some()) {
            return None;
        }
        let previous = shifts().rfind(|shift| shift.to <= interval.from);
        let continues_previous = previous.is_some_and(|shift| session.from < shift.to);
        let next = shifts().find(|shift| shift.from >= interval.to);
        let reaches_next = next.is_some_and(|shift| shift.from < session.to);
        Some(if previous.is_none() || (reaches_next && !continues_previous) {
            Ordering::Less
        } else {
            Ordering::Greater
        })
    }
}

impl DateAndNightBounds {
    /// Dates and nights that an interval touches.
    fn over(zone: &TimeZone, interval: Interval, night: Option<NightHours>) -> Self {
        let date = |second: i64| zone.to_datetime(Timestamp::from_second(second).unwrap_or_default()).date();
        let (mut day, last) = (date(interval.from), date(interval.to));
        let mut bounds = Self { dates: Vec::with_capacity(2), nights: Vec::with_capacity(3) };
        bounds.add_night(zone, punch_window::add_days(day, -1), night);
        while day <= last {
            bounds.dates.push((midnight(zone, day).as_second(), day));
            bounds.add_night(zone, day, night);
            let next = punch_window::add_days(day, 1);
            if next == day {
                break;
            }
            day = next;
        }
        bounds
    }

    /// Adds the night that begins on a date.
    fn add_night(&mut self, zone: &TimeZone, date: Date, night: Option<NightHours>) {
        if let Some(NightHours { from, to, .. }) = night {
            let ends_on = if to <= from { punch_window::add_days(date, 1) } else { date };
            self.nights.push(Interval::between(instant_at(zone, date, from), instant_at(zone, ends_on, to)));
        }
    }

    /// Date of the last midnight up to second `at`; `otherwise` before the first midnight.
    fn date_at(&self, at: i64, otherwise: Date) -> Date {
        self.dates.iter().rfind(|(begins, _)| *begins <= at).map_or(otherwise, |(_, date)| *date)
    }

    fn is_night(&self, at: i64) -> bool {
        self.nights.iter().any(|night| (night.from..night.to).contains(&at))
    }
}
