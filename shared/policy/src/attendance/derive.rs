//! From punches, plan, leave and the day before to what came of a day. Rules 11 and 13 to 16.
//!
//! A shift's own break is taken out of the middle of what was worked in it, as far as it was not taken, from whoever worked more than half of
//! it. All is computed in seconds and rounded once, at the end, by the policy; breaks are shown to the nearest minute.

use jiff::{Timestamp, civil::Weekday};
use kernel::Minutes;

use super::{
    Cause, DayInputs, DayKind, Derived, Exception, Flag, Outcome, Overtimes, PunchKind, Status, Totals,
    due::Expectation,
    inputs,
    presence::{self, Presence},
    rated::Rating,
    stretch::{self, Stretch},
};
use crate::{
    Overtime, Policy, Rules,
    leave::Violation,
    work::{AttendanceRules, Rounding, WorkedDay, judge},
};

/// What of two derivations' inputs differs.
pub fn causes(before: &[(Cause, String)], after: &[(Cause, String)]) -> Vec<Cause> {
    if before.is_empty() {
        return vec![Cause::New];
    }
    let differs = |these: &[(Cause, String)], (cause, text): &(Cause, String)| {
        these.iter().find(|(other, _)| other == cause).is_none_or(|(_, other)| other != text)
    };
    let changed = after.iter().filter(|part| differs(before, part)).map(|(cause, _)| *cause);
    let gone =
        before.iter().filter(|(cause, _)| after.iter().all(|(other, _)| other != cause)).map(|(cause, _)| *cause);
    changed.chain(gone).collect()
}

/// What came of a day.
pub fn derive(inputs: &DayInputs<'_>) -> Derived {
    let day = Reading::of(inputs, presence::events(inputs.punches));
    let before = inputs.before_in_week();
    let outcome = day.outcome(before);
    let violations = violations(inputs, &outcome, before);
    let exceptions = exceptions(inputs, &outcome);
    let working_time = inputs.book.applying(Policy::WORKING_TIME, inputs.person, inputs.plan.date);
    let policies = [inputs.plan.attendance, inputs.plan.overtime, working_time.map(|policy| policy.reference)];
    let inputs = inputs::parts(inputs, &policies, before);
    Derived { outcome, violations, exceptions, inputs }
}

/// How late a check-in at this instant is beside the punches that are there; zero where it is not, as where the person was there before,
/// is on leave then, or it belongs to no shift.
pub fn late_by(inputs: &DayInputs<'_>, at: Timestamp) -> Minutes {
    let earlier = presence::events(inputs.punches).into_iter().filter(|(other, _)| *other < at.as_second());
    let mut events: Vec<presence::Event> = earlier.collect();
    let known = Reading::of(inputs, events.clone()).late_and_early().0;
    events.push((at.as_second(), PunchKind::CheckIn));
    (Reading::of(inputs, events).late_and_early().0 - known).max(Minutes::ZERO)
}

impl DayInputs<'_> {
    /// What the day before left: weeks begin on Monday.
    fn before_in_week(&self) -> Totals {
        match self.plan.date.weekday() {
            Weekday::Monday => Totals { last_out: self.before.last_out, ..Totals::default() },
            _ => self.before,
        }
    }

    fn attendance(&self) -> Option<&AttendanceRules> {
        match &self.book.policy(self.plan.attendance?)?.rules {
            Rules::Attendance(rules) => Some(rules),
            _ => None,
        }
    }

    fn overtime(&self) -> Option<&Overtime> {
        match &self.book.policy(self.plan.overtime?)?.rules {
            Rules::Overtime(rules) => Some(rules),
            _ => None,
        }
    }

    /// Away for longer: nothing is expected.
    fn is_away(&self) -> bool {
        self.person.status == directory::Status::OnLeave
    }
}

/// A day on the way to its outcome.
struct Reading<'a> {
    inputs: &'a DayInputs<'a>,
    zone: jiff::tz::TimeZone,
    presence: Presence,
    expectation: Expectation,
}

