//! Worked minutes of the days of a month, as attendance settled them. Rule 6 (docs/rules.md).

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::Minutes;
use serde::{Deserialize, Serialize};

/// Worked minutes of a day, and the version of the attendance day that they are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkedDay {
    pub minutes: Minutes,
    pub version: u64,
}

/// Worked minutes of one employee, leave type and month by day, for the days on which hours of work earn that leave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkedMonth {
    #[serde(default)]
    pub days: BTreeMap<Date, WorkedDay>,
}

impl WorkedMonth {
    /// The month after a settled day; `None` if the same or a newer version of the day is known.
    pub fn after_day(&self, date: Date, day: WorkedDay) -> Option<Self> {
        if self.days.get(&date).is_some_and(|known| known.version >= day.version) {
            return None;
        }
        let mut after = self.clone();
        after.days.insert(date, day);
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, ToSpan, civil::date};
    use kernel::Actor;
    use policy::{
        Person, Policy, PolicySet,
        leave::{Account, due_entries, project_balance},
    };
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const FIRST: Date = date(2024, 1, 1);
    /// Days on which work is settled: a year and two months.
    const DAYS: i32 = 425;

    fn person() -> Person {
        serde_json::from_value(json!({
            "id": "emp_018c0000000070008000000000000001", "employee_code": "E1", "first_name": "Erin", "last_name": "Doe",
            "email": "e@example.com", "status": "active", "department_id": "dep_018c0000000070008000000000000001",
            "job_title": "Engineer", "site": "berlin", "time_zone": "Europe/Berlin", "employment_type": "part_time",
            "fte_bp": 5_000, "day_minutes": 480, "hire_date": "2024-01-17", "roles": ["employee"], "role_version": 1,
        }))
        .unwrap()
    }

    fn book(days: u32, round_to: &str) -> PolicySet {
        let policy: Policy = serde_json::from_value(json!({
            "policy_id": "pol_018c0000000070008000000000000001", "policy_version": 1, "name": "Hourly",
            "effective_from": "2022-01-01", "kind": "leave", "created_at": "2022-01-01T00:00:00Z", "created_by": "unknown",
            "rules": {
                "leave_type": "hourly", "entitlement_days": days, "carry_over": {"cap_days": 2, "expires_after_months": 3},
                "accrual": {
                    "schedule": "per_hours_worked", "posted_at": "end", "round_to": round_to,
                    "worked_share": {"earned_minutes": 1207, "worked_minutes": 10_000},
                },
                "approval": [],
            },
        }))
        .unwrap();
        PolicySet::new(vec![policy], Vec::new())
    }

    fn day(number: i32) -> Date {
        FIRST.saturating_add(number.days())
    }

    /// The account after all due entries of a day are posted.
    fn post(book: &PolicySet, account: &mut Account, today: Date) {
        for line in due_entries(book, &person(), account, today) {
            account.post_if_missing(&line.to_ledger_entry("hourly", Timestamp::UNIX_EPOCH, Actor::Unknown));
        }
    }

    proptest! {
        #[test]
        fn balances_follow_the_final_hours_for_any_order_and_repetition_of_events(
            entitlement in 1_u32..30,
            round_to in prop::sample::select(vec!["minute", "half_day", "day"]),
            events in prop::collection::vec((0..DAYS, 1_u64..5, 0..DAYS + 60), 1..60),
        ) {
            let book = book(entitlement, round_to);
            // The minutes follow from the day and the version, so that a repeated event says the same.
            let minutes = |number: i32, version: u64| Minutes((i64::from(number) * 37 + i64::try_from(version).unwrap() * 151) % 720);
            let (mut month, mut account) = (WorkedMonth::default(), Account::new("hourly"));
            let mut in_time = events.clone();
            in_time.sort_by_key(|(.., arrives)| *arrives);
            for (number, version, arrives) in in_time {
                post(&book, &mut account, day(arrives));
                if let Some(after) = month.after_day(day(number), WorkedDay { minutes: minutes(number, version), version }) {
                    account.worked.insert(day(number), minutes(number, version));
                    month = after;
                }
            }
            let end = day(DAYS + 70);
            post(&book, &mut account, end);
            prop_assert_eq!(due_entries(&book, &person(), &account, end), vec![], "a repetition posts nothing");

            let mut newest: BTreeMap<i32, u64> = BTreeMap::new();
            for (number, version, _) in &events {
                let known = newest.entry(*number).or_default();
                *known = (*version).max(*known);
            }
            let worked = newest.into_iter().map(|(number, version)| (day(number), minutes(number, version)));
            let mut at_once = Account::new("hourly").with_worked(worked.collect());
            prop_assert_eq!(&account.worked, &at_once.worked);
            post(&book, &mut at_once, end);
            let project = |account: &Account| project_balance(&book, &person(), account, end);
            let (by_events, at_once) = (project(&account), project(&at_once));
            for number in 0..DAYS + 70 {
                prop_assert_eq!(by_events.balance_on(day(number)), at_once.balance_on(day(number)), "{}", day(number));
            }
        }
    }
}
