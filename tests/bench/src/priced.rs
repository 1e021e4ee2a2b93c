//! `make cost`: what people do in a month, each thing on its whole way, and what it costs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Result, changes,
    cost::{Cost, Prices, dollars, table},
    journey::{Journey, Stop},
};

/// Rows are given for so many.
pub(crate) const MILLION: u64 = 1_000_000;
/// A month is given for so many people.
const PEOPLE: u64 = 1_000;
/// So many days of a person are settled in a month.
const NIGHTS: u64 = 30;

/// What a million check-ins may cost, in picodollars each: $4.69.
const CHECK_IN_MAX: u64 = 4_690_000;
/// What a thousand people may cost a month, in picodollars: $2.16.
const MONTH_MAX: u64 = 2_160_000_000_000;

/// What one of something costs, in picodollars, when ten of it come at once and when it comes alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) busy: Cost,
    pub(crate) quiet: Cost,
}

/// What something may cost, in picodollars, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Aim {
    pub(crate) name: String,
    pub(crate) most: u64,
    pub(crate) found: u64,
}

/// All figures of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Priced {
    /// The day of the prices.
    pub(crate) as_of: String,
    /// How many come at once when it is busy.
    pub(crate) at_once: u64,
    /// What was followed, by that many at once, and alone.
    pub(crate) busy: Vec<Journey>,
    pub(crate) quiet: Vec<Journey>,
    /// One of each, in picodollars.
    pub(crate) rows: Vec<Row>,
    /// A thousand people for a month, in picodollars.
    pub(crate) month: Vec<Row>,
    pub(crate) aims: Vec<Aim>,
}

/// Follows each change and puts prices on it.
pub(crate) async fn price() -> Result<Priced> {
    let prices = Prices::load()?;
    let (busy, quiet) = (changes::all(prices.busy.at_once).await?, changes::all(1).await?);
    Priced::of(&prices, busy, quiet)
}

/// What is asked for in one state of the house.
struct Books<'a> {
    prices: &'a Prices,
    journeys: &'a [Journey],
}

impl Books<'_> {
    fn journey(&self, name: &str) -> Result<&Journey> {
        let found = self.journeys.iter().find(|journey| journey.name == name);
        found.ok_or_else(|| format!("prices.toml speaks of {name}, which nobody follows").into())
    }

    fn sum(&self, often: &BTreeMap<String, u64>) -> Result<Cost> {
        often.iter().try_fold(Cost::default(), |sum, (name, times)| {
            Ok(sum.and(self.prices.of(self.journey(name)?).times(*times)))
        })
    }

    /// One of each, then the mean of what is read, and an event.
    fn each(&self) -> Result<Vec<(String, Cost)>> {
        let reads = &self.prices.month.reads;
        let query = self.sum(reads)?.shared_by(reads.values().sum());
        let event = self.prices.after(self.journey("check-in")?);
        let journeys = self.journeys.iter().map(|journey| (journey.name.clone(), self.prices.of(journey)));
        Ok(journeys.chain([("query".to_owned(), query), ("event".to_owned(), event)]).collect())
    }

    /// A month by what is done in it. Mails are counted by themselves, since not all of them come of changes.
    fn month(&self) -> Result<Vec<(String, Cost)>> {
        let month = &self.prices.month;
        let without_mails = |cost: Cost| Cost { mails: 0, ..cost };
        let check_ins = self.sum(&month.check_ins)?;
        let (reads, writes) = (self.sum(&month.reads)?, without_mails(self.sum(&month.writes)?));
        let mails = Cost { mails: self.prices.mail() * month.mails, ..Cost::default() };
        let nights = self.prices.of(self.journey("settled day")?).times(NIGHTS);
        let rows = [
            ("all of it", check_ins.and(reads).and(writes).and(mails)),
            ("check-ins and check-outs", check_ins),
            ("reads", reads),
            ("writes", writes),
            ("mails", mails),
            ("the nights, beside that", nights),
        ];
        Ok(rows.into_iter().map(|(name, cost)| (name.to_owned(), cost.times(PEOPLE))).collect())
    }
}

impl Priced {
    fn of(prices: &Prices, busy: Vec<Journey>, quiet: Vec<Journey>) -> Result<Self> {
        let both = [&busy, &quiet].map(|journeys| Books { prices, journeys });
        let [rows_busy, rows_quiet] = [both[0].each()?, both[1].each()?];
        let [month_busy, month_quiet] = [both[0].month()?, both[1].month()?];
        let paired = |busy: Vec<(String, Cost)>, quiet: Vec<(String, Cost)>| -> Vec<Row> {
            let rows = busy.into_iter().zip(quiet);
            rows.map(|((name, busy), (_, quiet))| Row { name, busy, quiet }).collect()
        };
        let (rows, month) = (paired(rows_busy, rows_quiet), paired(month_busy, month_quiet));
        let found = |rows: &[Row], name: &str| {
            rows.iter().find(|row| row.name == name).map(|row| row.busy.total()).unwrap_or_default()
        };
        let check_ins = found(&rows, "check-in") * MILLION;
        let month_of_all = found(&month, "all of it");
        let aims = vec![
            Aim { name: "a million check-ins".to_owned(), most: CHECK_IN_MAX * MILLION, found: check_ins },
            Aim { name: "1,000 people for a month".to_owned(), most: MONTH_MAX, found: month_of_all },
        ];
        let at_once = u64::try_from(prices.busy.at_once)?;
        Ok(Self { as_of: prices.as_of.clone(), at_once, busy, quiet, rows, month, aims })
    }

