//! Shift days of punches, long shifts and moves between sites: rules 11 and 12 (docs/rules.md).

use directory::{DatedTerms, Person};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use kernel::Minutes;
use policy::{
    attendance::{DayPlacement, DayStatus, EmploymentSnapshot, PunchKind, PunchPlacer},
    working_time::AttendanceRules,
};

use crate::attendance_fixtures::{MONDAY, PersonFixture, at, attendance, shift};

const TUESDAY: Date = date(2026, 11, 3);
const WEDNESDAY: Date = date(2026, 11, 4);

fn with_placer<T>(fixture: &PersonFixture, person: &Person, question: impl FnOnce(&PunchPlacer<'_>) -> T) -> T {
    let policies = fixture.policy_set();
    question(&PunchPlacer { policies: &policies, rosters: &fixture.rosters, schedule: &fixture.schedule, person })
}

fn place(fixture: &PersonFixture, kind: PunchKind, wall: jiff::civil::DateTime) -> DayPlacement {
    fixture.place(Some(kind), fixture.instant(wall))
}

fn inside(date: Date) -> DayPlacement {
    DayPlacement { date, in_window: true }
}

/// Rules with a duty of 24 hours from 08:00, and one from 23:30.
fn duties() -> AttendanceRules {
    AttendanceRules {
        shifts: vec![shift("duty", at(8, 0), at(8, 0), 0), shift("watch", at(23, 30), at(23, 30), 0)],
        ..attendance()
    }
}

#[test]
fn check_out_at_the_end_belongs_to_the_shift_that_ends() {
    let fixture = PersonFixture::new(duties()).on(MONDAY, "duty").on(TUESDAY, "duty");
    let meeting = TUESDAY.at(8, 0, 0, 0);
    assert_eq!(place(&fixture, PunchKind::CheckOut, meeting), inside(MONDAY));
    assert_eq!(place(&fixture, PunchKind::CheckIn, meeting), inside(TUESDAY));
    assert_eq!(place(&fixture, PunchKind::CheckOut, TUESDAY.at(8, 0, 1, 0)), inside(TUESDAY));
    let apart = PersonFixture::new(duties()).on(MONDAY, "duty").on(TUESDAY, "");
    assert_eq!(place(&apart, PunchKind::CheckOut, TUESDAY.at(8, 59, 59, 0)), inside(MONDAY));
    assert_eq!(place(&apart, PunchKind::CheckOut, TUESDAY.at(9, 0, 0, 0)), inside(TUESDAY), "its window is over");
}

#[test]
fn duty_of_24_hours_is_one_day() {
    let fixture = PersonFixture::new(duties()).on(MONDAY, "duty").on(TUESDAY, "");
    let outcome = fixture.day(MONDAY).punched(&["in 7:58", "out +1 8:05"]).derive().outcome;
    assert_eq!((outcome.status, outcome.expected_minutes), (DayStatus::Present, Minutes(1440)));
    assert_eq!((outcome.worked_minutes, outcome.overtime.minutes), (Minutes(1447), Minutes(5)));
    let late = PersonFixture::new(duties()).on(MONDAY, "watch").on(TUESDAY, "").on(WEDNESDAY, "");
    assert_eq!(
        place(&late, PunchKind::CheckOut, WEDNESDAY.at(0, 10, 0, 0)),
        inside(MONDAY),
        "into the second day after it"
    );
    assert_eq!(place(&late, PunchKind::CheckOut, WEDNESDAY.at(0, 30, 0, 0)), inside(WEDNESDAY));
}

#[test]
fn open_day_takes_a_check_out_until_hours_after_its_shift() {
    let until =
        |fixture: &PersonFixture, check_in: Timestamp| fixture.place_by(|placer| placer.open_until(MONDAY, check_in));
    let duty = PersonFixture::new(duties()).on(MONDAY, "duty");
    let morning = duty.instant(MONDAY.at(8, 0, 0, 0));
    assert_eq!(until(&duty, morning), duty.instant(TUESDAY.at(12, 0, 0, 0)), "4 hours after the duty");
    let short = PersonFixture::new(attendance()).on(MONDAY, "early");
    assert_eq!(until(&short, morning), short.instant(TUESDAY.at(0, 0, 0, 0)), "16 hours after the check-in");
    let none = PersonFixture::new(attendance()).on(MONDAY, "");
    assert_eq!(until(&none, morning), none.instant(TUESDAY.at(0, 0, 0, 0)));
}

#[test]
fn day_may_stay_open_after_its_last_possible_check_in() {
    let until = |fixture: &PersonFixture| fixture.place_by(|placer| placer.latest_open_until(MONDAY));
    let watch = PersonFixture::new(duties()).on(MONDAY, "watch").on(TUESDAY, "").on(WEDNESDAY, "");
    assert_eq!(until(&watch), watch.instant(WEDNESDAY.at(16, 30, 0, 0)), "16 hours after the window of the duty");
    let early = PersonFixture::new(attendance()).on(MONDAY, "early");
    assert_eq!(until(&early), early.instant(TUESDAY.at(16, 0, 0, 0)), "16 hours after the civil day");
}

/// The person of a fixture, who moves to Pune on Tuesday.
fn moving(fixture: &PersonFixture) -> Person {
    let before = DatedTerms::current(&fixture.person, date(2020, 1, 1));
    let moved = Person { site: "pune".into(), time_zone: "Asia/Kolkata".into(), ..fixture.person.clone() };
    let after = DatedTerms::current(&moved, TUESDAY);
    Person { terms: vec![before, after], ..moved }
}

#[test]
fn day_belongs_to_the_site_at_which_it_begins() {
    let fixture = PersonFixture::new(attendance()).on(MONDAY, "night").on(TUESDAY, "").on(WEDNESDAY, "early");
    let person = moving(&fixture);
    let snapshots = [MONDAY, TUESDAY].map(|date| EmploymentSnapshot::of(&person, date));
    assert_eq!(snapshots.map(|home| home.site), ["berlin", "pune"]);
    with_placer(&fixture, &person, |placer| {
        let plans = [MONDAY, WEDNESDAY].map(|date| placer.plan(date));
        assert_eq!(plans[0].shifts[0].from, fixture.instant(MONDAY.at(22, 0, 0, 0)), "begins by the clock of Berlin");
        let in_pune = fixture.clone().in_zone("Asia/Kolkata");
        assert_eq!(plans[1].shifts[0].from, in_pune.instant(WEDNESDAY.at(6, 0, 0, 0)), "begins by the clock of Pune");
        let place = |kind, at: Timestamp| placer.place(Some(kind), at);
        let in_berlin = |date: Date, hour, minute| fixture.instant(date.at(hour, minute, 0, 0));
        assert_eq!(place(PunchKind::CheckIn, in_berlin(MONDAY, 21, 50)), inside(MONDAY));
        assert_eq!(
            place(PunchKind::CheckOut, in_berlin(TUESDAY, 6, 10)),
            inside(MONDAY),
            "the night ends after the move"
        );
        assert_eq!(place(PunchKind::CheckIn, in_pune.instant(WEDNESDAY.at(5, 50, 0, 0))), inside(WEDNESDAY));
    });
}
