//! Carry-over and expiry: rule 7 (docs/rules.md).

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use kernel::{Actor, Minutes};
use policy::{
    Policy, PolicyRules, PolicySet,
    leave::{Account, EntryKind, LeaveRules, due_entries, project_balance},
};

use crate::fixtures::{
    annual, calendar, carry, days, entry, leave_policy, moment, person, policy, policy_set, post_due, release, take,
    yearly,
};

/// 10 days at the end of 2025, all of which are carried over until 31 March, and 20 more days from 1 January 2026.
fn ten_days_carried(taken: i8) -> (PolicySet, Account) {
    let rules = LeaveRules { carry_over: carry(10, Some(3)), ..yearly(40) };
    let policy_set = PolicySet::new(
        vec![
            Policy {
                effective: policy::EffectivePeriod { from: date(2026, 1, 1), to: None },
                ..leave_policy(1, rules.clone())
            },
            {
                let old = leave_policy(2, LeaveRules { entitlement_days: Some(policy::HundredthDays(0)), ..rules });
                Policy {
                    effective: policy::EffectivePeriod { from: date(2025, 1, 1), to: Some(date(2025, 12, 31)) },
                    ..old
                }
            },
        ],
        vec![calendar(vec![])],
    );
    let mut account = Account::new("annual");
    account.post_if_missing(&entry("grant#1", EntryKind::Grant, date(2025, 6, 1), days(10)));
    if taken > 0 {
        take(&mut account, 1, date(2026, 2, 1), date(2026, 2, taken));
    }
    (policy_set, account)
}

#[test]
fn carried_days_expire_only_as_far_as_unused() {
    for (taken, expire) in [(0, 10), (8, 2), (10, 0), (12, 0)] {
        let (policy_set, mut account) = ten_days_carried(taken);
        let entries = post_due(&policy_set, &person(), &mut account, date(2026, 4, 1));
        let ended: Minutes =
            entries.iter().filter(|entry| entry.kind == EntryKind::Expire).map(|entry| entry.minutes).sum();
        assert_eq!(ended, -days(expire), "{taken} taken");
        let left = 30 - i64::from(taken) - expire;
        assert_eq!(account.posted_minutes_until(date(2026, 4, 1)), days(left), "{taken} taken");
        assert!(due_entries(&policy_set, &person(), &account, date(2026, 4, 1)).is_empty());
    }
}

#[test]
fn carry_over_entries_explain_moved_and_expired_leave() {
    let (policy_set, mut account) = ten_days_carried(8);
    let entries = post_due(&policy_set, &person(), &mut account, date(2026, 4, 1));
    let shown: Vec<_> = entries.iter().map(|one| (one.id.as_str(), one.on.to_string(), one.minutes.0 / 480)).collect();
    let on = |text: &str| text.to_owned();
    assert_eq!(
        shown,
        [
            ("carry_over#out#2026-01-01#1", on("2026-01-01"), -10),
            ("carry_over#in#2026-01-01#1", on("2026-01-01"), 10),
            ("accrual#2026-01-01#1of1", on("2026-01-01"), 20),
            ("expire#lot#carry_over#in#2026-01-01#1", on("2026-04-01"), -2),
        ]
    );
    assert_eq!(entries[1].expires_on, Some(date(2026, 3, 31)));
    let why: Vec<_> = due_entries(&policy_set, &person(), &ten_days_carried(8).1, date(2026, 4, 1))
        .into_iter()
        .map(|line| line.why.to_string())
        .collect();
    assert_eq!(
        why,
        [
            "Carried over out of the leave year 2025-01-01 to 2025-12-31: 10 days (4800 minutes).",
            "Carried over from the leave year 2025-01-01 to 2025-12-31, to be taken by 2026-03-31: 10 days (4800 minutes).",
            "Instalment 1 of 1 of 20 days for the leave year 2026-01-01 to 2026-12-31: 20 days (9600 minutes).",
            "Leave credited on 2026-01-01 and not taken by 2026-03-31 expires: 2 days (960 minutes).",
        ]
    );
}

