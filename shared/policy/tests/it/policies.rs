//! Policies: scope, period, versions and validation.

use jiff::civil::{Date, date, time};
use kernel::Minutes;
use policy::{
    DataRetentionRules, EffectivePeriod, HalfDays, NightHours, OvertimeRules, OvertimeTier, Policy, PolicyKind,
    PolicyRef, PolicyRules, PolicyScope, PolicySet, TrainingRules,
    leave::{Approver, Blackout, LeaveRules, NoticeTier, PeriodStart, Step},
    working_time::WorkingTimeRules,
};

use crate::fixtures::{annual, carry, department, employee, leave_policy, person, policy, policy_id, step};
use crate::working_time::{attendance, working_time};

fn with_dates(policy: Policy, from: Date, to: Option<Date>) -> Policy {
    Policy { effective: EffectivePeriod { from, to }, ..policy }
}

fn version(policy: Policy, policy_version: u32) -> Policy {
    Policy { reference: PolicyRef { policy_version, ..policy.reference }, ..policy }
}

fn with_scope(policy: Policy, sites: &[&str], departments: &[u128]) -> Policy {
    let sites = sites.iter().map(|site| (*site).to_owned()).collect();
    let departments = departments.iter().map(|number| department(*number)).collect();
    Policy { scope: PolicyScope { sites, departments }, ..policy }
}

#[test]
fn later_version_ends_an_earlier_one() {
    let open = leave_policy(1, annual(60));
    let second = with_dates(version(open.clone(), 2), date(2026, 7, 1), Some(date(2026, 8, 31)));
    let policy_set = PolicySet::new(vec![open.clone(), second], vec![]);
    let on = |on| policy_set.version_on(policy_id(1), on).map(|policy| policy.reference.policy_version);
    assert_eq!(on(date(2019, 12, 31)), None);
    assert_eq!(on(date(2026, 6, 30)), Some(1));
    assert_eq!(on(date(2026, 7, 1)), Some(2));
    assert_eq!(on(date(2026, 9, 1)), None, "the first version does not apply again");
    let applying =
        |on| policy_set.applicable("leave:annual", &person(), on).map(|policy| policy.reference.policy_version);
    assert_eq!([date(2026, 6, 30), date(2026, 8, 31), date(2026, 9, 1)].map(applying), [Some(1), Some(2), None]);
    assert_eq!(policy_set.last_day_of_version(&open), Some(date(2026, 6, 30)));
    assert_eq!(policy_set.first_day_of_policy(policy_id(1)), Some(date(2020, 1, 1)));
}

#[test]
fn most_specific_policy_applies() {
    let all = leave_policy(1, annual(40));
    let berlin = with_scope(leave_policy(2, annual(50)), &["berlin"], &[]);
    let department = with_scope(leave_policy(3, annual(60)), &[], &[1]);
    let elsewhere = with_scope(leave_policy(4, annual(70)), &["paris"], &[1]);
    let applying = |policies: &[&Policy]| {
        let policy_set = PolicySet::new(policies.iter().map(|policy| (*policy).clone()).collect(), vec![]);
        policy_set.applicable("leave:annual", &person(), date(2026, 1, 1)).map(|policy| policy.reference.policy_id)
    };
    assert_eq!(applying(&[&all, &berlin, &department, &elsewhere]), Some(policy_id(3)));
    assert_eq!(applying(&[&berlin, &all, &elsewhere]), Some(policy_id(2)));
    assert_eq!(applying(&[&all, &elsewhere]), Some(policy_id(1)));
    assert_eq!(applying(&[&elsewhere]), None);
}

