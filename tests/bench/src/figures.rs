//! Figures: medians, ratios in whole percent, a table for people and the same as JSON.

use serde::Serialize;

use crate::{
    EMPTY, Result,
    measure::{Measured, Start, Warm},
};

/// All figures of one run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Starts of each function; every figure of a start is their median.
    starts: u32,
    /// The empty function first.
    pub(crate) functions: Vec<Figures>,
}

/// The figures of one function.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) function: String,
    pub(crate) zip_bytes: u64,
    pub(crate) binary_bytes: u64,
    /// CPU from exec to the first `GET /next`.
    start_cpu_us: u64,
    pub(crate) start_cpu_percent_of_empty: u64,
    /// Time from exec to the first `GET /next`.
    start_wall_us: u64,
    start_wall_percent_of_empty: u64,
    /// Time of the first invocation.
    first_wall_us: u64,
    pub(crate) peak_memory_kb: u64,
    /// Time and CPU of an invocation once warm.
    warm_wall_us: u64,
    warm_cpu_us: u64,
    /// HTTP status of the answers; none for the empty function.
    status: Option<u64>,
}

impl Report {
    /// Works out the figures; the empty function must come first.
    pub(crate) fn new(starts: u32, measured: Vec<Measured>) -> Result<Self> {
        let empty = measured.first().filter(|first| first.package.name == EMPTY).ok_or("no empty function")?;
        let cpu = median(&empty.starts, |start| start.cpu_ns);
        let wall = median(&empty.starts, |start| start.wall_ns);
        let functions = measured.iter().map(|function| Figures::new(function, cpu, wall)).collect();
        Ok(Self { starts, functions })
    }

    /// The table for people.
    pub(crate) fn table(&self) -> String {
        let head = [
            "function",
            "zip kB",
            "binary kB",
            "start CPU ms",
            "x empty",
            "start ms",
            "x empty",
            "first ms",
            "warm ms",
            "warm CPU ms",
            "peak MB",
            "status",
        ];
        let mut rows = vec![head.map(str::to_owned)];
        rows.extend(self.functions.iter().map(Figures::row));
        let text = aligned(&rows);
        format!(
            "Medians of {} starts, exec to first GET /next; the database is in the same machine.\n{text}",
            self.starts
        )
    }
}

impl Figures {
    fn new(measured: &Measured, empty_cpu_ns: u64, empty_wall_ns: u64) -> Self {
        let start = |figure: fn(&Start) -> u64| median(&measured.starts, figure);
        let warm = |figure: fn(&Warm) -> u64| median(&measured.warm, figure);
        let (cpu_ns, wall_ns) = (start(|start| start.cpu_ns), start(|start| start.wall_ns));
        Self {
            function: measured.package.name.clone(),
            zip_bytes: measured.package.zip_bytes,
            binary_bytes: measured.package.binary_bytes,
            start_cpu_us: cpu_ns / 1000,
            start_cpu_percent_of_empty: percent(cpu_ns, empty_cpu_ns),
            start_wall_us: wall_ns / 1000,
            start_wall_percent_of_empty: percent(wall_ns, empty_wall_ns),
            first_wall_us: start(|start| start.first_ns) / 1000,
            peak_memory_kb: start(|start| start.peak_kb),
            warm_wall_us: warm(|warm| warm.wall_ns) / 1000,
            warm_cpu_us: warm(|warm| warm.cpu_ns) / 1000,
            status: measured.status,
        }
    }

    fn row(&self) -> [String; 12] {
        [
            self.function.clone(),
            (self.zip_bytes / 1000).to_string(),
            (self.binary_bytes / 1000).to_string(),
            hundredths(self.start_cpu_us / 10),
            hundredths(self.start_cpu_percent_of_empty),
            hundredths(self.start_wall_us / 10),
            hundredths(self.start_wall_percent_of_empty),
            hundredths(self.first_wall_us / 10),
            hundredths(self.warm_wall_us / 10),
            hundredths(self.warm_cpu_us / 10),
            hundredths(self.peak_memory_kb / 10),
            self.status.map_or_else(|| "-".to_owned(), |status| status.to_string()),
        ]
    }
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

/// The middle one; 0 of nothing.
fn median<T>(all: &[T], figure: impl Fn(&T) -> u64) -> u64 {
    let mut sorted: Vec<_> = all.iter().map(figure).collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
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
        assert_eq!(median(&[5, 1, 9], |n| *n), 5);
        assert_eq!(median(&[], |n: &u64| *n), 0);
        assert_eq!((percent(5, 2), percent(1, 0)), (250, 100));
        assert_eq!((hundredths(250), hundredths(7)), ("2.50".to_owned(), "0.07".to_owned()));
    }
}