#[test]
fn leave_across_the_expiry_date_uses_both_credits() {
    let (policy_set, mut account) = ten_days_carried(0);
    take(&mut account, 1, date(2026, 3, 29), date(2026, 4, 4));
    post_due(&policy_set, &person(), &mut account, date(2026, 4, 30));
    // Three days until 31 March use the carried-over credit, of which seven days expire; four days use the new one.
    assert_eq!(account.posted_minutes_until(date(2026, 4, 30)), days(16));
}

#[test]
fn leave_above_the_cap_expires_at_year_end() {
    let policy_set = policy_set(LeaveRules { carry_over: carry(5, None), ..yearly(60) });
    let joiner = directory::Person { hire_date: date(2025, 1, 1), ..person() };
    let mut account = Account::new("annual");
    take(&mut account, 1, date(2025, 7, 1), date(2025, 7, 18));
    let entries = post_due(&policy_set, &joiner, &mut account, date(2026, 1, 1));
    let cap = entries.iter().find(|one| one.id == "expire#cap#2026-01-01#1").unwrap();
    assert_eq!((cap.minutes, cap.rule.as_str()), (-days(7), "carry_over.cap"));
    assert_eq!(account.posted_minutes_until(date(2025, 12, 31)), days(12));
    assert_eq!(account.posted_minutes_until(date(2026, 1, 1)), days(35));
    assert_eq!(entries.iter().map(|one| one.minutes).sum::<Minutes>() - days(18), days(35));
}

#[test]
fn without_carry_over_rule_all_leave_is_kept() {
    let policy_set = policy_set(yearly(60));
    let joiner = directory::Person { hire_date: date(2025, 1, 1), ..person() };
    let mut account = Account::new("annual");
    let entries = post_due(&policy_set, &joiner, &mut account, date(2026, 1, 1));
    assert_eq!(entries.len(), 2);
    assert_eq!(account.posted_minutes_until(date(2026, 1, 1)), days(60));
}

#[test]
fn general_carry_over_skips_types_with_own_rule_or_expiry() {
    let general = policy(2, PolicyRules::CarryOver(carry(5, None).unwrap()));
    let joiner = directory::Person { hire_date: date(2025, 1, 1), ..person() };
    let balance = |rules: LeaveRules| {
        let policy_set = PolicySet::new(vec![leave_policy(1, rules), general.clone()], vec![]);
        let mut account = Account::new("annual");
        post_due(&policy_set, &joiner, &mut account, date(2026, 1, 1));
        account.posted_minutes_until(date(2026, 1, 1))
    };
    assert_eq!(balance(yearly(60)), days(35));
    assert_eq!(balance(LeaveRules { carry_over: carry(10, None), ..yearly(60) }), days(40));
    assert_eq!(balance(LeaveRules { credit_expires_days: Some(400), ..yearly(60) }), days(60));
}

#[test]
fn general_carry_over_expires_after_its_months() {
    let joiner = directory::Person { hire_date: date(2025, 1, 1), ..person() };
    for (months, left) in [(None, 35), (Some(6), 35), (Some(3), 30)] {
        let general = policy(2, PolicyRules::CarryOver(carry(5, months).unwrap()));
        let policy_set = PolicySet::new(vec![leave_policy(1, yearly(60)), general], vec![]);
        let mut account = Account::new("annual");
        post_due(&policy_set, &joiner, &mut account, date(2026, 4, 1));
        assert_eq!(account.posted_minutes_until(date(2026, 4, 1)), days(left), "{months:?}");
    }
}

