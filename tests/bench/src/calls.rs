//! AWS calls of a request or invocation: counts, round trips and consumed capacity.

use std::collections::BTreeMap;

use testkit::{Call, round_trips};

use crate::text::{aligned_table, heading, to_u64, units};

/// Counts and consumed capacity of AWS calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CallSummary {
    /// Number of calls by operation, such as `GetItem`.
    pub(crate) calls: BTreeMap<String, u64>,
    /// Number of round trips; overlapping calls are one round trip.
    pub(crate) round_trips: u64,
    pub(crate) read_round_trips: u64,
    /// Number of write calls; a transaction is one call.
    pub(crate) writes: u64,
    /// Consumed read capacity of DynamoDB in half units.
    pub(crate) read_half_units: u64,
    /// Consumed write capacity of DynamoDB in half units.
    pub(crate) write_half_units: u64,
}

impl CallSummary {
    /// Sums up recorded calls. Calls that are no reads count as writes.
    pub(crate) fn of(calls: &[Call]) -> Self {
        let mut summary = Self {
            round_trips: to_u64(round_trips(calls)),
            read_round_trips: to_u64(round_trips(calls.iter().filter(|call| call.is_read()))),
            ..Self::default()
        };
        for call in calls {
            *summary.calls.entry(call.operation.clone()).or_default() += 1;
            if call.is_read() {
                summary.read_half_units += call.half_units;
            } else {
                summary.writes += 1;
                summary.write_half_units += call.half_units;
            }
        }
        summary
    }

    /// Names and counts of the calls, such as `2 GetItem, 1 PutItem`.
    fn names_and_counts(&self) -> String {
        let calls: Vec<_> = self.calls.iter().map(|(name, count)| format!("{count} {name}")).collect();
        calls.join(", ")
    }
}

/// Calls of one request to an operation.
#[derive(Debug)]
pub(crate) struct OperationCalls {
    pub(crate) operation: &'static str,
    /// `first` for a request right after init, `warm` for one with filled caches, `late, first` for a late check-in
    /// right after init.
    pub(crate) state: &'static str,
    pub(crate) summary: CallSummary,
}

impl OperationCalls {
    /// Operation and state, such as `leaves-create, warm`.
    pub(crate) fn label(&self) -> String {
        format!("{}, {}", self.operation, self.state)
    }
}

/// Table with a row for each request, followed by the numbers of operations by round trips and writes.
pub(crate) fn calls_table(counted: &[OperationCalls]) -> String {
    let head =
        heading(&["operation", "round trips", "read round trips", "write calls", "read units", "write units", "calls"]);
    let row = |one: &OperationCalls| {
        let CallSummary { round_trips, read_round_trips, writes, read_half_units, write_half_units, .. } = one.summary;
        let counts = [round_trips, read_round_trips, writes].map(|count| count.to_string());
        let capacity = [read_half_units, write_half_units].map(units);
        let cells = [one.label()].into_iter().chain(counts).chain(capacity).chain([one.summary.names_and_counts()]);
        cells.collect()
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(counted.iter().map(row)).collect();
    format!(
        "Per request; overlapping calls are one round trip.\n{}\n\n{}",
        aligned_table(&rows),
        totals_by_count(counted)
    )
}

/// Numbers of warm operations by read round trips and by write calls.
fn totals_by_count(counted: &[OperationCalls]) -> String {
    let by = |count: fn(&CallSummary) -> u64| {
        let mut operations = BTreeMap::<u64, u64>::new();
        for one in counted.iter().filter(|one| one.state == "warm") {
            *operations.entry(count(&one.summary)).or_default() += 1;
        }
        let parts: Vec<_> = operations.iter().map(|(count, operations)| format!("{count}: {operations}")).collect();
        parts.join(", ")
    };
    format!(
        "Warm operations by read round trips: {}.\nWarm operations by write calls: {}.",
        by(|summary| summary.read_round_trips),
        by(|summary| summary.writes)
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn calls_are_counted_and_capacity_is_summed() {
        let began = Instant::now();
        let call = |operation: &str, half_units| Call {
            operation: operation.to_owned(),
            began,
            ended: began + Duration::from_millis(1),
            status: 200,
            half_units,
        };
        let summary =
            CallSummary::of(&[call("GetItem", 1), call("GetItem", 2), call("PutItem", 8), call("kms Sign", 0)]);
        assert_eq!((summary.round_trips, summary.read_half_units, summary.write_half_units), (1, 3, 8));
        assert_eq!(summary.names_and_counts(), "2 GetItem, 1 PutItem, 1 kms Sign");
    }

    #[test]
    fn totals_count_warm_operations() {
        let one = |state, read_round_trips, writes| OperationCalls {
            operation: "employees-get",
            state,
            summary: CallSummary { read_round_trips, writes, ..CallSummary::default() },
        };
        let counted = [one("warm", 0, 1), one("warm", 1, 0), one("warm", 1, 2), one("first", 9, 9)];
        assert_eq!(
            totals_by_count(&counted),
            "Warm operations by read round trips: 0: 1, 1: 2.\nWarm operations by write calls: 0: 1, 1: 1, 2: 1."
        );
    }
}
