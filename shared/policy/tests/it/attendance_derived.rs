//! Derived days: worked time, lateness, status and changed inputs. Rules 11, 13, 14 and 16 (docs/rules.md).

use jiff::civil::{Date, date};
use kernel::{CorrectionId, Minutes};
use policy::{
    Half, Portion,
    attendance::{ChangedInput, DayStatus, Exception, IncompleteReason, PunchFlag, WeekToDate, changed_inputs},
    working_time::{AttendanceRules, Rounding},
};
use uuid::Uuid;

use crate::{
    attendance_fixtures::{Day, MONDAY, PersonFixture, at, attendance, by_default, required, shift},
    fixtures::holiday,
};

const SATURDAY: Date = date(2026, 11, 7);

/// Worked seconds, breaks, late, early, missing.
fn figures(day: &Day<'_>) -> [i64; 5] {
    let outcome = day.derive().outcome;
    let minutes = [outcome.break_minutes, outcome.late_minutes, outcome.early_minutes, outcome.missing_minutes];
    let [rest, late, early, missing] = minutes.map(|minutes| minutes.0);
    [outcome.worked_seconds, rest, late, early, missing]
}

#[test]
fn worked_time_is_paired_punches_without_unpaid_breaks() {
    let fixture = PersonFixture::new(by_default());
    let (hour, minute) = (3600, 60);
    for (punches, figures_of) in [
        (&["in 9:00", "out 17:30"][..], [8 * hour, 30, 0, 0, 0]),
        (&["in 8:55:20", "out 17:31:05"], [8 * hour + 5 * minute + 45, 30, 0, 0, 0]),
        (&["in 9:00", "break 12:00", "back 12:30", "out 17:30"], [8 * hour, 30, 0, 0, 0]),
        (&["in 9:00", "break 12:00", "back 12:20", "out 17:30"], [8 * hour, 30, 0, 0, 0]),
        (&["in 9:00", "break 12:00", "back 13:00", "out 17:30"], [7 * hour + 30 * minute, 60, 0, 0, 30]),
        (&["in 9:00", "out 12:00", "in 12:45", "out 17:30"], [7 * hour + 45 * minute, 45, 0, 0, 15]),
        (&["in 9:00", "out 13:15"], [4 * hour + 15 * minute, 0, 0, 255, 225]),
        (&["in 9:00", "out 13:16"], [3 * hour + 46 * minute, 30, 0, 254, 254]),
        (&["in 19:00", "out 21:00"], [2 * hour, 0, 0, 0, 360]),
    ] {
        assert_eq!(figures(&fixture.day(MONDAY).punched(punches)), figures_of, "{punches:?}");
    }
}

#[test]
fn without_shifts_time_between_sessions_is_break() {
    let day = |punches| figures(&PersonFixture::new(attendance()).day(MONDAY).punched(punches));
    assert_eq!(day(&["in 9:00", "out 12:00", "in 13:00", "out 18:00"]), [8 * 3600, 60, 0, 0, 0]);
    assert_eq!(day(&["in 9:00", "break 11:00", "back 11:10", "out 12:00"]), [170 * 60, 10, 0, 0, 310]);
}

#[test]
fn worked_seconds_are_rounded_once_at_the_end() {
    let rounded = |rounding, step, punches: &[&str]| {
        let rules = AttendanceRules { rounding, rounding_step_minutes: Minutes(step), ..attendance() };
        let outcome = PersonFixture::new(rules).day(MONDAY).punched(punches).derive().outcome;
        (outcome.worked_seconds, outcome.worked_minutes.0)
    };
    let halves = &["in 9:00", "out 9:20:40", "in 10:00", "out 10:16:50"][..];
    assert_eq!(rounded(Rounding::None, 1, halves), (2250, 37));
    assert_eq!(rounded(Rounding::Nearest, 1, halves), (2250, 38), "a half goes up");
    assert_eq!(rounded(Rounding::Nearest, 15, halves), (2250, 45));
    assert_eq!(rounded(Rounding::Down, 15, halves), (2250, 30));
    assert_eq!(rounded(Rounding::Up, 15, halves), (2250, 45));
    assert_eq!(rounded(Rounding::Up, 15, &["in 9:00", "out 9:00"]), (0, 0));
    assert_eq!(rounded(Rounding::Nearest, 15, &["in 9:00", "out 9:07:29"]), (449, 0));
}

