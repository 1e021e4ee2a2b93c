//! What an invocation asked of AWS, in figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use testkit::{Call, round_trips};

use crate::figures::number;

/// Calls by their kind, how often one waits, and what that consumes.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// DynamoDB's by their operation, others with their service: `GetItem`, `kms Sign`.
    pub(crate) calls: BTreeMap<String, u64>,
    /// Calls that overlap are one.
    pub(crate) round_trips: u64,
    /// Consumed capacity of DynamoDB, in half units.
    pub(crate) read_half_units: u64,
    pub(crate) write_half_units: u64,
}

impl Asked {
    pub(crate) fn of(calls: &[Call]) -> Self {
        let mut asked = Self { round_trips: number(round_trips(calls)), ..Self::default() };
        for call in calls {
            *asked.calls.entry(call.operation.clone()).or_default() += 1;
            let units = if call.reads() { &mut asked.read_half_units } else { &mut asked.write_half_units };
            *units += call.half_units;
        }
        asked
    }

    /// `2 GetItem, 1 PutItem`.
    pub(crate) fn words(&self) -> String {
        let calls: Vec<_> = self.calls.iter().map(|(name, count)| format!("{count} {name}")).collect();
        calls.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn calls_are_counted_by_kind_and_weighed_by_direction() {
        let began = Instant::now();
        let call = |operation: &str, half_units| Call {
            operation: operation.to_owned(),
            began,
            ended: began + Duration::from_millis(1),
            status: 200,
            half_units,
        };
        let asked = Asked::of(&[call("GetItem", 1), call("GetItem", 2), call("PutItem", 8), call("kms Sign", 0)]);
        assert_eq!((asked.round_trips, asked.read_half_units, asked.write_half_units), (1, 3, 8));
        assert_eq!(asked.words(), "2 GetItem, 1 PutItem, 1 kms Sign");
    }
}
