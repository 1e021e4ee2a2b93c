//! Overtime by date, kind of day, night, tier, block and cap: rule 15 (docs/rules.md).

use jiff::civil::{Date, date};
use kernel::Minutes;
use policy::{
    EarlyWork, OvertimeRules, OvertimeTier,
    attendance::{ChangedInput, OvertimeMinutes, WeekToDate, changed_inputs},
    working_time::{AttendanceRules, Rounding},
};

use crate::{
    attendance_fixtures::{MONDAY, PersonFixture, at, attendance, by_default, by_night, overtime, shift},
    fixtures::holiday,
};

const SATURDAY: Date = date(2026, 11, 7);
const SUNDAY: Date = date(2026, 11, 8);

fn with(rules: AttendanceRules, overtime: OvertimeRules) -> PersonFixture {
    PersonFixture { overtime: Some(overtime), ..PersonFixture::new(rules) }
}

fn counted(minutes: i64, not_counted_minutes: i64) -> OvertimeMinutes {
    OvertimeMinutes { minutes: Minutes(minutes), not_counted_minutes: Minutes(not_counted_minutes) }
}

#[test]
fn night_into_a_holiday_is_rated_by_date() {
    let fixture = PersonFixture::new(attendance()).with_holidays(vec![holiday("A Sunday", SUNDAY)]);
    let rostered = fixture.clone().on(SATURDAY, "evening");
    let day = rostered.day(SATURDAY).punched(&["in 20:00", "out +1 4:00"]);
    assert_eq!(day.pieces(), ["2026-11-07 work 240 @ 10000", "2026-11-08 holiday 240 @ 20000"]);
    assert_eq!(day.derive().outcome.overtime, counted(0, 0));
    let free = fixture.day(SATURDAY).punched(&["in 20:00", "out +1 4:00"]);
    assert_eq!(free.pieces(), ["2026-11-07 rest overtime 240 @ 17500", "2026-11-08 holiday overtime 240 @ 20000"]);
    assert_eq!(free.derive().outcome.overtime, counted(480, 0));
    let plain = PersonFixture::new(attendance()).on(SATURDAY, "evening");
    let day = plain.day(SATURDAY).punched(&["in 20:00", "out +1 4:00"]);
    assert_eq!(day.pieces(), ["2026-11-07 work 240 @ 10000", "2026-11-08 rest 240 @ 10000"]);
}

#[test]
fn duty_into_a_third_date_is_rated_by_its_kind() {
    let rules = AttendanceRules { shifts: vec![shift("watch", at(22, 0), at(22, 0), 0)], ..attendance() };
    let friday = SATURDAY.yesterday().unwrap();
    let plain = PersonFixture::new(rules).on(friday, "watch").on(SATURDAY, "").on(SUNDAY, "");
    let fixture = plain.clone().with_holidays(vec![holiday("A Sunday", SUNDAY)]);
    let worked = ["in 22:00", "out +2 1:00"];
    assert_eq!(
        fixture.day(friday).punched(&worked).pieces(),
        [
            "2026-11-06 work 120 @ 10000",
            "2026-11-07 rest 1320 @ 10000",
            "2026-11-07 rest overtime 120 @ 17500",
            "2026-11-08 holiday overtime 60 @ 20000"
        ]
    );
    let causes = |worked: &[&str]| {
        let [before, after] = [&plain, &fixture].map(|fixture| fixture.day(friday).punched(worked).derive().inputs);
        changed_inputs(&before, &after)
    };
    let expected = [ChangedInput::Shifts, ChangedInput::Calendar];
    assert_eq!(causes(&worked), expected, "a replay names the cause: no rest day, but a holiday");
    assert_eq!(causes(&["in 22:00", "out +1 23:00"]), [], "a day that ends before is the same");
}

#[test]
fn unpaid_break_is_deducted_from_the_middle_of_the_shift() {
    let mut rules = attendance();
    rules.shifts.iter_mut().for_each(|shift| shift.break_minutes = Minutes(30));
    let fixture = PersonFixture::new(rules).on(SATURDAY, "evening").with_holidays(vec![holiday("A Sunday", SUNDAY)]);
    let day = fixture.day(SATURDAY).punched(&["in 20:00", "out +1 4:00"]);
    assert_eq!(day.pieces(), ["2026-11-07 work 225 @ 10000", "2026-11-08 holiday 225 @ 20000"]);
    let day = fixture.day(SATURDAY).punched(&["in 20:00", "break 23:00", "back 23:30", "out +1 4:00"]);
    assert_eq!(day.pieces(), ["2026-11-07 work 210 @ 10000", "2026-11-08 holiday 240 @ 20000"]);
}

#[test]
fn overtime_after_the_shift_is_rated_in_tiers() {
    let fixture = PersonFixture::new(by_default());
    let day = fixture.day(MONDAY).punched(&["in 9:00", "out 20:30"]);
    assert_eq!(
        day.pieces(),
        ["2026-11-02 work 480 @ 10000", "2026-11-02 work overtime 120 @ 12500", "2026-11-02 work overtime 60 @ 15000"]
    );
    assert_eq!(day.derive().outcome.overtime, counted(180, 0));
}

