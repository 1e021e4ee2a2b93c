//! Expected work of a day after leave, and lateness against it: rules 13 and 14 (docs/rules.md).
//!
//! Half a day of leave takes half of the day's shift time by elapsed time, with its share of the break. If the calendar
//! works only one half, the leave takes that half or nothing. Hours of leave move an edge of a shift; within a shift
//! they are no break. Hours that overlap no shift on their own date belong to the night after it.

use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use kernel::Minutes;

use super::{
    DayKind, DayLeave, Plan, PlannedShift,
    date_shifts::instant_at,
    interval::{self, Interval},
    presence::Presence,
    punch_window, work_span,
};
use crate::{Half, Portion, working_time::AttendanceRules};

/// Part of one shift that is expected after leave.
#[derive(Debug)]
pub(super) struct ExpectedShift {
    /// Intervals without leave; empty if leave takes the whole shift.
    pub(super) parts: Vec<Interval>,
    /// Unpaid break that belongs to the parts.
    pub(super) break_minutes: Minutes,
}

/// Expected work of a day after leave.
#[derive(Debug)]
pub(super) struct Expectation {
    /// Expected shifts in order.
    pub(super) shifts: Vec<ExpectedShift>,
    /// Expected minutes of the day.
    pub(super) expected: Minutes,
    /// Whether leave takes all expected work.
    pub(super) fully_on_leave: bool,
}

impl ExpectedShift {
    /// From the start of the first part to the end of the last.
    fn bounds(&self) -> Option<Interval> {
        let (first, last) = (self.parts.first()?, self.parts.last()?);
        Some(Interval { from: first.from, to: last.to })
    }

    /// Removes the half of the shift that leave takes, with its share of the break.
    fn remove_half(&mut self, taken: Interval) {
        let before = interval::total_seconds(&self.parts);
        self.parts = interval::subtract(&self.parts, taken);
        let left = interval::total_seconds(&self.parts);
        let later = self.parts.first().is_some_and(|part| part.from >= taken.to);
        let share = |seconds: i64| self.break_minutes.0.saturating_mul(seconds) / before.max(1);
        // An odd minute of the break belongs to the earlier half.
        self.break_minutes =
            if later { Minutes(share(left)) } else { self.break_minutes - Minutes(share(before - left)) };
    }

    fn expected_minutes(&self) -> Minutes {
        (Minutes(interval::total_seconds(&self.parts) / 60) - self.break_minutes).max(Minutes::ZERO)
    }

    /// First arrival to last departure within the shift, and the seconds worked between them without breaks. None if
    /// the shift was not attended.
    pub(super) fn attended_time(&self, presence: &Presence) -> Option<(Interval, i64)> {
        let bounds = self.bounds()?;
        let mut present = presence.sessions.iter().filter_map(|session| session.intersection(bounds));
        let first = present.next()?;
        let last = present.next_back().unwrap_or(first);
        let worked = interval::overlap_seconds(&presence.worked, &self.parts);
        Some((Interval { from: first.from, to: last.to }, worked))
    }

    /// Seconds between arrival and departure that were not worked: punched breaks and gaps between sessions, but not hours
    /// of leave.
    pub(super) fn break_seconds_taken(&self, (present, worked): (Interval, i64)) -> i64 {
        interval::overlap_seconds(&[present], &self.parts).saturating_sub(worked).max(0)
    }

    /// Seconds of the shift's own break that were not taken and are deducted; 0 if at most half of the shift was
    /// worked.
    pub(super) fn break_seconds_to_deduct(&self, attended: (Interval, i64)) -> i64 {
        let worked = attended.1;
        let most = worked.saturating_mul(2) > interval::total_seconds(&self.parts);
        let missing = self.break_minutes.0.saturating_mul(60).saturating_sub(self.break_seconds_taken(attended));
        if most { missing.clamp(0, worked) } else { 0 }
    }

