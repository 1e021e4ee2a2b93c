//! Budgets: what no function may exceed, from `budgets.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    Result, SETTLE,
    calls::Counted,
    figures::{Figures, Report},
    settle::Nights,
};

const BUDGETS: &str = include_str!("../budgets.toml");

/// Limits of one function; none of them is a time.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Budget {
    start_cpu_percent_of_empty_max: Option<u64>,
    zip_bytes_max: Option<u64>,
    peak_memory_kb_max: Option<u64>,
    read_round_trips_max: Option<u64>,
    /// Of what is warm: for somebody who was there a moment ago.
    warm_read_round_trips_max: Option<u64>,
    writes_max: Option<u64>,
    /// Of what is first: nothing but the operation itself has filled the item.
    first_write_half_units_max: Option<u64>,
    /// What one of many costs, in percent of one of few.
    growth_percent_max: Option<u64>,
}

fn budgets() -> Result<BTreeMap<String, Budget>> {
    Ok(toml::from_str(BUDGETS)?)
}

/// The budgets that were exceeded, in words; of functions that were not measured nothing is said.
pub(crate) fn check(report: &Report) -> Result<Vec<String>> {
    let budgets = budgets()?;
    let measured = report.functions.iter().filter_map(|figures| Some((figures, budgets.get(&figures.function)?)));
    Ok(measured.flat_map(|(figures, budget)| exceeded(figures, budget)).collect())
}

/// The same for what operations ask of the database, whichever caches are warm.
pub(crate) fn check_calls(counted: &[Counted]) -> Result<Vec<String>> {
    let budgets = budgets()?;
    let with_budget = counted.iter().filter_map(|one| Some((one, budgets.get(one.operation)?)));
    let limits = with_budget.map(|(one, budget)| {
        let (warm, first) = (one.state == "warm", one.state == "first");
        let limits = [
            ("round trips that read", one.read_round_trips, budget.read_round_trips_max),
            ("round trips that read", one.read_round_trips, budget.warm_read_round_trips_max.filter(|_| warm)),
            ("writes", one.writes, budget.writes_max),
            ("half units written", one.write_half_units, budget.first_write_half_units_max.filter(|_| first)),
        ];
        over(&one.name(), &limits)
    });
    Ok(limits.flatten().collect())
}

/// The same for the overnight run.
pub(crate) fn check_nights(nights: &Nights) -> Result<Vec<String>> {
    let most = budgets()?.get(SETTLE).and_then(|budget| budget.growth_percent_max);
    let found = nights.growth_percent().unwrap_or_default();
    Ok(over(SETTLE, &[("cost of one of many, percent of one of few", found, most)]))
}

fn exceeded(figures: &Figures, budget: &Budget) -> Vec<String> {
    let limits = [
        (
            "CPU of a start, percent of the empty function",
            figures.start_cpu_percent_of_empty,
            budget.start_cpu_percent_of_empty_max,
        ),
        ("bytes of the zip", figures.zip_bytes, budget.zip_bytes_max),
        ("kB of memory at its peak", figures.peak_memory_kb, budget.peak_memory_kb_max),
    ];
    over(&figures.function, &limits)
}

fn over(name: &str, limits: &[(&str, u64, Option<u64>)]) -> Vec<String> {
    let over = limits.iter().filter_map(|(what, found, most)| Some((what, found, most.filter(|most| found > most)?)));
    over.map(|(what, found, most)| format!("{name}: {what}: {found}, at most {most}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budgets_read_and_name_functions_of_the_access_table() {
        let budgets = budgets().unwrap();
        assert!(budgets.contains_key("employees-get") && budgets.contains_key("leaves-create"));
        let known = |name: &String| name == SETTLE || access::OPERATIONS.iter().any(|row| row.name == *name);
        assert!(budgets.keys().all(known));
    }
}
