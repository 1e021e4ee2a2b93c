//! Figures and results of constructed runs.

use jiff::civil::date;
use serde_json::{Value, json};

use super::*;
use crate::load::{kind::RequestKind, plan::Request};

fn request(number: usize, kind: RequestKind) -> Request {
    Request { number, at: Duration::from_millis(50 * number as u64), kind, who: 0, nth: 0 }
}

fn constructed_outcome(request: &Request, outcome: RequestOutcome, latency: u64, retries: u32) -> Outcome<'_> {
    let (latency, start_delay) = (Duration::from_millis(latency), Duration::from_millis(1));
    Outcome { request, outcome, retries, latency, start_delay }
}

fn report(run: &LoadRun<'_>, in_tables: &WriteCheck, in_trail: &TrailCheck) -> Report {
    let settings = LoadSettings { at: date(2026, 11, 22), rate: 20, seconds: 1 };
    Report::of(&settings, run, in_tables, in_trail)
}

#[test]
fn quantile_is_one_of_the_values() {
    let hundred: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
    for (percent, expected) in [(1, 1), (50, 50), (90, 90), (99, 99), (100, 100)] {
        assert_eq!(percentile_ms(&hundred, percent), expected);
    }
    assert_eq!(percentile_ms(&hundred[..1], 99), 1);
    assert_eq!(percentile_ms(&[], 99), 0);
}

#[test]
fn row_counts_the_outcomes_of_its_requests() {
    let requests: Vec<Request> = (0..5).map(|number| request(number, RequestKind::CheckIn)).collect();
    let cases = [
        (RequestOutcome::Accepted(json!({})), 10, 0),
        (RequestOutcome::Accepted(json!({})), 400, 2),
        (RequestOutcome::Refused("409".to_owned()), 20, 0),
        (RequestOutcome::Unknown("503".to_owned()), 3000, 3),
        (RequestOutcome::Skipped, 0, 0),
    ];
    let outcomes: Vec<_> = requests
        .iter()
        .zip(cases)
        .map(|(request, (kind, latency, retries))| constructed_outcome(request, kind, latency, retries))
        .collect();
    let row = Row::of("attendance-check-in", &outcomes.iter().collect::<Vec<_>>());
    assert_eq!((row.requests, row.answered, row.refused), (5, 2, 1));
    assert_eq!((row.errors, row.retried), (6, 5), "the last attempt of the fourth request is an error and not a retry");
    assert_eq!((row.p50_ms, row.p90_ms, row.max_ms), (20, 3000, 3000), "a skipped request has no latency");
}

#[test]
fn report_serialises_to_json() {
    let sent = request(0, RequestKind::CheckIn);
    let run = LoadRun {
        outcomes: vec![constructed_outcome(&sent, RequestOutcome::Accepted(json!({})), 35, 0)],
        elapsed: Duration::from_secs(1),
    };
    let once = WriteCheck { expected: 1, ..WriteCheck::default() };
    let trail =
        TrailCheck { writes: once.clone(), lag: Duration::from_millis(800), lags: vec![Duration::from_millis(700)] };
    let report = report(&run, &once, &trail);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["at"], "2026-11-22");
    assert_eq!(json["answers_per_minute"], 60);
    assert_eq!(json["kinds"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["kinds"][0]["name"], "attendance-check-in");
    assert_eq!(json["kinds"][0]["p99_ms"], 35);
    assert_eq!((&json["writes_accepted"], &json["trail_lag_ms"]), (&json!(1), &json!(800)));
    assert!(json["machine"].as_str().is_some_and(|machine| machine.contains("Linux")));
    assert!(report.to_string().contains("1.0 responses per second"), "{report}");
    let result = report.sentence_or_failures(&run, &once, &trail).unwrap();
    assert!(result.starts_with("All 1 accepted writes are in the tables exactly once"), "{result}");
}

#[test]
fn report_names_missing_duplicate_and_refused_writes() {
    let sent = request(7, RequestKind::CheckIn);
    let accepted = || LoadRun {
        outcomes: vec![constructed_outcome(&sent, RequestOutcome::Accepted(Value::Null), 35, 0)],
        elapsed: Duration::from_secs(1),
    };
    let once = WriteCheck { expected: 1, ..WriteCheck::default() };
    let (missing, duplicate) = (
        WriteCheck { missing: vec!["load-7".to_owned()], ..once.clone() },
        WriteCheck { duplicates: vec!["load-7".to_owned()], ..once.clone() },
    );
    let trail = |check: &WriteCheck| TrailCheck { writes: check.clone(), ..TrailCheck::default() };
    for (in_tables, in_trail, expected) in [
        (&missing, trail(&once), "1 accepted writes are missing in the tables: load-7"),
        (&duplicate, trail(&once), "1 accepted writes are duplicated in the tables: load-7"),
        (&once, trail(&missing), "1 accepted writes are missing in the audit trail: load-7"),
        (&once, trail(&duplicate), "1 accepted writes are duplicated in the audit trail: load-7"),
    ] {
        let run = accepted();
        assert_eq!(
            report(&run, in_tables, &in_trail).sentence_or_failures(&run, in_tables, &in_trail).unwrap_err(),
            expected
        );
    }
    let run = LoadRun {
        outcomes: vec![constructed_outcome(&sent, RequestOutcome::Refused("answered 409".to_owned()), 35, 0)],
        ..accepted()
    };
    let refused = report(&run, &once, &trail(&once)).sentence_or_failures(&run, &once, &trail(&once)).unwrap_err();
    assert_eq!(refused, "1 requests were refused. The first: answered 409");
}

#[test]
fn report_mentions_unanswered_requests_and_a_late_driver() {
    let sent = request(0, RequestKind::ReadInbox);
    let mut unknown = constructed_outcome(&sent, RequestOutcome::Unknown("answered 503".to_owned()), 35, 3);
    unknown.start_delay = Duration::from_millis(500);
    let run = LoadRun { outcomes: vec![unknown], elapsed: Duration::from_secs(1) };
    let (tables, trail) = (WriteCheck::default(), TrailCheck::default());
    let message = report(&run, &tables, &trail).sentence_or_failures(&run, &tables, &trail).unwrap();
    assert!(message.contains("1 requests had no conclusive response. The first: answered 503"), "{message}");
    assert!(message.contains("The load driver started requests late"), "{message}");
}
