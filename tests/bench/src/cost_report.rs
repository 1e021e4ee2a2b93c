//! Cost report: prices of changes, of reads and of a month.

use std::collections::BTreeMap;

use crate::{
    Result, changes,
    cost::{Cost, PARTS, Prices, dollars},
    event_path::EventPath,
    text::{aligned_table, heading, hundredths},
};

const MILLION: u64 = 1_000_000;
/// Employees in the month.
const PEOPLE: u64 = 1_000;
/// Settled days of an employee in the month.
const NIGHTS: u64 = 30;

/// Target for a million check-ins in picodollars: $4.69.
const CHECK_INS_MAX: u64 = 4_690_000 * MILLION;
/// Target for a month of a thousand employees in picodollars: $2.16.
const MONTH_MAX: u64 = 2_160_000_000_000;

/// Row names with their costs.
type Rows = Vec<(&'static str, Cost)>;

/// Costs of concurrent changes (busy) and of single changes with empty caches (quiet).
#[derive(Debug)]
pub(crate) struct CostReport {
    prices: Prices,
    busy: CostTable,
    quiet: CostTable,
}

/// Costs in picodollars: of one change each, and of a month of all employees.
#[derive(Debug)]
struct CostTable {
    paths: Vec<EventPath>,
    each: Vec<(String, Cost)>,
    month: Rows,
}

/// Traces each change and applies the prices.
pub(crate) async fn cost_report() -> Result<CostReport> {
    let prices = Prices::load()?;
    let (busy, quiet) = (changes::trace_changes(prices.busy.at_once).await?, changes::trace_changes(1).await?);
    let (busy, quiet) = (CostTable::new(&prices, busy)?, CostTable::new(&prices, quiet)?);
    Ok(CostReport { prices, busy, quiet })
}

impl CostTable {
    fn new(prices: &Prices, paths: Vec<EventPath>) -> Result<Self> {
        let path = |name: &str| {
            let path = paths.iter().find(|path| path.name == name);
            path.ok_or_else(|| format!("prices.toml names the change {name}, which is not traced"))
        };
        let sum = |often: &BTreeMap<String, u64>| {
            let mut sum = Cost::default();
            for (name, times) in often {
                sum = sum.plus(prices.cost_of(path(name)?).times(*times));
            }
            Ok::<_, String>(sum)
        };
        let month = &prices.month;
        let (check_ins, reads) = (sum(&month.check_ins)?, sum(&month.reads)?);
        // Not every mail is the effect of a change, so mails have their own row.
        let (writes, mails) = (sum(&month.writes)?.without_mails(), prices.cost_of_mails(month.mails));
        let mut each: Vec<_> = paths.iter().map(|path| (path.name.clone(), prices.cost_of(path))).collect();
        each.push(("query".to_owned(), reads.shared_by(month.reads.values().sum())));
        each.push(("event".to_owned(), prices.cost_of_effects(path("check-in")?)));
        let rows = [
            ("everything", check_ins.plus(reads).plus(writes).plus(mails)),
            ("check-ins and check-outs", check_ins),
            ("reads", reads),
            ("writes", writes),
            ("mails", mails),
            ("overnight runs, not included", prices.cost_of(path("settled day")?).times(NIGHTS)),
        ];
        let month = rows.map(|(name, cost)| (name, cost.times(PEOPLE))).into();
        Ok(Self { paths, each, month })
    }
}

impl CostReport {
    pub(crate) fn text(&self) -> String {
        let each = |table: &CostTable| -> Vec<(String, Cost)> {
            table.each.iter().map(|(name, cost)| (name.clone(), cost.times(MILLION))).collect()
        };
        let month = |table: &CostTable| -> Vec<(String, Cost)> {
            table.month.iter().map(|(name, cost)| ((*name).to_owned(), *cost)).collect()
        };
        let paths = self.busy.paths.iter().map(|path| format!("{}: {}", path.name, capacity_text(path)));
        format!(
            "Dollars per million, list prices of {}. Busy and the parts: {} concurrent changes. Quiet: one change, with empty \
             caches.\n{}\n\nDollars per month for 1,000 employees.\n{}\n\nWrite units (read units) of each change, {} concurrent.\n{}\n\n{}",
            self.prices.as_of,
            self.prices.busy.at_once,
            cost_table(&each(&self.quiet), &each(&self.busy)),
            cost_table(&month(&self.quiet), &month(&self.busy)),
            self.prices.busy.at_once,
            paths.collect::<Vec<_>>().join("\n"),
            self.targets().map(|(name, limit, found)| target_text(name, limit, found)).join("\n")
        )
    }

    /// Name, limit and cost.
    fn targets(&self) -> [(&'static str, u64, u64); 2] {
        let check_in = self.busy.each.iter().find(|(name, _)| name == "check-in");
        let check_ins = check_in.map(|(_, cost)| cost.total() * MILLION).unwrap_or_default();
        let month = self.busy.month.first().map(|(_, cost)| cost.total()).unwrap_or_default();
        [("a million check-ins", CHECK_INS_MAX, check_ins), ("1,000 people for a month", MONTH_MAX, month)]
    }
}

fn target_text(name: &str, limit: u64, found: u64) -> String {
    let result = if found > limit { "missed" } else { "met" };
    format!("Target of {name}: ${}, measured ${}: {result}.", dollars(limit), dollars(found))
}

/// Totals of quiet and busy, and the parts of busy.
fn cost_table(quiet: &[(String, Cost)], busy: &[(String, Cost)]) -> String {
    let mut rows = vec![heading(&[&["", "quiet", "busy"], PARTS.as_slice()].concat())];
    for ((name, quiet), (_, busy)) in quiet.iter().zip(busy) {
        let cells = [quiet.total(), busy.total()].into_iter().chain(busy.0).map(dollars);
        rows.push([name.clone()].into_iter().chain(cells).collect());
    }
    aligned_table(&rows)
}

/// Consumed capacity of each function for one change.
fn capacity_text(path: &EventPath) -> String {
    let mut functions: Vec<(&str, u64, u64)> = Vec::new();
    for step in &path.steps {
        let (writes, reads) = (step.calls.write_half_units, step.calls.read_half_units);
        match functions.iter_mut().find(|(name, ..)| *name == step.function) {
            Some((_, all_writes, all_reads)) => (*all_writes, *all_reads) = (*all_writes + writes, *all_reads + reads),
            None => functions.push((&step.function, writes, reads)),
        }
    }
    let units = |half: u64| hundredths(half * 50 / path.changes.max(1));
    let texts = functions.iter().map(|(name, writes, reads)| format!("{name} {} ({})", units(*writes), units(*reads)));
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{calls::CallSummary, event_path::PathStep};

    fn step(function: &str, write_half_units: u64) -> PathStep {
        let calls = CallSummary { write_half_units, ..CallSummary::default() };
        PathStep { function: function.to_owned(), invocations: 1, units_of_work: 1, calls, ..PathStep::default() }
    }

    /// One request with one write for each name of the month.
    fn paths(prices: &Prices) -> Vec<EventPath> {
        let month = &prices.month;
        let names = [&month.check_ins, &month.reads, &month.writes].into_iter().flat_map(BTreeMap::keys);
        let request = || PathStep { request: true, mails: 1, ..step("some", 2) };
        let path = |name: &str| EventPath { name: name.to_owned(), changes: 1, steps: vec![request()] };
        names.map(String::as_str).chain(["settled day"]).map(path).collect()
    }

    #[test]
    fn month_is_the_sum_of_its_parts_with_mails_once() {
        let prices = Prices::load().unwrap();
        let table = CostTable::new(&prices, paths(&prices)).unwrap();
        let part = |name: &str| PARTS.iter().position(|part| *part == name).unwrap();
        let (api, mails_part, writes_part) = (part("API"), part("mails"), part("writes"));
        let [all, check_ins, reads, writes, mails, nights] = [0, 1, 2, 3, 4, 5].map(|row| table.month[row].1);
        assert_eq!(table.month.len(), 6);
        assert_eq!(all.0[api], 176 * PEOPLE * MILLION);
        assert_eq!(
            (check_ins.0[api], reads.0[api], writes.0[api]),
            (44_000 * MILLION, 120_000 * MILLION, 12_000 * MILLION)
        );
        assert_eq!((writes.0[mails_part], mails), (0, prices.cost_of_mails(6 * PEOPLE)));
        assert_eq!(nights.0[writes_part], 30 * PEOPLE * 625_000, "overnight runs are not part of the sum");
    }

    #[test]
    fn missed_target_is_reported() {
        assert_eq!(
            target_text("some", 4_690_000_000_000, 4_700_000_000_000),
            "Target of some: $4.69, measured $4.70: missed."
        );
        assert_eq!(
            target_text("some", 4_690_000_000_000, 4_690_000_000_000),
            "Target of some: $4.69, measured $4.69: met."
        );
    }

    #[test]
    fn unknown_change_in_the_prices_is_reported() {
        let error = CostTable::new(&Prices::load().unwrap(), Vec::new()).unwrap_err().to_string();
        assert!(error.contains("which is not traced"), "{error}");
    }

    #[test]
    fn capacity_is_summed_by_function_per_change() {
        let steps = vec![step("leaves-create", 100), step("leaves-create", 300), step("audit-on-event", 21)];
        let path = EventPath { name: "leave request".to_owned(), changes: 10, steps };
        assert_eq!(capacity_text(&path), "leaves-create 20.00 (0.00), audit-on-event 1.05 (0.00)");
        assert_eq!(
            capacity_text(&EventPath { changes: 1, ..path }),
            "leaves-create 200.00 (0.00), audit-on-event 10.50 (0.00)"
        );
    }
}