#[test]
fn unpaired_punch_makes_the_day_incomplete_and_counts_no_time() {
    let fixture = PersonFixture::new(by_default());
    for (punches, seconds) in [
        (&["in 9:00"][..], 0),
        (&["out 17:30"], 0),
        (&["in 9:00", "in 13:00", "out 17:00"], 4 * 3600),
        (&["in 9:00", "out 12:00", "out 17:30"], 3 * 3600),
        (&["in 9:00", "out 12:00", "in 13:00"], 3 * 3600),
        (&["in 9:00", "break 12:00", "out 17:30"], 3 * 3600),
        (&["in 9:00", "break 12:00", "back 12:30"], 0),
        (&["in 9:00", "out 12:00", "break 12:10", "back 12:20"], 3 * 3600),
        (&["in 9:00", "back 12:00", "out 13:00"], 4 * 3600),
        (&["in 9:00", "break 10:00", "break 11:00", "back 12:00", "out 13:00"], 2 * 3600),
    ] {
        let derived = fixture.day(MONDAY).punched(punches).derive();
        assert_eq!(
            (derived.outcome.status, derived.outcome.worked_seconds),
            (DayStatus::Incomplete, seconds),
            "{punches:?}"
        );
        assert!(derived.exceptions.contains(&Exception::Incomplete));
        assert!(!derived.violations.iter().any(|violation| violation.finding.code == "break_missing"));
    }
    for on in [SATURDAY, date(2026, 11, 8)] {
        assert_eq!(
            fixture.day(on).punched(&["in 9:00"]).derive().outcome.status,
            DayStatus::Incomplete,
            "free days, too"
        );
    }
}

#[test]
fn punches_of_one_second_are_read_in_the_fitting_order() {
    let fixture = PersonFixture::new(attendance());
    for punches in [
        &["in 8:00", "out 12:00", "in 12:00", "out 16:00"][..],
        &["in 8:00", "break 12:00", "back 12:00", "out 16:00"],
        &["in 8:00", "in 8:00", "out 16:00", "out 16:00"],
    ] {
        let outcome = fixture.day(MONDAY).punched(punches).derive().outcome;
        assert_eq!((outcome.status, outcome.worked_minutes), (DayStatus::Present, Minutes(480)), "{punches:?}");
    }
}

#[test]
fn lateness_starts_after_grace_and_counts_from_the_shift() {
    let fixture = PersonFixture::new(by_default());
    for (punches, late, early) in [
        (&["in 9:05:00", "out 17:25:00"][..], 0, 0),
        (&["in 9:05:01", "out 17:24:59"], 5, 5),
        (&["in 9:06", "out 17:24"], 6, 6),
        (&["in 9:59:59", "out 16:00"], 59, 90),
        (&["in 7:30", "out 18:40"], 0, 0),
        (&["in 9:20", "out 12:00", "in 13:10", "out 17:30"], 20, 0),
        (&["in 9:20"], 20, 0),
        (&["out 12:00", "in 13:00", "out 17:00"], 0, 30),
        (&["in 9:00", "out 12:00", "in 13:00"], 0, 0),
    ] {
        let outcome = fixture.day(MONDAY).punched(punches).derive().outcome;
        assert_eq!((outcome.late_minutes.0, outcome.early_minutes.0), (late, early), "{punches:?}");
    }
    let strict = AttendanceRules { grace_in_minutes: Minutes(0), ..by_default() };
    let late = PersonFixture::new(strict).day(MONDAY).punched(&["in 9:00:20", "out 17:30"]).derive();
    assert_eq!((late.outcome.late_minutes, late.exceptions), (Minutes(1), vec![Exception::Late]));
}

#[test]
fn each_edge_of_a_shift_has_its_own_grace() {
    for (grace_in, grace_out, figures) in [(0, 30, (10, 0)), (30, 0, (0, 20)), (30, 30, (0, 0))] {
        let (grace_in_minutes, grace_out_minutes) = (Minutes(grace_in), Minutes(grace_out));
        let rules = AttendanceRules { grace_in_minutes, grace_out_minutes, ..by_default() };
        let outcome = PersonFixture::new(rules).day(MONDAY).punched(&["in 9:10", "out 17:10"]).derive().outcome;
        assert_eq!((outcome.late_minutes.0, outcome.early_minutes.0), figures, "{grace_in} and {grace_out}");
    }
}