#[test]
fn one_policy_per_subject_applies() {
    let sick = LeaveRules { leave_type: "sick".into(), ..annual(0) };
    let policies = vec![
        leave_policy(1, annual(40)),
        with_scope(leave_policy(2, annual(60)), &["berlin"], &[]),
        leave_policy(3, sick),
        policy(4, working_time()),
    ];
    let policy_set = PolicySet::new(policies, vec![]);
    let of_kind = policy_set.applicable_of_kind(PolicyKind::Leave, &person(), date(2026, 1, 1));
    let ids: Vec<_> = of_kind.iter().map(|policy| policy.reference.policy_id).collect();
    assert_eq!(ids, [policy_id(2), policy_id(3)]);
}

#[test]
fn equally_specific_policies_with_one_subject_conflict() {
    let (from, to) = (date(2026, 1, 1), date(2026, 12, 31));
    let one = with_dates(leave_policy(1, annual(40)), from, Some(to));
    let other = |policy: Policy| one.conflicts_with(&policy);
    assert!(other(leave_policy(2, annual(50))));
    assert!(!other(with_dates(leave_policy(2, annual(50)), date(2027, 1, 1), None)));
    assert!(!other(with_scope(leave_policy(2, annual(50)), &["berlin"], &[])));
    assert!(!other(leave_policy(2, LeaveRules { leave_type: "sick".into(), ..annual(0) })));
    assert!(!other(version(leave_policy(1, annual(50)), 2)), "a later version ends an earlier one");
    let (berlin, paris) = (
        |n| with_scope(leave_policy(n, annual(2)), &["berlin"], &[]),
        with_scope(leave_policy(9, annual(2)), &["paris"], &[]),
    );
    assert!(berlin(2).conflicts_with(&berlin(3)) && !berlin(2).conflicts_with(&paris));
    let in_both = with_scope(leave_policy(7, annual(2)), &["berlin"], &[1]);
    assert!(in_both.conflicts_with(&with_scope(leave_policy(8, annual(2)), &[], &[1, 2])));
    assert!(!in_both.conflicts_with(&with_scope(leave_policy(8, annual(2)), &["paris"], &[1])));
    let ended = with_dates(version(leave_policy(2, annual(4)), 2), date(2025, 6, 1), Some(date(2025, 6, 30)));
    let policy_set = PolicySet::new(vec![leave_policy(2, annual(50)), ended, leave_policy(3, annual(60))], vec![]);
    let conflicts: Vec<_> =
        policy_set.conflicting_policies(&one).into_iter().map(|policy| policy.reference.policy_id).collect();
    assert_eq!(conflicts, [policy_id(3)], "the first version of 2 ended in May 2025");
}

#[test]
fn policies_with_different_subjects_do_not_conflict() {
    let retention = PolicyRules::DataRetention(DataRetentionRules { records: "attendance".into(), keep_days: 731 });
    let course = TrainingRules {
        course: "Fire safety".into(),
        due_after_days: 30,
        repeat_months: Some(12),
        remind_days_before: 7,
    };
    let subjects: Vec<_> =
        [leave_policy(1, annual(1)).rules, working_time(), attendance(), retention, PolicyRules::Training(course)]
            .map(|rules| policy(1, rules))
            .iter()
            .map(|policy| (policy.subject(), policy.kind()))
            .collect();
    assert_eq!(
        subjects,
        [
            ("leave:annual".to_owned(), PolicyKind::Leave),
            ("working_time".to_owned(), PolicyKind::WorkingTime),
            ("attendance".to_owned(), PolicyKind::Attendance),
            ("data_retention:attendance".to_owned(), PolicyKind::DataRetention),
            ("training:Fire safety".to_owned(), PolicyKind::Training),
        ]
    );
}

fn errors(policy: &Policy) -> Vec<String> {
    policy.validate().into_iter().map(|error| format!("{} {}", error.pointer, error.code)).collect()
}

fn leave_errors(change: impl FnOnce(&mut LeaveRules)) -> Vec<String> {
    let mut rules = annual(60);
    change(&mut rules);
    errors(&leave_policy(1, rules))
}

