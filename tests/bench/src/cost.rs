//! `make cost`: what a change costs on its whole way, from measured counts and a file of prices. Whole picodollars throughout.

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
    log_bytes: u64,
    records_per_batch_busy: u64,
    messages_per_batch_busy: u64,
}

/// What a person does in a month.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Month {
    pub(crate) check_ins: u64,
    pub(crate) reads: u64,
    pub(crate) writes: u64,
    pub(crate) mails: u64,
}

/// How full batches are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Traffic {
    /// Every change comes alone.
    Quiet,
    /// Many come at once.
    Busy,
}

/// What something costs, by what is paid for, in picodollars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
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

    /// So many times.
    pub(crate) const fn times(self, times: u64) -> Self {
        Self {
            api: self.api * times,
            lambda: self.lambda * times,
            writes: self.writes * times,
            reads: self.reads * times,
            bus: self.bus * times,
            queues: self.queues * times,
            mails: self.mails * times,
            logs: self.logs * times,
        }
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

    /// What a whole way costs.
    pub(crate) fn of(&self, journey: &Journey, traffic: Traffic) -> Cost {
        let stops = journey.stops.iter().enumerate();
        stops.map(|(at, stop)| self.stop(stop, at == 0 && journey.asked, traffic)).fold(Cost::default(), Cost::and)
    }

    fn stop(&self, stop: &Stop, request: bool, traffic: Traffic) -> Cost {
        let (each, assumed) = (&self.each, &self.assumed);
        let together = match (traffic, request, stop.messages > 0) {
            (Traffic::Quiet, ..) | (_, true, _) => 1,
            (Traffic::Busy, false, true) => assumed.messages_per_batch_busy,
            (Traffic::Busy, false, false) => assumed.records_per_batch_busy,
        };
        // A batch waits once for what each of its parts asks for at the same time; its own work adds up.
        let us = assumed.cpu_us * stop.handed + assumed.round_trip_us * stop.round_trips / together;
        let shared = |price: u64| price * stop.handed / together;
        Cost {
            api: if request { each.http_api_request } else { 0 },
            lambda: shared(each.lambda_request) + us * assumed.memory_mb * each.lambda_gb_ms / (1024 * 1000),
            writes: stop.write_half_units * each.dynamodb_write_unit / 2,
            reads: stop.read_half_units * each.dynamodb_read_unit / 2,
            bus: stop.events * each.eventbridge_event,
            // Whoever fills a queue sends each message by itself.
            queues: stop.messages * each.sqs_request
                + if stop.messages > 0 { shared(each.sqs_request * REQUESTS_PER_BATCH) } else { 0 },
            mails: stop.mails * each.ses_mail,
            logs: shared(each.log_byte * assumed.log_bytes),
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
        Stop { function: "x".to_owned(), handed: 1, round_trips: 1, write_half_units, ..Stop::default() }
    }

    #[test]
    fn a_request_with_one_write_costs_what_the_list_says() {
        let journey = Journey { name: "one", asked: true, stops: vec![request(2)] };
        let cost = prices().of(&journey, Traffic::Quiet);
        assert_eq!((cost.api, cost.writes, cost.bus), (1_000_000, 625_000, 0));
        // 9.5 ms of a quarter of a gigabyte, and the request.
        assert_eq!(cost.lambda, 200_000 + 9_500 * 256 * 16_667 / 1_024_000);
        assert_eq!(dollars(cost.times(1_000_000).api), "1.00");
        assert_eq!(prices().of(&journey, Traffic::Busy), cost, "a request always comes alone");
    }

    #[test]
    fn whoever_comes_in_batches_shares_the_invocation_and_not_what_is_written() {
        let stop = Stop { messages: 1, handed: 1, write_half_units: 4, ..request(0) };
        let journey = Journey { name: "two", asked: true, stops: vec![request(2), stop] };
        let (quiet, busy) = (prices().of(&journey, Traffic::Quiet), prices().of(&journey, Traffic::Busy));
        assert!(busy.lambda < quiet.lambda && busy.queues < quiet.queues);
        assert_eq!((quiet.writes, quiet.bus), (busy.writes, busy.bus));
        assert_eq!(quiet.total(), quiet.times(3).total() / 3);
    }

    #[test]
    fn dollars_have_two_places_rounded() {
        assert_eq!(
            (dollars(4_690_000_000_000), dollars(5_000_000_000), dollars(0)),
            ("4.69".into(), "0.01".into(), "0.00".into())
        );
    }
}
