//! Retention of old records: "Retention" in docs/rules.md.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use policy::{
    DataRetentionRules, Policy, PolicyRules, PolicyScope, PolicySet, RetainedRecords,
    retention::{first_day_kept, may_expire},
};

use crate::fixtures::{person, policy};

const TODAY: Date = date(2026, 7, 15);

fn retention(number: u128, records: RetainedRecords, keep_days: u16, sites: &[&str]) -> Policy {
    let rules = DataRetentionRules { records: records.as_str().into(), keep_days };
    let sites = sites.iter().map(|site| (*site).to_owned()).collect();
    let scope = PolicyScope { sites, departments: vec![] };
    Policy { scope, ..policy(number, PolicyRules::DataRetention(rules)) }
}

fn attendance(policies: Vec<Policy>, days: &[Date]) -> bool {
    let policies = PolicySet::new(policies, vec![]);
    may_expire(&policies, RetainedRecords::Attendance, &person(), days.iter().copied(), TODAY)
}

#[test]
fn month_expires_when_its_last_day_is_older_than_the_policy_says() {
    let keep = |days| vec![retention(1, RetainedRecords::Attendance, days, &[])];
    let first = date(2024, 6, 1);
    let age_of_last_day = 744; // 30 June 2024 to 14 July 2026
    assert_eq!(date(2024, 6, 30).saturating_add(age_of_last_day.days()), TODAY.yesterday().unwrap());
    assert!(attendance(keep(744), &[first]));
    assert!(!attendance(keep(745), &[first]), "the last day of the month is 745 days old today, not more");
    assert_eq!(
        first_day_kept(&PolicySet::new(keep(744), vec![]), RetainedRecords::Attendance, TODAY),
        Some(date(2024, 7, 1))
    );
    assert_eq!(
        first_day_kept(&PolicySet::new(keep(745), vec![]), RetainedRecords::Attendance, TODAY),
        Some(date(2024, 6, 1))
    );
}

#[test]
fn records_without_a_policy_never_expire() {
    let old = date(2001, 1, 1);
    assert!(!attendance(vec![], &[old]));
    assert!(!attendance(vec![retention(1, RetainedRecords::LeaveRequests, 731, &[])], &[old]), "of other records");
    assert!(!attendance(vec![retention(1, RetainedRecords::Attendance, 731, &["pune"])], &[old]), "for another site");
    let ended = Policy {
        effective: policy::EffectivePeriod { from: date(2020, 1, 1), to: Some(date(2026, 7, 14)) },
        ..retention(1, RetainedRecords::Attendance, 731, &[])
    };
    assert!(!attendance(vec![ended.clone()], &[old]), "the policy has ended");
    assert_eq!(first_day_kept(&PolicySet::new(vec![ended], vec![]), RetainedRecords::Attendance, TODAY), None);
}

#[test]
fn longest_retention_of_a_month_and_the_most_specific_policy_count() {
    let all = retention(1, RetainedRecords::Attendance, 731, &[]);
    let berlin = retention(2, RetainedRecords::Attendance, 3_650, &["berlin"]);
    let both = vec![all, berlin];
    assert!(!attendance(both.clone(), &[date(2020, 1, 1)]), "the policy of the site is more specific");
    let policies = PolicySet::new(both, vec![]);
    assert_eq!(
        first_day_kept(&policies, RetainedRecords::Attendance, TODAY),
        Some(date(2024, 7, 1)),
        "the shortest of all policies"
    );
    let mut moved = directory::Person { site: "pune".into(), ..person() };
    moved.terms = vec![
        directory::DatedTerms::current(&person(), person().hire_date),
        directory::DatedTerms::current(&moved, date(2022, 3, 16)),
    ];
    let expires =
        |days: &[Date]| may_expire(&policies, RetainedRecords::Attendance, &moved, days.iter().copied(), TODAY);
    assert!(expires(&[date(2022, 3, 16), date(2022, 3, 31)]), "the days in Pune");
    assert!(!expires(&[date(2022, 3, 15), date(2022, 3, 16)]), "one day is from Berlin");
}