    /// Minutes late for the shift; 0 within grace, and if the arrival is unknown. An unpaired check-in before the end of the
    /// previous shift does not count.
    fn late_minutes(&self, presence: &Presence, previous_end: i64, grace: Minutes) -> Minutes {
        let Some(bounds) = self.bounds() else { return Minutes::ZERO };
        let sessions =
            presence.sessions.iter().filter_map(|session| session_within(*session, bounds)).map(|present| present.from);
        let open =
            presence.unpaired_check_ins.iter().copied().filter(|check_in| (previous_end..bounds.to).contains(check_in));
        let Some(arrival) = sessions.chain(open).min() else { return Minutes::ZERO };
        let was_present =
            presence.unpaired_check_outs.iter().any(|check_out| (bounds.from..=arrival).contains(check_out));
        if was_present { Minutes::ZERO } else { deviation_minutes(arrival - bounds.from, grace) }
    }

    /// Minutes left early from the shift; 0 within grace, and if the departure is unknown.
    fn early_minutes(&self, presence: &Presence, grace: Minutes) -> Minutes {
        let Some(bounds) = self.bounds() else { return Minutes::ZERO };
        let sessions =
            presence.sessions.iter().filter_map(|session| session_within(*session, bounds)).map(|present| present.to);
        let open = presence
            .unpaired_check_outs
            .iter()
            .copied()
            .filter(|check_out| *check_out > bounds.from)
            .map(|check_out| check_out.min(bounds.to));
        let Some(departure) = sessions.chain(open).max() else { return Minutes::ZERO };
        let is_present = presence.unpaired_check_ins.iter().any(|check_in| (departure..bounds.to).contains(check_in));
        if is_present { Minutes::ZERO } else { deviation_minutes(bounds.to - departure, grace) }
    }
}

/// Part of a session within a shift, if any. It can be empty: with a check-in and a check-out in the same second the
/// person came, too.
fn session_within(session: Interval, shift: Interval) -> Option<Interval> {
    let begins_within = (shift.from..shift.to).contains(&session.from);
    (begins_within || session.intersection(shift).is_some())
        .then(|| Interval { from: session.from.max(shift.from), to: session.to.min(shift.to) })
}

/// Whole minutes of a deviation from the shift, at least 1; 0 within the grace. The grace is not subtracted.
fn deviation_minutes(seconds: i64, grace: Minutes) -> Minutes {
    let over = seconds > grace.0.saturating_mul(60).max(0);
    if over { Minutes((seconds / 60).max(1)) } else { Minutes::ZERO }
}

impl Expectation {
    /// Expected work of a plan after active leave. On free days nothing is expected, and shifts only keep their breaks.
    pub(super) fn of(plan: &Plan, leaves: &[DayLeave], zone: &TimeZone) -> Self {
        let bounds = |shift: &PlannedShift| Interval::between(shift.from, shift.to);
        let shift = |shift| ExpectedShift { parts: vec![bounds(shift)], break_minutes: shift.break_minutes };
        let mut expectation = Self {
            shifts: plan.shifts.iter().map(shift).collect(),
            expected: plan.expected_minutes,
            fully_on_leave: false,
        };
        if plan.kind != DayKind::Work {
            return expectation;
        }
        let active = || leaves.iter().filter(|leave| leave.active);
        let in_full = expectation.shift_minutes();
        // Halves are deducted before hours, because the share of the break is computed from the whole shift.
        let (hours, days): (Vec<_>, Vec<_>) = active().partition(|leave| matches!(leave.portion, Portion::Hours(..)));
        for leave in days.into_iter().chain(hours) {
            expectation.deduct_leave(plan, leave.portion, leave.minutes, zone);
        }
        if !expectation.shifts.is_empty() && active().next().is_some() {
            let left = expectation.shift_minutes();
            // A default shift gives times, not minutes: the leave reduces the standard day by what it counts.
            let open = if in_full == plan.expected_minutes || left == Minutes::ZERO {
                left
            } else {
                let counted: Minutes = active().map(|leave| leave.minutes).sum();
                (plan.expected_minutes - counted).max(Minutes::ZERO)
            };
            expectation.expected = open.min(expectation.expected);
        }
        expectation.fully_on_leave = active().next().is_some() && expectation.expected <= Minutes::ZERO;
        expectation
    }

