//! Budgets: limits of sizes, counts and ratios, from `budgets.toml`.

use std::collections::BTreeMap;

use access::{Method, OPERATIONS};
use serde::Deserialize;
use toml::Table;

use crate::{Result, SETTLE, calls::OperationCalls, measure::Measurements, settle::OvernightRuns, starts::Report};

const BUDGETS: &str = include_str!("../budgets.toml");

/// Section for every HTTP function.
const HTTP: &str = "http";
/// Section for `GET`, before that of every HTTP function.
const GET: &str = "get";
/// Section for the TLS handshake.
const TLS: &str = "tls";

/// Limits of one section.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Budget {
    start_cpu_percent_of_empty_max: Option<u64>,
    zip_bytes_max: Option<u64>,
    peak_memory_kb_max: Option<u64>,
    read_round_trips_max: Option<u64>,
    /// With filled caches.
    warm_read_round_trips_max: Option<u64>,
    writes_max: Option<u64>,
    /// Right after init, of an item that the operation creates.
    first_write_half_units_max: Option<u64>,
    /// Time per person in the largest overnight run, in percent of the smallest.
    growth_percent_max: Option<u64>,
    /// CPU of the first handshake.
    handshake_percent_of_empty_max: Option<u64>,
}

/// Sections by the name of a function, or of a kind.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Budgets(BTreeMap<String, Table>);

impl Budgets {
    fn load() -> Result<Self> {
        Ok(toml::from_str(BUDGETS)?)
    }

    /// Limits of a function: its own, and otherwise those of its kind.
    fn of(&self, function: &str) -> Result<Budget> {
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

/// Exceeded budgets of measured functions.
pub(crate) fn check_starts(report: &Report) -> Result<Vec<String>> {
    let budgets = Budgets::load()?;
    let mut exceeded = Vec::new();
    for function in &report.functions {
        let budget = budgets.of(&function.package.name)?;
        exceeded.extend(check_start(function, report.start_percent_of_empty(function), &budget));
    }
    let handshake = report.handshake().map(|(_, percent)| percent).unwrap_or_default();
    let most = budgets.of(TLS)?.handshake_percent_of_empty_max;
    exceeded.extend(over(TLS, &[("CPU of the first handshake, percent of an empty start", handshake, most)]));
    Ok(exceeded)
}

fn check_start(function: &Measurements, percent_of_empty: u64, budget: &Budget) -> Vec<String> {
    let peak_kb = function.peak_kb().unwrap_or_default();
    let limits = [
        ("CPU of a start, percent of the empty function", percent_of_empty, budget.start_cpu_percent_of_empty_max),
        ("bytes of the zip", function.package.zip_bytes, budget.zip_bytes_max),
        ("kB of peak memory", peak_kb, budget.peak_memory_kb_max),
    ];
    over(&function.package.name, &limits)
}

/// Exceeded budgets of counted calls.
pub(crate) fn check_calls(counted: &[OperationCalls]) -> Result<Vec<String>> {
    let budgets = Budgets::load()?;
    let mut exceeded = Vec::new();
    for one in counted {
        let most = budgets.of(one.operation)?;
        let (warm, first, calls) = (one.state == "warm", one.state == "first", &one.summary);
        let limits = [
            ("round trips that read", calls.read_round_trips, most.read_round_trips_max),
            ("round trips that read", calls.read_round_trips, most.warm_read_round_trips_max.filter(|_| warm)),
            ("writes", calls.writes, most.writes_max),
            ("half units written", calls.write_half_units, most.first_write_half_units_max.filter(|_| first)),
        ];
        exceeded.extend(over(&one.name(), &limits));
    }
    Ok(exceeded)
}

/// Exceeded budgets of the overnight run.
pub(crate) fn check_overnight(runs: &OvernightRuns) -> Result<Vec<String>> {
    let most = Budgets::load()?.of(SETTLE)?.growth_percent_max;
    let growth = runs.growth_percent().unwrap_or_default();
    Ok(over(SETTLE, &[("time per person, percent of the smallest run", growth, most)]))
}

fn over(name: &str, limits: &[(&str, u64, Option<u64>)]) -> Vec<String> {
    let over = limits.iter().filter_map(|(what, found, most)| Some((what, found, most.filter(|most| found > most)?)));
    over.map(|(what, found, most)| format!("{name}: {what}: {found}, at most {most}")).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::{calls::CallSummary, process::Package};

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
        let check = |writes| {
            let summary = CallSummary { read_round_trips: 1, writes, ..CallSummary::default() };
            check_calls(&[OperationCalls { operation: "employees-update", state: "warm", summary }]).unwrap()
        };
        assert_eq!(check(1), Vec::<String>::new());
        assert_eq!(check(2), ["employees-update, warm: writes: 2, at most 1"]);
    }

    #[test]
    fn large_and_slow_functions_exceed_their_budgets() {
        let budget = Budgets::load().unwrap().of("employees-get").unwrap();
        let check = |zip_bytes, percent, peak_kb| {
            let package = Package { name: "employees-get".to_owned(), bootstrap: PathBuf::new(), zip_bytes };
            let mut function = Measurements::new(package);
            function.peaks_kb = vec![peak_kb];
            check_start(&function, percent, &budget)
        };
        assert_eq!(check(3_500_000, 330, 16_384), Vec::<String>::new());
        assert_eq!(
            check(3_500_001, 331, 16_385),
            [
                "employees-get: CPU of a start, percent of the empty function: 331, at most 330",
                "employees-get: bytes of the zip: 3500001, at most 3500000",
                "employees-get: kB of peak memory: 16385, at most 16384",
            ]
        );
    }
}
