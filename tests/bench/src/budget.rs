//! Budgets: what no function may exceed, from `budgets.toml`.

use std::collections::BTreeMap;

use access::{Method, OPERATIONS};
use serde::Deserialize;
use toml::Table;

use crate::{
    Result, SETTLE,
    calls::Counted,
    figures::{Figures, Report, number},
    settle::Nights,
};

const BUDGETS: &str = include_str!("../budgets.toml");

/// Of every HTTP function that has no limit of its own.
const HTTP: &str = "http";
/// Of those that read, where they say something else than those of every HTTP function.
const GET: &str = "get";
/// Of what the report says beside its functions.
const TLS: &str = "tls";

/// Limits of one function, or of all of a kind; none of them is a time.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Budget {
    pub(crate) start_cpu_percent_of_empty_max: Option<u64>,
    pub(crate) zip_bytes_max: Option<u64>,
    pub(crate) peak_memory_kb_max: Option<u64>,
    read_round_trips_max: Option<u64>,
    /// Of what is warm: for somebody who was there a moment ago.
    warm_read_round_trips_max: Option<u64>,
    writes_max: Option<u64>,
    write_half_units_max: Option<u64>,
    /// Of what is first: nothing but the operation itself has filled the item.
    first_write_half_units_max: Option<u64>,
    /// What one of many costs, in percent of one of few.
    growth_percent_max: Option<u64>,
    /// What the first connection adds to a start.
    handshake_percent_of_empty_max: Option<u64>,
    /// Functions that open a bundle of certificate authorities.
    readers_of_authorities_max: Option<u64>,
}

/// All of them, by the name of a function or of a kind.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Budgets(BTreeMap<String, Table>);

impl Budgets {
    /// The file.
    pub(crate) fn load() -> Result<Self> {
        Ok(toml::from_str(BUDGETS)?)
    }

    /// The limits of a function: its own, and where it has none, those of its kind.
    pub(crate) fn of(&self, function: &str) -> Result<Budget> {
        let kinds: &[&str] = match OPERATIONS.iter().find(|row| row.name == function) {
            None => &[],
            Some(row) if row.method == Method::Get => &[HTTP, GET],
            Some(_) => &[HTTP],
        };
        let mut limits = Table::new();
        for section in kinds.iter().copied().chain([function]) {
            limits.extend(self.0.get(section).cloned().unwrap_or_default());
        }
        Ok(limits.try_into()?)
    }
}

/// The budgets that were exceeded, in words; of functions that were not measured nothing is said.
pub(crate) fn check(report: &Report) -> Result<Vec<String>> {
    let budgets = Budgets::load()?;
    let mut broken = Vec::new();
    for figures in &report.functions {
        broken.extend(exceeded(figures, &budgets.of(&figures.function)?));
    }
    let most = budgets.of(TLS)?;
    let handshake = report.tls.as_ref().map(|tls| tls.handshake_percent_of_empty).unwrap_or_default();
    let readers = number(report.authorities.read_by.len());
    broken.extend(over(
        TLS,
        &[
            ("CPU of the first handshake, percent of an empty start", handshake, most.handshake_percent_of_empty_max),
            ("functions that read authorities of the machine", readers, most.readers_of_authorities_max),
        ],
    ));
    Ok(broken)
}

/// The same for what operations ask of the database, whichever caches are warm.
pub(crate) fn check_calls(counted: &[Counted]) -> Result<Vec<String>> {
    let budgets = Budgets::load()?;
    let mut broken = Vec::new();
    for one in counted {
        let most = budgets.of(&one.operation)?;
        let (warm, first, written) = (one.state == "warm", one.state == "first", one.asked.write_half_units);
        let limits = [
            ("round trips that read", one.read_round_trips, most.read_round_trips_max),
            ("round trips that read", one.read_round_trips, most.warm_read_round_trips_max.filter(|_| warm)),
            ("writes", one.writes, most.writes_max),
            ("half units written", written, most.write_half_units_max),
            ("half units written", written, most.first_write_half_units_max.filter(|_| first)),
        ];
        broken.extend(over(&one.name(), &limits));
    }
    Ok(broken)
}

/// The same for the overnight run.
pub(crate) fn check_nights(nights: &Nights) -> Result<Vec<String>> {
    let most = Budgets::load()?.of(SETTLE)?.growth_percent_max;
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
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn the_budgets_read_and_name_functions_of_the_access_table() {
        let budgets = Budgets::load().unwrap();
        for name in budgets.0.keys() {
            let known = [SETTLE, HTTP, GET, TLS].contains(&&**name) || OPERATIONS.iter().any(|row| row.name == *name);
            assert!(known, "there is no function {name}");
            Budget::deserialize(budgets.0[name].clone()).unwrap();
        }
    }

    #[test]
    fn a_function_has_its_own_limits_and_otherwise_those_of_its_kind() {
        let text =
            "[http]\nwrites_max = 1\nzip_bytes_max = 3\n[get]\nwrites_max = 0\n[employees-get]\nzip_bytes_max = 4\n";
        let budgets: Budgets = toml::from_str(text).unwrap();
        let of = |name| (budgets.of(name).unwrap().writes_max, budgets.of(name).unwrap().zip_bytes_max);
        assert_eq!(of("employees-get"), (Some(0), Some(4)));
        assert_eq!(of("employees-list"), (Some(0), Some(3)));
        assert_eq!(of("employees-create"), (Some(1), Some(3)));
        assert_eq!(of("relay-on-stream"), (None, None));
    }

    #[test]
    fn an_operation_that_writes_twice_is_refused_by_name() {
        let counted = |writes: u64| {
            json!({"operation": "employees-update", "state": "warm", "status": 200, "read_round_trips": 1,
                "writes": writes, "calls": {}, "round_trips": 2, "read_half_units": 1, "write_half_units": 2})
        };
        let check = |writes| check_calls(&[from_value(counted(writes)).unwrap()]).unwrap();
        assert_eq!(check(1), Vec::<String>::new());
        assert_eq!(check(2), ["employees-update, warm: writes: 2, at most 1"]);
    }
}