#[test]
fn leave_policy_errors_point_at_the_field() {
    assert!(leave_errors(|_| {}).is_empty());
    assert_eq!(leave_errors(|r| r.leave_type = "Annual leave".into()), ["/rules/leave_type not_a_slug"]);
    assert_eq!(
        leave_errors(|r| r.entitlement_days = Some(policy::HundredthDays(36_601))),
        ["/rules/entitlement_days out_of_range"]
    );
    for minutes in [0, 1441] {
        let wrong = leave_errors(|r| r.full_day_minutes = Some(kernel::Minutes(minutes)));
        assert_eq!(wrong, ["/rules/full_day_minutes out_of_range"]);
    }
    assert_eq!(leave_errors(|r| r.period_start = PeriodStart::Month(13)), ["/rules/period_start/month out_of_range"]);
    assert_eq!(
        leave_errors(|r| r.carry_over = carry(5, Some(13))),
        ["/rules/carry_over/expires_after_months out_of_range"]
    );
    assert_eq!(leave_errors(|r| r.carry_over = carry(367, None)), ["/rules/carry_over/cap_days out_of_range"]);
    assert_eq!(leave_errors(|r| r.run_days_max = Some(HalfDays(0))), ["/rules/run_days_max out_of_range"]);
    assert_eq!(leave_errors(|r| r.credit_expires_days = Some(0)), ["/rules/credit_expires_days out_of_range"]);
    let tier = |above, notice_days| NoticeTier { above_days: HalfDays(above), notice_days };
    assert_eq!(
        leave_errors(|r| r.notice_tiers = vec![tier(4, 1), tier(4, 2)]),
        ["/rules/notice_tiers/1/above_days not_in_order"]
    );
    let turned = Blackout { from: date(2026, 2, 2), to: date(2026, 2, 1), reason: String::new() };
    assert_eq!(
        leave_errors(|r| r.blackouts = vec![turned]),
        ["/rules/blackouts/0/to ends_before_it_begins", "/rules/blackouts/0/reason length"]
    );
}

#[test]
fn policy_dates_outside_the_years_1900_to_2200_are_refused() {
    let blackout = |from, to| leave_errors(|r| r.blackouts = vec![Blackout { from, to, reason: "Stocktaking".into() }]);
    assert!(blackout(date(1900, 1, 1), date(2200, 12, 31)).is_empty());
    assert_eq!(
        blackout(date(1899, 12, 31), date(2201, 1, 1)),
        ["/rules/blackouts/0/from out_of_range", "/rules/blackouts/0/to out_of_range"]
    );
    let effective = |from, to| errors(&with_dates(leave_policy(1, annual(60)), from, to));
    assert!(effective(date(1900, 1, 1), Some(date(2200, 12, 31))).is_empty());
    assert_eq!(effective(date(2201, 1, 1), None), ["/effective_from out_of_range"]);
    assert_eq!(
        effective(date(1899, 12, 31), Some(date(2201, 1, 1))),
        ["/effective_from out_of_range", "/effective_to out_of_range"]
    );
}

#[test]
fn approval_errors_point_at_the_step() {
    let with = |one: Step| leave_errors(|rules| rules.approval = vec![step(Approver::Manager), one]);
    assert_eq!(with(Step { needed: 0, ..step(Approver::Hr) }), ["/rules/approval/1/needed out_of_range"]);
    assert!(with(Step { needed: 3, ..step(Approver::Hr) }).is_empty());
    assert_eq!(with(Step { needed: 2, ..step(Approver::SecondManager) }), ["/rules/approval/1/needed too_many"]);
    let people = |people: &[u128]| Approver::People(people.iter().copied().map(employee).collect());
    assert_eq!(with(Step { needed: 2, ..step(people(&[1])) }), ["/rules/approval/1/needed too_many"]);
    assert_eq!(with(step(people(&[]))), ["/rules/approval/1/needed too_many"]);
    assert_eq!(with(step(people(&[1, 1]))), ["/rules/approval/1/by/people repeated"]);
    let hours = |hours| Step { escalate_after_hours: Some(hours), ..step(Approver::Manager) };
    assert_eq!(with(hours(0)), ["/rules/approval/1/escalate_after_hours out_of_range"]);
}