#[test]
fn next_credit_pays_a_debt_that_is_not_carried_over() {
    let policy_set = policy_set(LeaveRules { carry_over: carry(5, Some(3)), ..yearly(20) });
    let joiner = directory::Person { hire_date: date(2025, 1, 1), ..person() };
    let mut account = Account::new("annual");
    take(&mut account, 1, date(2025, 12, 1), date(2025, 12, 13));
    let entries = post_due(&policy_set, &joiner, &mut account, date(2026, 4, 1));
    assert!(entries.iter().all(|one| one.kind == EntryKind::Accrual));
    assert_eq!(account.posted_minutes_until(date(2026, 4, 1)), days(7));
}

#[test]
fn late_cancellation_before_year_end_posts_one_correction() {
    let (policy_set, mut account) = ten_days_carried(8);
    post_due(&policy_set, &person(), &mut account, date(2026, 4, 10));
    release(&mut account, 1, date(2026, 2, 1), date(2026, 2, 8));
    let entries = post_due(&policy_set, &person(), &mut account, date(2026, 4, 11));
    let shown: Vec<_> = entries.iter().map(|one| (one.id.as_str(), one.on, one.minutes)).collect();
    assert_eq!(shown, [("expire#lot#carry_over#in#2026-01-01#2", date(2026, 4, 1), -days(8))]);
    assert!(due_entries(&policy_set, &person(), &account, date(2026, 4, 12)).is_empty());
    assert_eq!(account.posted_minutes_until(date(2026, 4, 11)), days(20));
}

#[test]
fn late_booking_before_expiry_returns_expired_leave() {
    let (policy_set, mut account) = ten_days_carried(0);
    post_due(&policy_set, &person(), &mut account, date(2026, 4, 10));
    take(&mut account, 1, date(2026, 3, 2), date(2026, 3, 4));
    let entries = post_due(&policy_set, &person(), &mut account, date(2026, 4, 11));
    let shown: Vec<_> = entries.iter().map(|one| (one.id.as_str(), one.minutes)).collect();
    assert_eq!(shown, [("expire#lot#carry_over#in#2026-01-01#2", days(3))]);
    assert!(entries[0].inputs["posted_before_minutes"] == -4800 && entries[0].inputs["target_minutes"] == -3360);
    assert_eq!(account.posted_minutes_until(date(2026, 4, 11)), days(20));
}

#[test]
fn changed_standard_day_leaves_posted_sentences_unchanged() {
    let policies = policy_set(LeaveRules { carry_over: carry(5, Some(3)), ..yearly(60) });
    let mut joiner = directory::Person { hire_date: date(2025, 1, 1), ..person() };
    let mut account = Account::new("annual");
    let mut rules = BTreeSet::new();
    let mut post = |person: &directory::Person, account: &mut Account, today: Date| {
        for line in due_entries(&policies, person, account, today) {
            let posted = line.to_ledger_entry("annual", moment(), Actor::Unknown);
            account.post_if_missing(&posted);
            assert_eq!(posted.explanation(Minutes(240)), Some(line.why), "{}", line.rule);
            rules.insert(line.rule);
        }
    };
    post(&joiner, &mut account, date(2026, 4, 1));
    // Leave before the expiry date corrects the expiry, and leave of the ended year withdraws its end.
    take(&mut account, 1, date(2026, 3, 2), date(2026, 3, 3));
    post(&joiner, &mut account, date(2026, 4, 2));
    take(&mut account, 2, date(2025, 11, 1), date(2025, 11, 30));
    post(&joiner, &mut account, date(2026, 4, 3));
    joiner.termination_date = Some(date(2026, 7, 1));
    post(&joiner, &mut account, date(2026, 7, 2));
    let expected = ["carry_over.cap", "carry_over.in", "carry_over.out", "expire.cap", "expire.lot", "accrual.yearly"];
    assert!(expected.iter().all(|rule| rules.contains(*rule)), "{rules:?}");
}

