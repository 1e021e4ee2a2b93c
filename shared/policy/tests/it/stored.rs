//! Stored values round-trip through JSON and through DynamoDB attributes.

use std::fmt::Debug;

use jiff::civil::{date, time};
use kernel::Minutes;
use policy::{
    CarryOver, DataRetentionRules, Half, HalfDays, Policy, PolicyRules, Portion, TrainingRules,
    leave::{
        Account, Blackout, EncashmentRules, EntryKind, LeaveRules, LeaveUnit, NoticeTier, OccupiedMonth, PeriodStart,
        RoundTo, Sandwich, Slot,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use store::{from_item, to_attribute};

use crate::fixtures::{
    DAY, annual, calendar, carry, count_by, employee, entry, holiday, leave, leave_policy, occupy, of_leave, person,
    policy, policy_set, post_due, step, take,
};
use crate::working_time::{attendance, working_time};

fn assert_round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value);
    let item = to_attribute(value).unwrap().as_m().unwrap().clone();
    assert_eq!(&from_item::<T>(item).unwrap(), value);
}

fn rich() -> LeaveRules {
    let people = policy::leave::Approver::People(vec![employee(5), employee(6)]);
    LeaveRules {
        carry_over: carry(5, Some(3)),
        negative_days: HalfDays(1),
        interrupts: vec![],
        adjoins: vec![],
        notice_tiers: vec![NoticeTier { above_days: HalfDays(5), notice_days: 14 }],
        run_days_max: Some(HalfDays(31)),
        period_start: PeriodStart::Anniversary,
        sandwich: Sandwich::Inside,
        blackouts: vec![Blackout { from: date(2026, 12, 1), to: date(2026, 12, 2), reason: "stock-taking".into() }],
        eligible: vec![directory::EmploymentType::FullTime],
        attachment_above_days: Some(HalfDays(5)),
        unit: LeaveUnit::Hour,
        approval: vec![policy::leave::Step {
            needed: 2,
            above_days: Some(HalfDays(3)),
            escalate_after_hours: Some(48),
            ..step(people)
        }],
        encashment: Some(EncashmentRules { max_days: HalfDays(10), keep_days: HalfDays(3) }),
        credit_expires_days: Some(90),
        ..annual(51)
    }
}

#[test]
fn policies_of_every_kind_round_trip() {
    let rules = [
        PolicyRules::Leave(Box::new(rich())),
        PolicyRules::Leave(Box::new(annual(60))),
        attendance(),
        working_time(),
        PolicyRules::CarryOver(CarryOver { cap_days: HalfDays(11), expires_after_months: None }),
        PolicyRules::DataRetention(DataRetentionRules { records: "audit_logs".into(), keep_days: 365 }),
        PolicyRules::Training(TrainingRules {
            course: "First aid".into(),
            due_after_days: 30,
            repeat_months: None,
            remind_days_before: 7,
        }),
    ];
    rules.into_iter().for_each(|rules| assert_round_trip(&policy(1, rules)));
    let to = Some(date(2026, 12, 31));
    let effective = policy::EffectivePeriod { from: date(2026, 1, 1), to };
    let scope = policy::PolicyScope { sites: vec!["berlin".into()], departments: vec![crate::fixtures::department(1)] };
    assert_round_trip(&Policy { effective, scope, warn_only: vec!["blackout".into()], ..leave_policy(1, rich()) });
}