    /// Expected minutes of what is left of the shifts.
    fn shift_minutes(&self) -> Minutes {
        self.shifts.iter().map(ExpectedShift::expected_minutes).sum()
    }

    /// Deducts leave of one request. `minutes` is what the leave counts on the day; it matters only for a day without shifts.
    fn deduct_leave(&mut self, plan: &Plan, portion: Portion, minutes: Minutes, zone: &TimeZone) {
        let all = match portion {
            Portion::Full => true,
            Portion::Half(half) => plan.worked_half == Some(half),
            Portion::Hours(..) => false,
        };
        if all {
            self.expected = Minutes::ZERO;
            self.shifts.iter_mut().for_each(|shift| shift.parts.clear());
        } else if self.shifts.is_empty() {
            // A standard day has no fixed hours, so the counted minutes of the leave are deducted.
            self.expected = (self.expected - minutes).max(Minutes::ZERO);
        } else {
            match portion {
                Portion::Half(half) if plan.worked_half.is_none() => self.deduct_half_day(plan, half),
                Portion::Hours(from, to) => self.deduct_hours(plan, (from, to), zone),
                Portion::Full | Portion::Half(_) => {}
            }
        }
    }

    fn deduct_half_day(&mut self, plan: &Plan, half: Half) {
        let middle = middle_of_shifts(plan);
        let taken = match half {
            Half::Am => Interval { from: i64::MIN, to: middle },
            Half::Pm => Interval { from: middle, to: i64::MAX },
        };
        self.shifts.iter_mut().for_each(|shift| shift.remove_half(taken));
    }

    /// Deducts hours of leave that overlap the shifts on the plan's date, else on the date after it.
    fn deduct_hours(&mut self, plan: &Plan, (from, to): (Time, Time), zone: &TimeZone) {
        let on = |date: Date| {
            let ends_on = if to <= from { punch_window::add_days(date, 1) } else { date };
            Interval::between(instant_at(zone, date, from), instant_at(zone, ends_on, to))
        };
        let bounds = |shift: &PlannedShift| Interval::between(shift.from, shift.to);
        let overlaps = |taken: &Interval| plan.shifts.iter().any(|shift| bounds(shift).intersection(*taken).is_some());
        if let Some(taken) = [plan.date, punch_window::add_days(plan.date, 1)].map(on).into_iter().find(overlaps) {
            self.shifts.iter_mut().for_each(|shift| shift.parts = interval::subtract(&shift.parts, taken));
        }
    }

    /// Minutes late and minutes left early, each summed over all shifts of the day.
    pub(super) fn late_and_early_minutes(&self, presence: &Presence, rules: &AttendanceRules) -> (Minutes, Minutes) {
        let mut previous_end = i64::MIN;
        let (mut late, mut early) = (Minutes::ZERO, Minutes::ZERO);
        for shift in &self.shifts {
            late = late + shift.late_minutes(presence, previous_end, rules.grace_in_minutes);
            early = early + shift.early_minutes(presence, rules.grace_out_minutes);
            previous_end = shift.bounds().map_or(previous_end, |bounds| bounds.to);
        }
        (late, early)
    }
}

/// Instant at which half of the day's shift time has passed. Between two shifts it is the end of the earlier one.
fn middle_of_shifts(plan: &Plan) -> i64 {
    let shifts = plan.shifts.iter().map(|shift| (shift.from.as_second(), shift.to.as_second()));
    work_span::middle(shifts).unwrap_or(i64::MAX)
}
