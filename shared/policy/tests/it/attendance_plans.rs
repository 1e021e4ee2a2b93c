//! Plans and punch windows: rule 12 (docs/rules.md).

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use kernel::Minutes;
use policy::{
    Half,
    attendance::{DayKind, DayPlacement, EmploymentSnapshot, Plan, Planner, Rosters, Schedule},
    working_time::AttendanceRules,
};

use crate::{
    attendance_fixtures::{MONDAY, PersonFixture, attendance, by_default},
    fixtures::{department, holiday, person},
};

const SATURDAY: Date = date(2026, 11, 7);
const SUNDAY: Date = date(2026, 11, 8);

fn wall(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::get("Europe/Berlin").unwrap()).strftime("%d %H:%M").to_string()
}

fn window(plan: &Plan) -> String {
    format!("{} .. {}", wall(plan.opens_at), wall(plan.closes_at))
}

fn spans(plan: &Plan) -> Vec<String> {
    plan.shifts.iter().map(|span| format!("{} {} .. {}", span.code, wall(span.from), wall(span.to))).collect()
}

#[test]
fn default_shift_applies_on_the_calendars_working_days() {
    let fixture = PersonFixture::new(by_default()).with_holidays(vec![holiday("Founders' Day", date(2026, 11, 3))]);
    let plan = fixture.plan(MONDAY);
    assert_eq!((plan.kind, plan.expected_minutes, plan.calendar_version), (DayKind::Work, Minutes(480), Some(1)));
    assert_eq!(spans(&plan), ["day 02 09:00 .. 02 17:30"]);
    assert_eq!(window(&plan), "02 08:00 .. 02 18:30");
    let free = [date(2026, 11, 3), SATURDAY].map(|on| fixture.plan(on));
    assert_eq!(free.clone().map(|plan| plan.kind), [DayKind::Holiday, DayKind::Rest]);
    assert_eq!(free.clone().map(|plan| (plan.expected_minutes, plan.shifts.len())), [(Minutes(0), 0), (Minutes(0), 0)]);
    assert_eq!(free.map(|plan| window(&plan)), ["03 00:00 .. 04 00:00", "07 00:00 .. 08 00:00"]);
}

#[test]
fn windows_open_and_close_as_the_policy_says() {
    for (before, after, expected) in
        [(0, 0, "02 09:00 .. 02 17:30"), (30, 90, "02 08:30 .. 02 19:00"), (90, 30, "02 07:30 .. 02 18:00")]
    {
        let (window_before_minutes, window_after_minutes) = (Minutes(before), Minutes(after));
        let rules = AttendanceRules { window_before_minutes, window_after_minutes, ..by_default() };
        assert_eq!(window(&PersonFixture::new(rules).plan(MONDAY)), expected);
    }
}

#[test]
fn without_shifts_the_standard_day_is_expected() {
    let plan = PersonFixture::new(attendance()).plan(MONDAY);
    assert_eq!((plan.kind, plan.expected_minutes, plan.shifts.len()), (DayKind::Work, Minutes(480), 0));
    assert_eq!(window(&plan), "02 00:00 .. 03 00:00");
    let half = PersonFixture::new(attendance()).with_half_holiday(MONDAY, Half::Pm).plan(MONDAY);
    assert_eq!((half.expected_minutes, half.worked_half), (Minutes(240), Some(Half::Am)));
    let nothing = PersonFixture { rules: None, calendar: None, ..PersonFixture::new(attendance()) };
    assert_eq!([MONDAY, SATURDAY].map(|on| nothing.plan(on).kind), [DayKind::Work, DayKind::Rest]);
    assert_eq!(nothing.plan(MONDAY).attendance, None);
}