#[test]
fn policy_json_is_flat_and_omitted_fields_have_defaults() {
    let shown = serde_json::to_value(leave_policy(1, annual(51))).unwrap();
    assert_eq!((&shown["kind"], &shown["rules"]["entitlement_days"]), (&json!("leave"), &json!(25.5)));
    assert_eq!((&shown["effective_from"], &shown["policy_version"]), (&json!("2020-01-01"), &json!(1)));
    let short = json!({
        "policy_id": shown["policy_id"], "policy_version": 1, "name": "Short", "effective_from": "2026-01-01",
        "kind": "leave", "created_at": "2026-01-01T00:00:00Z", "created_by": "unknown",
        "rules": {
            "leave_type": "annual", "entitlement_days": 25.5,
            "accrual": {"schedule": "monthly", "posted_at": "start", "round_to": "minute"},
            "approval": [{"by": "manager"}, {"by": {"people": [employee(5).to_string()]}, "needed": 1}],
        },
    });
    let read: Policy = serde_json::from_value(short).unwrap();
    let rules = read.leave_rules().unwrap();
    assert_eq!(
        (rules.unit, rules.period_start, rules.accrual.round_to),
        (LeaveUnit::HalfDay, PeriodStart::Month(1), RoundTo::Minute)
    );
    assert_eq!(rules.approval[0].needed, 1);
    assert!(read.validate().is_empty());
}

#[test]
fn half_days_are_written_in_days_and_other_numbers_rejected() {
    for (text, half_days) in [("0", 0), ("1", 2), ("25.5", 51), ("25.0", 50), ("366", 732)] {
        assert_eq!(serde_json::from_str::<HalfDays>(text).unwrap(), HalfDays(half_days));
    }
    for text in ["0.25", "-1", "367", "366.5", "1e3", "\"1\"", "null", "-0.5"] {
        assert!(serde_json::from_str::<HalfDays>(text).is_err(), "{text}");
    }
}

#[test]
fn calendars_counts_and_months_round_trip() {
    let half = policy::Holiday {
        half: Some(Half::Pm),
        yearly: true,
        to: Some(date(2026, 12, 24)),
        ..holiday("Christmas Eve", date(2026, 12, 24))
    };
    let calendar = calendar(vec![half]);
    assert_round_trip(&calendar);
    assert_round_trip(&count_by(
        &calendar,
        (date(2026, 12, 21), date(2026, 12, 27)),
        Portion::Full,
        DAY,
        Sandwich::Inside,
    ));
    let span = Portion::Hours(time(9, 0, 0, 0), time(10, 30, 0, 0));
    assert_round_trip(&count_by(&calendar, (date(2026, 12, 21), date(2026, 12, 21)), span, DAY, Sandwich::None));
    let mut month = OccupiedMonth::default();
    for (day, portion) in [(1, Portion::Full), (31, span), (15, Portion::Half(Half::Am))] {
        occupy(&mut month, date(2026, 12, day), Slot { leave_id: leave(1), leave_type: "annual".into(), portion })
            .unwrap();
    }
    assert_round_trip(&month);
}

#[test]
fn accounts_and_entries_round_trip() {
    let policy_set = policy_set(LeaveRules { carry_over: carry(5, Some(3)), ..annual(60) });
    let joiner = directory::Person { hire_date: date(2025, 1, 1), ..person() };
    let mut account = Account::new("annual");
    take(&mut account, 1, date(2025, 12, 30), date(2026, 1, 2));
    let entries = post_due(&policy_set, &joiner, &mut account, date(2026, 5, 1));
    assert_round_trip(&account);
    assert_round_trip(&account.fold_before(date(2026, 1, 1)));
    entries.iter().for_each(assert_round_trip);
    assert_round_trip(&of_leave("hold", EntryKind::Hold, leave(1), (date(2026, 1, 1), date(2026, 1, 2)), -480));
    assert_round_trip(&policy::leave::LedgerEntry {
        policy: Some(leave_policy(1, annual(2)).reference),
        ..entry("x", EntryKind::Grant, date(2026, 1, 1), Minutes(-1))
    });
}

#[test]
fn approval_and_violation_round_trip() {
    assert_round_trip(&policy::leave::Approval::start(rich().approval).unwrap());
    let broken = policy::working_time::WorkedDay {
        date: date(2026, 1, 1),
        worked: Minutes(900),
        breaks: None,
        week: None,
        rest: None,
        since_weekly_rest: None,
    };
    let policy_set = policy::PolicySet::new(vec![policy(1, working_time())], vec![]);
    assert_round_trip(&policy::working_time::check_working_time(&policy_set, &person(), &broken)[0]);
}
