//! What a run came to, as a table for people and as JSON.

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

/// When one request of a hundred begins later than this, the latencies are not those of the stack alone.
const LATE_MAX_MS: u64 = 20;
/// So many missing writes are named.
const NAMED_MAX: usize = 5;

/// What was asked for.
#[derive(Debug)]
pub(crate) struct LoadSettings {
    pub(crate) at: Date,
    pub(crate) rate: u32,
    pub(crate) seconds: u32,
}

/// What came of the requests of one kind. Latencies are those from the instant of the plan to the answer that counted.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Row {
    /// The operation.
    name: String,
    requests: usize,
    /// 2xx.
    answered: usize,
    /// 4xx.
    refused: usize,
    /// Tries that ended with 5xx, 429 or nothing.
    errors: u32,
    /// Tries after the first.
    retried: u32,
    p50_ms: u64,
    p90_ms: u64,
    p99_ms: u64,
    max_ms: u64,
}

/// All figures of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: String,
    at: Date,
    rate_per_second: u32,
    seconds: u32,
    /// Answers in a minute, until all requests have begun and the last of them is answered.
    answers_per_minute: u64,
    /// By how much requests began later than the plan, or the request before them, allowed.
    late_p99_ms: u64,
    late_max_ms: u64,
    kinds: Vec<Row>,
    all: Row,
    writes_accepted: usize,
    missing_in_tables: usize,
    twice_in_tables: usize,
    /// Accepted writes that an event tells of.
    writes_recorded: usize,
    missing_in_trail: usize,
    twice_in_trail: usize,
    /// From the last write to the last record.
    trail_lag_ms: u64,
    /// From a write to its record.
    trail_p50_ms: u64,
    trail_p99_ms: u64,
}

impl Report {
    /// The figures.
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
        let mut late: Vec<Duration> = outcomes.iter().map(|outcome| outcome.start_delay).collect();
        late.sort_unstable();
        Self {
            machine: machine::name(),
            at: settings.at,
            rate_per_second: settings.rate,
            seconds: settings.seconds,
            answers_per_minute: answers * 60_000 / ms(run.took).max(u64::from(settings.seconds) * 1000),
            late_p99_ms: quantile(&late, 99),
            late_max_ms: quantile(&late, 100),
            kinds: rows.collect(),
            all,
            writes_accepted: in_tables.expected,
            missing_in_tables: in_tables.missing.len(),
            twice_in_tables: in_tables.twice.len(),
            writes_recorded: in_trail.writes.expected,
            missing_in_trail: in_trail.writes.missing.len(),
            twice_in_trail: in_trail.writes.twice.len(),
            trail_lag_ms: ms(in_trail.lag),
            trail_p50_ms: quantile(&in_trail.lags, 50),
            trail_p99_ms: quantile(&in_trail.lags, 99),
        }
    }

    /// What to say at the end.
    pub(crate) fn result(
        &self,
        run: &LoadRun<'_>,
        in_tables: &WriteCheck,
        in_trail: &TrailCheck,
    ) -> Result<String, String> {
        let mut complaints = Vec::new();
        for (which, what) in [
            (&in_tables.missing, "accepted but not in the tables"),
            (&in_tables.twice, "in the tables twice"),
            (&in_trail.writes.missing, "accepted but not in the audit trail"),
            (&in_trail.writes.twice, "in the audit trail twice"),
        ] {
            if !which.is_empty() {
                let named: Vec<_> = which.iter().take(NAMED_MAX).map(String::as_str).collect();
                complaints.push(format!("{} {what}: {}", which.len(), named.join(", ")));
            }
        }
        let refused = run.outcomes.iter().find_map(|outcome| match &outcome.outcome {
            RequestOutcome::Refused(said) => Some(said),
            _ => None,
        });
        complaints.extend(refused.map(|said| format!("{} refused, the first: {said}", self.all.refused)));
        if complaints.is_empty() { Ok(self.success_message(run)) } else { Err(complaints.join("\n")) }
    }

    fn success_message(&self, run: &LoadRun<'_>) -> String {
        let mut said = format!(
            "Each of {} accepted writes is in the tables once, and each of the {} that events tell of in the audit trail once.",
            self.writes_accepted, self.writes_recorded
        );
        let open = run.outcomes.iter().find_map(|outcome| match &outcome.outcome {
            RequestOutcome::Unknown(said) => Some(said),
            _ => None,
        });
        if let Some(open) = open {
            let count = self.all.requests - self.all.answered - self.all.refused;
            said.push_str(&format!(" {count} requests were not answered at all, the first: {open}"));
        }
        if self.late_p99_ms > LATE_MAX_MS {
            said.push_str(" The driver itself was late: these latencies are not those of the stack alone.");
        }
        said
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tenths, whole) = (self.answers_per_minute * 10 / 60 % 10, self.answers_per_minute / 60);
        writeln!(
            f,
            "\n{}, at {}: {} requests a second for {} s\n",
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
            "\n{whole}.{tenths} answers a second; requests began {} ms late (p99; at most {}).",
            self.late_p99_ms, self.late_max_ms
        )?;
        writeln!(
            f,
            "In the tables: {} of {} writes, {} of them twice. In the audit trail: {} of {}, {} of them twice; a record is there {} ms after \
             its write (p50; p99 {}), the last {} ms after the last write.",
            self.writes_accepted - self.missing_in_tables,
            self.writes_accepted,
            self.twice_in_tables,
            self.writes_recorded - self.missing_in_trail,
            self.writes_recorded,
            self.twice_in_trail,
            self.trail_p50_ms,
            self.trail_p99_ms,
            self.trail_lag_ms
        )
    }
}

impl Row {
    fn of(name: &str, outcomes: &[&Outcome<'_>]) -> Self {
        let count = |is: fn(&RequestOutcome) -> bool| outcomes.iter().filter(|outcome| is(&outcome.outcome)).count();
        let asked = outcomes.iter().filter(|outcome| outcome.outcome != RequestOutcome::Skipped);
        let mut took: Vec<Duration> = asked.map(|outcome| outcome.latency).collect();
        took.sort_unstable();
        Self {
            name: name.to_owned(),
            requests: outcomes.len(),
            answered: count(|fate| matches!(fate, RequestOutcome::Accepted(_))),
            refused: count(|fate| matches!(fate, RequestOutcome::Refused(_))),
            errors: outcomes.iter().map(|outcome| outcome.errors()).sum(),
            retried: outcomes.iter().map(|outcome| outcome.retries).sum(),
            p50_ms: quantile(&took, 50),
            p90_ms: quantile(&took, 90),
            p99_ms: quantile(&took, 99),
            max_ms: quantile(&took, 100),
        }
    }
}

/// The smallest that so many percent do not exceed, of durations in their order, in milliseconds.
fn quantile(sorted: &[Duration], percent: usize) -> u64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().map(ms).unwrap_or_default()
}

/// Whole milliseconds.
fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
