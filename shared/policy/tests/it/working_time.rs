//! Working-time limits (docs/rules.md).

use jiff::civil::{Date, date, time};
use kernel::Minutes;
use policy::{
    OvertimeRules, OvertimeTier, Policy, PolicyRules, PolicySet,
    working_time::{AttendanceRules, RequiredBreak, Rounding, Shift, WorkedDay, WorkingTimeRules, check_working_time},
};

use crate::fixtures::{person, policy};

const ON: Date = date(2026, 11, 3);

/// Limits of directive 2003/88/EC: 11 hours of rest per day and 48 hours of work per week.
pub(crate) fn working_time() -> PolicyRules {
    PolicyRules::WorkingTime(WorkingTimeRules {
        daily_max_minutes: Minutes(600),
        weekly_max_minutes: Minutes(2880),
        daily_rest_minutes: Minutes(660),
        weekly_rest_minutes: Minutes(2100),
    })
}

pub(crate) fn attendance() -> PolicyRules {
    let shift = |code: &str, from, to| {
        let (from, to) = (time(from, 0, 0, 0), time(to, 0, 0, 0));
        Shift { code: code.into(), from, to, break_minutes: Minutes(30) }
    };
    let required = |over, rest| RequiredBreak { worked_over_minutes: Minutes(over), break_minutes: Minutes(rest) };
    PolicyRules::Attendance(Box::new(AttendanceRules {
        shifts: vec![shift("early", 6, 14), shift("night", 22, 6)],
        window_before_minutes: Minutes(60),
        window_after_minutes: Minutes(60),
        debounce_seconds: 60,
        grace_in_minutes: Minutes(5),
        grace_out_minutes: Minutes(5),
        breaks: vec![required(360, 30), required(540, 45)],
        rounding: Rounding::Nearest,
        rounding_step_minutes: Minutes(15),
        default_shift: None,
    }))
}

fn overtime() -> PolicyRules {
    PolicyRules::Overtime(OvertimeRules {
        tiers: vec![OvertimeTier { from_minutes: Minutes(0), rate_bp: 12_500 }],
        rest_day_rate_bp: 15_000,
        holiday_rate_bp: 20_000,
        minimum_block_minutes: Minutes(15),
        daily_cap_minutes: Minutes(120),
        weekly_cap_minutes: Minutes(600),
        rest_day_credit: None,
        night: None,
        early_work: policy::EarlyWork::Plain,
    })
}

fn policy_set() -> PolicySet {
    PolicySet::new(vec![policy(1, working_time()), policy(2, attendance()), policy(3, overtime())], vec![])
}

fn day(worked: i64) -> WorkedDay {
    WorkedDay { date: ON, worked: Minutes(worked), breaks: None, week: None, rest: None, since_weekly_rest: None }
}

fn codes(policy_set: &PolicySet, day: &WorkedDay) -> Vec<String> {
    check_working_time(policy_set, &person(), day).into_iter().map(|violation| violation.finding.code).collect()
}

#[test]
fn each_limit_has_its_code_and_is_inclusive() {
    let full = WorkedDay { breaks: Some(Minutes(45)), week: Some(Minutes(2880)), rest: Some(Minutes(660)), ..day(600) };
    assert!(codes(&policy_set(), &full).is_empty());
    assert_eq!(codes(&policy_set(), &day(601)), ["daily_maximum", "daily_overtime_cap"]);
    assert_eq!(codes(&policy_set(), &WorkedDay { week: Some(Minutes(2881)), ..full.clone() }), ["weekly_maximum"]);
    assert_eq!(codes(&policy_set(), &WorkedDay { rest: Some(Minutes(659)), ..full.clone() }), ["daily_rest"]);
    assert_eq!(codes(&policy_set(), &WorkedDay { breaks: Some(Minutes(44)), ..full }), ["break_missing"]);
    assert!(codes(&policy_set(), &WorkedDay { breaks: Some(Minutes(0)), ..day(360) }).is_empty());
    assert_eq!(codes(&policy_set(), &WorkedDay { breaks: Some(Minutes(29)), ..day(361) }), ["break_missing"]);
}

#[test]
fn weekly_rest_must_fit_into_seven_days() {
    let since = |minutes| WorkedDay { since_weekly_rest: Some(Minutes(minutes)), ..day(480) };
    assert!(codes(&policy_set(), &since(7_980)).is_empty(), "7 days less 35 hours");
    assert_eq!(codes(&policy_set(), &since(7_981)), ["weekly_rest"]);
    let violation = check_working_time(&policy_set(), &person(), &since(8_040)).remove(0);
    let text = "The work of 2026-11-03 ended 134 h 00 min after the last weekly rest; every seven days must contain 35 h 00 min of consecutive rest.";
    assert_eq!(violation.explanation, text);
}

#[test]
fn unknown_times_are_not_checked() {
    assert!(codes(&policy_set(), &day(600)).is_empty());
    assert!(codes(&PolicySet::default(), &day(1400)).is_empty());
}

#[test]
fn violation_sentences_contain_the_figures() {
    let broken =
        WorkedDay { breaks: Some(Minutes(20)), week: Some(Minutes(3000)), rest: Some(Minutes(600)), ..day(630) };
    let texts: Vec<_> = check_working_time(&policy_set(), &person(), &broken)
        .into_iter()
        .inspect(|violation| assert_eq!(violation.message().to_string(), violation.explanation))
        .map(|violation| violation.explanation)
        .collect();
    assert_eq!(
        texts,
        [
            "10 h 30 min were worked on 2026-11-03; the daily maximum is 10 h 00 min.",
            "50 h 00 min were worked in the week up to 2026-11-03; the weekly maximum is 48 h 00 min.",
            "The rest before the work of 2026-11-03 was 10 h 00 min; the minimum is 11 h 00 min.",
            "10 h 30 min were worked on 2026-11-03 with 0 h 20 min of break; work of more than 9 h 00 min requires 0 h 45 min of break.",
            "10 h 30 min were worked on 2026-11-03, 2 h 30 min above the standard day of 8 h 00 min; the daily overtime cap is 2 h 00 min.",
        ]
    );
}

#[test]
fn policy_can_downgrade_violations_to_warnings() {
    let warning = Policy { warn_only: vec!["daily_maximum".into()], ..policy(1, working_time()) };
    let policy_set = PolicySet::new(vec![warning, policy(3, overtime())], vec![]);
    let violations = check_working_time(&policy_set, &person(), &day(700));
    let shown: Vec<_> =
        violations.iter().map(|violation| (violation.finding.code.as_str(), violation.blocking)).collect();
    assert_eq!(shown, [("daily_overtime_cap", true), ("daily_maximum", false)]);
}

#[test]
fn shift_can_end_on_the_next_day() {
    let PolicyRules::Attendance(rules) = attendance() else { panic!() };
    assert_eq!(rules.shifts.iter().map(|shift| shift.length().0).collect::<Vec<_>>(), [480, 480]);
}
