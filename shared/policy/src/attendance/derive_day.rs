//! Derivation of a day's figures from its punches, plan, leave and the previous day: rules 11 and 13 to 16
//! (docs/rules.md).
//!
//! If more than half of a shift was worked, the untaken part of its unpaid break is deducted from the middle of that
//! work. All times are computed in seconds and rounded once at the end, as the policy says. Breaks are shown to the
//! nearest minute.

use jiff::{Timestamp, civil::Weekday};
use kernel::Minutes;

use super::{
    ChangedInput, DayInputs, DayKind, DayOutcome, DayStatus, DerivedDay, Exception, IncompleteReason, OvertimeMinutes,
    PunchFlag, PunchKind, WeekToDate,
    date_shifts::midnight,
    expectation::Expectation,
    input_digests,
    interval::{self, Interval},
    overtime::OvertimeRater,
    presence::Presence,
    punch_reading::{self, Tap},
    punch_window,
};
use crate::{
    OvertimeRules, Policy, PolicyRules,
    leave::Violation,
    working_time::{AttendanceRules, Rounding, WorkedDay, check_working_time},
};

/// Names the inputs whose digests differ between two derivations of a day. Only [`ChangedInput::FirstDerivation`] if
/// `before` is empty.
pub fn changed_inputs(before: &[(ChangedInput, String)], after: &[(ChangedInput, String)]) -> Vec<ChangedInput> {
    if before.is_empty() {
        return vec![ChangedInput::FirstDerivation];
    }
    let differs = |these: &[(ChangedInput, String)], (cause, text): &(ChangedInput, String)| {
        these.iter().find(|(other, _)| other == cause).is_none_or(|(_, other)| other != text)
    };
    let changed = after.iter().filter(|part| differs(before, part)).map(|(cause, _)| *cause);
    let gone =
        before.iter().filter(|(cause, _)| after.iter().all(|(other, _)| other != cause)).map(|(cause, _)| *cause);
    changed.chain(gone).collect()
}

/// Derives the figures, violations and exceptions of a day from its inputs, and digests the inputs.
pub fn derive_day(inputs: &DayInputs<'_>) -> DerivedDay {
    let day = DayDerivation::of(inputs, punch_reading::taps(inputs.punches));
    let before = inputs.week_to_date_before();
    let outcome = day.outcome(before);
    let violations = working_time_violations(inputs, &outcome, &day.presence, before);
    let exceptions = day_exceptions(inputs, &outcome);
    let working_time = inputs.policies.applicable(Policy::WORKING_TIME, inputs.person, inputs.plan.date);
    let policies = [inputs.plan.attendance, inputs.plan.overtime, working_time.map(|policy| policy.reference)];
    let inputs = input_digests::input_digests(inputs, &policies, before);
    DerivedDay { outcome, violations, exceptions, inputs }
}

/// Minutes by which a check-in at `at` would be late, given the punches before it; 0 within grace. It is also 0 on return from
/// a break or during leave, and outside every shift.
pub fn late_minutes_of_check_in(inputs: &DayInputs<'_>, at: Timestamp) -> Minutes {
    let mut taps = punch_reading::taps(inputs.punches);
    taps.retain(|tap| tap.second < at.as_second());
    let known = DayDerivation::of(inputs, taps.clone()).late_and_early_minutes().0;
    taps.push(Tap::told(at.as_second(), PunchKind::CheckIn));
    (DayDerivation::of(inputs, taps).late_and_early_minutes().0 - known).max(Minutes::ZERO)
}

