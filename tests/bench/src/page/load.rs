//! What `make load` found, on the page.

use serde::Deserialize;

use super::{measured, table};

/// The report of `muster load --json`, as far as it is shown.
#[derive(Debug, Deserialize)]
pub(crate) struct Load {
    machine: String,
    at: String,
    rate_per_second: u64,
    seconds: u64,
    late_p99_ms: u64,
    kinds: Vec<Kind>,
    all: Kind,
    writes_accepted: u64,
    missing_in_tables: u64,
    twice_in_tables: u64,
    writes_recorded: u64,
    missing_in_trail: u64,
    twice_in_trail: u64,
    trail_lag_ms: u64,
}

/// Requests of one kind.
#[derive(Debug, Deserialize)]
struct Kind {
    name: String,
    requests: u64,
    refused: u64,
    errors: u64,
    p50_ms: u64,
    p90_ms: u64,
    p99_ms: u64,
    max_ms: u64,
}

/// The table, and what became of the writes.
pub(super) fn words(load: &Load) -> String {
    let row = |kind: &Kind, name: String| {
        let counts = [kind.requests, kind.refused, kind.errors, kind.p50_ms, kind.p90_ms, kind.p99_ms, kind.max_ms];
        let [requests, refused, errors, p50, p90, p99, max] = counts.map(|count| count.to_string());
        [name, requests, refused, errors, p50, p90, p99, max]
    };
    let kinds = load.kinds.iter().map(|kind| row(kind, format!("`{}`", kind.name)));
    let head = ["", "requests", "refused", "errors", "p50 ms", "p90 ms", "p99 ms", "max ms"];
    format!(
        "{}{} requests a second for {} seconds; of a hundred requests 99 began at most {} ms late.\n\n{}\n\
         Accepted writes: {}; missing in the tables: {}, twice: {}. Of them {} are told of by an event; missing in the audit trail: {}, twice: {}. \
         The last record came {} ms after the last write.\n",
        measured(&load.at, &load.machine),
        load.rate_per_second,
        load.seconds,
        load.late_p99_ms,
        table(head, kinds.chain([row(&load.all, "all".to_owned())])),
        load.writes_accepted,
        load.missing_in_tables,
        load.twice_in_tables,
        load.writes_recorded,
        load.missing_in_trail,
        load.twice_in_trail,
        load.trail_lag_ms,
    )
}
