//! What of a day's shifts is due once leave is taken off, and how it was kept. Rules 13 and 14.
//!
//! Half a day of leave is half of the day's shift time by the clock, with its share of the break; where the calendar works only one half, it is
//! that half or nothing. Hours of leave are those hours: at an edge of a shift they move it, within it they are no break. Hours that meet no
//! shift on their own date are those of the night after it.

use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use kernel::Minutes;

use super::{
    DayKind, DayLeave, Plan, PlannedShift,
    agenda::instant,
    presence::Presence,
    stretch::{self, Interval},
    windows,
};
use crate::{Half, Portion, work::AttendanceRules};

/// What of one shift is due.
#[derive(Debug)]
pub(super) struct ExpectedShift {
    /// Without leave; nothing where all of it is.
    pub(super) parts: Vec<Interval>,
    /// The unpaid break that belongs to it.
    pub(super) break_minutes: Minutes,
}

/// What of a day is due.
#[derive(Debug)]
pub(super) struct Expectation {
    /// By shift.
    pub(super) shifts: Vec<ExpectedShift>,
    /// What is to be worked.
    pub(super) expected: Minutes,
    /// Whether leave takes all that was to be worked.
    pub(super) fully_on_leave: bool,
}

impl ExpectedShift {
    /// From its first part to its last.
    fn whole(&self) -> Option<Interval> {
        let (first, last) = (self.parts.first()?, self.parts.last()?);
        Some(Interval { from: first.from, to: last.to })
    }

    /// Takes all off that lies in a stretch, with its share of the break.
    fn remove_half(&mut self, taken: Interval) {
        let before = stretch::seconds(&self.parts);
        self.parts = stretch::subtract(&self.parts, taken);
        let left = stretch::seconds(&self.parts);
        let later = self.parts.first().is_some_and(|part| part.from >= taken.to);
        let share = |seconds: i64| self.break_minutes.0.saturating_mul(seconds) / before.max(1);
        // The odd minute is the earlier half's.
        self.break_minutes =
            if later { Minutes(share(left)) } else { self.break_minutes - Minutes(share(before - left)) };
    }

    fn expected(&self) -> Minutes {
        (Minutes(stretch::seconds(&self.parts) / 60) - self.break_minutes).max(Minutes::ZERO)
    }

    /// From when until when somebody was there in it, their breaks included; and worked in it.
    pub(super) fn attendance(&self, presence: &Presence) -> Option<(Interval, i64)> {
        let whole = self.whole()?;
        let mut there = presence.sessions.iter().filter_map(|session| session.intersection(whole));
        let first = there.next()?;
        let last = there.next_back().unwrap_or(first);
        let worked = stretch::overlap_seconds(&presence.worked, &self.parts);
        Some((Interval { from: first.from, to: last.to }, worked))
    }

    /// Breaks that were taken in it: not there, or there on a break; not the hours that are leave.
    pub(super) fn break_taken(&self, (there, worked): (Interval, i64)) -> i64 {
        stretch::overlap_seconds(&[there], &self.parts).saturating_sub(worked).max(0)
    }

    /// What of its own break was not taken and is taken out: only from whoever worked more than half of it.
    pub(super) fn break_to_deduct(&self, attended: (Interval, i64)) -> i64 {
        let worked = attended.1;
        let most = worked.saturating_mul(2) > stretch::seconds(&self.parts);
        let missing = self.break_minutes.0.saturating_mul(60).saturating_sub(self.break_taken(attended));
        if most { missing.clamp(0, worked) } else { 0 }
    }

    /// How late somebody came to it, whose shift before it ended then; nothing where nobody can know.
    fn late(&self, presence: &Presence, since: i64, grace: Minutes) -> Minutes {
        let Some(whole) = self.whole() else { return Minutes::ZERO };
        let sessions =
            presence.sessions.iter().filter_map(|session| session.intersection(whole)).map(|there| there.from);
        let open = presence.unpaired_check_ins.iter().copied().filter(|came| (since..whole.to).contains(came));
        let Some(arrival) = sessions.chain(open).min() else { return Minutes::ZERO };
        let was_there = presence.unpaired_check_outs.iter().any(|went| (whole.from..=arrival).contains(went));
        if was_there { Minutes::ZERO } else { minutes_beyond_grace(arrival - whole.from, grace) }
    }

    /// How early somebody left it.
    fn early(&self, presence: &Presence, grace: Minutes) -> Minutes {
        let Some(whole) = self.whole() else { return Minutes::ZERO };
        let sessions = presence.sessions.iter().filter_map(|session| session.intersection(whole)).map(|there| there.to);
        let open = presence
            .unpaired_check_outs
            .iter()
            .copied()
            .filter(|went| *went > whole.from)
            .map(|went| went.min(whole.to));
        let Some(departure) = sessions.chain(open).max() else { return Minutes::ZERO };
        let is_there = presence.unpaired_check_ins.iter().any(|came| (departure..whole.to).contains(came));
        if is_there { Minutes::ZERO } else { minutes_beyond_grace(whole.to - departure, grace) }
    }
}

