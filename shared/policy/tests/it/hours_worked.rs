//! Accrual per hour worked: rule 6.

use std::collections::BTreeMap;

use directory::{ContractTerms, DatedTerms, Person};
use jiff::civil::{Date, date};
use kernel::Minutes;
use policy::{
    Policy, PolicyRef, PolicySet,
    leave::{
        Account, AccrualRules, AccrualSchedule, LeaveRules, PostedAt, RoundTo, WorkedShare, due_entries,
        project_balance,
    },
};

use crate::fixtures::{annual, leave_policy, person};

/// Rules with an entitlement in days, and a share in minutes of leave for minutes of work.
fn rules(days: u16, (earned_minutes, worked_minutes): (u32, u32), round_to: RoundTo) -> LeaveRules {
    let accrual = AccrualRules {
        schedule: AccrualSchedule::PerHoursWorked,
        posted_at: PostedAt::End,
        round_to,
        worked_share: Some(WorkedShare { earned_minutes, worked_minutes }),
    };
    LeaveRules { accrual, ..annual(days * 2) }
}

fn set(versions: Vec<Policy>) -> PolicySet {
    PolicySet::new(versions, Vec::new())
}

fn account(worked: &[(Date, i64)]) -> Account {
    Account::new("annual").with_worked(worked.iter().map(|(day, minutes)| (*day, Minutes(*minutes))).collect())
}

/// Balances at the end of these days.
fn balances(policies: &PolicySet, person: &Person, account: &Account, days: &[Date]) -> Vec<i64> {
    let projection = project_balance(policies, person, account, date(2027, 12, 31));
    days.iter().map(|day| projection.balance_on(*day).0).collect()
}

#[test]
fn months_earn_their_share_rounded_by_the_running_total() {
    let worked = [(date(2026, 1, 5), 100), (date(2026, 2, 5), 100), (date(2026, 3, 5), 100), (date(2026, 5, 1), 9_000)];
    let ends = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)];
    for (share, round_to, expected) in [
        ((1, 30), RoundTo::Minute, [3, 6, 10, 10, 310]),
        ((1207, 10_000), RoundTo::Minute, [12, 24, 36, 36, 1_122]),
        ((1207, 10_000), RoundTo::HalfDay, [0, 0, 0, 0, 960]),
        ((1207, 10_000), RoundTo::Day, [0, 0, 0, 0, 960]),
    ] {
        let policies = set(vec![leave_policy(1, rules(28, share, round_to))]);
        assert_eq!(balances(&policies, &person(), &account(&worked), &ends), expected, "{share:?} {round_to:?}");
    }
}

#[test]
fn leave_year_earns_at_most_the_entitlement_and_the_next_one_begins_anew() {
    let policies = set(vec![leave_policy(1, rules(2, (1, 10), RoundTo::Minute))]);
    let worked: Vec<_> =
        (1..=12).map(|month| (date(2026, month, 15), 1_700)).chain([(date(2027, 1, 15), 1_700)]).collect();
    let days = [date(2026, 5, 31), date(2026, 6, 30), date(2026, 12, 31), date(2027, 1, 30), date(2027, 1, 31)];
    assert_eq!(balances(&policies, &person(), &account(&worked), &days), [850, 960, 960, 960, 1_130]);
}

#[test]
fn higher_entitlement_counts_hours_that_were_above_the_old_one() {
    let first = leave_policy(1, rules(1, (1, 10), RoundTo::Minute));
    let reference = PolicyRef { policy_version: 2, ..first.reference };
    let mut raised = Policy { reference, ..leave_policy(1, rules(3, (1, 10), RoundTo::Minute)) };
    raised.effective.from = date(2026, 3, 1);
    let worked = [(date(2026, 1, 5), 9_600), (date(2026, 3, 5), 600)];
    let days = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)];
    assert_eq!(balances(&set(vec![first, raised]), &person(), &account(&worked), &days), [480, 480, 1_020]);
}

#[test]
fn days_outside_the_schedule_and_the_employment_earn_nothing() {
    let monthly = leave_policy(1, annual(24));
    let reference = PolicyRef { policy_version: 2, ..monthly.reference };
    let mut hourly = Policy { reference, ..leave_policy(1, rules(28, (1, 10), RoundTo::Minute)) };
    hourly.effective.from = date(2026, 7, 11);
    let policies = set(vec![monthly, hourly]);
    let leaver = Person { hire_date: date(2026, 7, 1), termination_date: Some(date(2026, 7, 20)), ..person() };
    let worked = [(date(2026, 7, 10), 5_000), (date(2026, 7, 15), 700), (date(2026, 7, 21), 5_000)];
    let by_calendar = balances(&policies, &leaver, &account(&[]), &[date(2026, 7, 20)])[0];
    assert_eq!(
        balances(&policies, &leaver, &account(&worked), &[date(2026, 7, 19), date(2026, 7, 20)]),
        [by_calendar, by_calendar + 70]
    );
}

