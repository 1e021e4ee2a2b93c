//! Checks through the API that every accepted write is stored exactly once.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};

use super::{
    kind::{RequestKind, RequestSequence},
    load_users::{LoadUser, LoadUsers},
    outcome::{Outcome, RequestOutcome},
};
use crate::scenario::{
    Scenario,
    json::{array, at, text},
};

/// Employees checked concurrently.
const CHECK_CONCURRENCY: usize = 4;

/// Expected, missing and duplicate writes.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct WriteCheck {
    /// Number of expected writes.
    pub(crate) expected: usize,
    /// Keys without a stored write.
    pub(crate) missing: Vec<String>,
    /// Keys with more than one stored write.
    pub(crate) duplicates: Vec<String>,
}

impl WriteCheck {
    /// Compares expected keys, each once, with the counted ones.
    pub(crate) fn of<'a>(expected: impl IntoIterator<Item = &'a str>, counts: &BTreeMap<String, usize>) -> Self {
        let mut check = Self::default();
        for key in expected {
            check.expected += 1;
            match counts.get(key).copied().unwrap_or_default() {
                0 => check.missing.push(key.to_owned()),
                1 => {}
                _ => check.duplicates.push(key.to_owned()),
            }
        }
        check
    }

    fn merged_with(mut self, other: Self) -> Self {
        self.expected += other.expected;
        self.missing.extend(other.missing);
        self.duplicates.extend(other.duplicates);
        self
    }
}

/// Checks every accepted write of all employees. Missing and duplicate writes are in the result.
pub(crate) async fn check_writes(
    scenario: &Scenario,
    users: &LoadUsers,
    outcomes: &[Outcome<'_>],
) -> Result<WriteCheck, String> {
    let people = users.people.iter().enumerate().map(async |(who, user)| {
        let theirs = outcomes.iter().filter(|outcome| outcome.request.who == who);
        let (changes, others): (Vec<_>, Vec<_>) =
            theirs.partition(|outcome| outcome.request.kind == RequestKind::ChangePerson);
        let writes = count_writes(scenario, user, &others).await?;
        let accepted = others.iter().filter(|outcome| outcome.accepted_write().is_some());
        let keys: Vec<String> = accepted.filter_map(|outcome| stored_write_key(users, user, outcome)).collect();
        let record = scenario.read_with_retries(&users.hr, format!("/api/v1/employees/{}", user.person.id)).await?;
        let check = WriteCheck::of(keys.iter().map(String::as_str), &writes);
        let last = check_last_role_change(|number| users.request_key(number), text(&record, "/role"), &changes);
        Ok::<_, String>(check.merged_with(last))
    });
    let each: Vec<WriteCheck> = stream::iter(people).buffered(CHECK_CONCURRENCY).try_collect().await?;
    Ok(each.into_iter().fold(WriteCheck::default(), WriteCheck::merged_with))
}

/// Counts an employee's stored punches, leave requests and read notifications by their keys.
async fn count_writes(
    scenario: &Scenario,
    user: &LoadUser,
    outcomes: &[&Outcome<'_>],
) -> Result<BTreeMap<String, usize>, String> {
    let person = &user.person;
    let punched = outcomes.iter().filter(|outcome| outcome.request.kind.sequence() == Some(RequestSequence::Clock));
    let days: BTreeSet<&str> = punched.filter_map(|outcome| Some(text(outcome.accepted_write()?, "/date"))).collect();
    let mut writes: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |key: &str| *writes.entry(key.to_owned()).or_default() += 1;
    for day in days {
        let day = scenario.read_with_retries(person, format!("/api/v1/attendance/{}/days/{day}", person.id)).await?;
        array(&day, "/punches").iter().for_each(|punch| count(text(punch, "/device")));
    }
    let leaves = scenario.list_all_pages(person, format!("/api/v1/leaves?employee_id={}", person.id)).await?;
    leaves.iter().for_each(|leave| count(text(leave, "/reason")));
    let inbox = scenario.list_all_pages(person, format!("/api/v1/notifications/{}", person.id)).await?;
    let read = inbox.iter().filter(|notification| at(notification, "/read_at").is_string());
    read.for_each(|notification| count(text(notification, "/id")));
    Ok(writes)
}

/// Key of a write other than a change of the employee record.
fn stored_write_key(users: &LoadUsers, user: &LoadUser, outcome: &Outcome<'_>) -> Option<String> {
    match outcome.request.kind {
        RequestKind::MarkRead => user.notification_ids.get(outcome.request.nth).cloned(),
        _ => Some(users.request_key(outcome.request.number)),
    }
}

/// Checks that `role`, the stored value, is that of the last accepted change or of a later one with an unknown outcome.
fn check_last_role_change(key: impl Fn(usize) -> String, role: &str, changes: &[&Outcome<'_>]) -> WriteCheck {
    let expected = changes.iter().filter(|change| change.accepted_write().is_some()).count();
    let Some(last) = changes.iter().rposition(|change| change.accepted_write().is_some()) else {
        return WriteCheck::default();
    };
    let mut possible = changes.iter().skip(last).filter(|change| !matches!(change.outcome, RequestOutcome::Refused(_)));
    let found = possible.any(|change| key(change.request.number) == role);
    let missing = changes.get(last).filter(|_| !found).map(|change| key(change.request.number));
    WriteCheck { expected, missing: missing.into_iter().collect(), duplicates: Vec::new() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use super::*;
    use crate::load::plan::Request;

    #[test]
    fn missing_and_duplicate_keys_are_reported() {
        let counts = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2), ("other".to_owned(), 1)]);
        let check = WriteCheck::of(["a", "b", "c"], &counts);
        assert_eq!(check, WriteCheck { expected: 3, missing: vec!["c".to_owned()], duplicates: vec!["b".to_owned()] });
    }

    #[test]
    fn record_must_hold_the_last_possible_change() {
        let request =
            |number| Request { number, at: Duration::ZERO, kind: RequestKind::ChangePerson, who: 0, nth: number };
        let requests: Vec<Request> = (0..4).map(request).collect();
        let outcomes = [
            RequestOutcome::Accepted(Value::Null),
            RequestOutcome::Accepted(Value::Null),
            RequestOutcome::Refused("409".to_owned()),
            RequestOutcome::Unknown("503".to_owned()),
        ];
        let outcome = |(request, outcome)| {
            let (latency, start_delay) = (Duration::ZERO, Duration::ZERO);
            Outcome { request, outcome, retries: 0, latency, start_delay }
        };
        let outcomes: Vec<Outcome<'_>> = requests.iter().zip(outcomes).map(outcome).collect();
        let changes: Vec<&Outcome<'_>> = outcomes.iter().collect();
        let check = |role: &str| check_last_role_change(|number| format!("load-{number}"), role, &changes);
        for (role, missing) in [("load-1", 0), ("load-3", 0), ("load-0", 1), ("load-2", 1), ("Operator", 1)] {
            assert_eq!((check(role).expected, check(role).missing.len()), (2, missing), "{role}");
        }
    }
}
