//! What a change costs on its whole way, from what was counted and a file of prices. Whole picodollars throughout.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Result,
    figures::aligned,
    journey::{Journey, Stop},
};

const PRICES: &str = include_str!("../prices.toml");

/// A dollar.
const PICODOLLARS: u64 = 1_000_000_000_000;
/// How often a queue is asked for one batch: once to receive, once to delete.
const REQUESTS_PER_BATCH: u64 = 2;

/// `prices.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prices {
    pub(crate) as_of: String,
    each: Each,
    assumed: Assumed,
    pub(crate) busy: Busy,
    pub(crate) month: Month,
}

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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assumed {
    memory_mb: u64,
    round_trip_us: u64,
    cpu_us: u64,
    request_log_bytes: u64,
    batch_log_bytes: u64,
}

/// When many change the same at once.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Busy {
    /// How many.
    pub(crate) at_once: usize,
}

/// How often a person does what in a month, by the names of journeys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Month {
    pub(crate) check_ins: BTreeMap<String, u64>,
    pub(crate) reads: BTreeMap<String, u64>,
    pub(crate) writes: BTreeMap<String, u64>,
    pub(crate) mails: u64,
}

/// What something costs, by what is paid for, in picodollars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cost {
    pub(crate) api: u64,
    pub(crate) lambda: u64,
    pub(crate) writes: u64,
    pub(crate) reads: u64,
    pub(crate) bus: u64,
    pub(crate) queues: u64,
    pub(crate) mails: u64,
    pub(crate) logs: u64,
}

impl Cost {
    /// All of it.
    pub(crate) const fn total(&self) -> u64 {
        self.api + self.lambda + self.writes + self.reads + self.bus + self.queues + self.mails + self.logs
    }

    fn each(self, of: impl Fn(u64) -> u64) -> Self {
        Self {
            api: of(self.api),
            lambda: of(self.lambda),
            writes: of(self.writes),
            reads: of(self.reads),
            bus: of(self.bus),
            queues: of(self.queues),
            mails: of(self.mails),
            logs: of(self.logs),
        }
    }

    /// So many times.
    pub(crate) fn times(self, times: u64) -> Self {
        self.each(|part| part * times)
    }

    /// The share of one of so many.
    pub(crate) fn shared_by(self, many: u64) -> Self {
        self.each(|part| part / many.max(1))
    }

    /// Both.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            api: self.api + other.api,
            lambda: self.lambda + other.lambda,
            writes: self.writes + other.writes,
            reads: self.reads + other.reads,
            bus: self.bus + other.bus,
            queues: self.queues + other.queues,
            mails: self.mails + other.mails,
            logs: self.logs + other.logs,
        }
    }
}

impl Prices {
    /// The file.
    pub(crate) fn load() -> Result<Self> {
        Ok(toml::from_str(PRICES)?)
    }

    /// One mail.
    pub(crate) const fn mail(&self) -> u64 {
        self.each.ses_mail
    }

    /// What one change costs on its whole way.
    pub(crate) fn of(&self, journey: &Journey) -> Cost {
        let stops = journey.stops.iter().enumerate();
        let all = stops.map(|(at, stop)| self.stop(stop, at == 0 && journey.asked)).fold(Cost::default(), Cost::and);
        all.shared_by(journey.changes)
    }

    /// What one event costs on its way: all that follows from a request, where that is one event.
    pub(crate) fn after(&self, journey: &Journey) -> Cost {
        let stops = journey.stops.iter().skip(1);
        stops.map(|stop| self.stop(stop, false)).fold(Cost::default(), Cost::and).shared_by(journey.changes)
    }

    fn stop(&self, stop: &Stop, request: bool) -> Cost {
        let (each, assumed) = (&self.each, &self.assumed);
        let us = assumed.cpu_us * stop.handed + assumed.round_trip_us * stop.round_trips;
        let log_bytes = if request { assumed.request_log_bytes } else { assumed.batch_log_bytes };
        let batches = if stop.messages > 0 { stop.invocations } else { 0 };
        Cost {
            api: if request { each.http_api_request * stop.handed } else { 0 },
            lambda: each.lambda_request * stop.invocations + us * assumed.memory_mb * each.lambda_gb_ms / (1024 * 1000),
            writes: stop.write_half_units * each.dynamodb_write_unit / 2,
            reads: stop.read_half_units * each.dynamodb_read_unit / 2,
            bus: stop.events * each.eventbridge_event,
            // Whoever fills a queue sends each message by itself.
            queues: (stop.messages + batches * REQUESTS_PER_BATCH) * each.sqs_request,
            mails: stop.mails * each.ses_mail,
            logs: each.log_byte * log_bytes * stop.invocations,
        }
    }
}

