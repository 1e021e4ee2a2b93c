//! Check of a worked day against the policies for working time, attendance and overtime.

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;

use super::{AttendanceRules, WorkingTimeRules};
use crate::{
    OvertimeRules, Policy, PolicyRules, PolicySet,
    leave::{
        BreakFigures, DailyMaximumFigures, DailyRestFigures, OvertimeCapFigures, Violation, ViolationFigures,
        WeeklyMaximumFigures, WeeklyRestFigures,
    },
};

/// Times of a worked day that are checked. A time that is `None` is not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkedDay {
    /// Date of the attendance day, on which the shift starts.
    pub date: Date,
    /// Minutes worked, without breaks.
    pub worked: Minutes,
    /// Minutes of break that was taken by the punches, time between sessions included and deducted breaks left out; `None` for
    /// an incomplete day.
    pub breaks: Option<Minutes>,
    /// Minutes worked from Monday up to and including the day, if known.
    pub week: Option<Minutes>,
    /// Minutes from the last check-out before the day, or a later check-in without one, to the first check-in, if known.
    pub rest: Option<Minutes>,
    /// Minutes between the end of the last weekly rest and the last check-out, if known.
    pub since_weekly_rest: Option<Minutes>,
}

/// Returns the violations of a worked day, blocking ones first: `daily_maximum`, `weekly_maximum`, `daily_rest`,
/// `weekly_rest`, `break_missing` and `daily_overtime_cap`.
pub fn check_working_time(policies: &PolicySet, person: &Person, day: &WorkedDay) -> Vec<Violation> {
    let applicable = |subject: &str| policies.applicable(subject, person, day.date);
    let checked = [Policy::WORKING_TIME, Policy::ATTENDANCE, Policy::OVERTIME].into_iter().filter_map(applicable);
    let mut violations: Vec<Violation> = checked
        .flat_map(|policy| match &policy.rules {
            PolicyRules::WorkingTime(rules) => check_limits(policy, rules, day),
            PolicyRules::Attendance(rules) => check_breaks(policy, rules, day),
            PolicyRules::Overtime(rules) => check_overtime_cap(policy, rules, person, day),
            _ => Vec::new(),
        })
        .collect();
    violations.sort_by_key(|violation| !violation.blocking);
    violations
}

/// Violation that counts as blocking unless the policy only warns of its code.
fn new_violation(policy: &Policy, pointer: &str, figures: ViolationFigures) -> Violation {
    let blocking = !policy.warn_only.iter().any(|warning| warning == figures.code());
    Violation::new(figures, policy.reference, blocking, pointer)
}

fn check_limits(policy: &Policy, rules: &WorkingTimeRules, day: &WorkedDay) -> Vec<Violation> {
    let WorkedDay { date, worked, week, rest, since_weekly_rest, .. } = *day;
    let mut violations = Vec::new();
    if worked > rules.daily_max_minutes {
        let figures = DailyMaximumFigures { date, worked_minutes: worked, daily_max_minutes: rules.daily_max_minutes };
        violations.push(new_violation(policy, "/worked_minutes", ViolationFigures::DailyMaximum(figures)));
    }
    if let Some(week_minutes) = week.filter(|week| *week > rules.weekly_max_minutes) {
        let figures = WeeklyMaximumFigures { date, week_minutes, weekly_max_minutes: rules.weekly_max_minutes };
        violations.push(new_violation(policy, "/week_minutes", ViolationFigures::WeeklyMaximum(figures)));
    }
    if let Some(rest_minutes) = rest.filter(|rest| *rest < rules.daily_rest_minutes) {
        let figures = DailyRestFigures { date, rest_minutes, daily_rest_minutes: rules.daily_rest_minutes };
        violations.push(new_violation(policy, "/rest_minutes", ViolationFigures::DailyRest(figures)));
    }
    // Seven days from the end of a rest must contain another one, so work ends early enough for it.
    let weekly_rest_minutes = rules.weekly_rest_minutes;
    let longest = Minutes(7 * Minutes::CIVIL_DAY.0) - weekly_rest_minutes;
    let required = since_weekly_rest.filter(|since| weekly_rest_minutes > Minutes::ZERO && *since > longest);
    if let Some(since_rest_minutes) = required {
        let figures = WeeklyRestFigures { date, since_rest_minutes, weekly_rest_minutes };
        violations.push(new_violation(policy, "/since_rest_minutes", ViolationFigures::WeeklyRest(figures)));
    }
    violations
}

/// Checks the longest break that the worked time requires.
fn check_breaks(policy: &Policy, rules: &AttendanceRules, day: &WorkedDay) -> Vec<Violation> {
    let required = rules.breaks.iter().filter(|required| day.worked > required.worked_over_minutes);
    let Some((required, taken)) = required.max_by_key(|required| required.break_minutes).zip(day.breaks) else {
        return Vec::new();
    };
    if taken >= required.break_minutes {
        return Vec::new();
    }
    let figures = BreakFigures {
        date: day.date,
        worked_minutes: day.worked,
        break_minutes: taken,
        required_break_minutes: required.break_minutes,
        worked_over_minutes: required.worked_over_minutes,
    };
    vec![new_violation(policy, "/break_minutes", ViolationFigures::BreakMissing(figures))]
}

/// Checks the work above the standard day against the daily cap of overtime, whether or not it counts as overtime.
fn check_overtime_cap(policy: &Policy, rules: &OvertimeRules, person: &Person, day: &WorkedDay) -> Vec<Violation> {
    let standard = person.contract.day_minutes;
    let overtime = day.worked - standard;
    if overtime <= rules.daily_cap_minutes {
        return Vec::new();
    }
    let figures = OvertimeCapFigures {
        date: day.date,
        worked_minutes: day.worked,
        day_minutes: standard,
        overtime_minutes: overtime,
        daily_cap_minutes: rules.daily_cap_minutes,
    };
    vec![new_violation(policy, "/worked_minutes", ViolationFigures::DailyOvertimeCap(figures))]
}
