//! Report of a load run, as a table and as JSON.

use std::{collections::BTreeSet, fmt, time::Duration};

use jiff::civil::Date;
use serde::Serialize;

use super::{
    drive::LoadRun,
    machine,
    outcome::{Outcome, RequestOutcome},
    tables::WriteCheck,
    trail::TrailCheck,
};

/// Largest acceptable 99th percentile of the start delay. Above it, latencies include delays of the driver.
const START_DELAY_MAX_MS: u64 = 20;
/// Number of missing or duplicate writes that a failure names.
const NAMED_MAX: usize = 5;

/// Settings of a run.
#[derive(Debug)]
pub(crate) struct LoadSettings {
    pub(crate) at: Date,
    pub(crate) rate: u32,
    pub(crate) seconds: u32,
}

/// Results of the requests of one kind. Latencies count from the planned time to the conclusive response.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Row {
    /// Name of the operation.
    name: String,
    requests: usize,
    /// Requests with a 2xx response.
    answered: usize,
    /// Requests with a 4xx response other than 429.
    refused: usize,
    /// Attempts that ended with 5xx, 429 or no response.
    errors: u32,
    /// Attempts after the first.
    retried: u32,
    p50_ms: u64,
    p90_ms: u64,
    p99_ms: u64,
    max_ms: u64,
}

/// Results of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: String,
    at: Date,
    rate_per_second: u32,
    seconds: u32,
    /// Conclusive responses per minute, over the time until the last request is answered.
    answers_per_minute: u64,
    /// Delay of the start after the planned time, or after the preceding request of the sequence.
    start_delay_p99_ms: u64,
    start_delay_max_ms: u64,
    kinds: Vec<Row>,
    all: Row,
    writes_accepted: usize,
    missing_in_tables: usize,
    duplicates_in_tables: usize,
    /// Accepted writes that must have an audit record.
    writes_recorded: usize,
    missing_in_trail: usize,
    duplicates_in_trail: usize,
    /// From the last write to the last audit record.
    trail_lag_ms: u64,
    /// From a write to its audit record.
    trail_p50_ms: u64,
    trail_p99_ms: u64,
}

impl Report {
    pub(crate) fn of(
        settings: &LoadSettings,
        run: &LoadRun<'_>,
        in_tables: &WriteCheck,
        in_trail: &TrailCheck,
    ) -> Self {
        let outcomes = &run.outcomes;
        let kinds: BTreeSet<_> = outcomes.iter().map(|outcome| outcome.request.kind).collect();
        let rows = kinds.into_iter().map(|kind| {
            let of_kind: Vec<_> = outcomes.iter().filter(|outcome| outcome.request.kind == kind).collect();
            Row::of(kind.operation().name, &of_kind)
        });
        let all = Row::of("all", &outcomes.iter().collect::<Vec<_>>());
        let answers = u64::try_from(all.answered + all.refused).unwrap_or_default();
        let mut delays: Vec<Duration> = outcomes.iter().map(|outcome| outcome.start_delay).collect();
        delays.sort_unstable();
        Self {
            machine: machine::machine_description(),
            at: settings.at,
            rate_per_second: settings.rate,
            seconds: settings.seconds,
            answers_per_minute: answers * 60_000 / to_ms(run.elapsed).max(u64::from(settings.seconds) * 1000),
            start_delay_p99_ms: percentile_ms(&delays, 99),
            start_delay_max_ms: percentile_ms(&delays, 100),
            kinds: rows.collect(),
            all,
            writes_accepted: in_tables.expected,
            missing_in_tables: in_tables.missing.len(),
            duplicates_in_tables: in_tables.duplicates.len(),
            writes_recorded: in_trail.writes.expected,
            missing_in_trail: in_trail.writes.missing.len(),
            duplicates_in_trail: in_trail.writes.duplicates.len(),
            trail_lag_ms: to_ms(in_trail.lag),
            trail_p50_ms: percentile_ms(&in_trail.lags, 50),
            trail_p99_ms: percentile_ms(&in_trail.lags, 99),
        }
    }