/// Worked time with all breaks taken out.
struct Worked {
    stretches: Vec<Stretch>,
    breaks: i64,
}

impl<'a> Reading<'a> {
    fn of(inputs: &'a DayInputs<'a>, events: Vec<presence::Event>) -> Self {
        let zone = directory::zone(&inputs.person.time_zone);
        let expectation = Expectation::of(inputs.plan, inputs.leaves, &zone);
        Self { inputs, zone, presence: Presence::of(events), expectation }
    }

    fn outcome(&self, before: Totals) -> Outcome {
        let DayInputs { plan, leaves, .. } = self.inputs;
        let worked = self.worked();
        let worked_seconds = stretch::seconds(&worked.stretches);
        let worked_minutes = rounded(worked_seconds, self.inputs.attendance());
        let (pieces, overtime) = self.rating(before).rate(&self.presence, &worked.stretches, worked_minutes);
        let (late_minutes, early_minutes) = self.late_and_early();
        let status = self.status();
        let (first_in, last_out) = (instant(self.presence.first_in), instant(self.presence.last_out));
        let totals = totals(before, worked_minutes, &overtime, last_out);
        let expected_minutes = if self.inputs.is_away() { Minutes::ZERO } else { self.expectation.expected };
        Outcome {
            status,
            kind: plan.kind,
            spans: plan.spans.clone(),
            expected_minutes,
            first_in,
            last_out,
            worked_seconds,
            worked_minutes,
            break_minutes: Minutes((worked.breaks + 30) / 60),
            late_minutes,
            early_minutes,
            missing_minutes: (expected_minutes - worked_minutes).max(Minutes::ZERO),
            leave_minutes: leaves.iter().filter(|leave| leave.stands).map(|leave| leave.minutes).sum(),
            worked_on_leave: self.is_on_leave() && self.has_punches(),
            overtime,
            pieces,
            totals,
            policies: plan.attendance.into_iter().chain(plan.overtime).collect(),
            calendar_version: plan.calendar_version,
            unknown_shifts: plan.unknown_shifts.clone(),
        }
    }

    fn rating(&self, before: Totals) -> Rating<'_> {
        let DayInputs { plan, next_kind, .. } = *self.inputs;
        let week_before = before.week_overtime_minutes;
        Rating { plan, next_kind, zone: &self.zone, overtime: self.inputs.overtime(), week_before }
    }

    /// Takes out what each shift's break still wants, and adds up all breaks: those in shifts, those punched beside them, and on a day without
    /// shifts those between sessions.
    fn worked(&self) -> Worked {
        let presence = &self.presence;
        let mut worked = Worked { stretches: presence.worked.clone(), breaks: stretch::seconds(&presence.breaks) };
        if self.expectation.dues.is_empty() {
            worked.breaks += presence.gaps();
        }
        for due in &self.expectation.dues {
            let Some(attended) = due.attended(presence) else { continue };
            let untaken = due.untaken(attended);
            worked.breaks += due.taken(attended) - stretch::shared(&presence.breaks, &due.parts) + untaken;
            worked.take_out(untaken, &due.parts);
        }
        worked
    }

    fn late_and_early(&self) -> (Minutes, Minutes) {
        match self.inputs.attendance() {
            Some(rules) if self.inputs.plan.kind == DayKind::Work && !self.inputs.is_away() => {
                self.expectation.late_and_early(&self.presence, rules)
            }
            _ => (Minutes::ZERO, Minutes::ZERO),
        }
    }

    fn has_punches(&self) -> bool {
        self.presence.odd || !self.presence.sessions.is_empty()
    }

    /// Whether all of a working day is leave.
    fn is_on_leave(&self) -> bool {
        self.inputs.plan.kind == DayKind::Work && (self.expectation.covered || self.inputs.is_away())
    }

    fn status(&self) -> Status {
        let nothing_was_expected = self.expectation.expected <= Minutes::ZERO;
        match (self.inputs.plan.kind, self.has_punches()) {
            (_, true) if self.presence.odd => Status::Incomplete,
            (DayKind::Work, _) if self.is_on_leave() => Status::Leave,
            (DayKind::Work, true) if self.expectation.expected < self.inputs.plan.expected => Status::HalfLeave,
            (_, true) => Status::Present,
            (DayKind::Work, false) if nothing_was_expected => Status::RestDay,
            (DayKind::Work, false) => Status::Absent,
            (DayKind::Rest, false) => Status::RestDay,
            (DayKind::Holiday, false) => Status::Holiday,
        }
    }
}

