//! Checks that every accepted write has exactly one audit record after the events have arrived.

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

/// Time limit for the audit records to arrive.
const ARRIVAL_MAX: Duration = Duration::from_secs(120);
/// Interval between two reads.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// Time in which a duplicate record would arrive.
const DUPLICATE_WAIT: Duration = Duration::from_secs(2);
/// Entities whose records are read concurrently.
const READ_CONCURRENCY: usize = 4;

/// Audit records of accepted writes.
#[derive(Debug, Default)]
pub(crate) struct TrailCheck {
    pub(crate) writes: WriteCheck,
    /// From the last write to the last audit record, by the stack's own clocks.
    pub(crate) lag: Duration,
    /// From each write to its audit record, shortest first.
    pub(crate) lags: Vec<Duration>,
}

/// Keys of the expected audit records by entity id. A key is the request id and the action.
type ExpectedRecords = BTreeMap<String, BTreeSet<String>>;

/// Waits until every accepted write has its audit record, and a little longer for duplicates. Missing records are in the result.
pub(crate) async fn check_trail(
    scenario: &Scenario,
    users: &LoadUsers,
    outcomes: &[Outcome<'_>],
) -> Result<TrailCheck, String> {
    let entities = expected_records(users, outcomes);
    let start = Instant::now();
    let mut pending: Vec<&String> = entities.keys().collect();
    let mut read_time = Duration::ZERO;
    while !pending.is_empty() && start.elapsed() < ARRIVAL_MAX {
        // Reading loads the stack as well, so the pause is at least as long as the last read.
        tokio::time::sleep(POLL_INTERVAL.max(read_time)).await;
        let read_start = Instant::now();
        let recorded: BTreeSet<String> =
            read_records(scenario, users, &pending).await?.iter().map(key_of_record).collect();
        pending.retain(|entity| entities.get(*entity).is_some_and(|expected| !expected.is_subset(&recorded)));
        read_time = read_start.elapsed();
    }
    tokio::time::sleep(DUPLICATE_WAIT).await;
    let records = read_records(scenario, users, &entities.keys().collect::<Vec<_>>()).await?;
    Ok(check_records(&entities, &records))
}

fn expected_records(users: &LoadUsers, outcomes: &[Outcome<'_>]) -> ExpectedRecords {
    let mut entities = ExpectedRecords::new();
    for outcome in outcomes {
        let (Some(body), Some(event)) = (outcome.accepted_write(), outcome.request.kind.audited_event()) else {
            continue;
        };
        let expected = record_key(&users.request_key(outcome.request.number), event.action());
        entities.entry(id_of(body).to_owned()).or_default().insert(expected);
    }
    entities
}

async fn read_records(scenario: &Scenario, users: &LoadUsers, entities: &[&String]) -> Result<Vec<Value>, String> {
    let each = entities.iter().map(async |entity| scenario.audit_records(&users.hr, entity).await);
    let records: Vec<Vec<Value>> = stream::iter(each).buffered(READ_CONCURRENCY).try_collect().await?;
    Ok(records.concat())
}

fn record_key(request_id: &str, action: &str) -> String {
    format!("{request_id} {action}")
}

fn key_of_record(record: &Value) -> String {
    record_key(text(record, "/request_id"), text(record, "/action"))
}

/// Counts the records of each expected key and measures their delays.
fn check_records(entities: &ExpectedRecords, records: &[Value]) -> TrailCheck {
    let all: BTreeSet<&str> = entities.values().flatten().map(String::as_str).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut times = Vec::new();
    for record in records {
        let key = key_of_record(record);
        if all.contains(key.as_str()) {
            times.extend(instant_at(record, "/timestamp").zip(instant_at(record, "/created_at")));
            *counts.entry(key).or_default() += 1;
        }
    }
    let after = |from: Timestamp, to: Timestamp| Duration::try_from(to.duration_since(from)).unwrap_or_default();
    let last = times.iter().map(|(written, _)| *written).max().zip(times.iter().map(|(_, made)| *made).max());
    let mut lags: Vec<Duration> = times.iter().map(|(written, made)| after(*written, *made)).collect();
    lags.sort_unstable();
    TrailCheck {
        writes: WriteCheck::of(all, &counts),
        lag: last.map(|(from, to)| after(from, to)).unwrap_or_default(),
        lags,
    }
}

fn instant_at(record: &Value, pointer: &str) -> Option<Timestamp> {
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
    fn missing_duplicate_and_unrelated_records_are_told_apart() {
        let entities = ExpectedRecords::from([(
            "att_1".to_owned(),
            ["a check_in", "b check_out", "c check_in"].map(str::to_owned).into(),
        )]);
        let records = [
            record("a", "check_in", "01", "01.5"),
            record("a", "late", "01", "09"),
            record("b", "check_out", "02", "04"),
            record("b", "check_out", "02", "05"),
        ];
        let trail = check_records(&entities, &records);
        assert_eq!(trail.writes.expected, 3);
        assert_eq!(trail.writes.missing, ["c check_in"]);
        assert_eq!(trail.writes.duplicates, ["b check_out"]);
        assert_eq!(trail.lag, Duration::from_secs(3));
        assert_eq!(trail.lags, [500, 2000, 3000].map(Duration::from_millis));
    }

    #[test]
    fn clock_skew_never_gives_a_negative_delay() {
        let entities = ExpectedRecords::from([("att_1".to_owned(), ["a check_in".to_owned()].into())]);
        let trail = check_records(&entities, &[record("a", "check_in", "02", "01")]);
        assert_eq!((trail.lag, trail.lags), (Duration::ZERO, vec![Duration::ZERO]));
    }
}
