//! Budgets from `budgets.toml`: limits for sizes, counts and ratios.

use std::collections::BTreeMap;

use access::{Method, OPERATIONS};
use serde::Deserialize;
use toml::Table;

use crate::{Result, SETTLE, calls::OperationCalls, measure::Measurements, settle::OvernightRuns, starts::Report};

const BUDGETS: &str = include_str!("../budgets.toml");

/// Section that applies to every HTTP function.
const HTTP: &str = "http";
/// Section that applies to `GET` functions and overrides [`HTTP`].
const GET: &str = "get";
/// Section of the TLS handshake.
const TLS: &str = "tls";

/// Limits of one section.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Budget {
    start_cpu_percent_of_empty_max: Option<u64>,
    zip_bytes_max: Option<u64>,
    peak_memory_kb_max: Option<u64>,
    read_round_trips_max: Option<u64>,
    /// Read round trips with filled caches.
    warm_read_round_trips_max: Option<u64>,
    writes_max: Option<u64>,
    /// Write capacity right after init, for an operation that creates an item.
    first_write_half_units_max: Option<u64>,
    /// Time per person in the largest overnight run, in percent of the smallest.
    growth_percent_max: Option<u64>,
    /// CPU of the first handshake, in percent of an empty start.
    handshake_percent_of_empty_max: Option<u64>,
}

/// Sections by their name: a function, a kind of functions, or [`TLS`].
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Budgets(BTreeMap<String, Table>);

impl Budgets {
    fn load() -> Result<Self> {
        Ok(toml::from_str(BUDGETS)?)
    }

    /// Limits of a function or a section: those of its kind, overridden by those of its own section.
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

/// One line for each exceeded budget of the measured functions; empty if all are kept.
pub(crate) fn exceeded_start_budgets(report: &Report) -> Result<Vec<String>> {
    let budgets = Budgets::load()?;
    let mut exceeded = Vec::new();
    for function in &report.functions {
        let budget = budgets.of(&function.package.name)?;
        exceeded.extend(exceeded_budgets_of_function(function, report.start_percent_of_empty(function), &budget));
    }
    let handshake = report.handshake().map(|(_, percent)| percent).unwrap_or_default();
    let limit = budgets.of(TLS)?.handshake_percent_of_empty_max;
    exceeded
        .extend(exceeded_limits(TLS, &[("CPU of the first handshake, percent of an empty start", handshake, limit)]));
    Ok(exceeded)
}

fn exceeded_budgets_of_function(function: &Measurements, percent_of_empty: u64, budget: &Budget) -> Vec<String> {
    let peak_kb = function.median_peak_kb().unwrap_or_default();
    let limits = [
        ("CPU of a start, percent of the empty function", percent_of_empty, budget.start_cpu_percent_of_empty_max),
        ("bytes of the zip", function.package.zip_bytes, budget.zip_bytes_max),
        ("kB of peak memory", peak_kb, budget.peak_memory_kb_max),
    ];
    exceeded_limits(&function.package.name, &limits)
}

/// One line for each exceeded budget of the counted calls; empty if all are kept.
pub(crate) fn exceeded_call_budgets(counted: &[OperationCalls]) -> Result<Vec<String>> {
    let budgets = Budgets::load()?;
    let mut exceeded = Vec::new();
    for one in counted {
        let budget = budgets.of(one.operation)?;
        let (warm, first, calls) = (one.state == "warm", one.state == "first", &one.summary);
        let limits = [
            ("read round trips", calls.read_round_trips, budget.read_round_trips_max),
            ("read round trips", calls.read_round_trips, budget.warm_read_round_trips_max.filter(|_| warm)),
            ("writes", calls.writes, budget.writes_max),
            ("written half units", calls.write_half_units, budget.first_write_half_units_max.filter(|_| first)),
        ];
        exceeded.extend(exceeded_limits(&one.label(), &limits));
    }
    Ok(exceeded)
}

/// One line for the exceeded budget of the overnight run; empty if it is kept.
pub(crate) fn exceeded_overnight_budgets(runs: &OvernightRuns) -> Result<Vec<String>> {
    let limit = Budgets::load()?.of(SETTLE)?.growth_percent_max;
    let growth = runs.growth_percent().unwrap_or_default();
    Ok(exceeded_limits(SETTLE, &[("time per employee, percent of the smallest run", growth, limit)]))
}

/// One line for each figure above its limit. A figure without a limit gives none.
fn exceeded_limits(name: &str, limits: &[(&str, u64, Option<u64>)]) -> Vec<String> {
    let over =
        limits.iter().filter_map(|(what, found, limit)| Some((what, found, limit.filter(|limit| found > limit)?)));
    over.map(|(what, found, limit)| format!("{name}: {what}: {found}, limit {limit}")).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::{calls::CallSummary, process::Package};

    #[test]
    fn budgets_parse_and_name_existing_functions() {
        let budgets = Budgets::load().unwrap();
        for name in budgets.0.keys() {
            let known = [SETTLE, HTTP, GET, TLS].contains(&&**name) || OPERATIONS.iter().any(|row| row.name == *name);
            assert!(known, "budgets.toml names the function {name}, which does not exist");
            Budget::deserialize(budgets.0[name].clone()).unwrap();
        }
    }

    #[test]
    fn own_limits_override_those_of_the_kind() {
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
    fn second_write_exceeds_the_budget() {
        let check = |writes| {
            let summary = CallSummary { read_round_trips: 1, writes, ..CallSummary::default() };
            exceeded_call_budgets(&[OperationCalls { operation: "employees-update", state: "warm", summary }]).unwrap()
        };
        assert_eq!(check(1), Vec::<String>::new());
        assert_eq!(check(2), ["employees-update, warm: writes: 2, limit 1"]);
    }

    #[test]
    fn large_and_slow_functions_exceed_their_budgets() {
        let budget = Budgets::load().unwrap().of("employees-get").unwrap();
        let check = |zip_bytes, percent, peak_kb| {
            let package = Package { name: "employees-get".to_owned(), bootstrap: PathBuf::new(), zip_bytes };
            let mut function = Measurements::new(package);
            function.peaks_kb = vec![peak_kb];
            exceeded_budgets_of_function(&function, percent, &budget)
        };
        assert_eq!(check(3_500_000, 330, 16_384), Vec::<String>::new());
        assert_eq!(
            check(3_500_001, 331, 16_385),
            [
                "employees-get: CPU of a start, percent of the empty function: 331, limit 330",
                "employees-get: bytes of the zip: 3500001, limit 3500000",
                "employees-get: kB of peak memory: 16385, limit 16384",
            ]
        );
    }
}
