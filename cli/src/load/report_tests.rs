//! Figures and verdicts of runs that are made up.

use jiff::civil::date;
use serde_json::{Value, json};

use super::*;
use crate::load::{kind::RequestKind, plan::Request};

fn request(number: usize, kind: RequestKind) -> Request {
    Request { number, at: Duration::from_millis(50 * number as u64), kind, who: 0, nth: 0 }
}

fn outcome(request: &Request, outcome: RequestOutcome, latency: u64, retries: u32) -> Outcome<'_> {
    let (latency, start_delay) = (Duration::from_millis(latency), Duration::from_millis(1));
    Outcome { request, outcome, retries, latency, start_delay }
}

fn report(run: &LoadRun<'_>, in_tables: &WriteCheck, in_trail: &TrailCheck) -> Report {
    let settings = LoadSettings { at: date(2026, 11, 22), rate: 20, seconds: 1 };
    Report::of(&settings, run, in_tables, in_trail)
}

#[test]
fn a_quantile_is_one_of_the_values() {
    let hundred: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
    for (percent, expected) in [(1, 1), (50, 50), (90, 90), (99, 99), (100, 100)] {
        assert_eq!(quantile(&hundred, percent), expected);
    }
    assert_eq!(quantile(&hundred[..1], 99), 1);
    assert_eq!(quantile(&[], 99), 0);
}

#[test]
fn a_row_counts_what_came_of_each_request() {
    let requests: Vec<Request> = (0..5).map(|number| request(number, RequestKind::CheckIn)).collect();
    let fates = [
        (RequestOutcome::Accepted(json!({})), 10, 0),
        (RequestOutcome::Accepted(json!({})), 400, 2),
        (RequestOutcome::Refused("409".to_owned()), 20, 0),
        (RequestOutcome::Unknown("503".to_owned()), 3000, 3),
        (RequestOutcome::Skipped, 0, 0),
    ];
    let outcomes: Vec<_> =
        requests.iter().zip(fates).map(|(request, (fate, took, again))| outcome(request, fate, took, again)).collect();
    let row = Row::of("attendance-check-in", &outcomes.iter().collect::<Vec<_>>());
    assert_eq!((row.requests, row.answered, row.refused), (5, 2, 1));
    assert_eq!((row.errors, row.retried), (6, 5), "the last try of the fourth is an error and no retry");
    assert_eq!((row.p50_ms, row.p90_ms, row.max_ms), (20, 3000, 3000), "what was not asked took no time");
}

#[test]
fn the_figures_are_told_as_json() {
    let asked = request(0, RequestKind::CheckIn);
    let run = LoadRun {
        outcomes: vec![outcome(&asked, RequestOutcome::Accepted(json!({})), 35, 0)],
        took: Duration::from_secs(1),
    };
    let once = WriteCheck { expected: 1, ..WriteCheck::default() };
    let trail =
        TrailCheck { writes: once.clone(), lag: Duration::from_millis(800), lags: vec![Duration::from_millis(700)] };
    let report = report(&run, &once, &trail);
    let told = serde_json::to_value(&report).unwrap();
    assert_eq!(told["at"], "2026-11-22");
    assert_eq!(told["answers_per_minute"], 60);
    assert_eq!(told["kinds"].as_array().map(Vec::len), Some(1));
    assert_eq!(told["kinds"][0]["name"], "attendance-check-in");
    assert_eq!(told["kinds"][0]["p99_ms"], 35);
    assert_eq!((&told["writes_accepted"], &told["trail_lag_ms"]), (&json!(1), &json!(800)));
    assert!(told["machine"].as_str().is_some_and(|machine| machine.contains("Linux")));
    assert!(report.to_string().contains("1.0 answers a second"), "{report}");
    assert!(report.result(&run, &once, &trail).unwrap().starts_with("Each of 1 accepted writes is in the tables once"));
}

#[test]
fn whatever_is_missing_doubled_or_refused_is_a_failure_that_names_it() {
    let asked = request(7, RequestKind::CheckIn);
    let accepted = || LoadRun {
        outcomes: vec![outcome(&asked, RequestOutcome::Accepted(Value::Null), 35, 0)],
        took: Duration::from_secs(1),
    };
    let once = WriteCheck { expected: 1, ..WriteCheck::default() };
    let (missing, twice) = (
        WriteCheck { missing: vec!["load-7".to_owned()], ..once.clone() },
        WriteCheck { twice: vec!["load-7".to_owned()], ..once.clone() },
    );
    let trail = |found: &WriteCheck| TrailCheck { writes: found.clone(), ..TrailCheck::default() };
    for (in_tables, in_trail, said) in [
        (&missing, trail(&once), "1 accepted but not in the tables: load-7"),
        (&twice, trail(&once), "1 in the tables twice: load-7"),
        (&once, trail(&missing), "1 accepted but not in the audit trail: load-7"),
        (&once, trail(&twice), "1 in the audit trail twice: load-7"),
    ] {
        let run = accepted();
        assert_eq!(report(&run, in_tables, &in_trail).result(&run, in_tables, &in_trail).unwrap_err(), said);
    }
    let run = LoadRun {
        outcomes: vec![outcome(&asked, RequestOutcome::Refused("answered 409".to_owned()), 35, 0)],
        ..accepted()
    };
    let refused = report(&run, &once, &trail(&once)).result(&run, &once, &trail(&once)).unwrap_err();
    assert_eq!(refused, "1 refused, the first: answered 409");
}

#[test]
fn what_was_not_answered_and_a_late_driver_are_said() {
    let asked = request(0, RequestKind::ReadInbox);
    let mut open = outcome(&asked, RequestOutcome::Unknown("answered 503".to_owned()), 35, 3);
    open.start_delay = Duration::from_millis(500);
    let run = LoadRun { outcomes: vec![open], took: Duration::from_secs(1) };
    let (tables, trail) = (WriteCheck::default(), TrailCheck::default());
    let said = report(&run, &tables, &trail).result(&run, &tables, &trail).unwrap();
    assert!(said.contains("1 requests were not answered at all, the first: answered 503"), "{said}");
    assert!(said.contains("The driver itself was late"), "{said}");
}
