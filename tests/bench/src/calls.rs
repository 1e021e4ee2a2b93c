//! What an operation asks of the database: how often one waits, for what, and what that consumes.

use serde::{Deserialize, Serialize};
use testkit::{World, round_trips};

use crate::{
    asked::Asked,
    figures::{aligned, number},
};

/// What every operation asks.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// The date of the run.
    pub(crate) at: String,
    pub(crate) operations: Vec<Counted>,
}

/// What one request asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Counted {
    pub(crate) operation: String,
    /// `first` right after init, `warm` once what may be remembered is remembered; what else matters is said as well.
    pub(crate) state: String,
    /// HTTP status of the answer.
    pub(crate) status: u16,
    /// How often one waits for a read.
    pub(crate) read_round_trips: u64,
    /// Calls that write; a transaction is one.
    pub(crate) writes: u64,
    #[serde(flatten)]
    pub(crate) asked: Asked,
}

impl Counted {
    /// What was asked of a world since its calls were forgotten.
    pub(crate) fn of(world: &World, operation: &str, state: &str, status: u16) -> Self {
        let all = world.calls.all();
        Self {
            operation: operation.to_owned(),
            state: state.to_owned(),
            status,
            read_round_trips: number(round_trips(all.iter().filter(|call| call.reads()))),
            writes: number(all.iter().filter(|call| !call.reads()).count()),
            asked: Asked::of(&all),
        }
    }

    /// `leaves-create, warm`.
    pub(crate) fn name(&self) -> String {
        format!("{}, {}", self.operation, self.state)
    }

    /// The cells of a table, after the operation and the state.
    pub(crate) fn cells(&self) -> [String; 6] {
        [
            self.asked.round_trips.to_string(),
            self.read_round_trips.to_string(),
            self.writes.to_string(),
            halved(self.asked.read_half_units),
            halved(self.asked.write_half_units),
            self.asked.words(),
        ]
    }
}

/// The table for people.
pub(crate) fn table(counted: &[Counted]) -> String {
    let head = ["operation", "status", "waits", "to read", "writes", "read units", "write units", "calls"];
    let row = |one: &Counted| {
        let [waits, to_read, writes, read_units, write_units, calls] = one.cells();
        [one.name(), one.status.to_string(), waits, to_read, writes, read_units, write_units, calls]
    };
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned)).chain(counted.iter().map(row)).collect();
    format!(
        "Per request; calls that overlap are one wait. Capacity is what the database says it consumed.\n{}",
        aligned(&rows)
    )
}

/// Half units as units: `7.5`, `8`.
pub(crate) fn halved(half_units: u64) -> String {
    match half_units % 2 {
        0 => (half_units / 2).to_string(),
        _ => format!("{}.5", half_units / 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_units_are_shown_as_units() {
        assert_eq!([0, 1, 2, 15].map(halved), ["0", "0.5", "1", "7.5"]);
    }
}
