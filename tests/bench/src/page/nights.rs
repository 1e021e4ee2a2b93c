//! A check-in by itself and the overnight run, on the page.

use super::{Overnight, measured, table, targets::Aim};
use crate::figures::hundredths;

/// Own CPU of a check-in, in nanoseconds.
const CHECK_IN_NS_MAX: u64 = 1_000_000;
/// Own CPU of a day of somebody.
const DAY_NS_MAX: u64 = 20_000;

/// What a check-in and a day may cost, and what they do.
pub(super) fn aims(kept: &Overnight) -> [Aim; 2] {
    let own_ns = kept.check_in.all_ns.saturating_sub(kept.check_in.sdk_ns);
    let aim = |what: &str, found: u64, most: u64, shown: fn(u64) -> String| Aim {
        what: what.to_owned(),
        most: shown(most),
        found: shown(found),
        holds: found <= most,
    };
    [
        aim("own CPU of a warm check-in, in process", own_ns, CHECK_IN_NS_MAX, millis),
        aim("own CPU of a settled day of somebody", kept.nights.judge_ns, DAY_NS_MAX, micros),
    ]
}

/// A check-in, and a day of somebody.
pub(super) fn check_in(kept: &Overnight) -> String {
    let (check_in, nights) = (&kept.check_in, &kept.nights);
    let own_ns = check_in.all_ns.saturating_sub(check_in.sdk_ns);
    let row = |what: &str, cpu: String, target: &str| [what.to_owned(), cpu, target.to_owned()];
    let rows = [
        row("a warm check-in by somebody else each time, from the request to its answer", millis(check_in.all_ns), ""),
        row("of that its two reads and its write, asked by themselves through the SDK", millis(check_in.sdk_ns), ""),
        row("of that its own: token, policies, plan, judgement, JSON", millis(own_ns), &millis(CHECK_IN_NS_MAX)),
        row(
            "planning and deriving one day of an employee (21 policies, 6 calendars, every second one on a rotation)",
            micros(nights.derive_ns),
            &micros(DAY_NS_MAX),
        ),
        row(
            "the same with the comparison with what stands and the new record",
            micros(nights.judge_ns),
            &micros(DAY_NS_MAX),
        ),
    ];
    measured(&kept.at, &kept.machine) + &table(["", "CPU", "target"], rows)
}

/// Runs over everybody.
pub(super) fn nights(kept: &Overnight) -> String {
    let rows = kept.nights.nights.iter().map(|night| {
        [
            night.employees.to_string(),
            seconds(night.find_ms),
            seconds(night.settle_ms),
            millis(night.wall_ns_each),
            millis(night.cpu_ns_each),
        ]
    });
    let head = ["employees", "find", "settle", "each", "CPU of the worker each, SDK included"];
    let growth = kept.nights.growth_percent().map_or_else(String::new, |percent| {
        format!("\nIn the largest run somebody costs {percent} % of what they cost in the smallest.\n")
    });
    format!("{}{}{growth}", measured(&kept.at, &kept.machine), table(head, rows))
}

fn millis(ns: u64) -> String {
    format!("{} ms", hundredths(ns / 10_000))
}

fn micros(ns: u64) -> String {
    format!("{}.{} us", ns / 1000, ns / 100 % 10)
}

fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1000, ms / 100 % 10)
}
