//! Checks that every accepted write is in the tables once, as the API reads them.

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

/// People who are checked at a time.
const AT_ONCE: usize = 4;

/// Expected, missing and duplicate writes.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct WriteCheck {
    /// Number of writes.
    pub(crate) expected: usize,
    /// Keys that are not there.
    pub(crate) missing: Vec<String>,
    /// Keys that are there more than once.
    pub(crate) twice: Vec<String>,
}

impl WriteCheck {
    /// Compares the keys that should be there once with how often each is seen.
    pub(crate) fn of<'a>(expected: impl IntoIterator<Item = &'a str>, seen: &BTreeMap<String, usize>) -> Self {
        let mut found = Self::default();
        for one in expected {
            found.expected += 1;
            match seen.get(one).copied().unwrap_or_default() {
                0 => found.missing.push(one.to_owned()),
                1 => {}
                _ => found.twice.push(one.to_owned()),
            }
        }
        found
    }

    fn and(mut self, other: Self) -> Self {
        self.expected += other.expected;
        self.missing.extend(other.missing);
        self.twice.extend(other.twice);
        self
    }
}

/// Looks for every accepted write.
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
        let accepted = others.iter().filter(|outcome| outcome.accepted().is_some());
        let keys: Vec<String> = accepted.filter_map(|outcome| key_of(users, user, outcome)).collect();
        let record = scenario.read(&users.hr, format!("/api/v1/employees/{}", user.person.id)).await?;
        let check = WriteCheck::of(keys.iter().map(String::as_str), &writes);
        let last = check_last_update(|number| users.request_key(number), text(&record, "/role"), &changes);
        Ok::<_, String>(check.and(last))
    });
    let each: Vec<WriteCheck> = stream::iter(people).buffered(AT_ONCE).try_collect().await?;
    Ok(each.into_iter().fold(WriteCheck::default(), WriteCheck::and))
}

/// How often each punch, request for leave and reading of somebody is there, by its key.
async fn count_writes(
    scenario: &Scenario,
    user: &LoadUser,
    outcomes: &[&Outcome<'_>],
) -> Result<BTreeMap<String, usize>, String> {
    let person = &user.person;
    let punched = outcomes.iter().filter(|outcome| outcome.request.kind.sequence() == Some(RequestSequence::Clock));
    let days: BTreeSet<&str> = punched.filter_map(|outcome| Some(text(outcome.accepted()?, "/date"))).collect();
    let mut writes: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |key: &str| *writes.entry(key.to_owned()).or_default() += 1;
    for day in days {
        let day = scenario.read(person, format!("/api/v1/attendance/{}/days/{day}", person.id)).await?;
        array(&day, "/punches").iter().for_each(|punch| count(text(punch, "/device")));
    }
    let leaves = scenario.list(person, format!("/api/v1/leaves?employee_id={}", person.id)).await?;
    leaves.iter().for_each(|leave| count(text(leave, "/reason")));
    let inbox = scenario.list(person, format!("/api/v1/notifications/{}", person.id)).await?;
    let read = inbox.iter().filter(|notification| at(notification, "/read_at").is_string());
    read.for_each(|notification| count(text(notification, "/id")));
    Ok(writes)
}

/// Key of a write other than a change of a record.
fn key_of(users: &LoadUsers, user: &LoadUser, outcome: &Outcome<'_>) -> Option<String> {
    match outcome.request.kind {
        RequestKind::MarkRead => user.notification_ids.get(outcome.request.nth).cloned(),
        _ => Some(users.request_key(outcome.request.number)),
    }
}

/// Of changes of one record the last one stands, unless one was asked for later of which nobody knows whether it was made.
fn check_last_update(key: impl Fn(usize) -> String, role: &str, changes: &[&Outcome<'_>]) -> WriteCheck {
    let expected = changes.iter().filter(|change| change.accepted().is_some()).count();
    let Some(last) = changes.iter().rposition(|change| change.accepted().is_some()) else {
        return WriteCheck::default();
    };
    let mut may_stand =
        changes.iter().skip(last).filter(|change| !matches!(change.outcome, RequestOutcome::Refused(_)));
    let stands = may_stand.any(|change| key(change.request.number) == role);
    let missing = changes.get(last).filter(|_| !stands).map(|change| key(change.request.number));
    WriteCheck { expected, missing: missing.into_iter().collect(), twice: Vec::new() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use super::*;
    use crate::load::plan::Request;

    #[test]
    fn each_is_to_be_there_once() {
        let seen = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2), ("other".to_owned(), 1)]);
        let found = WriteCheck::of(["a", "b", "c"], &seen);
        assert_eq!(found, WriteCheck { expected: 3, missing: vec!["c".to_owned()], twice: vec!["b".to_owned()] });
    }

    #[test]
    fn of_changes_of_one_record_the_last_that_may_have_been_made_stands() {
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
        let check = |role: &str| check_last_update(|number| format!("load-{number}"), role, &changes);
        for (role, missing) in [("load-1", 0), ("load-3", 0), ("load-0", 1), ("load-2", 1), ("Operator", 1)] {
            assert_eq!((check(role).expected, check(role).missing.len()), (2, missing), "{role}");
        }
    }
}
