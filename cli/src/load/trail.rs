//! Checks that every accepted write has one audit record, once the events have arrived.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde_json::Value;

use super::{load_users::LoadUsers, outcome::Outcome, tables::WriteCheck};
use crate::scenario::{
    Scenario,
    json::{at, id_of, text},
};

/// Time for the trail to catch up.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(120);
/// Interval between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A second record would be there after this time.
const QUIET_FOR: Duration = Duration::from_secs(2);
/// Entities that are looked at at a time.
const AT_ONCE: usize = 4;

/// Audit records of accepted writes.
#[derive(Debug, Default)]
pub(crate) struct TrailCheck {
    pub(crate) writes: WriteCheck,
    /// How long after the last write the last record was made, by the stack's own clocks.
    pub(crate) lag: Duration,
    /// How long after its write each record was made, shortest first.
    pub(crate) lags: Vec<Duration>,
}

/// What must be recorded of which entity: the request and the action, as one text.
type Entities = BTreeMap<String, BTreeSet<String>>;

/// Waits for every record, and a moment longer for those that should not come.
pub(crate) async fn check_trail(
    scenario: &Scenario,
    users: &LoadUsers,
    outcomes: &[Outcome<'_>],
) -> Result<TrailCheck, String> {
    let entities = entities(users, outcomes);
    let began = Instant::now();
    let mut waiting: Vec<&String> = entities.keys().collect();
    let mut took = Duration::ZERO;
    while !waiting.is_empty() && began.elapsed() < FOLLOWS_WITHIN {
        // Looking is work for the stack as well, which has not caught up.
        tokio::time::sleep(LOOK_EVERY.max(took)).await;
        let looks = Instant::now();
        let there: BTreeSet<String> = records_of(scenario, users, &waiting).await?.iter().map(key_of).collect();
        waiting.retain(|entity| entities.get(*entity).is_some_and(|expected| !expected.is_subset(&there)));
        took = looks.elapsed();
    }
    tokio::time::sleep(QUIET_FOR).await;
    let records = records_of(scenario, users, &entities.keys().collect::<Vec<_>>()).await?;
    Ok(compare(&entities, &records))
}

/// What must be recorded.
fn entities(users: &LoadUsers, outcomes: &[Outcome<'_>]) -> Entities {
    let mut entities = Entities::new();
    for outcome in outcomes {
        let (Some(body), Some(event)) = (outcome.accepted(), outcome.request.kind.event()) else { continue };
        let expected = expect_status(&users.request_key(outcome.request.number), event.action());
        entities.entry(id_of(body).to_owned()).or_default().insert(expected);
    }
    entities
}

async fn records_of(scenario: &Scenario, users: &LoadUsers, entities: &[&String]) -> Result<Vec<Value>, String> {
    let each = entities.iter().map(async |entity| scenario.trail(&users.hr, entity).await);
    let records: Vec<Vec<Value>> = stream::iter(each).buffered(AT_ONCE).try_collect().await?;
    Ok(records.concat())
}

fn expect_status(request_id: &str, action: &str) -> String {
    format!("{request_id} {action}")
}

/// Request and action of a record.
fn key_of(record: &Value) -> String {
    expect_status(text(record, "/request_id"), text(record, "/action"))
}

/// Counts the records of each write, and measures how long they took.
fn compare(entities: &Entities, records: &[Value]) -> TrailCheck {
    let all: BTreeSet<&str> = entities.values().flatten().map(String::as_str).collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut times = Vec::new();
    for record in records {
        let known = key_of(record);
        if all.contains(known.as_str()) {
            times.extend(time(record, "/timestamp").zip(time(record, "/created_at")));
            *seen.entry(known).or_default() += 1;
        }
    }
    let after = |from: Timestamp, to: Timestamp| Duration::try_from(to.duration_since(from)).unwrap_or_default();
    let last = times.iter().map(|(written, _)| *written).max().zip(times.iter().map(|(_, made)| *made).max());
    let mut lags: Vec<Duration> = times.iter().map(|(written, made)| after(*written, *made)).collect();
    lags.sort_unstable();
    TrailCheck {
        writes: WriteCheck::of(all, &seen),
        lag: last.map(|(from, to)| after(from, to)).unwrap_or_default(),
        lags,
    }
}

fn time(record: &Value, pointer: &str) -> Option<Timestamp> {
    at(record, pointer).as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(request: &str, action: &str, written: &str, made: &str) -> Value {
        let at = |second: &str| format!("2026-11-22T10:00:{second}Z");
        json!({"request_id": request, "action": action, "timestamp": at(written), "created_at": at(made)})
    }

    #[test]
    fn a_record_is_missing_or_there_twice_or_of_something_else() {
        let entities = Entities::from([(
            "att_1".to_owned(),
            ["a check_in", "b check_out", "c check_in"].map(str::to_owned).into(),
        )]);
        let records = [
            record("a", "check_in", "01", "01.5"),
            record("a", "late", "01", "09"),
            record("b", "check_out", "02", "04"),
            record("b", "check_out", "02", "05"),
        ];
        let trail = compare(&entities, &records);
        assert_eq!(trail.writes.expected, 3);
        assert_eq!(trail.writes.missing, ["c check_in"]);
        assert_eq!(trail.writes.twice, ["b check_out"]);
        assert_eq!(trail.lag, Duration::from_secs(3));
        assert_eq!(trail.lags, [500, 2000, 3000].map(Duration::from_millis));
    }

    #[test]
    fn a_clock_that_is_behind_makes_no_negative_time() {
        let entities = Entities::from([("att_1".to_owned(), ["a check_in".to_owned()].into())]);
        let trail = compare(&entities, &[record("a", "check_in", "02", "01")]);
        assert_eq!((trail.lag, trail.lags), (Duration::ZERO, vec![Duration::ZERO]));
    }
}