#[test]
fn credits_expire_individually_and_the_earliest_is_spent_first() {
    let policy_set = policy_set(LeaveRules { credit_expires_days: Some(90), ..annual(0) });
    let mut account = Account::new("annual");
    for (id, on, end) in [("a", date(2026, 1, 10), date(2026, 6, 30)), ("b", date(2026, 1, 20), date(2026, 2, 28))] {
        let credit = entry(id, EntryKind::Grant, on, days(2));
        account.post_if_missing(&policy::leave::LedgerEntry { expires_on: Some(end), ..credit });
    }
    take(&mut account, 1, date(2026, 2, 2), date(2026, 2, 2));
    let projection = project_balance(&policy_set, &person(), &account, date(2026, 12, 31));
    assert_eq!(projection.balance_on(date(2026, 2, 28)), days(3));
    assert_eq!(projection.balance_on(date(2026, 3, 1)), days(2), "one day of b was left");
    assert_eq!(projection.balance_on(date(2026, 7, 1)), days(0));
    let ending = project_balance(&policy_set, &person(), &account, date(2026, 2, 15)).expiring;
    assert_eq!(ending, [(date(2026, 2, 28), days(1)), (date(2026, 6, 30), days(2))]);
}

#[test]
fn leaver_returns_unearned_leave_and_nothing_expires_afterwards() {
    let policy_set = policy_set(LeaveRules { carry_over: carry(5, Some(3)), ..yearly(60) });
    let mut joiner = directory::Person { hire_date: date(2026, 1, 1), ..person() };
    let mut account = Account::new("annual");
    post_due(&policy_set, &joiner, &mut account, date(2026, 5, 1));
    assert_eq!(account.posted_minutes_until(date(2026, 5, 1)), days(30));
    joiner.termination_date = Some(date(2026, 7, 1));
    let soon = project_balance(&policy_set, &joiner, &account, date(2026, 7, 1));
    // 182 of 365 days of the year earn 14.96 of 30 days: 7180.27 minutes.
    assert_eq!(soon.balance_on(date(2026, 7, 1)), Minutes(7180));
    let entries = post_due(&policy_set, &joiner, &mut account, date(2027, 2, 1));
    let shown: Vec<_> = entries.iter().map(|one| (one.id.as_str(), one.on, one.rule.as_str())).collect();
    assert_eq!(shown, [("accrual#2026-01-01#1of1#2", date(2026, 1, 1), "accrual.yearly")]);
    assert_eq!(account.posted_minutes_until(date(2027, 2, 1)), Minutes(7180));
    joiner.termination_date = Some(date(2026, 8, 1));
    post_due(&policy_set, &joiner, &mut account, date(2027, 2, 1));
    assert!(due_entries(&policy_set, &joiner, &account, date(2027, 2, 1)).is_empty());
    assert_eq!(account.posted_minutes_until(date(2027, 2, 1)), Minutes(8403), "213 of 365 days");
}

#[test]
fn schedule_change_within_the_year_grants_nothing_twice() {
    let first = leave_policy(1, yearly(60));
    let second = Policy {
        reference: policy::PolicyRef { policy_version: 2, ..first.reference },
        effective: policy::EffectivePeriod { from: date(2026, 7, 1), to: None },
        ..leave_policy(1, annual(60))
    };
    let joiner = directory::Person { hire_date: date(2026, 1, 1), ..person() };
    for (before, after) in [
        (first.clone(), second.clone()),
        (leave_policy(1, annual(60)), Policy { rules: PolicyRules::Leave(Box::new(yearly(60))), ..second }),
    ] {
        let policy_set = PolicySet::new(vec![before, after], vec![]);
        let mut account = Account::new("annual");
        let at_once =
            project_balance(&policy_set, &joiner, &account, date(2026, 12, 31)).balance_on(date(2026, 12, 31));
        post_due(&policy_set, &joiner, &mut account, date(2026, 6, 30));
        post_due(&policy_set, &joiner, &mut account, date(2026, 12, 31));
        assert_eq!(account.posted_minutes_until(date(2026, 12, 31)), at_once);
        assert!(at_once <= days(30) && due_entries(&policy_set, &joiner, &account, date(2026, 12, 31)).is_empty());
    }
}
