//! Cost of a change on its whole path, from counts and `prices.toml`, in whole picodollars.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    Result,
    event_path::{EventPath, PathStep},
};

const PRICES: &str = include_str!("../prices.toml");

const PICODOLLARS_PER_DOLLAR: u64 = 1_000_000_000_000;
/// Requests of one batch to its queue: one to receive, one to delete.
const REQUESTS_PER_BATCH: u64 = 2;

/// Content of `prices.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prices {
    pub(crate) as_of: String,
    each: Each,
    assumed: Assumed,
    pub(crate) busy: Busy,
    pub(crate) month: Month,
}

/// Prices of one unit each, in picodollars.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Each {
    http_api_request: u64,
    lambda_request: u64,
    lambda_gb_ms: u64,
    dynamodb_write_unit: u64,
    dynamodb_read_unit: u64,
    eventbridge_event: u64,
    sqs_request: u64,
    ses_mail: u64,
    log_byte: u64,
}

/// Assumed figures of an invocation that are not measured.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assumed {
    memory_mb: u64,
    round_trip_us: u64,
    cpu_us: u64,
    request_log_bytes: u64,
    batch_log_bytes: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Busy {
    /// Number of concurrent changes.
    pub(crate) at_once: usize,
}

/// Numbers of changes and reads of one person in a month, by the names of paths.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Month {
    pub(crate) check_ins: BTreeMap<String, u64>,
    pub(crate) reads: BTreeMap<String, u64>,
    pub(crate) writes: BTreeMap<String, u64>,
    pub(crate) mails: u64,
}

/// Names of the parts of a [`Cost`].
pub(crate) const PARTS: [&str; 8] = ["API", "Lambda", "writes", "reads", "bus", "queues", "mails", "logs"];
const MAILS: usize = 6;

/// Cost in picodollars, one value for each of [`PARTS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cost(pub(crate) [u64; PARTS.len()]);

impl Cost {
    pub(crate) fn total(self) -> u64 {
        self.0.iter().sum()
    }

    pub(crate) fn times(self, times: u64) -> Self {
        Self(self.0.map(|part| part * times))
    }

    /// Share of one of `many` equal users; the whole for 0.
    pub(crate) fn shared_by(self, many: u64) -> Self {
        Self(self.0.map(|part| part / many.max(1)))
    }

    pub(crate) fn plus(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(part, other)| *part += other);
        self
    }

    pub(crate) const fn without_mails(mut self) -> Self {
        self.0[MAILS] = 0;
        self
    }
}

impl Prices {
    pub(crate) fn load() -> Result<Self> {
        Ok(toml::from_str(PRICES)?)
    }

    pub(crate) fn cost_of_mails(&self, count: u64) -> Cost {
        let mut cost = Cost::default();
        cost.0[MAILS] = self.each.ses_mail * count;
        cost
    }

    /// Cost of one change on its whole path: the path's cost, divided by its number of changes.
    pub(crate) fn cost_of(&self, path: &EventPath) -> Cost {
        self.cost_of_steps(path, |_| true)
    }

    /// Cost of the effects of one change, without the cost of its request.
    pub(crate) fn cost_of_effects(&self, path: &EventPath) -> Cost {
        self.cost_of_steps(path, |step| !step.request)
    }

    fn cost_of_steps(&self, path: &EventPath, counts: impl Fn(&&PathStep) -> bool) -> Cost {
        let steps = path.steps.iter().filter(counts).map(|step| self.cost_of_step(step));
        steps.fold(Cost::default(), Cost::plus).shared_by(path.changes)
    }

    fn cost_of_step(&self, step: &PathStep) -> Cost {
        let (each, assumed, calls) = (&self.each, &self.assumed, &step.calls);
        let us = assumed.cpu_us * step.units_of_work + assumed.round_trip_us * calls.round_trips;
        let (requests, log_bytes) =
            if step.request { (step.units_of_work, assumed.request_log_bytes) } else { (0, assumed.batch_log_bytes) };
        let batches = if step.messages > 0 { step.invocations } else { 0 };
        Cost([
            each.http_api_request * requests,
            each.lambda_request * step.invocations + us * assumed.memory_mb * each.lambda_gb_ms / (1024 * 1000),
            calls.write_half_units * each.dynamodb_write_unit / 2,
            calls.read_half_units * each.dynamodb_read_unit / 2,
            step.events * each.eventbridge_event,
            // Each message is sent by its own request.
            (step.messages + batches * REQUESTS_PER_BATCH) * each.sqs_request,
            step.mails * each.ses_mail,
            each.log_byte * log_bytes * step.invocations,
        ])
    }
}

