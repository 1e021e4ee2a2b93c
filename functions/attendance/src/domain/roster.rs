//! Rosters: shift rotations, and the validation of their cycles.

use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Message};
use policy::{
    Policy, PolicyRules, PolicySet,
    attendance::{Roster, Rosters},
    working_time::{AttendanceRules, Shift},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::messages;

/// Maximum days of a cycle.
pub const CYCLE_DAYS_MAX: usize = 56;
/// Maximum shifts of one day of a cycle.
pub const SHIFTS_MAX: usize = 4;
/// Seconds of a day without a clock change.
const DAY_S: i64 = 24 * 60 * 60;

/// Roster: a rotation of shifts with a repeating cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterItem {
    /// Id, name, first day and cycle of the roster.
    #[serde(flatten)]
    pub roster: Roster,
    /// Time at which an employee was first assigned; absent before. From then on, `cycle` and `starts_on` cannot
    /// change.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub assigned_at: Option<Timestamp>,
    /// Id of the employee who created the roster.
    pub created_by: EmployeeId,
    /// Time at which the roster was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time of the last change.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Time of the deletion. The API never returns a deleted object.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(ignore)]
    pub deleted_at: Option<Timestamp>,
}

impl RosterItem {
    /// The roster, marked as deleted. Its item is never dropped, because past days are derived by it.
    #[must_use]
    pub fn tombstone(&self, at: Timestamp) -> Self {
        Self { updated_at: at, deleted_at: Some(at), ..self.clone() }
    }
}

/// All rosters in the form of the engine, deleted ones included.
pub fn to_rosters(items: Vec<RosterItem>) -> Rosters {
    Rosters(items.into_iter().map(|item| (item.roster.id, item.roster)).collect())
}

/// Shift of a cycle that is unknown, or that overlaps an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleError {
    /// Day of the cycle, from 0.
    pub day: usize,
    /// Index of the shift in the day, from 0.
    pub at: usize,
    /// Code of the shift.
    pub shift: String,
    /// Code of the shift that has not ended when this one begins; `None` if the shift is unknown.
    pub overlaps: Option<String>,
}

impl CycleError {
    /// Code of the error: `overlap` or `unknown_shift`.
    pub const fn code(&self) -> &'static str {
        if self.overlaps.is_some() { "overlap" } else { "unknown_shift" }
    }

    /// Sentence for people: what is wrong, and what would be right.
    pub fn detail(&self) -> Message {
        match &self.overlaps {
            Some(earlier) => messages::overlapping_shift(self.shift.as_str(), earlier.as_str()),
            None => messages::unknown_shift(self.shift.as_str()),
        }
    }
}

/// Rules of all attendance policies that apply on `from` or a later day.
pub fn rules_in_force_from(policies: &PolicySet, from: Date) -> Vec<&AttendanceRules> {
    let in_force = |policy: &&Policy| {
        policies.last_day_of_version(policy).is_none_or(|last| from <= last && policy.effective.from <= last)
    };
    policies.policies().iter().filter(in_force).filter_map(attendance_rules).collect()
}

/// Rules of an attendance policy; `None` for a policy of another kind.
pub fn attendance_rules(policy: &Policy) -> Option<&AttendanceRules> {
    match &policy.rules {
        PolicyRules::Attendance(rules) => Some(rules),
        _ => None,
    }
}

/// One shift in a cycle.
#[derive(Clone, Copy)]
struct CycleShift<'a> {
    day: usize,
    at: usize,
    code: &'a str,
}

/// First error of a cycle: a shift that none of the rules define, or two that overlap by all rules that define both.
/// `None` if the cycle can be worked. The cycle repeats, so its first day follows the last.
pub fn find_cycle_error(cycle: &[Vec<String>], rules: &[&AttendanceRules]) -> Option<CycleError> {
    find_unknown_shift(cycle, rules).or_else(|| find_overlap(cycle, rules))
}

/// Shifts of one day of the cycle; none for a rest day.
fn shifts_of_day(cycle: &[Vec<String>], day: usize) -> impl Iterator<Item = CycleShift<'_>> + Clone {
    let codes = cycle.get(day).map(Vec::as_slice).unwrap_or_default();
    codes.iter().enumerate().map(move |(at, code)| CycleShift { day, at, code })
}

/// First shift that none of the rules define.
fn find_unknown_shift(cycle: &[Vec<String>], rules: &[&AttendanceRules]) -> Option<CycleError> {
    let known = |code: &str| rules.iter().any(|rules| find_shift(rules, code).is_some());
    let missing = (0..cycle.len()).flat_map(|day| shifts_of_day(cycle, day)).find(|slot| !known(slot.code))?;
    Some(CycleError { day: missing.day, at: missing.at, shift: missing.code.to_owned(), overlaps: None })
}

/// First shift that overlaps an earlier one of the same day, or one of the day before.
fn find_overlap(cycle: &[Vec<String>], rules: &[&AttendanceRules]) -> Option<CycleError> {
    for day in 0..cycle.len() {
        let next = if day + 1 < cycle.len() { day + 1 } else { 0 };
        let same_day = shifts_of_day(cycle, day)
            .flat_map(|one| shifts_of_day(cycle, day).skip(one.at + 1).map(move |two| (one, two)));
        let next_day = shifts_of_day(cycle, day).flat_map(|one| shifts_of_day(cycle, next).map(move |two| (one, two)));
        let pairs = same_day.map(|pair| (pair, 0)).chain(next_day.map(|pair| (pair, 1)));
        for ((one, two), days_apart) in pairs {
            if overlap_by_all_rules(rules, one.code, two.code, days_apart) {
                let CycleShift { day, at, code } = two;
                return Some(CycleError { day, at, shift: code.to_owned(), overlaps: Some(one.code.to_owned()) });
            }
        }
    }
    None
}