#[test]
fn lateness_is_measured_per_shift() {
    let fixture = PersonFixture::new(attendance()).on(MONDAY, "morning kitchen");
    for (punches, late, early, worked) in [
        (&["in 8:10", "out 12:00", "in 16:15", "out 20:00"][..], 25, 0, 455),
        (&["in 8:00", "out 11:30", "in 16:00", "out 19:00"], 0, 90, 390),
        (&["in 8:00", "out 20:00"], 0, 0, 720),
        (&["in 16:10", "out 20:00"], 10, 0, 230),
        (&["in 8:00", "in 16:00", "out 20:00"], 0, 0, 240),
    ] {
        let outcome = fixture.day(MONDAY).punched(punches).derive().outcome;
        let found = (outcome.late_minutes.0, outcome.early_minutes.0, outcome.worked_minutes.0);
        assert_eq!(found, (late, early, worked), "{punches:?}");
        assert_eq!(outcome.break_minutes, Minutes(0), "the time between two shifts is no break");
    }
}

#[test]
fn check_in_and_check_out_in_one_second_count_as_arrival_and_departure() {
    let fixture = PersonFixture::new(attendance()).on(MONDAY, "morning kitchen");
    let late = |punches: &[&str]| fixture.day(MONDAY).punched(punches).derive().outcome.late_minutes.0;
    assert_eq!(late(&["in 8:10", "out 8:10"]), 10);
    assert_eq!(late(&["in 8:10", "out 8:10", "in 8:30", "out 12:00"]), 10);
    assert_eq!(late(&["in 8:00", "out 8:00", "in 8:30", "out 12:00"]), 0);
}

#[test]
fn live_check_in_reports_its_lateness() {
    let fixture = PersonFixture::new(attendance()).on(MONDAY, "morning kitchen");
    let late = |punches: &[&str], hour, minute| {
        let at = fixture.instant(MONDAY.at(hour, minute, 0, 0));
        fixture.day(MONDAY).punched(punches).ask(|inputs| policy::attendance::late_minutes_of_check_in(inputs, at)).0
    };
    assert_eq!([late(&[], 8, 5), late(&[], 8, 6), late(&[], 7, 30)], [0, 6, 0]);
    assert_eq!(late(&["in 8:10", "out 9:00"], 10, 0), 0, "was there before");
    assert_eq!(late(&["in 8:10", "out 8:10"], 10, 0), 0, "came and left in the same second");
    assert_eq!(late(&["in 8:10", "out 12:00"], 16, 20), 20, "the second shift");
    assert_eq!([late(&[], 13, 0), late(&[], 20, 30)], [0, 0], "belongs to no shift");
    let holiday = PersonFixture::new(by_default()).with_holidays(vec![holiday("A day", MONDAY)]);
    let at = holiday.instant(MONDAY.at(11, 0, 0, 0));
    assert_eq!(holiday.day(MONDAY).ask(|inputs| policy::attendance::late_minutes_of_check_in(inputs, at)), Minutes(0));
}

#[test]
fn day_status_follows_plan_leave_and_punches() {
    let fixture = PersonFixture::new(by_default()).with_holidays(vec![holiday("Founders' Day", date(2026, 11, 3))]);
    let on = |day: i8, punches: &[&str]| {
        let derived = fixture.day(date(2026, 11, day)).punched(punches).derive();
        (derived.outcome.status, derived.outcome.missing_minutes.0, derived.exceptions)
    };
    assert_eq!(on(2, &[]), (DayStatus::Absent, 480, vec![Exception::Absent]));
    assert_eq!(on(3, &[]), (DayStatus::Holiday, 0, vec![]));
    assert_eq!(on(7, &[]), (DayStatus::RestDay, 0, vec![]));
    assert_eq!(on(2, &["in 9:00", "out 17:30"]), (DayStatus::Present, 0, vec![]));
    assert_eq!(on(3, &["in 9:00", "out 12:00"]), (DayStatus::Present, 0, vec![]));
    assert_eq!(on(7, &["in 9:00", "out 12:00"]), (DayStatus::Present, 0, vec![]));
    assert_eq!(on(2, &["in 9:30"]), (DayStatus::Incomplete, 480, vec![Exception::Late, Exception::Incomplete]));
    let mut outside = fixture.day(MONDAY).punched(&["in 4:00", "out 17:30"]);
    outside.punches[0].flags = vec![PunchFlag::Offline, PunchFlag::OutsideWindow];
    assert_eq!(outside.derive().exceptions, [Exception::OutsideWindow]);
    outside.punches[0].voided_by = Some(CorrectionId::new(Uuid::from_u128(1)));
    assert_eq!(outside.derive().exceptions, [Exception::Incomplete], "voided");
}