#[test]
fn work_before_a_shift_is_normal_and_after_it_overtime() {
    let fixture = PersonFixture::new(by_default());
    for (punches, plain, overtime) in [
        (&["in 8:00", "out 17:30"][..], 540, 0),
        (&["in 8:00", "out 18:00"], 540, 30),
        (&["in 9:00", "out 17:30", "in 19:00", "out 20:00"], 480, 60),
        (&["in 6:00", "out 7:00", "in 9:00", "out 17:30"], 540, 0),
        (&["in 10:00", "out 18:30"], 420, 60),
    ] {
        let outcome = fixture.day(MONDAY).punched(punches).derive().outcome;
        let plain_minutes: Minutes = outcome.pieces.iter().filter(|one| !one.overtime).map(|one| one.minutes).sum();
        assert_eq!((plain_minutes.0, outcome.overtime.minutes.0), (plain, overtime), "{punches:?}");
    }
    let split = PersonFixture::new(attendance()).on(MONDAY, "morning kitchen");
    let overtime = |punches| split.day(MONDAY).punched(punches).derive().outcome.overtime.minutes.0;
    assert_eq!(
        overtime(&["in 8:00", "out 13:00", "in 15:30", "out 20:00"]),
        60,
        "the session continues after the first shift"
    );
    assert_eq!(overtime(&["in 8:00", "out 12:00", "in 13:00", "out 14:00", "in 16:00", "out 20:00"]), 60);
    assert_eq!(overtime(&["in 8:00", "out 20:00"]), 240, "one session covers both shifts");
}

#[test]
fn without_shift_overtime_exceeds_the_expected_minutes() {
    let fixture = PersonFixture::new(attendance());
    let day = fixture.day(MONDAY).punched(&["in 8:00", "out 12:00", "in 13:00", "out 18:00"]);
    assert_eq!(day.pieces(), ["2026-11-02 work 480 @ 10000", "2026-11-02 work overtime 60 @ 12500"]);
    let half = fixture.clone().with_half_holiday(MONDAY, policy::Half::Pm);
    let day = half.day(MONDAY).punched(&["in 8:00", "out 13:00"]);
    assert_eq!(day.pieces(), ["2026-11-02 work 240 @ 10000", "2026-11-02 work overtime 60 @ 12500"]);
}

#[test]
fn night_surcharge_adds_to_every_rate() {
    let fixture = with(attendance(), by_night()).on(MONDAY, "night");
    let day = fixture.day(MONDAY).punched(&["in 22:00", "out +1 7:00"]);
    assert_eq!(
        day.pieces(),
        [
            "2026-11-02 work 60 @ 10000",
            "2026-11-02 work night 60 @ 12500",
            "2026-11-03 work night 360 @ 12500",
            "2026-11-03 work overtime 60 @ 12500",
        ]
    );
    let early = with(by_default(), by_night());
    let day = early.day(MONDAY).punched(&["in 5:00", "out 7:00"]);
    assert_eq!(day.pieces(), ["2026-11-02 work night 60 @ 12500", "2026-11-02 work 60 @ 10000"]);
    let free = early.day(SATURDAY).punched(&["in 22:00", "out +1 0:30"]);
    assert_eq!(
        free.pieces(),
        [
            "2026-11-07 rest overtime 60 @ 17500",
            "2026-11-07 rest overtime night 60 @ 20000",
            "2026-11-08 rest overtime night 30 @ 20000",
        ]
    );
}

#[test]
fn rostered_holiday_is_overtime_but_not_its_working_morning() {
    let fixture =
        PersonFixture::new(attendance()).on(SUNDAY, "evening").with_holidays(vec![holiday("A Sunday", SUNDAY)]);
    let day = fixture.day(SUNDAY).punched(&["in 20:00", "out +1 4:00"]);
    assert_eq!(day.pieces(), ["2026-11-08 holiday overtime 240 @ 20000", "2026-11-09 work 240 @ 10000"]);
}

#[test]
fn overtime_below_block_or_above_caps_does_not_count() {
    let capped = OvertimeRules {
        minimum_block_minutes: Minutes(30),
        daily_cap_minutes: Minutes(150),
        weekly_cap_minutes: Minutes(300),
        ..overtime()
    };
    let fixture = with(by_default(), capped);
    let tuesday = date(2026, 11, 3);
    let day = |out: &str, week| {
        let before = WeekToDate { week_overtime_minutes: Minutes(week), ..WeekToDate::default() };
        fixture.day(tuesday).punched(&["in 9:00", &format!("out {out}")]).after(before)
    };
    for (out, week, minutes, not_counted) in [
        ("17:59", 0, 0, 29),
        ("18:00", 0, 30, 0),
        ("20:00", 0, 150, 0),
        ("21:00", 0, 150, 60),
        ("18:30", 270, 30, 30),
        ("18:30", 300, 0, 60),
        ("18:30", 400, 0, 60),
    ] {
        let outcome = day(out, week).derive().outcome;
        assert_eq!(outcome.overtime, counted(minutes, not_counted), "{out} after {week}");
        assert_eq!(outcome.totals.week_overtime_minutes, Minutes(week + minutes));
    }
    assert_eq!(
        day("21:00", 0).pieces(),
        ["2026-11-03 work 540 @ 10000", "2026-11-03 work overtime 120 @ 12500", "2026-11-03 work overtime 30 @ 15000",],
        "the later minutes do not count"
    );
    let holiday = fixture.clone().with_holidays(vec![holiday("A day", tuesday)]);
    let holiday = holiday.day(tuesday).punched(&["in 9:00", "out 12:00"]);
    assert_eq!(
        holiday.pieces(),
        ["2026-11-03 holiday overtime 150 @ 20000", "2026-11-03 holiday 30 @ 20000"],
        "work on a holiday keeps the holiday rate"
    );
}