impl Worked {
    /// Takes so many seconds out of the middle of what was worked in a shift.
    fn take_out(&mut self, seconds: i64, shift: &[Stretch]) {
        if seconds <= 0 {
            return;
        }
        let within = stretch::shared(&self.stretches, shift);
        let (mut skip, mut left) = ((within - seconds) / 2, seconds);
        let inside: Vec<Stretch> =
            self.stretches.iter().flat_map(|one| shift.iter().filter_map(|part| one.shared(*part))).collect();
        for one in inside {
            let from = one.from + skip.min(one.seconds());
            let to = one.to.min(from.saturating_add(left));
            skip -= skip.min(one.seconds());
            left -= to - from;
            self.stretches = stretch::without(&self.stretches, Stretch { from, to });
        }
    }
}

fn instant(second: Option<i64>) -> Option<Timestamp> {
    second.and_then(|second| Timestamp::from_second(second).ok())
}

/// Seconds in minutes as the policy rounds them; whole minutes where none says how.
fn rounded(seconds: i64, rules: Option<&AttendanceRules>) -> Minutes {
    let Some(rules) = rules else { return Minutes(seconds / 60) };
    let step = rules.rounding_step_minutes.0.max(1);
    let whole = |seconds: i64| seconds / (step * 60) * step;
    Minutes(match rules.rounding {
        Rounding::None => seconds / 60,
        Rounding::Down => whole(seconds),
        Rounding::Nearest => whole(seconds + step * 30),
        Rounding::Up => whole(seconds + step * 60 - 1),
    })
}

fn totals(before: Totals, worked: Minutes, overtime: &Overtimes, last_out: Option<Timestamp>) -> Totals {
    Totals {
        week_worked_minutes: before.week_worked_minutes + worked,
        week_overtime_minutes: before.week_overtime_minutes + overtime.minutes,
        last_out: last_out.max(before.last_out),
    }
}

/// What the compliance engine says to a day on which somebody worked. The breaks of an incomplete day are not known.
fn violations(inputs: &DayInputs<'_>, outcome: &Outcome, before: Totals) -> Vec<Violation> {
    if outcome.worked_minutes <= Minutes::ZERO {
        return Vec::new();
    }
    let since = before.last_out.zip(outcome.first_in).filter(|(last_out, first_in)| last_out <= first_in);
    let day = WorkedDay {
        date: inputs.plan.date,
        worked: outcome.worked_minutes,
        breaks: Some(outcome.break_minutes).filter(|_| outcome.status != Status::Incomplete),
        week: Some(outcome.totals.week_worked_minutes),
        rest: since.map(|(last_out, first_in)| Minutes(first_in.duration_since(last_out).as_secs() / 60)),
    };
    judge(inputs.book, inputs.person, &day)
}

fn exceptions(inputs: &DayInputs<'_>, outcome: &Outcome) -> Vec<Exception> {
    let mut counting = inputs.punches.iter().filter(|punch| punch.counts());
    let found = [
        (outcome.late_minutes > Minutes::ZERO, Exception::Late),
        (outcome.status == Status::Absent, Exception::Absent),
        (outcome.status == Status::Incomplete, Exception::Incomplete),
        (counting.any(|punch| punch.flags.contains(&Flag::OutsideWindow)), Exception::OutsideWindow),
    ];
    found.into_iter().filter(|(holds, _)| *holds).map(|(_, exception)| exception).collect()
}