/// Picodollars as dollars with two decimal places.
pub(crate) fn dollars(picodollars: u64) -> String {
    crate::text::hundredths((picodollars + PICODOLLARS_PER_DOLLAR / 200) / (PICODOLLARS_PER_DOLLAR / 100))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::CallSummary;

    const API: usize = 0;
    const LAMBDA: usize = 1;
    const WRITES: usize = 2;
    const BUS: usize = 4;
    const QUEUES: usize = 5;
    const LOGS: usize = 7;

    fn prices() -> Prices {
        Prices::load().unwrap()
    }

    fn request(write_half_units: u64) -> PathStep {
        PathStep { request: true, ..effect(write_half_units) }
    }

    fn effect(write_half_units: u64) -> PathStep {
        let calls = CallSummary { round_trips: 1, write_half_units, ..CallSummary::default() };
        PathStep { invocations: 1, units_of_work: 1, calls, ..PathStep::default() }
    }

    fn path(changes: u64, steps: Vec<PathStep>) -> EventPath {
        EventPath { name: "some".to_owned(), changes, steps }
    }

    #[test]
    fn request_with_one_write_costs_the_list_prices() {
        let cost = prices().cost_of(&path(1, vec![request(2)]));
        let Cost([api, lambda, writes, _, bus, queues, ..]) = cost;
        assert_eq!((api, writes, bus, queues), (1_000_000, 625_000, 0, 0));
        // 10 ms with 256 MB, and the request.
        assert_eq!(lambda, 200_000 + 10_000 * 256 * 16_667 / 1_024_000);
        assert_eq!(dollars(cost.times(1_000_000).0[API]), "1.00");
    }

    #[test]
    fn batch_shares_invocations_but_not_writes() {
        let step = |times: u64| PathStep { messages: times, units_of_work: times, ..effect(4 * times) };
        let ten: Vec<_> = (0..10).map(|_| request(2)).chain([step(10)]).collect();
        let alone = prices().cost_of(&path(1, vec![request(2), step(1)]));
        let together = prices().cost_of(&path(10, ten));
        assert_eq!((alone.0[API], alone.0[WRITES]), (together.0[API], together.0[WRITES]));
        assert!(together.0[LAMBDA] < alone.0[LAMBDA] && together.0[LOGS] < alone.0[LOGS]);
        assert_eq!(
            (alone.0[QUEUES], together.0[QUEUES]),
            (1_200_000, 480_000),
            "each message is sent separately, and the batch is received and deleted once"
        );
    }

    #[test]
    fn effects_are_priced_apart_from_the_request() {
        let step = PathStep { messages: 1, ..effect(4) };
        let path = path(1, vec![request(2), step]);
        let (whole, after) = (prices().cost_of(&path), prices().cost_of_effects(&path));
        assert_eq!((after.0[API], whole.0[WRITES] - after.0[WRITES], after.0[BUS]), (0, 625_000, 0));
        assert_eq!(prices().cost_of(&EventPath { steps: vec![request(2)], ..path }).plus(after), whole);
    }

    #[test]
    fn month_has_the_counts_of_the_targets() {
        let Month { check_ins, reads, writes, mails } = prices().month;
        let sum = |of: BTreeMap<String, u64>| of.into_values().sum::<u64>();
        assert_eq!((sum(check_ins), sum(reads), sum(writes), mails), (44, 120, 12, 6));
    }

    #[test]
    fn dollars_are_rounded_to_two_places() {
        assert_eq!(
            (dollars(4_690_000_000_000), dollars(5_000_000_000), dollars(0)),
            ("4.69".into(), "0.01".into(), "0.00".into())
        );
    }
}