    /// The tables for people.
    pub(crate) fn table(&self) -> String {
        let both = |rows: &[Row], times: u64| {
            let busy = rows.iter().map(|row| (format!("{}, busy", row.name), row.busy.times(times)));
            let quiet = rows.iter().map(|row| (format!("{}, quiet", row.name), row.quiet.times(times)));
            table(&busy.chain(quiet).collect::<Vec<_>>())
        };
        let ways = self.busy.iter().map(|journey| format!("{}: {}", journey.name, way(journey)));
        format!(
            "Dollars per million; list prices of {}. Busy: {} at once; quiet: alone, by functions that remember nothing.\n{}\n\n\
             Dollars for 1,000 people and a month.\n{}\n\nThe way of each, when it is busy: write units (read units) per change.\n{}",
            self.as_of,
            self.at_once,
            both(&self.rows, MILLION),
            both(&self.month, 1),
            ways.collect::<Vec<_>>().join("\n")
        )
    }

    /// The aims that are missed, in words: they are aims, and fail nothing.
    pub(crate) fn missed(&self) -> Vec<String> {
        let over = self.aims.iter().filter(|aim| aim.found > aim.most);
        over.map(|aim| format!("{}: ${} where ${} was the aim", aim.name, dollars(aim.found), dollars(aim.most)))
            .collect()
    }
}

/// What each function consumes for one change.
fn way(journey: &Journey) -> String {
    let units = |half: u64| {
        let tenths = half * 5 / journey.changes.max(1);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    let stop =
        |stop: &Stop| format!("{} {} ({})", stop.function, units(stop.write_half_units), units(stop.read_half_units));
    journey.stops.iter().map(stop).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One request with one write for each name that a month speaks of.
    fn journeys(prices: &Prices) -> Vec<Journey> {
        let month = &prices.month;
        let names = [&month.check_ins, &month.reads, &month.writes].into_iter().flat_map(BTreeMap::keys);
        let stop = || Stop { invocations: 1, handed: 1, write_half_units: 2, mails: 1, ..Stop::default() };
        let journey = |name: &str| Journey { name: name.to_owned(), changes: 1, asked: true, stops: vec![stop()] };
        names.map(String::as_str).chain(["settled day"]).map(journey).collect()
    }

    #[test]
    fn a_month_is_the_sum_of_its_parts_and_mails_are_counted_once() {
        let prices = Prices::load().unwrap();
        let priced = Priced::of(&prices, journeys(&prices), journeys(&prices)).unwrap();
        let [all, check_ins, reads, writes, mails, nights] = &priced.month[..] else { panic!("six rows") };
        assert_eq!(all.busy.api, 176 * PEOPLE * MILLION);
        assert_eq!(
            (check_ins.busy.api, reads.busy.api, writes.busy.api),
            (44_000 * MILLION, 120_000 * MILLION, 12_000 * MILLION)
        );
        assert_eq!((writes.busy.mails, mails.busy.total()), (0, 6 * PEOPLE * prices.mail()));
        assert_eq!(nights.busy.writes, 30 * PEOPLE * 625_000, "beside the rest");
    }

    #[test]
    fn an_aim_that_is_missed_is_said_and_the_figures_read_back() {
        let prices = Prices::load().unwrap();
        let mut priced = Priced::of(&prices, journeys(&prices), journeys(&prices)).unwrap();
        priced.aims = vec![Aim { name: "some".to_owned(), most: 4_690_000_000_000, found: 4_700_000_000_000 }];
        assert_eq!(priced.missed(), ["some: $4.70 where $4.69 was the aim"]);
        priced.aims[0].found = 4_690_000_000_000;
        assert!(priced.missed().is_empty());
        let text = serde_json::to_string(&priced).unwrap();
        assert_eq!(serde_json::from_str::<Priced>(&text).unwrap(), priced);
    }

    #[test]
    fn a_name_that_nobody_follows_is_told() {
        let prices = Prices::load().unwrap();
        let told = Priced::of(&prices, Vec::new(), Vec::new()).unwrap_err().to_string();
        assert!(told.contains("which nobody follows"), "{told}");
    }
}
