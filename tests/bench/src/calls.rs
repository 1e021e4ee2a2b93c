//! What an operation asks of the database: how often one waits, for what, and what that consumes.

use std::collections::BTreeMap;

use serde::Serialize;
use testkit::{Call, World, round_trips};

use crate::figures::{aligned, number};

/// What one request asked.
#[derive(Debug, Serialize)]
pub(crate) struct Counted {
    pub(crate) operation: &'static str,
    /// `first` right after init, `warm` once what may be remembered is remembered.
    pub(crate) state: &'static str,
    /// HTTP status of the answer.
    status: u16,
    /// How often one waits for the database in all.
    round_trips: u64,
    pub(crate) read_round_trips: u64,
    /// Calls that write; a transaction is one.
    pub(crate) writes: u64,
    /// Calls by their kind.
    calls: BTreeMap<String, u64>,
    /// Consumed capacity, in half units.
    read_half_units: u64,
    pub(crate) write_half_units: u64,
}

impl Counted {
    /// What was asked of a world since its calls were forgotten.
    pub(crate) fn of(world: &World, operation: &'static str, state: &'static str, status: u16) -> Self {
        let all = world.calls.all();
        let reads: Vec<_> = all.iter().filter(|call| call.reads()).collect();
        let writes: Vec<_> = all.iter().filter(|call| !call.reads()).collect();
        let mut calls = BTreeMap::new();
        for call in &all {
            *calls.entry(call.operation.clone()).or_default() += 1;
        }
        Self {
            operation,
            state,
            status,
            round_trips: number(round_trips(&all)),
            read_round_trips: number(round_trips(reads.iter().copied())),
            writes: number(writes.len()),
            calls,
            read_half_units: units(&reads),
            write_half_units: units(&writes),
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("{}, {}", self.operation, self.state)
    }

    fn row(&self) -> [String; 8] {
        let calls: Vec<_> = self.calls.iter().map(|(name, count)| format!("{count} {name}")).collect();
        [
            self.name(),
            self.status.to_string(),
            self.round_trips.to_string(),
            self.read_round_trips.to_string(),
            self.writes.to_string(),
            halved(self.read_half_units),
            halved(self.write_half_units),
            calls.join(", "),
        ]
    }
}

/// The table for people.
pub(crate) fn table(counted: &[Counted]) -> String {
    let head = ["operation", "status", "waits", "to read", "writes", "read units", "write units", "calls"];
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned)).chain(counted.iter().map(Counted::row)).collect();
    format!(
        "Per request; calls that overlap are one wait. Capacity is what the database says it consumed.\n{}",
        aligned(&rows)
    )
}

fn units(calls: &[&Call]) -> u64 {
    calls.iter().map(|call| call.half_units).sum()
}

fn halved(half_units: u64) -> String {
    format!("{}.{}", half_units / 2, half_units % 2 * 5)
}