/// Whole minutes where it is more than the grace, at least one; counted from the shift and not from the end of grace.
fn minutes_beyond_grace(seconds: i64, grace: Minutes) -> Minutes {
    let over = seconds > grace.0.saturating_mul(60).max(0);
    if over { Minutes((seconds / 60).max(1)) } else { Minutes::ZERO }
}

impl Expectation {
    /// What is due of a plan once leave that stands is taken off. On free days nothing is expected, and shifts have their breaks only.
    pub(super) fn of(plan: &Plan, leaves: &[DayLeave], zone: &TimeZone) -> Self {
        let whole = |span: &PlannedShift| Interval::between(span.from, span.to);
        let due = |span| ExpectedShift { parts: vec![whole(span)], break_minutes: span.break_minutes };
        let mut this = Self {
            shifts: plan.shifts.iter().map(due).collect(),
            expected: plan.expected_minutes,
            fully_on_leave: false,
        };
        if plan.kind != DayKind::Work {
            return this;
        }
        let standing = || leaves.iter().filter(|leave| leave.active);
        // Halves before hours: the half of a break is that of the whole shift, whichever came first.
        let (hours, days): (Vec<_>, Vec<_>) = standing().partition(|leave| matches!(leave.portion, Portion::Hours(..)));
        for leave in days.into_iter().chain(hours) {
            this.deduct_leave(plan, leave.portion, leave.minutes, zone);
        }
        if !this.shifts.is_empty() && standing().next().is_some() {
            this.expected = this.shifts.iter().map(ExpectedShift::expected).sum::<Minutes>().min(this.expected);
        }
        this.fully_on_leave = standing().next().is_some() && this.expected <= Minutes::ZERO;
        this
    }

    fn deduct_leave(&mut self, plan: &Plan, portion: Portion, minutes: Minutes, zone: &TimeZone) {
        let all = match portion {
            Portion::Full => true,
            Portion::Half(half) => plan.worked_half == Some(half),
            Portion::Hours(..) => false,
        };
        if all {
            self.expected = Minutes::ZERO;
            self.shifts.iter_mut().for_each(|due| due.parts.clear());
        } else if self.shifts.is_empty() {
            // The standard day has no hours: what the leave counts is taken off.
            self.expected = (self.expected - minutes).max(Minutes::ZERO);
        } else {
            match portion {
                Portion::Half(half) if plan.worked_half.is_none() => self.deduct_half(plan, half),
                Portion::Hours(from, to) => self.deduct_hours(plan, (from, to), zone),
                Portion::Full | Portion::Half(_) => {}
            }
        }
    }

    fn deduct_half(&mut self, plan: &Plan, half: Half) {
        let middle = middle(plan);
        let taken = match half {
            Half::Am => Interval { from: i64::MIN, to: middle },
            Half::Pm => Interval { from: middle, to: i64::MAX },
        };
        self.shifts.iter_mut().for_each(|due| due.remove_half(taken));
    }

    fn deduct_hours(&mut self, plan: &Plan, (from, to): (Time, Time), zone: &TimeZone) {
        let on = |date: Date| {
            let ends_on = if to <= from { windows::add_days(date, 1) } else { date };
            Interval::between(instant(zone, date, from), instant(zone, ends_on, to))
        };
        let whole = |span: &PlannedShift| Interval::between(span.from, span.to);
        let meets = |taken: &Interval| plan.shifts.iter().any(|span| whole(span).intersection(*taken).is_some());
        if let Some(taken) = [plan.date, windows::add_days(plan.date, 1)].map(on).into_iter().find(meets) {
            self.shifts.iter_mut().for_each(|due| due.parts = stretch::subtract(&due.parts, taken));
        }
    }

    /// How late and how early somebody was, all shifts together.
    pub(super) fn late_and_early(&self, presence: &Presence, rules: &AttendanceRules) -> (Minutes, Minutes) {
        let mut since = i64::MIN;
        let (mut late, mut early) = (Minutes::ZERO, Minutes::ZERO);
        for due in &self.shifts {
            late = late + due.late(presence, since, rules.grace_in_minutes);
            early = early + due.early(presence, rules.grace_out_minutes);
            since = due.whole().map_or(since, |whole| whole.to);
        }
        (late, early)
    }
}

/// Where half of the shift time of a day has passed; where that is between two shifts, at the end of the earlier.
fn middle(plan: &Plan) -> i64 {
    let spans = || plan.shifts.iter().map(|span| Interval::between(span.from, span.to));
    let mut left = spans().map(Interval::seconds).sum::<i64>() / 2;
    for span in spans() {
        if left <= span.seconds() {
            return span.from + left;
        }
        left -= span.seconds();
    }
    i64::MAX
}
