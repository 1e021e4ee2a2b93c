//! Figures: medians and 99th percentiles, ratios in whole percent, a table for people and the same as JSON.

use serde::{Deserialize, Serialize};

use crate::{
    EMPTY, Result, STARTS_MIN,
    asked::Asked,
    measure::{Invocation, Measured, Often, Seen, Start},
    subjects::{IN_BOTH_WAYS, Kind},
};

/// All figures of one run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    /// Which machine the times belong to.
    pub(crate) machine: String,
    /// The date of the run.
    pub(crate) at: String,
    /// Starts of each function, where its own figures say no less.
    pub(crate) starts: u32,
    /// Warm invocations of each.
    pub(crate) invocations: u32,
    /// None where the function that it is measured with was not among them.
    pub(crate) tls: Option<Tls>,
    pub(crate) authorities: Authorities,
    /// The empty function first.
    pub(crate) functions: Vec<Figures>,
}

/// What speaking TLS to the database adds to a start: its first handshake, before it the name's resolution, and the encryption of
/// init's one read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Tls {
    pub(crate) function: String,
    pub(crate) start_cpu_us: u64,
    pub(crate) start_cpu_in_the_clear_us: u64,
    /// The difference.
    pub(crate) handshake_cpu_us: u64,
    /// The same of the empty function's start.
    pub(crate) handshake_percent_of_empty: u64,
}

/// Who reads a bundle of certificate authorities.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Authorities {
    /// Where it was looked.
    pub(crate) watched: Vec<String>,
    /// The functions at each of whose starts one was opened.
    pub(crate) read_by: Vec<String>,
}

/// The figures of one function.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Figures {
    pub(crate) function: String,
    pub(crate) kind: Kind,
    pub(crate) zip_bytes: u64,
    pub(crate) binary_bytes: u64,
    /// How many were measured; every figure of a start is their median.
    pub(crate) starts: u64,
    /// CPU from exec to the first `GET /next`, the database being spoken to in the clear.
    pub(crate) start_cpu_us: u64,
    pub(crate) start_cpu_percent_of_empty: u64,
    /// Time from exec to the first `GET /next`.
    pub(crate) start_wall_us: u64,
    pub(crate) start_wall_percent_of_empty: u64,
    /// The same with TLS, as deployed.
    pub(crate) secure_start_cpu_us: Option<u64>,
    pub(crate) secure_start_cpu_percent_of_empty: Option<u64>,
    pub(crate) secure_start_wall_us: Option<u64>,
    /// What init asks of AWS.
    pub(crate) init: Option<Asked>,
    /// Handshakes up to the first answer.
    pub(crate) connections: u64,
    /// The first invocation after a start.
    pub(crate) first: Option<Invoked>,
    /// Those after it, each after a pause of some milliseconds.
    pub(crate) warm: Option<Invoked>,
    /// CPU of each where one follows the other.
    pub(crate) busy_cpu_us: Option<u64>,
    pub(crate) peak_memory_kb: u64,
    /// HTTP status of the answer; none where there is no HTTP.
    pub(crate) status: Option<u64>,
    /// Whether the event was done, and not refused.
    pub(crate) succeeded: bool,
}

/// What invocations cost. With fewer than a hundred of them the 99th percentile is the maximum.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Invoked {
    pub(crate) wall_us: u64,
    pub(crate) wall_p99_us: u64,
    pub(crate) cpu_us: u64,
    pub(crate) cpu_p99_us: u64,
    #[serde(flatten)]
    pub(crate) asked: Option<Asked>,
}

impl Report {
    /// Works out the figures; the empty function must come first.
    pub(crate) fn new(
        (machine, at): (String, String),
        Often { starts, warm: invocations, .. }: Often,
        seen: &Seen,
    ) -> Result<Self> {
        let measured = &seen.subjects;
        let empty = measured.first().filter(|first| first.package.name == EMPTY).ok_or("no empty function")?;
        let functions: Vec<_> = measured.iter().map(|measured| Figures::new(measured, empty)).collect();
        let reads = |measured: &&Measured| measured.clear.iter().chain(&measured.secure).all(|start| start.bundle);
        let read_by = measured.iter().filter(reads).map(|measured| measured.package.name.clone()).collect();
        let authorities = Authorities { watched: seen.watched.clone(), read_by };
        Ok(Self { machine, at, starts, invocations, tls: Tls::of(measured, empty), authorities, functions })
    }
}