/// Whether two shifts overlap by all rules that define both; false if none do.
fn overlap_by_all_rules(rules: &[&AttendanceRules], one: &str, two: &str, days_apart: i64) -> bool {
    let both = rules.iter().filter_map(|rules| Some((find_shift(rules, one)?, find_shift(rules, two)?)));
    let mut overlapping = both.map(|(one, two)| shifts_overlap(one, two, days_apart)).peekable();
    overlapping.peek().is_some() && overlapping.all(|overlaps| overlaps)
}

/// Whether a shift overlaps another one that starts `days_apart` later, by local time.
fn shifts_overlap(one: &Shift, two: &Shift, days_apart: i64) -> bool {
    let span = |shift: &Shift| {
        let second = |time: jiff::civil::Time| {
            i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
        };
        let (from, to) = (second(shift.from), second(shift.to));
        (from, if to > from { to } else { to + DAY_S })
    };
    let ((one_from, one_to), (two_from, two_to)) = (span(one), span(two));
    let later = days_apart * DAY_S;
    one_from < two_to + later && two_from + later < one_to
}

fn find_shift<'a>(rules: &'a AttendanceRules, code: &str) -> Option<&'a Shift> {
    rules.shifts.iter().find(|shift| shift.code == code)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Rules with these shifts: code, beginning, end.
    fn rules(shifts: &[(&str, &str, &str)]) -> AttendanceRules {
        let shift =
            |(code, from, to): &(&str, &str, &str)| json!({"code": code, "from": from, "to": to, "break_minutes": 30});
        serde_json::from_value(json!({
            "shifts": shifts.iter().map(shift).collect::<Vec<Value>>(),
            "window_before_minutes": 60, "window_after_minutes": 60, "grace_in_minutes": 5, "grace_out_minutes": 5,
            "breaks": [], "rounding": "none", "rounding_step_minutes": 1,
        }))
        .unwrap()
    }

    /// A cycle of days, each with its shifts: `""` is a rest day.
    fn cycle(days: &[&str]) -> Vec<Vec<String>> {
        days.iter().map(|day| day.split_whitespace().map(str::to_owned).collect()).collect()
    }

    fn error_of(days: &[&str], rules: &[&AttendanceRules]) -> Option<(usize, usize, &'static str)> {
        find_cycle_error(&cycle(days), rules).map(|error| (error.day, error.at, error.code()))
    }

    #[test]
    fn overlapping_shifts_are_rejected_across_midnight_and_cycle_end() {
        let plant = rules(&[
            ("early", "06:00:00", "14:00:00"),
            ("late", "14:00:00", "22:00:00"),
            ("night", "22:00:00", "06:00:00"),
            ("long", "20:00:00", "08:00:00"),
            ("whole", "06:00:00", "06:00:00"),
        ]);
        let table: [(&[&str], _); 12] = [
            (&["early late night"], None),
            (&["early", "late", "night", "", ""], None),
            (&["night", "early"], None),
            (&["whole", "whole"], None),
            (&["", ""], None),
            (&["early early"], Some((0, 1, "overlap"))),
            (&["late long"], Some((0, 1, "overlap"))),
            (&["long", "early"], Some((1, 0, "overlap"))),
            (&["early", "", "long"], Some((0, 0, "overlap"))),
            (&["long early"], Some((0, 0, "overlap"))),
            (&["whole late"], Some((0, 1, "overlap"))),
            (&["early", "noon", "long"], Some((1, 0, "unknown_shift"))),
        ];
        for (days, expected) in table {
            let got = error_of(days, &[&plant]);
            // `long early` also overlaps itself on the next day; the first pair found is reported.
            assert_eq!(got.map(|(day, _, problem)| (day, problem)), expected.map(|(day, _, p)| (day, p)), "{days:?}");
        }
        assert_eq!(error_of(&["late", "early late long"], &[&plant]), Some((1, 2, "overlap")));
    }

    #[test]
    fn cycle_is_valid_if_one_policy_allows_it() {
        let wide = rules(&[("early", "06:00:00", "14:30:00"), ("late", "13:30:00", "22:00:00")]);
        let narrow = rules(&[("early", "06:00:00", "14:00:00"), ("late", "14:00:00", "22:00:00")]);
        let other = rules(&[("night", "22:00:00", "06:00:00")]);
        assert_eq!(error_of(&["early late"], &[&wide]), Some((0, 1, "overlap")));
        assert_eq!(error_of(&["early late"], &[&wide, &narrow]), None);
        assert_eq!(error_of(&["early late"], &[&wide, &other]), Some((0, 1, "overlap")));
        assert_eq!(error_of(&["early", "night"], &[&wide, &other]), None, "no policy defines both shifts");
        assert_eq!(error_of(&["early", "night"], &[&wide]), Some((1, 0, "unknown_shift")));
        assert_eq!(error_of(&["", "early"], &[]), Some((1, 0, "unknown_shift")));
        assert_eq!(error_of(&[""], &[]), None);
    }
}
