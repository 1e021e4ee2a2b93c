//! Clock changes, leap days and the end of the year: days of 23 to 25 hours, night shifts of 7 to 9 hours.

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};
use kernel::Minutes;
use policy::{
    Half, Portion,
    attendance::{DayKind, DayStatus},
};

use crate::attendance_fixtures::{PersonFixture, attendance, by_default, by_night};

const BERLIN: &str = "Europe/Berlin";
const NEW_YORK: &str = "America/New_York";
const LORD_HOWE: &str = "Australia/Lord_Howe";

/// Start date of a night shift, and its length in hours.
const NIGHTS: [(&str, Date, i64); 9] = [
    (BERLIN, date(2026, 3, 28), 420),
    (BERLIN, date(2026, 10, 24), 540),
    (BERLIN, date(2026, 3, 29), 480),
    (NEW_YORK, date(2026, 3, 7), 420),
    (NEW_YORK, date(2026, 10, 31), 540),
    (LORD_HOWE, date(2026, 10, 3), 450),
    (LORD_HOWE, date(2026, 4, 4), 510),
    (BERLIN, date(2028, 2, 29), 480),
    ("Asia/Kathmandu", date(2026, 12, 31), 480),
];

#[test]
fn night_shifts_have_their_real_length() {
    for (zone, on, minutes) in NIGHTS {
        let fixture = PersonFixture::new(attendance()).in_zone(zone).on(on, "night");
        assert_eq!(fixture.plan(on).expected_minutes, Minutes(minutes), "{zone} {on}");
        let outcome = fixture.day(on).punched(&["in 22:00", "out +1 6:00"]).derive().outcome;
        assert_eq!((outcome.worked_minutes, outcome.status), (Minutes(minutes), DayStatus::Present), "{zone} {on}");
        assert_eq!((outcome.late_minutes, outcome.early_minutes), (Minutes(0), Minutes(0)));
        assert_eq!(outcome.overtime.minutes, Minutes(0));
        let late = fixture.day(on).punched(&["in 22:10", "out +1 5:00"]).derive().outcome;
        assert_eq!((late.late_minutes, late.early_minutes), (Minutes(10), Minutes(60)));
    }
}

#[test]
fn night_is_split_at_midnight_with_its_real_length() {
    for (zone, on, minutes) in NIGHTS {
        let fixture = PersonFixture { overtime: Some(by_night()), ..PersonFixture::new(attendance()) }
            .in_zone(zone)
            .on(on, "night");
        let outcome = fixture.day(on).punched(&["in 22:00", "out +1 6:00"]).derive().outcome;
        let of = |date: Date, night: bool| -> i64 {
            let pieces = outcome.pieces.iter().filter(|piece| piece.date == date && piece.night == night);
            pieces.map(|piece| piece.minutes.0).sum()
        };
        let next = on.tomorrow().unwrap();
        assert_eq!([of(on, false), of(on, true), of(next, true)], [60, 60, minutes - 120], "{zone} {on}");
    }
}

#[test]
fn half_day_leave_takes_half_of_the_real_hours() {
    let fixture = PersonFixture::new(attendance()).on(date(2026, 3, 28), "night");
    let middle: Timestamp = "2026-03-29T00:30:00Z".parse().unwrap();
    let day =
        fixture.day(date(2026, 3, 28)).on_leave(Portion::Half(Half::Am), 240).punched(&["in +1 1:30", "out +1 6:00"]);
    let outcome = day.derive().outcome;
    assert_eq!((outcome.first_in, outcome.expected_minutes), (Some(middle), Minutes(210)));
    assert_eq!((outcome.worked_minutes, outcome.late_minutes), (Minutes(210), Minutes(0)));
}

#[test]
fn clock_change_days_have_their_real_length() {
    for (zone, on, hours) in [
        (BERLIN, date(2026, 3, 29), 46),
        (BERLIN, date(2026, 10, 25), 50),
        (NEW_YORK, date(2026, 3, 8), 46),
        (NEW_YORK, date(2026, 11, 1), 50),
        (LORD_HOWE, date(2026, 10, 4), 47),
        (LORD_HOWE, date(2026, 4, 5), 49),
    ] {
        let plan = PersonFixture::new(by_default()).in_zone(zone).plan(on);
        assert_eq!(plan.kind, DayKind::Rest);
        assert_eq!(plan.closes_at.duration_since(plan.opens_at).as_mins() * 2, hours * 60, "{zone} {on}");
    }
}

#[test]
fn repeated_local_times_are_distinct_instants() {
    let on = date(2026, 10, 24);
    let fixture = PersonFixture::new(attendance()).on(on, "night");
    let zone = TimeZone::get(BERLIN).unwrap();
    for instant in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
        let at: Timestamp = instant.parse().unwrap();
        assert_eq!(zone.to_datetime(at).to_string(), "2026-10-25T02:30:00");
        assert_eq!(fixture.place(None, at).date, on);
        let mut day = fixture.day(on).punched(&["in 22:00", "out +1 6:00"]);
        day.punches[1].at = at;
        let worked = if instant.contains("T00") { 270 } else { 330 };
        assert_eq!(day.derive().outcome.worked_minutes, Minutes(worked));
    }
}

#[test]
fn leap_day_and_year_end_need_no_special_rule() {
    let leap = PersonFixture::new(by_default()).plan(date(2028, 2, 29));
    assert_eq!((leap.kind, leap.expected_minutes), (DayKind::Work, Minutes(480)));
    let roster = PersonFixture::new(attendance()).rostered(date(2028, 2, 28), &["early", "night", ""]);
    let codes = |on: Date| roster.plan(on).shifts.first().map(|span| span.code.clone()).unwrap_or_default();
    assert_eq!(
        [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2028, 3, 2)].map(codes),
        ["early", "night", "", "early"]
    );
    let end = PersonFixture::new(attendance()).on(date(2026, 12, 31), "night");
    let pieces = end.day(date(2026, 12, 31)).punched(&["in 22:00", "out +1 6:00"]).pieces();
    assert_eq!(pieces, ["2026-12-31 work 120 @ 10000", "2027-01-01 work 360 @ 10000"]);
}
