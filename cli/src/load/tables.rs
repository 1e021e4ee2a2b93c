//! What of the accepted writes is in the tables, as the API reads them: each of them once.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::{
    kind::{Kind, Queue},
    outcome::{Fate, Outcome},
    reading::{list, read},
    staff::{Person, Staff},
};
use crate::api::{Api, at, text};

/// So many people are looked at at once.
const AT_ONCE: usize = 4;

/// What was looked for, and what was not found once.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// How many writes.
    pub(crate) expected: usize,
    /// Those that are not there.
    pub(crate) missing: Vec<String>,
    /// Those that are there more than once.
    pub(crate) twice: Vec<String>,
}

impl Found {
    /// Compares what should be there once with how often each is seen.
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
///
/// # Errors
/// When something cannot be read.
pub(crate) async fn look(api: &Api, staff: &Staff, outcomes: &[Outcome<'_>]) -> Result<Found, String> {
    let people = staff.people.iter().enumerate().map(async |(who, person)| {
        let theirs: Vec<&Outcome<'_>> = outcomes.iter().filter(|outcome| outcome.request.who == who).collect();
        let seen = seen(api, person, &theirs).await?;
        let of_record = |outcome: &&&Outcome<'_>| outcome.request.kind == Kind::ChangePerson;
        let changes: Vec<&Outcome<'_>> = theirs.iter().filter(of_record).copied().collect();
        let others = theirs.iter().filter(|outcome| outcome.accepted().is_some() && !of_record(outcome));
        let known: Vec<String> = others.filter_map(|outcome| known_by(staff, person, outcome)).collect();
        let record = read(api, &staff.hr, &format!("/api/v1/employees/{}", person.id)).await?;
        let found = Found::of(known.iter().map(String::as_str), &seen);
        Ok::<_, String>(found.and(standing(|number| staff.mark(number), text(&record, "/role"), &changes)))
    });
    let each: Vec<Found> = stream::iter(people).buffered(AT_ONCE).try_collect().await?;
    Ok(each.into_iter().fold(Found::default(), Found::and))
}

/// How often each punch, request for leave and reading of somebody is there, by what it is known by.
async fn seen(api: &Api, person: &Person, theirs: &[&Outcome<'_>]) -> Result<BTreeMap<String, usize>, String> {
    let Person { id, token, .. } = person;
    let punched = theirs.iter().filter(|outcome| outcome.request.kind.queue() == Some(Queue::Clock));
    let days: BTreeSet<&str> = punched.filter_map(|outcome| Some(text(outcome.accepted()?, "/date"))).collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |known: &str| *seen.entry(known.to_owned()).or_default() += 1;
    for day in days {
        let day = read(api, token, &format!("/api/v1/attendance/{id}/days/{day}")).await?;
        let punches = at(&day, "/punches").as_array().cloned().unwrap_or_default();
        punches.iter().for_each(|punch| count(text(punch, "/device")));
    }
    let leaves = list(api, token, &format!("/api/v1/leaves?employee_id={id}&limit=100")).await?;
    leaves.iter().for_each(|leave| count(text(leave, "/reason")));
    let inbox = list(api, token, &format!("/api/v1/notifications/{id}?limit=100")).await?;
    let read = |notification: &&Value| at(notification, "/read_at").is_string();
    inbox.iter().filter(read).for_each(|notification| count(text(notification, "/id")));
    Ok(seen)
}

/// What a write other than a change of a record is known by.
fn known_by(staff: &Staff, person: &Person, outcome: &Outcome<'_>) -> Option<String> {
    match outcome.request.kind {
        Kind::MarkRead => person.told.get(outcome.request.nth).cloned(),
        _ => Some(staff.mark(outcome.request.number)),
    }
}

/// Of changes of one record the last one stands, unless one was asked for later of which nobody knows whether it was made.
fn standing(mark: impl Fn(usize) -> String, role: &str, changes: &[&Outcome<'_>]) -> Found {
    let expected = changes.iter().filter(|change| change.accepted().is_some()).count();
    let Some(last) = changes.iter().rposition(|change| change.accepted().is_some()) else { return Found::default() };
    let mut may_stand = changes.iter().skip(last).filter(|change| !matches!(change.fate, Fate::Refused(_)));
    let stands = may_stand.any(|change| mark(change.request.number) == role);
    let missing = changes.get(last).filter(|_| !stands).map(|change| mark(change.request.number));
    Found { expected, missing: missing.into_iter().collect(), twice: Vec::new() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::load::plan::Request;

    #[test]
    fn each_is_to_be_there_once() {
        let seen = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2), ("other".to_owned(), 1)]);
        let found = Found::of(["a", "b", "c"], &seen);
        assert_eq!(found, Found { expected: 3, missing: vec!["c".to_owned()], twice: vec!["b".to_owned()] });
    }

    #[test]
    fn of_changes_of_one_record_the_last_that_may_have_been_made_stands() {
        let request = |number| Request { number, at: Duration::ZERO, kind: Kind::ChangePerson, who: 0, nth: number };
        let requests: Vec<Request> = (0..4).map(request).collect();
        let fates = [
            Fate::Answered(Value::Null),
            Fate::Answered(Value::Null),
            Fate::Refused("409".to_owned()),
            Fate::Open("503".to_owned()),
        ];
        let outcome = |(request, fate)| Outcome { request, fate, again: 0, took: Duration::ZERO, late: Duration::ZERO };
        let outcomes: Vec<Outcome<'_>> = requests.iter().zip(fates).map(outcome).collect();
        let changes: Vec<&Outcome<'_>> = outcomes.iter().collect();
        let standing = |role: &str| standing(|number| format!("load-{number}"), role, &changes);
        for (role, missing) in [("load-1", 0), ("load-3", 0), ("load-0", 1), ("load-2", 1), ("Operator", 1)] {
            assert_eq!((standing(role).expected, standing(role).missing.len()), (2, missing), "{role}");
        }
    }
}