impl DayInputs<'_> {
    /// Worked minutes and overtime of the week before this day, 0 on Mondays; and the end of the last work and of the last weekly
    /// rest before it, also on Mondays.
    fn week_to_date_before(&self) -> WeekToDate {
        match self.plan.date.weekday() {
            Weekday::Monday => {
                let WeekToDate { last_out, rested_until, .. } = self.week_to_date;
                WeekToDate { last_out, rested_until, ..WeekToDate::default() }
            }
            _ => self.week_to_date,
        }
    }

    /// First check-in after the last weekly rest. Without earlier work, the rest ends with the first check-in. None if no
    /// policy requires a weekly rest.
    fn rested_until(&self, before: WeekToDate, first_in: Option<Timestamp>) -> Option<Timestamp> {
        let policy = self.policies.applicable(Policy::WORKING_TIME, self.person, self.plan.date)?;
        let PolicyRules::WorkingTime(rules) = &policy.rules else { return None };
        let required = Some(rules.weekly_rest_minutes).filter(|required| *required > Minutes::ZERO)?;
        let rested = |first_in: &Timestamp| match (before.last_out, before.rested_until) {
            (Some(last_out), Some(_)) => first_in.duration_since(last_out).as_secs() >= required.0.saturating_mul(60),
            _ => true,
        };
        first_in.filter(rested).or(before.rested_until)
    }

    /// Seconds within which taps of the day are one.
    pub fn debounce_seconds(&self) -> u16 {
        punch_reading::debounce_seconds(self.attendance_rules())
    }

    /// Kind of the date after the next, if a counted punch of the day is on it or later.
    pub(super) fn reached_kind_after_next(&self) -> Option<DayKind> {
        let zone = directory::zone_or_utc(&self.person.time_zone);
        let counted = self.punches.iter().filter(|punch| punch.is_counted());
        let last = counted.map(|punch| punch.at).max()?;
        let begins = midnight(&zone, punch_window::add_days(self.plan.date, 2));
        let [_, after_next] = self.next_kinds;
        (begins <= last).then_some(after_next)
    }

    fn attendance_rules(&self) -> Option<&AttendanceRules> {
        match &self.policies.policy(self.plan.attendance?)?.rules {
            PolicyRules::Attendance(rules) => Some(rules),
            _ => None,
        }
    }

    fn overtime_rules(&self) -> Option<&OvertimeRules> {
        match &self.policies.policy(self.plan.overtime?)?.rules {
            PolicyRules::Overtime(rules) => Some(rules),
            _ => None,
        }
    }

    /// Whether the employee has the status `on_leave`, so that no work is expected.
    fn has_on_leave_status(&self) -> bool {
        self.person.status == directory::EmploymentStatus::OnLeave
    }
}

/// Inputs of a day, with the presence and the expected work that follow from them.
struct DayDerivation<'a> {
    inputs: &'a DayInputs<'a>,
    zone: jiff::tz::TimeZone,
    presence: Presence,
    expectation: Expectation,
}

/// Worked intervals without breaks, and the seconds of break.
struct WorkedTime {
    intervals: Vec<Interval>,
    /// Seconds of break that were taken by the punches.
    breaks: i64,
    /// Seconds of break that were not taken and are deducted.
    deducted: i64,
    /// Seconds of work before the shifts that do not count.
    uncounted_early: i64,
}

impl<'a> DayDerivation<'a> {
    fn of(inputs: &'a DayInputs<'a>, taps: Vec<Tap>) -> Self {
        let punch_times = punch_reading::punch_times(taps, inputs.debounce_seconds());
        let zone = directory::zone_or_utc(&inputs.person.time_zone);
        let expectation = Expectation::of(inputs.plan, inputs.leaves, &zone);
        Self { inputs, zone, presence: Presence::of(&punch_times), expectation }
    }

    fn outcome(&self, before: WeekToDate) -> DayOutcome {
        let DayInputs { plan, leaves, .. } = self.inputs;
        let rater = self.overtime_rater(before);
        let worked = self.worked_time(&rater);
        let worked_seconds = interval::total_seconds(&worked.intervals);
        let worked_minutes = rounded_minutes(worked_seconds, self.inputs.attendance_rules());
        let (pieces, overtime) = rater.split_and_rate(&self.presence, &worked.intervals, worked_minutes);
        let (late_minutes, early_minutes) = self.late_and_early_minutes();
        let status = self.day_status();
        let (first_in, last_out) =
            (instant_of_second(self.presence.first_in), instant_of_second(self.presence.last_out));
        // A check-in without a check-out shows presence, too: no rest reaches across it.
        let last_present = last_out.max(instant_of_second(self.presence.unpaired_check_ins.last().copied()));
        let totals = WeekToDate {
            rested_until: self.inputs.rested_until(before, first_in),
            ..week_to_date_after(before, worked_minutes, &overtime, last_present)
        };
        let expected_minutes =
            if self.inputs.has_on_leave_status() { Minutes::ZERO } else { self.expectation.expected };
        let (break_minutes, taken_minutes) =
            (nearest_minutes(worked.breaks + worked.deducted), nearest_minutes(worked.breaks));
        DayOutcome {
            status,
            incomplete_reason: self.incomplete_reason(),
            kind: plan.kind,
            spans: plan.shifts.clone(),
            expected_minutes,
            first_in,
            last_out,
            worked_seconds,
            worked_minutes,
            break_minutes,
            deducted_break_minutes: break_minutes - taken_minutes,
            uncounted_early_minutes: Minutes(worked.uncounted_early / 60),
            late_minutes,
            early_minutes,
            missing_minutes: (expected_minutes - worked_minutes).max(Minutes::ZERO),
            leave_minutes: leaves.iter().filter(|leave| leave.active).map(|leave| leave.minutes).sum(),
            worked_on_leave: self.is_fully_on_leave() && self.has_punches(),
            overtime,
            pieces,
            totals,
            policies: plan.attendance.into_iter().chain(plan.overtime).collect(),
            calendar_version: plan.calendar_version,
            unknown_shifts: plan.unknown_shifts.clone(),
        }
    }

