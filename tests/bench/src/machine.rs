//! Description of the machine and date of a measurement.

use std::{fs, thread::available_parallelism};

use lambda::{Clock, SystemClock};

/// Machine and date, such as `2 x AMD EPYC, Linux 6.18, 2026-11-22`.
pub(crate) fn name_and_date() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':').map(|(_, name)| name.trim()));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let threads = available_parallelism().map_or(1, usize::from);
    let (model, date) = (model.unwrap_or("unknown processor"), SystemClock.now().strftime("%F"));
    format!("{threads} x {model}, Linux {}, {date}", kernel.trim())
}