/// Dollars with two places, of picodollars.
pub(crate) fn dollars(picodollars: u64) -> String {
    let cents = (picodollars + PICODOLLARS / 200) / (PICODOLLARS / 100);
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The table for people: dollars for `times` of each.
pub(crate) fn table(rows: &[(String, Cost)]) -> String {
    let head = ["", "total", "API", "Lambda", "writes", "reads", "bus", "queues", "mails", "logs"];
    let row = |(name, cost): &(String, Cost)| {
        let parts = [
            cost.total(),
            cost.api,
            cost.lambda,
            cost.writes,
            cost.reads,
            cost.bus,
            cost.queues,
            cost.mails,
            cost.logs,
        ];
        let mut row: [String; 10] = std::array::from_fn(|_| name.clone());
        row.iter_mut().skip(1).zip(parts).for_each(|(cell, part)| *cell = dollars(part));
        row
    };
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned)).chain(rows.iter().map(row)).collect();
    aligned(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices() -> Prices {
        Prices::load().unwrap()
    }

    fn request(write_half_units: u64) -> Stop {
        Stop {
            function: "x".to_owned(),
            invocations: 1,
            handed: 1,
            round_trips: 1,
            write_half_units,
            ..Stop::default()
        }
    }

    fn journey(changes: u64, stops: Vec<Stop>) -> Journey {
        Journey { name: "some".to_owned(), changes, asked: true, stops }
    }

    #[test]
    fn a_request_with_one_write_costs_what_the_list_says() {
        let cost = prices().of(&journey(1, vec![request(2)]));
        assert_eq!((cost.api, cost.writes, cost.bus, cost.queues), (1_000_000, 625_000, 0, 0));
        // 10 ms of a quarter of a gigabyte, and the request.
        assert_eq!(cost.lambda, 200_000 + 10_000 * 256 * 16_667 / 1_024_000);
        assert_eq!(dollars(cost.times(1_000_000).api), "1.00");
    }

    #[test]
    fn what_a_batch_shares_is_paid_once_and_what_is_written_by_each() {
        let stop = |times: u64| Stop { messages: times, handed: times, ..request(4 * times) };
        let ten = Stop { invocations: 10, handed: 10, round_trips: 10, ..request(20) };
        let (alone, together) = (journey(1, vec![request(2), stop(1)]), journey(10, vec![ten, stop(10)]));
        let (alone, together) = (prices().of(&alone), prices().of(&together));
        assert_eq!((alone.api, alone.writes), (together.api, together.writes));
        assert!(together.lambda < alone.lambda && together.logs < alone.logs);
        assert_eq!(
            (alone.queues, together.queues),
            (1_200_000, 480_000),
            "each is sent, and the batch received and deleted"
        );
    }

    #[test]
    fn an_event_costs_what_follows_from_a_request() {
        let stop = Stop { messages: 1, ..request(4) };
        let journey = journey(1, vec![request(2), stop]);
        let (whole, after) = (prices().of(&journey), prices().after(&journey));
        assert_eq!((after.api, whole.writes - after.writes), (0, 625_000));
        assert_eq!(prices().of(&Journey { stops: vec![request(2)], ..journey }).and(after), whole);
    }

    #[test]
    fn a_month_is_what_the_aims_speak_of() {
        let Month { check_ins, reads, writes, mails } = prices().month;
        let sum = |of: BTreeMap<String, u64>| of.into_values().sum::<u64>();
        assert_eq!((sum(check_ins), sum(reads), sum(writes), mails), (44, 120, 12, 6));
    }

    #[test]
    fn dollars_have_two_places_rounded() {
        assert_eq!(
            (dollars(4_690_000_000_000), dollars(5_000_000_000), dollars(0)),
            ("4.69".into(), "0.01".into(), "0.00".into())
        );
    }
}
