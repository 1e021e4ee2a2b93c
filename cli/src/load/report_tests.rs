//! Figures and verdicts of runs that are made up.

use jiff::civil::date;
use serde_json::{Value, json};

use super::*;
use crate::load::plan::Request;

fn request(number: usize, kind: Kind) -> Request {
    Request { number, at: Duration::from_millis(50 * number as u64), kind, who: 0, nth: 0 }
}

fn outcome(request: &Request, fate: Fate, took: u64, again: u32) -> Outcome<'_> {
    Outcome { request, fate, again, took: Duration::from_millis(took), late: Duration::from_millis(1) }
}

fn report(driven: &Driven<'_>, in_tables: &Found, in_trail: &Trail) -> Report {
    let setting = Setting { at: date(2026, 11, 22), rate: 20, seconds: 1 };
    Report::of(&setting, driven, in_tables, in_trail)
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
    let requests: Vec<Request> = (0..5).map(|number| request(number, Kind::CheckIn)).collect();
    let fates = [
        (Fate::Answered(json!({})), 10, 0),
        (Fate::Answered(json!({})), 400, 2),
        (Fate::Refused("409".to_owned()), 20, 0),
        (Fate::Open("503".to_owned()), 3000, 3),
        (Fate::Unasked, 0, 0),
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
    let asked = request(0, Kind::CheckIn);
    let driven =
        Driven { outcomes: vec![outcome(&asked, Fate::Answered(json!({})), 35, 0)], took: Duration::from_secs(1) };
    let once = Found { expected: 1, ..Found::default() };
    let trail = Trail { found: once.clone(), lag: Duration::from_millis(800), lags: vec![Duration::from_millis(700)] };
    let report = report(&driven, &once, &trail);
    let told = serde_json::to_value(&report).unwrap();
    assert_eq!(told["at"], "2026-11-22");
    assert_eq!(told["answers_per_minute"], 60);
    assert_eq!(told["kinds"].as_array().map(Vec::len), Some(1));
    assert_eq!(told["kinds"][0]["name"], "attendance-check-in");
    assert_eq!(told["kinds"][0]["p99_ms"], 35);
    assert_eq!((&told["writes_accepted"], &told["trail_lag_ms"]), (&json!(1), &json!(800)));
    assert!(told["machine"].as_str().is_some_and(|machine| machine.contains("Linux")));
    assert!(report.to_string().contains("1.0 answers a second"), "{report}");
    assert!(
        report.verdict(&driven, &once, &trail).unwrap().starts_with("Each of 1 accepted writes is in the tables once")
    );
}

#[test]
fn whatever_is_missing_doubled_or_refused_is_a_failure_that_names_it() {
    let asked = request(7, Kind::CheckIn);
    let accepted =
        || Driven { outcomes: vec![outcome(&asked, Fate::Answered(Value::Null), 35, 0)], took: Duration::from_secs(1) };
    let once = Found { expected: 1, ..Found::default() };
    let (missing, twice) = (
        Found { missing: vec!["load-7".to_owned()], ..once.clone() },
        Found { twice: vec!["load-7".to_owned()], ..once.clone() },
    );
    let trail = |found: &Found| Trail { found: found.clone(), ..Trail::default() };
    for (in_tables, in_trail, said) in [
        (&missing, trail(&once), "1 accepted but not in the tables: load-7"),
        (&twice, trail(&once), "1 in the tables twice: load-7"),
        (&once, trail(&missing), "1 accepted but not in the audit trail: load-7"),
        (&once, trail(&twice), "1 in the audit trail twice: load-7"),
    ] {
        let driven = accepted();
        assert_eq!(report(&driven, in_tables, &in_trail).verdict(&driven, in_tables, &in_trail).unwrap_err(), said);
    }
    let driven =
        Driven { outcomes: vec![outcome(&asked, Fate::Refused("answered 409".to_owned()), 35, 0)], ..accepted() };
    let refused = report(&driven, &once, &trail(&once)).verdict(&driven, &once, &trail(&once)).unwrap_err();
    assert_eq!(refused, "1 refused, the first: answered 409");
}

#[test]
fn what_was_not_answered_and_a_late_driver_are_said() {
    let asked = request(0, Kind::ReadInbox);
    let mut open = outcome(&asked, Fate::Open("answered 503".to_owned()), 35, 3);
    open.late = Duration::from_millis(500);
    let driven = Driven { outcomes: vec![open], took: Duration::from_secs(1) };
    let (tables, trail) = (Found::default(), Trail::default());
    let said = report(&driven, &tables, &trail).verdict(&driven, &tables, &trail).unwrap();
    assert!(said.contains("1 requests were not answered at all, the first: answered 503"), "{said}");
    assert!(said.contains("The driver itself was late"), "{said}");
}
