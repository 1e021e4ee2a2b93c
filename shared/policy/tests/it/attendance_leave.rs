//! Effect of leave on a day: rules 14 and 16 (docs/rules.md).

use jiff::civil::{Date, date};
use kernel::Minutes;
use policy::{
    Half, Portion,
    attendance::{DayStatus, Exception},
};

use crate::attendance_fixtures::{Day, MONDAY, PersonFixture, at, attendance, by_default};

const SATURDAY: Date = date(2026, 11, 7);

/// Status, and minutes expected, late, early and missing.
fn outcome(day: &Day<'_>) -> (DayStatus, [i64; 4]) {
    let outcome = day.derive().outcome;
    let figures = [outcome.expected_minutes, outcome.late_minutes, outcome.early_minutes, outcome.missing_minutes];
    (outcome.status, figures.map(|minutes| minutes.0))
}

fn hours(from: i8, to: i8) -> Portion {
    Portion::Hours(at(from, 0), at(to, 0))
}

#[test]
fn full_day_leave_expects_no_work() {
    let fixture = PersonFixture::new(by_default());
    let derived = fixture.day(MONDAY).on_leave(Portion::Full, 480).derive();
    assert_eq!((derived.outcome.status, derived.outcome.leave_minutes), (DayStatus::Leave, Minutes(480)));
    assert!(derived.exceptions.is_empty() && !derived.outcome.worked_on_leave);
    let worked = fixture.day(MONDAY).on_leave(Portion::Full, 480).punched(&["in 11:00", "out 13:00"]).derive();
    assert_eq!((worked.outcome.status, worked.outcome.worked_minutes), (DayStatus::Leave, Minutes(120)));
    assert!(worked.outcome.worked_on_leave && worked.exceptions.is_empty());
    let odd = fixture.day(MONDAY).on_leave(Portion::Full, 480).punched(&["in 11:00"]).derive();
    assert_eq!((odd.outcome.status, odd.outcome.worked_on_leave), (DayStatus::Incomplete, true));
    let free = fixture.day(SATURDAY).on_leave(Portion::Full, 0).derive();
    assert_eq!(free.outcome.status, DayStatus::RestDay);
    let rostered = PersonFixture::new(attendance()).on(SATURDAY, "early");
    assert_eq!(rostered.day(SATURDAY).on_leave(Portion::Full, 0).derive().outcome.status, DayStatus::Leave);
}

#[test]
fn returned_leave_has_no_effect() {
    let fixture = PersonFixture::new(by_default());
    let mut day = fixture.day(MONDAY).on_leave(Portion::Full, 480);
    day.leaves[0].active = false;
    assert_eq!(outcome(&day), (DayStatus::Absent, [480, 0, 0, 480]));
    assert_eq!(day.derive().outcome.leave_minutes, Minutes(0));
}

#[test]
fn half_day_leave_moves_a_shift_edge_to_the_middle() {
    let fixture = PersonFixture::new(by_default());
    let day = |half, punches: &[&str]| fixture.day(MONDAY).on_leave(Portion::Half(half), 240).punched(punches);
    let (am, pm) =
        (|punches: &[&str]| outcome(&day(Half::Am, punches)), |punches: &[&str]| outcome(&day(Half::Pm, punches)));
    assert_eq!(am(&["in 13:15", "out 17:30"]), (DayStatus::HalfLeave, [240, 0, 0, 0]));
    assert_eq!(am(&["in 13:20", "out 17:30"]), (DayStatus::HalfLeave, [240, 0, 0, 5]));
    assert_eq!(am(&["in 13:45", "out 17:00"]), (DayStatus::HalfLeave, [240, 30, 30, 60]));
    assert_eq!(pm(&["in 9:00", "out 13:15"]), (DayStatus::HalfLeave, [240, 0, 0, 0]));
    assert_eq!(pm(&["in 9:30", "out 13:00"]), (DayStatus::HalfLeave, [240, 30, 15, 45]));
    assert_eq!(am(&[]), (DayStatus::Absent, [240, 0, 0, 240]), "work was expected in the other half");
    assert_eq!(am(&["in 13:15"]), (DayStatus::Incomplete, [240, 0, 0, 240]));
    assert_eq!(day(Half::Am, &[]).derive().exceptions, [Exception::Absent]);
    assert_eq!(day(Half::Am, &[]).derive().outcome.leave_minutes, Minutes(240));
    let both = day(Half::Am, &[]).on_leave(Portion::Half(Half::Pm), 240);
    assert_eq!(outcome(&both), (DayStatus::Leave, [0, 0, 0, 0]));
}