#[test]
fn punches_that_touch_no_planned_shift_make_the_day_incomplete() {
    let fixture = PersonFixture::new(by_default());
    let found = |fixture: &PersonFixture, on: Date, punches: &[&str]| {
        let outcome = fixture.day(on).punched(punches).derive().outcome;
        (outcome.status, outcome.incomplete_reason)
    };
    let outside = (DayStatus::Incomplete, Some(IncompleteReason::OutsideShifts));
    let unpaired = (DayStatus::Incomplete, Some(IncompleteReason::UnpairedPunch));
    let present = (DayStatus::Present, None);
    for (punches, expected) in [
        (&["in 19:00", "out 21:00"][..], outside),
        (&["in 6:00", "out 9:00"], outside),
        (&["in 17:30", "out 18:00"], outside),
        (&["in 6:00", "out 9:00:01"], present),
        (&["in 9:00", "out 9:00"], present),
        (&["in 6:00", "out 7:00", "in 17:29", "out 18:00"], present),
        (&["in 19:00"], unpaired),
    ] {
        assert_eq!(found(&fixture, MONDAY, punches), expected, "{punches:?}");
    }
    assert_eq!(found(&fixture, SATURDAY, &["in 19:00", "out 21:00"]), present, "a rest day has no shift");
    assert_eq!(found(&PersonFixture::new(attendance()), MONDAY, &["in 19:00", "out 21:00"]), present);
    let derived = fixture.day(MONDAY).punched(&["in 19:00", "out 21:00"]).derive();
    assert_eq!((derived.outcome.worked_minutes, derived.exceptions), (Minutes(120), vec![Exception::Incomplete]));
    let on_leave =
        fixture.day(MONDAY).on_leave(policy::Portion::Full, 480).punched(&["in 19:00", "out 21:00"]).derive();
    assert_eq!((on_leave.outcome.status, on_leave.outcome.incomplete_reason), (DayStatus::Leave, None));
}

#[test]
fn deducted_break_is_a_figure_and_no_taken_break() {
    let rules = AttendanceRules { breaks: vec![required(360, 30)], ..by_default() };
    let fixture = PersonFixture::new(rules);
    for (punches, all, deducted, missing) in [
        (&["in 9:00", "out 17:30"][..], 30, 30, true),
        (&["in 9:00", "break 12:00", "back 12:20", "out 17:30"], 30, 10, true),
        (&["in 9:00", "break 12:00", "back 12:30", "out 17:30"], 30, 0, false),
        (&["in 9:00", "out 12:00", "in 12:45", "out 17:30"], 45, 0, false),
        (&["in 9:00", "out 13:00"], 0, 0, false),
        (&["in 9:00", "out 17:30", "in 18:00", "out 20:00"], 30, 30, false),
    ] {
        let derived = fixture.day(MONDAY).punched(punches).derive();
        let outcome = &derived.outcome;
        assert_eq!((outcome.break_minutes.0, outcome.deducted_break_minutes.0), (all, deducted), "{punches:?}");
        let codes: Vec<_> = derived.violations.iter().map(|violation| violation.finding.code.as_str()).collect();
        assert_eq!(codes.contains(&"break_missing"), missing, "{punches:?}");
    }
}

#[test]
fn pause_between_two_shifts_is_a_break() {
    let mut rules = AttendanceRules { breaks: vec![required(360, 30)], ..attendance() };
    rules.shifts.push(shift("afternoon", at(13, 0), at(17, 0), 0));
    let fixture = PersonFixture::new(rules).on(MONDAY, "morning afternoon");
    let derived = fixture.day(MONDAY).punched(&["in 8:00", "out 12:00", "in 13:00", "out 17:00"]).derive();
    assert_eq!((derived.outcome.worked_minutes, &derived.violations[..]), (Minutes(480), &[][..]));
}