    /// Sentence to print at the end, or as the error the failures of the run: missing and duplicate writes, and refused
    /// requests.
    pub(crate) fn sentence_or_failures(
        &self,
        run: &LoadRun<'_>,
        in_tables: &WriteCheck,
        in_trail: &TrailCheck,
    ) -> Result<String, String> {
        let mut failures = Vec::new();
        for (keys, problem) in [
            (&in_tables.missing, "missing in the tables"),
            (&in_tables.duplicates, "duplicated in the tables"),
            (&in_trail.writes.missing, "missing in the audit trail"),
            (&in_trail.writes.duplicates, "duplicated in the audit trail"),
        ] {
            if !keys.is_empty() {
                let named: Vec<_> = keys.iter().take(NAMED_MAX).map(String::as_str).collect();
                failures.push(format!("{} accepted writes are {problem}: {}", keys.len(), named.join(", ")));
            }
        }
        let refused = run.outcomes.iter().find_map(|outcome| match &outcome.outcome {
            RequestOutcome::Refused(response) => Some(response),
            _ => None,
        });
        failures.extend(refused.map(|first| format!("{} requests were refused. The first: {first}", self.all.refused)));
        if failures.is_empty() { Ok(self.success_message(run)) } else { Err(failures.join("\n")) }
    }

    fn success_message(&self, run: &LoadRun<'_>) -> String {
        let mut message = format!(
            "All {} accepted writes are in the tables exactly once, and all {} audited ones in the audit trail exactly once.",
            self.writes_accepted, self.writes_recorded
        );
        let unknown = run.outcomes.iter().find_map(|outcome| match &outcome.outcome {
            RequestOutcome::Unknown(response) => Some(response),
            _ => None,
        });
        if let Some(first) = unknown {
            let count = self.all.requests - self.all.answered - self.all.refused;
            message.push_str(&format!(" {count} requests had no conclusive response. The first: {first}"));
        }
        if self.start_delay_p99_ms > START_DELAY_MAX_MS {
            message
                .push_str(" The load driver started requests late, so the latencies are not those of the stack alone.");
        }
        message
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tenths, whole) = (self.answers_per_minute * 10 / 60 % 10, self.answers_per_minute / 60);
        writeln!(
            f,
            "\n{}, {}: {} requests per second for {} s\n",
            self.machine, self.at, self.rate_per_second, self.seconds
        )?;
        writeln!(
            f,
            "{:<24} {:>8} {:>8} {:>7} {:>6} {:>7}   {:>6} {:>6} {:>6} {:>6}",
            "", "requests", "answered", "refused", "errors", "retried", "p50 ms", "p90", "p99", "max"
        )?;
        for row in self.kinds.iter().chain([&self.all]) {
            writeln!(
                f,
                "{:<24} {:>8} {:>8} {:>7} {:>6} {:>7}   {:>6} {:>6} {:>6} {:>6}",
                row.name,
                row.requests,
                row.answered,
                row.refused,
                row.errors,
                row.retried,
                row.p50_ms,
                row.p90_ms,
                row.p99_ms,
                row.max_ms
            )?;
        }
        writeln!(
            f,
            "\n{whole}.{tenths} responses per second; start delay of requests: p99 {} ms, maximum {} ms.",
            self.start_delay_p99_ms, self.start_delay_max_ms
        )?;
        writeln!(
            f,
            "Tables: {} of {} writes, {} duplicated. Audit trail: {} of {} writes, {} duplicated; delay of a record: p50 {} ms, \
             p99 {} ms; last record {} ms after the last write.",
            self.writes_accepted - self.missing_in_tables,
            self.writes_accepted,
            self.duplicates_in_tables,
            self.writes_recorded - self.missing_in_trail,
            self.writes_recorded,
            self.duplicates_in_trail,
            self.trail_p50_ms,
            self.trail_p99_ms,
            self.trail_lag_ms
        )
    }
}

impl Row {
    fn of(name: &str, outcomes: &[&Outcome<'_>]) -> Self {
        let count = |is: fn(&RequestOutcome) -> bool| outcomes.iter().filter(|outcome| is(&outcome.outcome)).count();
        let sent = outcomes.iter().filter(|outcome| outcome.outcome != RequestOutcome::Skipped);
        let mut latencies: Vec<Duration> = sent.map(|outcome| outcome.latency).collect();
        latencies.sort_unstable();
        Self {
            name: name.to_owned(),
            requests: outcomes.len(),
            answered: count(|outcome| matches!(outcome, RequestOutcome::Accepted(_))),
            refused: count(|outcome| matches!(outcome, RequestOutcome::Refused(_))),
            errors: outcomes.iter().map(|outcome| outcome.failed_attempts()).sum(),
            retried: outcomes.iter().map(|outcome| outcome.retries).sum(),
            p50_ms: percentile_ms(&latencies, 50),
            p90_ms: percentile_ms(&latencies, 90),
            p99_ms: percentile_ms(&latencies, 99),
            max_ms: percentile_ms(&latencies, 100),
        }
    }
}

/// Percentile of sorted durations in milliseconds, as one of the values; 0 if there are none.
fn percentile_ms(sorted: &[Duration], percent: usize) -> u64 {
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(index).copied().map(to_ms).unwrap_or_default()
}

fn to_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
