//! Description of the machine that the measurements were taken on.

use std::{fs, thread::available_parallelism};

/// Number and model of the processors, and the kernel version.
pub(crate) fn machine_description() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':').map(|(_, name)| name.trim()));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let threads = available_parallelism().map_or(1, usize::from);
    format!("{} x {}, Linux {}", threads, model.unwrap_or("an unknown processor"), kernel.trim())
}