    fn overtime_rater(&self, before: WeekToDate) -> OvertimeRater<'_> {
        let DayInputs { plan, next_kinds, .. } = *self.inputs;
        let week_before = before.week_overtime_minutes;
        OvertimeRater { plan, next_kinds, zone: &self.zone, overtime: self.inputs.overtime_rules(), week_before }
    }

    /// Worked time that counts, without untaken breaks of shifts, and the break time: taken or deducted in shifts, punched
    /// outside shifts, and between sessions of a day without shifts.
    fn worked_time(&self, rater: &OvertimeRater<'_>) -> WorkedTime {
        let presence = &self.presence;
        let mut worked = WorkedTime {
            intervals: rater.without_uncounted_early_work(presence),
            breaks: interval::total_seconds(&presence.breaks),
            deducted: 0,
            uncounted_early: 0,
        };
        worked.uncounted_early = interval::total_seconds(&presence.worked) - interval::total_seconds(&worked.intervals);
        if self.expectation.shifts.is_empty() {
            worked.breaks += presence.gap_seconds();
        }
        for shift in &self.expectation.shifts {
            let Some(attended) = shift.attended_time(presence) else { continue };
            let untaken = shift.break_seconds_to_deduct(attended);
            worked.breaks +=
                shift.break_seconds_taken(attended) - interval::overlap_seconds(&presence.breaks, &shift.parts);
            worked.deducted += untaken;
            worked.deduct_break(untaken, &shift.parts);
        }
        worked
    }

    fn late_and_early_minutes(&self) -> (Minutes, Minutes) {
        match self.inputs.attendance_rules() {
            Some(rules) if self.inputs.plan.kind == DayKind::Work && !self.inputs.has_on_leave_status() => {
                self.expectation.late_and_early_minutes(&self.presence, rules)
            }
            _ => (Minutes::ZERO, Minutes::ZERO),
        }
    }

    fn has_punches(&self) -> bool {
        self.presence.has_unpaired || !self.presence.sessions.is_empty()
    }

    /// Whether leave, or the status `on_leave`, covers the whole working day.
    fn is_fully_on_leave(&self) -> bool {
        self.inputs.plan.kind == DayKind::Work && (self.expectation.fully_on_leave || self.inputs.has_on_leave_status())
    }

    /// Whether there are complete punches on a working day, and none of the sessions touches a planned shift.
    fn misses_every_shift(&self) -> bool {
        let DayInputs { plan, .. } = self.inputs;
        let touches = |shift: Interval| {
            let came = |session: &Interval| (shift.from..shift.to).contains(&session.from);
            self.presence.sessions.iter().any(|session| came(session) || session.intersection(shift).is_some())
        };
        plan.kind == DayKind::Work
            && !plan.shifts.is_empty()
            && self.has_punches()
            && !plan.shifts.iter().any(|shift| touches(Interval::between(shift.from, shift.to)))
    }

    fn incomplete_reason(&self) -> Option<IncompleteReason> {
        if self.presence.has_unpaired {
            Some(IncompleteReason::UnpairedPunch)
        } else {
            let missed = self.misses_every_shift() && !self.is_fully_on_leave();
            missed.then_some(IncompleteReason::OutsideShifts)
        }
    }

    fn day_status(&self) -> DayStatus {
        let nothing_expected = self.expectation.expected <= Minutes::ZERO;
        match (self.inputs.plan.kind, self.has_punches()) {
            _ if self.incomplete_reason().is_some() => DayStatus::Incomplete,
            (DayKind::Work, _) if self.is_fully_on_leave() => DayStatus::Leave,
            (DayKind::Work, true) if self.expectation.expected < self.inputs.plan.expected_minutes => {
                DayStatus::HalfLeave
            }
            (_, true) => DayStatus::Present,
            (DayKind::Work, false) if nothing_expected => DayStatus::RestDay,
            (DayKind::Work, false) => DayStatus::Absent,
            (DayKind::Rest, false) => DayStatus::RestDay,
            (DayKind::Holiday, false) => DayStatus::Holiday,
        }
    }
}