#[test]
fn policy_errors_of_every_kind_point_at_the_field() {
    let fine = leave_policy(1, annual(60));
    assert_eq!(errors(&Policy { name: " ".into(), ..fine.clone() }), ["/name length"]);
    assert_eq!(
        errors(&with_dates(fine.clone(), date(2026, 1, 2), Some(date(2026, 1, 1)))),
        ["/effective_to ends_before_it_begins"]
    );
    assert_eq!(errors(&with_scope(fine.clone(), &["berlin", "New York"], &[])), ["/scope/sites/1 not_a_slug"]);
    assert_eq!(
        errors(&Policy { warn_only: vec!["blackout".into(), "nothing_to_take".into()], ..fine }),
        ["/warn_only/1 unknown_code"]
    );
    let impossible = WorkingTimeRules {
        daily_max_minutes: Minutes(960),
        weekly_max_minutes: Minutes(2880),
        daily_rest_minutes: Minutes(660),
        weekly_rest_minutes: Minutes(-1),
    };
    assert_eq!(
        errors(&policy(1, PolicyRules::WorkingTime(impossible))),
        ["/rules/weekly_rest_minutes out_of_range", "/rules/daily_rest_minutes impossible"]
    );
    let tier = |from, rate_bp| OvertimeTier { from_minutes: Minutes(from), rate_bp };
    let overtime = OvertimeRules {
        tiers: vec![tier(30, 12_500), tier(120, 100_001)],
        rest_day_rate_bp: 15_000,
        holiday_rate_bp: 20_000,
        minimum_block_minutes: Minutes(15),
        daily_cap_minutes: Minutes(240),
        weekly_cap_minutes: Minutes(600),
        rest_day_credit: None,
        night: None,
        early_work: policy::EarlyWork::Plain,
    };
    assert_eq!(
        errors(&policy(1, PolicyRules::Overtime(overtime.clone()))),
        ["/rules/tiers/0/from_minutes not_in_order", "/rules/tiers/1/rate_bp out_of_range"]
    );
    let night = |to, extra_bp| NightHours { from: time(22, 0, 0, 0), to, extra_bp };
    let with = |night| OvertimeRules { tiers: vec![tier(0, 12_500)], night: Some(night), ..overtime.clone() };
    assert!(errors(&policy(1, PolicyRules::Overtime(with(night(time(6, 0, 0, 0), 2_500))))).is_empty());
    assert_eq!(
        errors(&policy(1, PolicyRules::Overtime(with(night(time(22, 0, 0, 0), 100_001))))),
        ["/rules/night/to impossible", "/rules/night/extra_bp out_of_range"]
    );
    for records in ["everything", "audit_logs", "notifications"] {
        let retention = DataRetentionRules { records: records.into(), keep_days: 730 };
        assert_eq!(
            errors(&policy(1, PolicyRules::DataRetention(retention))),
            ["/rules/records unknown_records", "/rules/keep_days out_of_range"]
        );
    }
    let PolicyRules::Attendance(mut shifts) = attendance() else { panic!() };
    shifts.default_shift = Some("night".into());
    assert!(errors(&policy(1, PolicyRules::Attendance(shifts.clone()))).is_empty());
    shifts.shifts[1].code = shifts.shifts[0].code.clone();
    shifts.shifts[1].break_minutes = Minutes(480);
    shifts.debounce_seconds = 3_601;
    assert_eq!(
        errors(&policy(1, PolicyRules::Attendance(shifts))),
        [
            "/rules/shifts/1/code repeated",
            "/rules/shifts/1/break_minutes out_of_range",
            "/rules/default_shift unknown_shift",
            "/rules/debounce_seconds out_of_range"
        ]
    );
}
