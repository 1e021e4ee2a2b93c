//! Which machine the times belong to, and when they were measured.

use std::{fs, thread::available_parallelism};

use lambda::{Clock, SystemClock};

/// Its processor, how many of them, and its kernel.
pub(crate) fn name() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':').map(|(_, name)| name.trim()));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let threads = available_parallelism().map_or(1, usize::from);
    format!("{} x {}, Linux {}", threads, model.unwrap_or("an unknown processor"), kernel.trim())
}

/// The date, in UTC.
pub(crate) fn today() -> String {
    SystemClock.now().strftime("%F").to_string()
}