#[test]
fn roster_sets_working_days_and_calendar_sets_holidays() {
    let fixture = PersonFixture::new(by_default()).rostered(SATURDAY, &["late", "early", ""]);
    let fixture = fixture.with_holidays(vec![holiday("A Sunday", SUNDAY)]);
    let plans = [7, 8, 9].map(|day| fixture.plan(date(2026, 11, day)));
    assert_eq!(plans.clone().map(|plan| plan.kind), [DayKind::Work, DayKind::Holiday, DayKind::Rest]);
    assert_eq!(plans.clone().map(|plan| plan.expected_minutes), [450, 0, 0].map(Minutes));
    assert_eq!(spans(&plans[1]), ["early 08 06:00 .. 08 14:00"], "rostered all the same");
    assert!(plans[2].shifts.is_empty(), "a Monday off, whatever is the default");
}

#[test]
fn half_holiday_halves_default_shift_but_not_rostered_shift() {
    let half = |half| PersonFixture::new(by_default()).with_half_holiday(MONDAY, half);
    let (am, pm) = (half(Half::Pm).plan(MONDAY), half(Half::Am).plan(MONDAY));
    assert_eq!(spans(&am), ["day 02 09:00 .. 02 13:15"]);
    assert_eq!(spans(&pm), ["day 02 13:15 .. 02 17:30"]);
    assert_eq!(
        [&am, &pm].map(|plan| (plan.expected_minutes, plan.shifts[0].break_minutes)),
        [(Minutes(240), Minutes(15)); 2]
    );
    assert_eq!([&am, &pm].map(window), ["02 08:00 .. 02 18:30"; 2], "of the whole shift");
    assert_eq!((am.kind, am.worked_half), (DayKind::Work, Some(Half::Am)));
    let rostered = half(Half::Pm).rostered(MONDAY, &["day"]).plan(MONDAY);
    assert_eq!((spans(&rostered), rostered.worked_half), (vec!["day 02 09:00 .. 02 17:30".into()], None));
    assert_eq!((rostered.kind, rostered.expected_minutes), (DayKind::Work, Minutes(480)));
    let odd = AttendanceRules {
        shifts: vec![crate::attendance_fixtures::shift("day", "09:00".parse().unwrap(), "17:00".parse().unwrap(), 45)],
        ..by_default()
    };
    let both =
        [Half::Pm, Half::Am].map(|half| PersonFixture::new(odd.clone()).with_half_holiday(MONDAY, half).plan(MONDAY));
    assert_eq!(both.map(|plan| (plan.shifts[0].break_minutes.0, plan.expected_minutes.0)), [(23, 240), (22, 240)]);
}

#[test]
fn night_shift_belongs_to_its_start_date() {
    let fixture = PersonFixture::new(attendance()).rostered(MONDAY, &["night"]);
    let instant = |day, hour, minute| fixture.instant(date(2026, 11, day).at(hour, minute, 0, 0));
    for (at, day, within) in [
        (instant(2, 21, 50), 2, true),
        (instant(3, 6, 10), 2, true),
        (instant(2, 21, 0), 2, true),
        (instant(2, 20, 59), 2, false),
        (instant(2, 6, 59), 1, true),
        (instant(3, 7, 0), 3, false),
        (instant(3, 22, 0), 3, true),
    ] {
        assert_eq!(
            fixture.place(None, at),
            DayPlacement { date: date(2026, 11, day), in_window: within },
            "{}",
            wall(at)
        );
    }
    let spans = spans(&fixture.plan(MONDAY));
    assert_eq!(spans, ["night 02 22:00 .. 03 06:00"]);
}

