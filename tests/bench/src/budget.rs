//! Budgets: what no function may exceed, from `budgets.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    Result,
    figures::{Figures, Report},
};

const BUDGETS: &str = include_str!("../budgets.toml");

/// Limits of one function; none of them is a time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    start_cpu_percent_of_empty_max: u64,
    zip_bytes_max: u64,
}

/// The budgets that were exceeded, in words; of functions that were not measured nothing is said.
pub(crate) fn check(report: &Report) -> Result<Vec<String>> {
    let budgets: BTreeMap<String, Budget> = toml::from_str(BUDGETS)?;
    let measured = report.functions.iter().filter_map(|figures| Some((figures, budgets.get(&figures.function)?)));
    Ok(measured.flat_map(|(figures, budget)| exceeded(figures, budget)).collect())
}

fn exceeded(figures: &Figures, budget: &Budget) -> Vec<String> {
    let limits = [
        (
            "CPU of a start, percent of the empty function",
            figures.start_cpu_percent_of_empty,
            budget.start_cpu_percent_of_empty_max,
        ),
        ("bytes of the zip", figures.zip_bytes, budget.zip_bytes_max),
    ];
    let over = limits.iter().filter(|(_, found, most)| found > most);
    over.map(|(what, found, most)| format!("{}: {what}: {found}, at most {most}", figures.function)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budgets_read_and_name_functions_of_the_access_table() {
        let budgets: BTreeMap<String, Budget> = toml::from_str(BUDGETS).unwrap();
        assert!(budgets.contains_key("employees-get"));
        assert!(budgets.keys().all(|name| access::OPERATIONS.iter().any(|row| row.name == *name)));
    }
}