#[test]
fn partial_leave_reduces_a_standard_day_that_is_shorter_than_the_default_shift() {
    let mut fixture = PersonFixture::new(by_default());
    fixture.person.contract.day_minutes = Minutes(360);
    let expected =
        |portion, minutes| fixture.day(MONDAY).on_leave(portion, minutes).derive().outcome.expected_minutes.0;
    assert_eq!(expected(Portion::Hours(at(9, 0), at(10, 0)), 60), 300);
    assert_eq!(expected(Portion::Half(Half::Am), 180), 180);
    assert_eq!(expected(Portion::Full, 360), 0);
}

#[test]
fn employees_on_leave_status_are_never_absent_or_late() {
    let mut fixture = PersonFixture::new(by_default());
    fixture.person.status = directory::EmploymentStatus::OnLeave;
    let nothing = fixture.day(MONDAY).derive();
    assert_eq!((nothing.outcome.status, nothing.outcome.expected_minutes), (DayStatus::Leave, Minutes(0)));
    assert!(nothing.exceptions.is_empty() && !nothing.outcome.worked_on_leave);
    assert_eq!(fixture.day(SATURDAY).derive().outcome.status, DayStatus::RestDay);
    let visit = fixture.day(MONDAY).punched(&["in 10:00", "out 12:00"]).derive();
    assert_eq!((visit.outcome.status, visit.outcome.worked_on_leave), (DayStatus::Leave, true));
    assert!(visit.exceptions.is_empty());
}

#[test]
fn week_totals_restart_on_monday_and_last_check_out_continues() {
    let fixture = PersonFixture::new(by_default());
    let friday = fixture.instant(date(2026, 10, 30).at(18, 0, 0, 0));
    let before = WeekToDate {
        week_worked_minutes: Minutes(2400),
        week_overtime_minutes: Minutes(60),
        last_out: Some(friday),
        rested_until: None,
    };
    let totals = |on: Date, punches: &[&str]| fixture.day(on).punched(punches).after(before).derive().outcome.totals;
    assert_eq!(totals(date(2026, 11, 1), &[]), before, "a Sunday");
    let monday = totals(MONDAY, &["in 9:00", "out 18:30"]);
    assert_eq!((monday.week_worked_minutes, monday.week_overtime_minutes), (Minutes(540), Minutes(60)));
    assert_eq!(monday.last_out, Some(fixture.instant(MONDAY.at(18, 30, 0, 0))));
    let tuesday = totals(date(2026, 11, 3), &["in 9:00", "out 17:30"]);
    assert_eq!((tuesday.week_worked_minutes, tuesday.week_overtime_minutes), (Minutes(2880), Minutes(60)));
}

#[test]
fn working_time_violations_are_derived_with_the_day() {
    let rules = AttendanceRules { breaks: vec![required(360, 45)], ..by_default() };
    let fixture = PersonFixture::new(rules);
    let policy_set = policy::PolicySet::new(
        fixture
            .policy_set()
            .policies()
            .iter()
            .cloned()
            .chain([crate::fixtures::policy(3, crate::working_time::working_time())])
            .collect(),
        fixture.calendar.iter().cloned().collect(),
    );
    let late = fixture.instant(date(2026, 10, 31).at(22, 30, 0, 0));
    let before = WeekToDate { week_worked_minutes: Minutes(2700), last_out: Some(late), ..WeekToDate::default() };
    let codes = |on: Date, punches: &[&str]| {
        let day = fixture.day(on).punched(punches).after(before);
        day.ask(|inputs| {
            let derived =
                policy::attendance::derive_day(&policy::attendance::DayInputs { policies: &policy_set, ..*inputs });
            derived.violations.into_iter().map(|violation| violation.finding.code).collect::<Vec<_>>()
        })
    };
    let sunday = date(2026, 11, 1);
    assert_eq!(codes(sunday, &["in 8:00", "out 12:00"]), ["weekly_maximum", "daily_rest"]);
    assert!(codes(sunday, &[]).is_empty());
    assert_eq!(codes(MONDAY, &["in 9:00", "out 17:30"]), ["break_missing"]);
    assert_eq!(codes(MONDAY, &["in 8:00", "break 12:00", "back 12:45", "out 19:00"]), ["daily_maximum"]);
}