#[test]
fn new_standard_day_keeps_the_days_that_hours_earned() {
    let policies = set(vec![leave_policy(1, rules(28, (1, 10), RoundTo::Minute))]);
    let half = ContractTerms { day_minutes: Minutes(240), ..person().contract };
    let before: DatedTerms = serde_json::from_value(serde_json::json!({
        "from": "2020-01-01", "site": "berlin", "time_zone": "Europe/Berlin", "department_id": person().department_id,
        "employment_type": "full_time", "fte_bp": 10_000, "day_minutes": 480,
    }))
    .unwrap();
    let after = DatedTerms { from: date(2026, 3, 1), contract: half, ..before.clone() };
    let person = Person { contract: half, terms: vec![before, after], ..person() };
    let account = account(&[(date(2026, 1, 5), 4_800), (date(2026, 3, 5), 2_400)]);
    let days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31)];
    assert_eq!(balances(&policies, &person, &account, &days), [480, 240, 480]);
}

#[test]
fn month_is_due_on_the_second_day_after_its_end() {
    let policies = set(vec![leave_policy(1, rules(28, (1, 10), RoundTo::Minute))]);
    let account = account(&[(date(2026, 1, 5), 4_800)]);
    let due = |today| due_entries(&policies, &person(), &account, today).len();
    assert_eq!([date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2)].map(due), [0, 0, 1]);
}

#[test]
fn faults_of_a_worked_share_have_pointers() {
    let faults = |rules: LeaveRules| {
        let faults = leave_policy(1, rules).validate();
        faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect::<Vec<_>>()
    };
    let fine = rules(28, (1, 30), RoundTo::Minute);
    assert_eq!(faults(fine.clone()), Vec::<String>::new());
    let with = |change: &dyn Fn(&mut LeaveRules)| {
        let mut rules = fine.clone();
        change(&mut rules);
        faults(rules)
    };
    let share = "/rules/accrual/worked_share";
    assert_eq!(with(&|rules| rules.accrual.worked_share = None), [format!("{share} required")]);
    assert_eq!(with(&|rules| rules.accrual.schedule = AccrualSchedule::Monthly), [format!("{share} required")]);
    assert_eq!(with(&|rules| rules.accrual.posted_at = PostedAt::Start), ["/rules/accrual/posted_at not_at_the_end"]);
    assert_eq!(with(&|rules| rules.entitlement_days = None), ["/rules/entitlement_days required"]);
    for (earned_minutes, worked_minutes, expected) in [
        (0, 30, vec!["earned_minutes"]),
        (31, 30, vec!["earned_minutes"]),
        (1, 0, vec!["worked_minutes", "earned_minutes"]),
        (1, 100_001, vec!["worked_minutes"]),
    ] {
        let expected: Vec<_> = expected.iter().map(|name| format!("{share}/{name} out_of_range")).collect();
        let worked_share = Some(WorkedShare { earned_minutes, worked_minutes });
        assert_eq!(with(&|rules| rules.accrual.worked_share = worked_share), expected, "{worked_share:?}");
    }
}

#[test]
fn folded_account_keeps_its_later_balances() {
    let policies = set(vec![leave_policy(1, rules(28, (1, 10), RoundTo::Minute))]);
    let mut account = account(&[(date(2025, 11, 5), 4_800), (date(2026, 3, 5), 2_400)]);
    for line in due_entries(&policies, &person(), &account, date(2026, 6, 1)) {
        account.post_if_missing(&line.to_ledger_entry("annual", jiff::Timestamp::UNIX_EPOCH, kernel::Actor::Unknown));
    }
    let folded = account.fold_before(date(2026, 1, 1));
    assert_eq!(folded.worked, BTreeMap::from([(date(2026, 3, 5), Minutes(2_400))]));
    let days = [date(2026, 1, 1), date(2026, 3, 31), date(2026, 12, 31)];
    assert_eq!(balances(&policies, &person(), &folded, &days), balances(&policies, &person(), &account, &days));
    assert_eq!(due_entries(&policies, &person(), &folded, date(2026, 6, 1)), []);
}
