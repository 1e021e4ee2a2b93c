//! How long builds take, on the page.

use super::{measured, table};
use crate::builds::{Builds, Warm};

/// From nothing, and after one file was changed.
pub(super) fn times(builds: &Builds) -> String {
    let row = |what: String, counts: [u64; 3]| {
        let [seconds, cpu_seconds, packed] = counts.map(|count| count.to_string());
        [what, seconds, cpu_seconds, packed]
    };
    let clean = row("from nothing".to_owned(), [builds.clean_seconds, builds.clean_cpu_seconds, builds.functions]);
    let after =
        |warm: &Warm| row(format!("after `{}` changed", warm.touched), [warm.seconds, warm.cpu_seconds, warm.relinked]);
    let rows = std::iter::once(clean).chain(builds.warm.iter().map(after));
    let head = ["release build of all functions", "s", "CPU s", "functions packed"];
    measured(&builds.at, &builds.machine) + &table(head, rows)
}