#[test]
fn weekly_rest_is_required_in_every_seven_days() {
    let fixture = PersonFixture::new(attendance());
    let limits = crate::fixtures::policy(3, crate::working_time::working_time());
    let policies = fixture.policy_set().policies().iter().cloned().chain([limits]).collect();
    let policies = policy::PolicySet::new(policies, fixture.calendar.iter().cloned().collect());
    // Days without a rest of 35 hours, by their last check-outs.
    let violated = |check_outs: &[&str]| {
        let mut before = WeekToDate::default();
        let mut days = Vec::new();
        for (on, check_out) in MONDAY.series(jiff::Span::new().days(1)).zip(check_outs) {
            let day = fixture.day(on).after(before);
            let day = match *check_out {
                "" => day,
                "forgotten" => day.punched(&["in 9:00"]),
                check_out => day.punched(&["in 9:00", &format!("out {check_out}")]),
            };
            let derived = day.ask(|inputs| {
                policy::attendance::derive_day(&policy::attendance::DayInputs { policies: &policies, ..*inputs })
            });
            before = derived.outcome.totals;
            let found = derived.violations.iter().any(|violation| violation.finding.code == "weekly_rest");
            days.extend(found.then_some(on.day()));
        }
        days
    };
    let until_friday = ["17:00"; 5];
    let with = |more: &[&'static str]| violated(&[&until_friday[..], more].concat());
    assert!(with(&["", "", "17:00"]).is_empty(), "a free weekend");
    assert!(with(&["22:00", "", "17:00"]).is_empty(), "35 hours from Saturday 22:00 to Monday 09:00");
    assert_eq!(with(&["22:01", "", "17:00"]), [7, 9], "34 h 59 min");
    assert_eq!(with(&["17:00", "12:00", "17:00"]), [8, 9], "no free day");
    assert_eq!(with(&["17:00", "12:00", "17:00", "", "17:00", "17:00"]), [8, 9], "the rest on Tuesday ends it");
    assert!(
        violated(&["17:00", "17:00", "", "17:00", "17:00", "17:00", "17:00", "17:00"]).is_empty(),
        "a free Wednesday"
    );
    let forgotten = ["17:00", "17:00", "forgotten", "17:00", "17:00", "17:00", "17:00"];
    assert_eq!(violated(&forgotten), [8], "a forgotten check-out is no rest");
}

#[test]
fn changed_inputs_name_each_difference() {
    let fixture = PersonFixture::new(by_default());
    let first = fixture.day(MONDAY).punched(&["in 9:00", "out 17:30"]);
    let told = |day: &Day<'_>| changed_inputs(&first.derive().inputs, &day.derive().inputs);
    assert_eq!(changed_inputs(&[], &first.derive().inputs), [ChangedInput::FirstDerivation]);
    assert!(told(&first.clone()).is_empty());
    assert_eq!(told(&first.clone().punched(&["in 19:00", "out 20:00"])), [ChangedInput::Punches]);
    let mut voided = first.clone();
    voided.punches[1].voided_by = Some(CorrectionId::new(Uuid::from_u128(1)));
    assert_eq!(told(&voided), [ChangedInput::Punches]);
    assert_eq!(told(&first.clone().on_leave(policy::Portion::Full, 480)), [ChangedInput::Leave]);
    let before = WeekToDate { week_worked_minutes: Minutes(60), ..WeekToDate::default() };
    assert!(told(&first.clone().after(before)).is_empty(), "a Monday begins the week");
    let rested = WeekToDate { last_out: Some(fixture.instant(date(2026, 11, 1).at(12, 0, 0, 0))), ..before };
    assert_eq!(told(&first.clone().after(rested)), [ChangedInput::DayBefore]);
    let same = |other: &PersonFixture| told(&Day { fixture: other, ..first.clone() });
    assert_eq!(same(&PersonFixture { calendar: None, ..fixture.clone() }), [ChangedInput::Calendar]);
    assert_eq!(same(&fixture.clone().on(MONDAY, "late")), [ChangedInput::Shifts]);
    assert_eq!(
        same(&fixture.clone().with_holidays(vec![holiday("A day", date(2026, 11, 3))])),
        [ChangedInput::Calendar]
    );
    assert_eq!(same(&PersonFixture { overtime: None, ..fixture.clone() }), [ChangedInput::Policy]);
    let mut longer = fixture.clone();
    longer.person.contract.day_minutes = Minutes(500);
    assert_eq!(same(&longer), [ChangedInput::Employment]);
    let given_back = policy::attendance::DayLeave {
        active: false,
        ..first.clone().on_leave(policy::Portion::Full, 480).leaves[0].clone()
    };
    assert!(told(&Day { leaves: vec![given_back], ..first.clone() }).is_empty(), "given back is as never taken");
}
