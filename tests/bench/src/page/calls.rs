//! What operations ask of the database, on the page.

use std::collections::BTreeMap;

use super::table;
use crate::calls::{Counted, Counts};

/// What people ask all day.
const CHOSEN: [&str; 16] = [
    "auth-login",
    "employees-get",
    "attendance-check-in",
    "attendance-break-start",
    "attendance-check-out",
    "attendance-punches-create",
    "attendance-corrections-approve",
    "attendance-days-get",
    "attendance-monthly",
    "leaves-create",
    "leaves-preview",
    "leaves-approve",
    "leaves-balance",
    "compliance-validate",
    "notifications-list",
    "notifications-mark-read",
];

const HEAD: [&str; 8] = ["", "", "waits", "to read", "writes", "read units", "write units", "calls"];

/// Those that people ask all day, and what holds for all.
pub(super) fn chosen(counts: &Counts) -> String {
    let rows = counts.operations.iter().filter(|one| CHOSEN.contains(&one.operation.as_str())).map(row);
    format!("Counted on {}.\n\n{}\n{}", counts.at, table(HEAD, rows), holds(&counts.operations))
}

/// Every operation.
pub(super) fn all(counts: &Counts) -> String {
    format!("Counted on {}.\n\n{}", counts.at, table(HEAD, counts.operations.iter().map(row)))
}

fn row(one: &Counted) -> [String; 8] {
    let [waits, to_read, writes, read_units, write_units, calls] = one.cells();
    [format!("`{}`", one.operation), one.state.clone(), waits, to_read, writes, read_units, write_units, calls]
}

/// What holds for all operations, in sentences.
fn holds(all: &[Counted]) -> String {
    let warm: Vec<_> = all.iter().filter(|one| one.state == "warm").collect();
    let mut by_waits = BTreeMap::<u64, Vec<&str>>::new();
    for one in &warm {
        by_waits.entry(one.read_round_trips).or_default().push(&one.operation);
    }
    let waits = by_waits.iter().map(|(waits, names)| match (waits, names.len()) {
        (0, count) => format!("{count} do not read"),
        (1, count) => format!("{count} wait once for what they read"),
        (waits, count) if count > NAMED_MAX => format!("{count} wait {waits} times"),
        (waits, _) => format!("{} {waits} times", listed(names)),
    });
    let writers = warm.iter().filter(|one| one.writes > 0).count();
    let twice: Vec<_> = warm.iter().filter(|one| one.writes > 1).map(|one| one.operation.as_str()).collect();
    format!(
        "Of the {} operations, all of which are asked so that they succeed, once warm {}. {} write, {} of them in more than one call: {}.\n",
        warm.len(),
        waits.collect::<Vec<_>>().join(", "),
        writers,
        twice.len(),
        if twice.is_empty() { "none".to_owned() } else { listed(&twice) },
    )
}

/// So few are named.
const NAMED_MAX: usize = 8;

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn what_waits_often_is_named() {
        let one = |name: &str, waits: u64, writes: u64| {
            from_value(json!({"operation": name, "state": "warm", "status": 200, "read_round_trips": waits,
                "writes": writes, "calls": {"GetItem": 1}, "round_trips": 1, "read_half_units": 1, "write_half_units": 0}))
            .unwrap()
        };
        let all = [one("a", 0, 1), one("b", 1, 0), one("c", 1, 2), one("d", 17, 0)];
        assert_eq!(
            holds(&all),
            "Of the 4 operations, all of which are asked so that they succeed, once warm 1 do not read, 2 wait once for what they read, \
             `d` 17 times. 2 write, 1 of them in more than one call: `c`.\n"
        );
    }
}