#[test]
fn overlapping_windows_meet_at_the_earlier_shift_end() {
    let fixture = PersonFixture::new(attendance()).on(MONDAY, "night").on(date(2026, 11, 3), "early");
    let windows = [2, 3].map(|day| window(&fixture.plan(date(2026, 11, day))));
    assert_eq!(windows, ["02 21:00 .. 03 06:00", "03 06:00 .. 03 15:00"]);
    let wide =
        AttendanceRules { window_before_minutes: Minutes(600), window_after_minutes: Minutes(600), ..attendance() };
    let fixture = PersonFixture::new(wide).on(MONDAY, "day").on(date(2026, 11, 3), "day");
    let windows = [2, 3].map(|day| window(&fixture.plan(date(2026, 11, day))));
    assert_eq!(windows, ["01 23:00 .. 02 23:00", "02 23:00 .. 04 03:30"], "no window grows");
    let round = PersonFixture::new(attendance()).on(MONDAY, "round").on(date(2026, 11, 3), "early");
    let windows = [2, 3].map(|day| window(&round.plan(date(2026, 11, day))));
    assert_eq!(windows, ["02 07:00 .. 03 06:00", "03 06:00 .. 03 15:00"], "where shifts overlap: at the later one");
}

#[test]
fn free_day_has_the_rest_of_its_civil_day() {
    let fixture =
        PersonFixture::new(attendance()).on(MONDAY, "night").on(date(2026, 11, 3), "").on(date(2026, 11, 4), "early");
    let windows = [2, 3, 4].map(|day| window(&fixture.plan(date(2026, 11, day))));
    assert_eq!(windows, ["02 21:00 .. 03 07:00", "03 07:00 .. 04 00:00", "04 05:00 .. 04 15:00"]);
    let wide =
        AttendanceRules { window_before_minutes: Minutes(720), window_after_minutes: Minutes(720), ..attendance() };
    let fixture = PersonFixture::new(wide).on(MONDAY, "night").on(date(2026, 11, 3), "").on(date(2026, 11, 4), "early");
    let windows = [2, 3, 4].map(|day| window(&fixture.plan(date(2026, 11, day))));
    assert_eq!(windows, ["02 10:00 .. 03 18:00", "03 18:00 .. 03 18:00", "03 18:00 .. 05 02:00"], "nothing is left");
}

#[test]
fn several_shifts_of_a_day_are_sorted() {
    let plan = PersonFixture::new(attendance()).on(MONDAY, "kitchen morning").plan(MONDAY);
    assert_eq!(spans(&plan), ["morning 02 08:00 .. 02 12:00", "kitchen 02 16:00 .. 02 20:00"]);
    assert_eq!((window(&plan).as_str(), plan.expected_minutes), ("02 07:00 .. 02 21:00", Minutes(480)));
}

#[test]
fn day_with_unknown_shifts_stays_a_working_day() {
    let plan = PersonFixture::new(attendance()).on(SATURDAY, "early ghost").plan(SATURDAY);
    assert_eq!((plan.unknown_shifts, plan.expected_minutes), (vec!["ghost".to_owned()], Minutes(450)));
    let plan = PersonFixture::new(attendance()).on(SATURDAY, "ghost").plan(SATURDAY);
    assert_eq!((plan.kind, plan.expected_minutes, plan.shifts.len()), (DayKind::Work, Minutes(480), 0));
}

#[test]
fn plans_use_the_employment_of_the_day() {
    let fixture = PersonFixture::new(by_default());
    let moved = directory::Person {
        site: "pune".into(),
        time_zone: "Asia/Kolkata".into(),
        department_id: department(9),
        status: directory::EmploymentStatus::OnLeave,
        ..person()
    };
    let (policy_set, home) = (fixture.policy_set(), fixture.home());
    let (rosters, schedule) = (Rosters::default(), Schedule::default());
    let planner =
        Planner { policies: &policy_set, rosters: &rosters, schedule: &schedule, person: &moved, employment: &home };
    assert_eq!(planner.plan(MONDAY), fixture.plan(MONDAY));
    assert_eq!(home.apply_to(&moved), person());
    assert_eq!(EmploymentSnapshot::of(&moved, MONDAY).apply_to(&person()), moved);
    let away = EmploymentSnapshot { on_leave: true, ..home.clone() };
    let plan = Planner { employment: &away, ..planner }.plan(MONDAY);
    assert_eq!((plan.expected_minutes, plan.shifts.len()), (Minutes(0), 1));
}
