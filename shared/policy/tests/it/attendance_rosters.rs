//! Rosters and shift assignments.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use policy::attendance::{AssignedWork, Assignment, AssignmentError, Roster, Rosters, Schedule};
use proptest::prelude::*;

use crate::{
    attendance_fixtures::{MONDAY, assignment_id, roster_id},
    fixtures::cases,
};

/// Roster of two early days, two nights and two days off.
fn rotation(number: u128) -> Roster {
    let cycle = ["early", "early", "night", "night", "", ""];
    let cycle = cycle.iter().map(|day| day.split_whitespace().map(str::to_owned).collect()).collect();
    Roster { id: roster_id(number), name: "Two and two".into(), starts_on: MONDAY, cycle }
}

fn rosters() -> Rosters {
    Rosters([1, 2].map(|number| (roster_id(number), rotation(number))).into_iter().collect())
}

fn rostered(number: u128, from: Date, to: Option<Date>) -> Assignment {
    Assignment { id: assignment_id(number), from, to, work: AssignedWork::RosterId(roster_id(number)) }
}

fn shifts(number: u128, from: Date, to: Option<Date>, codes: &[&str]) -> Assignment {
    let codes = codes.iter().map(|code| (*code).to_owned()).collect();
    Assignment { id: assignment_id(number), from, to, work: AssignedWork::Shifts(codes) }
}

fn day(days: i64) -> Date {
    MONDAY.checked_add(days.days()).unwrap()
}

#[test]
fn cycle_repeats_before_and_after_its_start() {
    let roster = rotation(1);
    let on = |days| roster.shift_codes_on(day(days)).join(" ");
    assert_eq!([0, 1, 2, 3, 4, 5, 6].map(on), ["early", "early", "night", "night", "", "", "early"]);
    assert_eq!([-1, -2, -3, -6, -7].map(on), ["", "", "night", "early", ""]);
    assert_eq!(on(600), "early");
    assert_eq!(Roster { cycle: vec![], ..roster }.shift_codes_on(MONDAY), Vec::<String>::new());
}

#[test]
fn explicit_shifts_override_the_roster_and_empty_means_rest() {
    let schedule = Schedule::default().with_assignment(rostered(1, MONDAY, None)).unwrap();
    let schedule = schedule.with_assignment(shifts(8, day(1), Some(day(2)), &["late"])).unwrap();
    let schedule = schedule.with_assignment(shifts(9, day(3), Some(day(3)), &[])).unwrap();
    let rosters = rosters();
    let on = |days| schedule.shift_codes_on(&rosters, day(days)).map(|codes| codes.join(" "));
    assert_eq!(on(-1), None, "no assignment covers the day");
    assert_eq!([0, 1, 2, 3, 4].map(on).map(Option::unwrap), ["early", "late", "late", "", ""]);
}

#[test]
fn roster_missing_from_the_cache_is_reported_as_missing() {
    let schedule = Schedule::default().with_assignment(rostered(7, MONDAY, None)).unwrap();
    let schedule = schedule.with_assignment(shifts(8, day(1), Some(day(1)), &["late"])).unwrap();
    assert_eq!(schedule.missing_roster(&rosters(), MONDAY), Some(roster_id(7)));
    assert_eq!(schedule.missing_roster(&rosters(), day(1)), None, "explicit shifts need no roster");
    assert_eq!(schedule.missing_roster(&rosters(), day(-1)), None);
    let known = Schedule::default().with_assignment(rostered(1, MONDAY, None)).unwrap();
    assert_eq!(known.missing_roster(&rosters(), MONDAY), None);
}

#[test]
fn assignments_of_one_kind_never_overlap() {
    let first = rostered(1, day(0), Some(day(9)));
    let schedule = Schedule::default().with_assignment(first.clone()).unwrap();
    assert_eq!(schedule.with_assignment(rostered(2, day(9), None)), Err(AssignmentError::Overlaps(first.clone())));
    assert_eq!(schedule.with_assignment(rostered(2, day(-3), None)), Err(AssignmentError::Overlaps(first.clone())));
    let both = schedule.with_assignment(rostered(2, day(10), None)).unwrap();
    assert_eq!(both.0.iter().map(|one| one.id).collect::<Vec<_>>(), [1, 2].map(assignment_id));
    assert!(
        schedule.with_assignment(shifts(2, day(9), Some(day(12)), &["late"])).is_ok(),
        "explicit shifts can overlap a roster"
    );
    let shorter = Assignment { to: Some(day(4)), ..first.clone() };
    assert_eq!(schedule.with_assignment(shorter.clone()).unwrap().0, [shorter], "the assignment replaces itself");
    assert_eq!(both.without_assignment(assignment_id(1)).0.len(), 1);
    assert_eq!(schedule.with_assignment(rostered(2, day(3), Some(day(2)))), Err(AssignmentError::EndsBeforeItBegins));
    assert_eq!(schedule.with_assignment(shifts(2, day(3), None, &["late"])), Err(AssignmentError::MissingEnd));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn cycle_repeats_at_its_length(length in 1_usize..=56, days in -20_000_i64..20_000) {
        let cycle = (0..length).map(|day| vec![day.to_string()]).collect();
        let roster = Roster { id: roster_id(1), name: "Long".into(), starts_on: date(2026, 1, 1), cycle };
        let on = |days: i64| roster.shift_codes_on(date(2026, 1, 1).checked_add(days.days()).unwrap())[0].parse::<i64>().unwrap();
        let length = i64::try_from(length).unwrap();
        prop_assert_eq!(on(days), days.rem_euclid(length));
        prop_assert_eq!(on(days), on(days + length));
    }

    #[test]
    fn at_most_one_assignment_of_a_kind_covers_a_day(asked in prop::collection::vec((1_u128..6, 0_i64..30, 0_i64..30, any::<bool>()), 1..20)) {
        let mut schedule = Schedule::default();
        for (number, from, to, by_roster) in asked {
            let assignment =
                if by_roster { rostered(number, day(from), Some(day(to))) } else { shifts(number + 10, day(from), Some(day(to)), &["late"]) };
            if let Ok(longer) = schedule.with_assignment(assignment) {
                schedule = longer;
            }
        }
        for days in 0..30 {
            let holding = || schedule.0.iter().filter(|one| one.covers(day(days)));
            prop_assert!(holding().filter(|one| matches!(one.work, AssignedWork::Shifts(_))).count() <= 1);
            prop_assert!(holding().filter(|one| matches!(one.work, AssignedWork::RosterId(_))).count() <= 1);
        }
        prop_assert!(schedule.0.is_sorted_by_key(|one| (one.from, one.id)));
    }
}
