//! What the policies say to a worked day.

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;
use serde_json::{Value, json};

use super::{AttendanceRules, WorkingTimeRules};
use crate::{OvertimeRules, Policy, PolicyRules, PolicySet, leave::Violation};

/// A worked day as somebody reports it, to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkedDay {
    /// The day.
    pub date: Date,
    /// Worked, breaks taken out.
    pub worked: Minutes,
    /// Breaks taken, when known.
    pub breaks: Option<Minutes>,
    /// Worked in the week up to and with this day, when known.
    pub week: Option<Minutes>,
    /// Rest since the day before, when known.
    pub rest: Option<Minutes>,
}

/// What the policies of this person say to a worked day: codes `daily_maximum`, `weekly_maximum`, `daily_rest`, `break_missing`, `daily_overtime_cap`
/// (beyond the person's standard day). What is not known is not judged.
pub fn check_working_time(book: &PolicySet, person: &Person, day: &WorkedDay) -> Vec<Violation> {
    let applying = |subject: &str| book.applicable(subject, person, day.date);
    let judged = [Policy::WORKING_TIME, Policy::ATTENDANCE, Policy::OVERTIME].into_iter().filter_map(applying);
    let mut violations: Vec<Violation> = judged
        .flat_map(|policy| match &policy.rules {
            PolicyRules::WorkingTime(rules) => working_time(policy, rules, day),
            PolicyRules::Attendance(rules) => check_breaks(policy, rules, day),
            PolicyRules::Overtime(rules) => overtime(policy, rules, person, day),
            _ => Vec::new(),
        })
        .collect();
    violations.sort_by_key(|violation| !violation.blocking);
    violations
}

/// The violation of a limit on a day.
fn violation(policy: &Policy, code: &str, pointer: &str, explanation: String, figures: Value) -> Violation {
    let blocking = !policy.warn_only.iter().any(|warning| warning == code);
    let (code, pointer) = (code.to_owned(), pointer.to_owned());
    Violation { code, policy: policy.reference, blocking, explanation, figures, pointer }
}

/// Minutes for people: `8 h 30 min`.
fn hours_and_minutes(minutes: Minutes) -> String {
    format!("{} h {:02} min", minutes.0 / 60, minutes.0 % 60)
}

fn working_time(policy: &Policy, rules: &WorkingTimeRules, day: &WorkedDay) -> Vec<Violation> {
    let date = day.date;
    let mut violations = Vec::new();
    if day.worked > rules.daily_max_minutes {
        let (worked, most) = (hours_and_minutes(day.worked), hours_and_minutes(rules.daily_max_minutes));
        let text = format!("{worked} were worked on {date}; at most {most} a day are allowed.");
        let figures = json!({"date": date, "worked_minutes": day.worked, "daily_max_minutes": rules.daily_max_minutes});
        violations.push(violation(policy, "daily_maximum", "/worked_minutes", text, figures));
    }
    if let Some(week) = day.week.filter(|week| *week > rules.weekly_max_minutes) {
        let text = format!(
            "{} were worked in the week up to {date}; at most {} a week are allowed.",
            hours_and_minutes(week),
            hours_and_minutes(rules.weekly_max_minutes)
        );
        let figures = json!({"date": date, "week_minutes": week, "weekly_max_minutes": rules.weekly_max_minutes});
        violations.push(violation(policy, "weekly_maximum", "/week_minutes", text, figures));
    }
    if let Some(rest) = day.rest.filter(|rest| *rest < rules.daily_rest_minutes) {
        let text = format!(
            "There were {} of rest before the work of {date}; at least {} are needed.",
            hours_and_minutes(rest),
            hours_and_minutes(rules.daily_rest_minutes)
        );
        let figures = json!({"date": date, "rest_minutes": rest, "daily_rest_minutes": rules.daily_rest_minutes});
        violations.push(violation(policy, "daily_rest", "/rest_minutes", text, figures));
    }
    violations
}

/// The longest break that the worked time asks for.
fn check_breaks(policy: &Policy, rules: &AttendanceRules, day: &WorkedDay) -> Vec<Violation> {
    let asked = rules.breaks.iter().filter(|required| day.worked > required.worked_over_minutes);
    let Some((required, taken)) = asked.max_by_key(|required| required.break_minutes).zip(day.breaks) else {
        return Vec::new();
    };
    if taken >= required.break_minutes {
        return Vec::new();
    }
    let text = format!(
        "{} were worked on {} with {} of break; more than {} need {}.",
        hours_and_minutes(day.worked),
        day.date,
        hours_and_minutes(taken),
        hours_and_minutes(required.worked_over_minutes),
        hours_and_minutes(required.break_minutes)
    );
    let figures = json!({
        "date": day.date, "worked_minutes": day.worked, "break_minutes": taken,
        "required_break_minutes": required.break_minutes, "worked_over_minutes": required.worked_over_minutes,
    });
    vec![violation(policy, "break_missing", "/break_minutes", text, figures)]
}

fn overtime(policy: &Policy, rules: &OvertimeRules, person: &Person, day: &WorkedDay) -> Vec<Violation> {
    let standard = person.contract.day_minutes;
    let beyond = day.worked - standard;
    if beyond <= rules.daily_cap_minutes {
        return Vec::new();
    }
    let text = format!(
        "{} were worked on {}, {} beyond the standard day of {}; at most {} a day may be.",
        hours_and_minutes(day.worked),
        day.date,
        hours_and_minutes(beyond),
        hours_and_minutes(standard),
        hours_and_minutes(rules.daily_cap_minutes)
    );
    let figures = json!({
        "date": day.date, "worked_minutes": day.worked, "day_minutes": standard,
        "overtime_minutes": beyond, "daily_cap_minutes": rules.daily_cap_minutes,
    });
    vec![violation(policy, "daily_overtime_cap", "/worked_minutes", text, figures)]
}