impl Tls {
    /// Of the function that is always started both ways.
    fn of(measured: &[Measured], empty: &Measured) -> Option<Self> {
        let both = measured.iter().find(|measured| measured.package.name == IN_BOTH_WAYS.name)?;
        let (cpu_ns, clear_ns) = (cpu(&both.secure), cpu(&both.clear));
        let handshake_ns = cpu_ns.saturating_sub(clear_ns);
        Some(Self {
            function: both.package.name.clone(),
            start_cpu_us: cpu_ns / 1000,
            start_cpu_in_the_clear_us: clear_ns / 1000,
            handshake_cpu_us: handshake_ns / 1000,
            handshake_percent_of_empty: percent(handshake_ns, cpu(&empty.clear)),
        })
    }
}

impl Figures {
    fn new(measured: &Measured, empty: &Measured) -> Self {
        let wall = |starts: &[Start]| median(starts, |start| start.wall_ns);
        let (cpu_ns, wall_ns) = (cpu(&measured.clear), wall(&measured.clear));
        let secure =
            (measured.secure.len() >= usize::try_from(STARTS_MIN).unwrap_or_default()).then_some(&measured.secure);
        let (asked, first, warm) = match &measured.questions {
            Some(all) => (Some(all.init.clone()), Some(all.first.clone()), Some(all.warm.clone())),
            None => (None, None, None),
        };
        Self {
            function: measured.package.name.clone(),
            kind: Kind::of(&measured.package.name),
            zip_bytes: measured.package.zip_bytes,
            binary_bytes: measured.package.binary_bytes,
            starts: number(measured.clear.len()),
            start_cpu_us: cpu_ns / 1000,
            start_cpu_percent_of_empty: percent(cpu_ns, cpu(&empty.clear)),
            start_wall_us: wall_ns / 1000,
            start_wall_percent_of_empty: percent(wall_ns, wall(&empty.clear)),
            secure_start_cpu_us: secure.map(|starts| cpu(starts) / 1000),
            secure_start_cpu_percent_of_empty: secure.map(|starts| percent(cpu(starts), cpu(&empty.clear))),
            secure_start_wall_us: secure.map(|starts| wall(starts) / 1000),
            init: asked,
            connections: median(&measured.connections, |one| *one),
            first: Invoked::of(&measured.first, first),
            warm: Invoked::of(&measured.warm, warm),
            busy_cpu_us: measured.busy_ns.map(|ns| ns / 1000),
            peak_memory_kb: median(&measured.peaks_kb, |one| *one),
            status: measured.outcome.status,
            succeeded: measured.outcome.succeeded,
        }
    }
}

impl Invoked {
    fn of(all: &[Invocation], asked: Option<Asked>) -> Option<Self> {
        let figure = |percent, figure: fn(&Invocation) -> u64| quantile(all, percent, figure) / 1000;
        (!all.is_empty()).then(|| Self {
            wall_us: figure(50, |one| one.wall_ns),
            wall_p99_us: figure(99, |one| one.wall_ns),
            cpu_us: figure(50, |one| one.cpu_ns),
            cpu_p99_us: figure(99, |one| one.cpu_ns),
            asked,
        })
    }
}

fn cpu(starts: &[Start]) -> u64 {
    median(starts, |start| start.cpu_ns)
}

fn median<T>(all: &[T], figure: impl Fn(&T) -> u64) -> u64 {
    quantile(all, 50, figure)
}

/// The smallest of the figures that so many percent of them do not exceed; 0 of nothing.
fn quantile<T>(all: &[T], percent: usize, figure: impl Fn(&T) -> u64) -> u64 {
    let mut sorted: Vec<_> = all.iter().map(figure).collect();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// Rows in columns: the first to the left, the others to the right.
pub(crate) fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| match at {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A count that fits, whatever its type.
pub(crate) fn number<N: TryInto<u64>>(count: N) -> u64 {
    count.try_into().unwrap_or(u64::MAX)
}

/// A part in percent of a whole.
pub(crate) fn percent(part: u64, whole: u64) -> u64 {
    part.saturating_mul(100) / whole.max(1)
}

/// `250` as `2.50`.
pub(crate) fn hundredths(value: u64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_whole_numbers_shown_with_two_places() {
        assert_eq!((percent(5, 2), percent(1, 0)), (250, 100));
        assert_eq!((hundredths(250), hundredths(7)), ("2.50".to_owned(), "0.07".to_owned()));
    }

    #[test]
    fn quantiles_are_figures_that_were_measured() {
        let own = |n: &u64| *n;
        assert_eq!(median(&[5, 1, 9], own), 5);
        assert_eq!(median(&[5, 1], own), 1);
        assert_eq!(median(&[], own), 0);
        let hundred: Vec<_> = (1..=100).collect();
        assert_eq!((quantile(&hundred, 99, own), quantile(&hundred, 100, own)), (99, 100));
        assert_eq!(quantile(&[3, 1, 2], 99, own), 3, "of few it is the maximum");
    }
}