#[test]
fn overtime_tiers_hold_on_rest_days_and_holidays_too() {
    let tier = |from, rate_bp| OvertimeTier { from_minutes: Minutes(from), rate_bp };
    let steep = OvertimeRules { tiers: vec![tier(0, 12_500), tier(120, 18_000), tier(240, 22_000)], ..overtime() };
    let fixture = with(by_default(), steep).with_holidays(vec![holiday("A day", MONDAY)]);
    let pieces = |on: Date| fixture.day(on).punched(&["in 9:00", "out 14:00"]).pieces();
    assert_eq!(
        pieces(SATURDAY),
        [
            "2026-11-07 rest overtime 120 @ 17500",
            "2026-11-07 rest overtime 120 @ 18000",
            "2026-11-07 rest overtime 60 @ 22000",
        ]
    );
    assert_eq!(pieces(MONDAY), ["2026-11-02 holiday overtime 240 @ 20000", "2026-11-02 holiday overtime 60 @ 22000"]);
}

#[test]
fn work_before_the_shift_counts_as_the_policy_says() {
    let figures = |early_work, punches: &[&str]| {
        let fixture = with(by_default(), OvertimeRules { early_work, ..overtime() });
        let outcome = fixture.day(MONDAY).punched(punches).derive().outcome;
        [outcome.worked_minutes, outcome.overtime.minutes, outcome.uncounted_early_minutes].map(|minutes| minutes.0)
    };
    let early = &["in 8:00", "out 18:00"][..];
    assert_eq!(figures(EarlyWork::Plain, early), [570, 30, 0]);
    assert_eq!(figures(EarlyWork::Overtime, early), [570, 90, 0]);
    assert_eq!(figures(EarlyWork::None, early), [510, 30, 60]);
    let apart = &["in 6:00", "out 7:00", "in 9:00", "out 17:30"][..];
    assert_eq!(figures(EarlyWork::Overtime, apart), [540, 60, 0]);
    assert_eq!(figures(EarlyWork::None, apart), [480, 0, 60]);
    let none = OvertimeRules { early_work: EarlyWork::None, ..overtime() };
    let free = with(attendance(), none.clone()).on(SATURDAY, "day").with_holidays(vec![holiday("A day", SATURDAY)]);
    let day = free.day(SATURDAY).punched(&["in 8:00", "out 17:30"]);
    assert_eq!(day.derive().outcome.worked_minutes, Minutes(540), "on free days all work counts");
    let split = with(attendance(), none).on(MONDAY, "morning kitchen");
    let day = split.day(MONDAY).punched(&["in 8:00", "out 12:00", "in 15:30", "out 20:00"]);
    assert_eq!(day.derive().outcome.worked_minutes, Minutes(480), "before the second shift, too");
}

#[test]
fn without_policy_overtime_counts_at_the_normal_rate() {
    let fixture = PersonFixture { overtime: None, ..PersonFixture::new(by_default()) };
    let day = fixture.day(MONDAY).punched(&["in 9:00", "out 21:30"]);
    assert_eq!(day.pieces(), ["2026-11-02 work 480 @ 10000", "2026-11-02 work overtime 240 @ 10000"]);
    assert_eq!(day.derive().outcome.overtime, counted(240, 0));
}

#[test]
fn last_piece_absorbs_the_rounding() {
    let rounded = |rounding, out: &str| {
        let rules = AttendanceRules { rounding, rounding_step_minutes: Minutes(15), ..by_default() };
        PersonFixture::new(rules).day(MONDAY).punched(&["in 9:00", &format!("out {out}")]).pieces()
    };
    assert_eq!(rounded(Rounding::Down, "17:44"), ["2026-11-02 work 480 @ 10000"]);
    assert_eq!(rounded(Rounding::Up, "17:44"), ["2026-11-02 work 480 @ 10000", "2026-11-02 work overtime 15 @ 12500"]);
    assert_eq!(rounded(Rounding::Nearest, "17:25"), ["2026-11-02 work 480 @ 10000"]);
    assert_eq!(rounded(Rounding::Down, "17:25"), ["2026-11-02 work 465 @ 10000"]);
}