#[test]
fn half_day_leave_takes_half_of_all_shifts() {
    let fixture = PersonFixture::new(attendance()).on(MONDAY, "morning kitchen");
    let am = fixture.day(MONDAY).on_leave(Portion::Half(Half::Am), 240);
    assert_eq!(outcome(&am.clone().punched(&["in 16:00", "out 20:00"])), (DayStatus::HalfLeave, [240, 0, 0, 0]));
    let pm = fixture.day(MONDAY).on_leave(Portion::Half(Half::Pm), 240);
    assert_eq!(outcome(&pm.punched(&["in 8:10", "out 12:00"])), (DayStatus::HalfLeave, [240, 10, 0, 10]));
    let fixture = PersonFixture::new(attendance()).on(MONDAY, "night");
    let pm = fixture.day(MONDAY).on_leave(Portion::Half(Half::Pm), 240).punched(&["in 22:00", "out +1 2:00"]);
    assert_eq!(outcome(&pm), (DayStatus::HalfLeave, [240, 0, 0, 0]));
}

#[test]
fn half_day_leave_takes_all_or_none_of_half_days() {
    for rules in [by_default(), attendance()] {
        let fixture = PersonFixture::new(rules).with_half_holiday(MONDAY, Half::Pm);
        let day = |half, minutes| fixture.day(MONDAY).on_leave(Portion::Half(half), minutes);
        assert_eq!(outcome(&day(Half::Am, 240)), (DayStatus::Leave, [0, 0, 0, 0]));
        assert_eq!(outcome(&day(Half::Pm, 0)), (DayStatus::Absent, [240, 0, 0, 240]));
        assert_eq!(outcome(&day(Half::Pm, 0).punched(&["in 9:00", "out 13:15"])).0, DayStatus::Present);
    }
}

#[test]
fn hourly_leave_moves_a_shift_edge_and_is_no_break() {
    let fixture = PersonFixture::new(by_default());
    let day = |portion, minutes, punches: &[&str]| {
        let day = fixture.day(MONDAY).on_leave(portion, minutes).punched(punches);
        (outcome(&day), day.derive().outcome.break_minutes.0)
    };
    assert_eq!(day(hours(9, 11), 120, &["in 11:00", "out 17:30"]), ((DayStatus::HalfLeave, [360, 0, 0, 0]), 30));
    assert_eq!(day(hours(9, 11), 120, &["in 11:20", "out 17:30"]), ((DayStatus::HalfLeave, [360, 20, 0, 20]), 30));
    assert_eq!(day(hours(16, 18), 90, &["in 9:00", "out 16:00"]), ((DayStatus::HalfLeave, [390, 0, 0, 0]), 30));
    let doctor = &["in 9:00", "out 12:00", "in 14:00", "out 17:30"];
    assert_eq!(day(hours(12, 14), 120, doctor), ((DayStatus::HalfLeave, [360, 0, 0, 0]), 30));
    assert_eq!(day(hours(9, 18), 480, &[]), ((DayStatus::Leave, [0, 0, 0, 0]), 0));
    assert_eq!(
        day(hours(19, 21), 120, &["in 9:00", "out 17:30"]),
        ((DayStatus::Present, [480, 0, 0, 0]), 30),
        "the hours overlap no shift"
    );
}

#[test]
fn hourly_leave_after_midnight_belongs_to_the_night_shift() {
    let fixture = PersonFixture::new(attendance()).on(MONDAY, "night");
    let day = fixture.day(MONDAY).on_leave(hours(4, 6), 120).punched(&["in 22:00", "out +1 4:00"]);
    assert_eq!(outcome(&day), (DayStatus::HalfLeave, [360, 0, 0, 0]));
    let until_midnight = fixture.day(MONDAY).on_leave(hours(22, 0), 120).punched(&["in +1 0:00", "out +1 6:00"]);
    assert_eq!(outcome(&until_midnight), (DayStatus::HalfLeave, [360, 0, 0, 0]));
}

#[test]
fn leave_reduces_a_standard_day_by_its_minutes() {
    let fixture = PersonFixture::new(attendance());
    let day = |portion, minutes| fixture.day(MONDAY).on_leave(portion, minutes).punched(&["in 10:00", "out 15:00"]);
    assert_eq!(outcome(&day(Portion::Half(Half::Am), 240)), (DayStatus::HalfLeave, [240, 0, 0, 0]));
    assert_eq!(outcome(&day(hours(9, 11), 120)), (DayStatus::HalfLeave, [360, 0, 0, 60]));
    assert_eq!(outcome(&day(hours(9, 18), 480)), (DayStatus::Leave, [0, 0, 0, 0]));
}

#[test]
fn live_check_in_considers_a_later_start_by_leave() {
    let fixture = PersonFixture::new(by_default());
    let day = fixture.day(MONDAY).on_leave(Portion::Half(Half::Am), 240);
    let late = |hour, minute| {
        let instant = fixture.instant(MONDAY.at(hour, minute, 0, 0));
        day.ask(|inputs| policy::attendance::late_minutes_of_check_in(inputs, instant)).0
    };
    assert_eq!([late(9, 30), late(13, 15), late(13, 30)], [0, 0, 15]);
}
