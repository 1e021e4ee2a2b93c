//! Rotations and assignments: who works which shifts on a date.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use policy::attendance::{AssignedWork, Assignment, AssignmentError, Roster, Rosters, Schedule};
use proptest::prelude::*;

use crate::{
    attendance_make::{MONDAY, assignment_id, roster_id},
    make::cases,
};

/// Two early days, two nights, two days off.
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
fn a_cycle_comes_again_and_again_before_its_beginning_too() {
    let roster = rotation(1);
    let on = |days| roster.shifts_on(day(days)).join(" ");
    assert_eq!([0, 1, 2, 3, 4, 5, 6].map(on), ["early", "early", "night", "night", "", "", "early"]);
    assert_eq!([-1, -2, -3, -6, -7].map(on), ["", "", "night", "early", ""]);
    assert_eq!(on(600), "early");
    assert_eq!(Roster { cycle: vec![], ..roster }.shifts_on(MONDAY), Vec::<String>::new());
}

#[test]
fn shifts_by_themselves_go_before_the_roster_and_none_of_them_is_a_rest_day() {
    let schedule = Schedule::default().with(rostered(1, MONDAY, None)).unwrap();
    let schedule = schedule.with(shifts(8, day(1), Some(day(2)), &["late"])).unwrap();
    let schedule = schedule.with(shifts(9, day(3), Some(day(3)), &[])).unwrap();
    let rosters = rosters();
    let on = |days| schedule.shifts_on(&rosters, day(days)).map(|codes| codes.join(" "));
    assert_eq!(on(-1), None, "assigned to nothing yet");
    assert_eq!([0, 1, 2, 3, 4].map(on).map(Option::unwrap), ["early", "late", "late", "", ""]);
}

#[test]
fn a_roster_that_was_made_since_is_unknown_and_not_a_day_without_one() {
    let schedule = Schedule::default().with(rostered(7, MONDAY, None)).unwrap();
    let schedule = schedule.with(shifts(8, day(1), Some(day(1)), &["late"])).unwrap();
    assert_eq!(schedule.missing_roster(&rosters(), MONDAY), Some(roster_id(7)));
    assert_eq!(schedule.missing_roster(&rosters(), day(1)), None, "no roster is asked");
    assert_eq!(schedule.missing_roster(&rosters(), day(-1)), None);
    let known = Schedule::default().with(rostered(1, MONDAY, None)).unwrap();
    assert_eq!(known.missing_roster(&rosters(), MONDAY), None);
}

#[test]
fn assignments_of_one_layer_never_overlap() {
    let first = rostered(1, day(0), Some(day(9)));
    let schedule = Schedule::default().with(first.clone()).unwrap();
    assert_eq!(schedule.with(rostered(2, day(9), None)), Err(AssignmentError::Overlaps(first.clone())));
    assert_eq!(schedule.with(rostered(2, day(-3), None)), Err(AssignmentError::Overlaps(first.clone())));
    let both = schedule.with(rostered(2, day(10), None)).unwrap();
    assert_eq!(both.0.iter().map(|one| one.id).collect::<Vec<_>>(), [1, 2].map(assignment_id));
    assert!(schedule.with(shifts(2, day(9), Some(day(12)), &["late"])).is_ok(), "another layer");
    let shorter = Assignment { to: Some(day(4)), ..first.clone() };
    assert_eq!(schedule.with(shorter.clone()).unwrap().0, [shorter], "in place of itself");
    assert_eq!(both.without(assignment_id(1)).0.len(), 1);
    assert_eq!(schedule.with(rostered(2, day(3), Some(day(2)))), Err(AssignmentError::EndsBeforeItBegins));
    assert_eq!(schedule.with(shifts(2, day(3), None, &["late"])), Err(AssignmentError::MissingEnd));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_cycle_is_as_long_as_it_says(length in 1_usize..=56, days in -20_000_i64..20_000) {
        let cycle = (0..length).map(|day| vec![day.to_string()]).collect();
        let roster = Roster { id: roster_id(1), name: "Long".into(), starts_on: date(2026, 1, 1), cycle };
        let on = |days: i64| roster.shifts_on(date(2026, 1, 1).checked_add(days.days()).unwrap())[0].parse::<i64>().unwrap();
        let length = i64::try_from(length).unwrap();
        prop_assert_eq!(on(days), days.rem_euclid(length));
        prop_assert_eq!(on(days), on(days + length));
    }

    #[test]
    fn whatever_is_assigned_at_most_one_of_a_layer_holds_a_day(asked in prop::collection::vec((1_u128..6, 0_i64..30, 0_i64..30, any::<bool>()), 1..20)) {
        let mut schedule = Schedule::default();
        for (number, from, to, by_roster) in asked {
            let assignment =
                if by_roster { rostered(number, day(from), Some(day(to))) } else { shifts(number + 10, day(from), Some(day(to)), &["late"]) };
            if let Ok(longer) = schedule.with(assignment) {
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