impl WorkedTime {
    /// Deducts a break of some seconds from the middle of the time worked in a shift.
    fn deduct_break(&mut self, seconds: i64, shift: &[Interval]) {
        if seconds <= 0 {
            return;
        }
        let within = interval::overlap_seconds(&self.intervals, shift);
        let (mut skip, mut left) = ((within - seconds) / 2, seconds);
        let inside: Vec<Interval> =
            self.intervals.iter().flat_map(|one| shift.iter().filter_map(|part| one.intersection(*part))).collect();
        for one in inside {
            let from = one.from + skip.min(one.seconds());
            let to = one.to.min(from.saturating_add(left));
            skip -= skip.min(one.seconds());
            left -= to - from;
            self.intervals = interval::subtract(&self.intervals, Interval { from, to });
        }
    }
}

fn nearest_minutes(seconds: i64) -> Minutes {
    Minutes((seconds + 30) / 60)
}

fn instant_of_second(second: Option<i64>) -> Option<Timestamp> {
    second.and_then(|second| Timestamp::from_second(second).ok())
}

/// Minutes of a time in seconds, rounded as the policy says; without a policy, rounded down to whole minutes.
fn rounded_minutes(seconds: i64, rules: Option<&AttendanceRules>) -> Minutes {
    let Some(rules) = rules else { return Minutes(seconds / 60) };
    let step = rules.rounding_step_minutes.0.max(1);
    let steps = |seconds: i64| seconds / (step * 60) * step;
    Minutes(match rules.rounding {
        Rounding::None => seconds / 60,
        Rounding::Down => steps(seconds),
        Rounding::Nearest => steps(seconds + step * 30),
        Rounding::Up => steps(seconds + step * 60 - 1),
    })
}

fn week_to_date_after(
    before: WeekToDate,
    worked: Minutes,
    overtime: &OvertimeMinutes,
    last_present: Option<Timestamp>,
) -> WeekToDate {
    WeekToDate {
        week_worked_minutes: before.week_worked_minutes + worked,
        week_overtime_minutes: before.week_overtime_minutes + overtime.minutes,
        last_out: last_present.max(before.last_out),
        rested_until: before.rested_until,
    }
}

/// Violations of the working-time rules on a worked day. Punched breaks and the time between sessions count as breaks taken.
/// Those of an incomplete day are unknown and not checked.
fn working_time_violations(
    inputs: &DayInputs<'_>,
    outcome: &DayOutcome,
    presence: &Presence,
    before: WeekToDate,
) -> Vec<Violation> {
    if outcome.worked_minutes <= Minutes::ZERO {
        return Vec::new();
    }
    let since = before.last_out.zip(outcome.first_in).filter(|(last_out, first_in)| last_out <= first_in);
    let day = WorkedDay {
        date: inputs.plan.date,
        worked: outcome.worked_minutes,
        breaks: Some(nearest_minutes(interval::total_seconds(&presence.breaks) + presence.gap_seconds()))
            .filter(|_| outcome.status != DayStatus::Incomplete),
        week: Some(outcome.totals.week_worked_minutes),
        since_weekly_rest: outcome
            .totals
            .rested_until
            .zip(outcome.last_out)
            .map(|(rested_until, last_out)| Minutes(last_out.duration_since(rested_until).as_secs() / 60)),
        rest: since.map(|(last_out, first_in)| Minutes(first_in.duration_since(last_out).as_secs() / 60)),
    };
    check_working_time(inputs.policies, inputs.person, &day)
}

fn day_exceptions(inputs: &DayInputs<'_>, outcome: &DayOutcome) -> Vec<Exception> {
    let mut counted = inputs.punches.iter().filter(|punch| punch.is_counted());
    let candidates = [
        (outcome.late_minutes > Minutes::ZERO, Exception::Late),
        (outcome.status == DayStatus::Absent, Exception::Absent),
        (outcome.status == DayStatus::Incomplete, Exception::Incomplete),
        (counted.any(|punch| punch.flags.contains(&PunchFlag::OutsideWindow)), Exception::OutsideWindow),
    ];
    candidates.into_iter().filter(|(holds, _)| *holds).map(|(_, exception)| exception).collect()
}
