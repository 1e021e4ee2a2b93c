//! Report of starts and invocations.

use access::{EMPLOYEES_GET, OPERATIONS, Operation};

use crate::{
    measure::{Measurements, Repetitions, Start},
    text::{aligned_table, heading, hundredths, millis, percent},
};

/// Function whose starts with and without TLS give the cost of the first handshake.
pub(crate) const HANDSHAKE_FUNCTION: &Operation = &EMPLOYEES_GET;

/// Measurements of all functions, the empty one first.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) functions: Vec<Measurements>,
}

/// Column of the table with one figure per function.
struct Column {
    head: &'static str,
    figure: fn(&Report, &Measurements) -> Option<u64>,
    shown: fn(u64) -> String,
    /// Limit for HTTP functions built with `PROFILE=deploy`, from docs/performance.md.
    target: Option<u64>,
}

const COLUMNS: [Column; 9] = [
    Column {
        head: "zip MB",
        figure: |_, of| Some(of.package.zip_bytes),
        shown: |bytes| hundredths(bytes / 10_000),
        target: Some(3_000_000),
    },
    Column {
        head: "x empty",
        figure: |report, of| Some(report.start_percent_of_empty(of)),
        shown: hundredths,
        target: Some(200),
    },
    Column { head: "start CPU", figure: |_, of| median_cpu_ns(&of.clear), shown: millis, target: None },
    Column {
        head: "start",
        figure: |_, of| median(of.clear.iter().map(|start| start.wall_ns)),
        shown: millis,
        target: None,
    },
    Column {
        head: "first",
        figure: |_, of| median(of.first.iter().map(|one| one.wall_ns)),
        shown: millis,
        target: None,
    },
    Column {
        head: "first CPU",
        figure: |_, of| median(of.first.iter().map(|one| one.cpu_ns)),
        shown: millis,
        target: None,
    },
    Column {
        head: "warm CPU",
        figure: |_, of| median(of.warm.iter().map(|one| one.cpu_ns)),
        shown: millis,
        target: Some(1_000_000),
    },
    Column { head: "busy CPU", figure: |_, of| of.busy_ns, shown: millis, target: Some(1_000_000) },
    Column {
        head: "peak MB",
        figure: |_, of| of.median_peak_kb(),
        shown: |kb| hundredths(kb * 100 / 1024),
        target: Some(16 * 1024),
    },
];

impl Report {
    /// CPU of a start in percent of an empty start.
    pub(crate) fn start_percent_of_empty(&self, of: &Measurements) -> u64 {
        percent(median_cpu_ns(&of.clear).unwrap_or_default(), self.empty_cpu_ns())
    }

    /// CPU of the first TLS handshake in nanoseconds, and in percent of an empty start.
    pub(crate) fn handshake(&self) -> Option<(u64, u64)> {
        let both = self.functions.iter().find(|one| one.package.name == HANDSHAKE_FUNCTION.name)?;
        let ns = median_cpu_ns(&both.secure)?.saturating_sub(median_cpu_ns(&both.clear)?);
        Some((ns, percent(ns, self.empty_cpu_ns())))
    }

    fn empty_cpu_ns(&self) -> u64 {
        self.functions.first().and_then(|empty| median_cpu_ns(&empty.clear)).unwrap_or_default()
    }

    /// Table with a row for each function, then minimum, median, maximum and target of the HTTP functions.
    pub(crate) fn text(&self, repetitions: Repetitions) -> String {
        let head = COLUMNS.iter().map(|column| column.head);
        let mut rows = vec![heading(&[&["function"], head.collect::<Vec<_>>().as_slice(), &["status"]].concat())];
        for of in &self.functions {
            let cell = |column: &Column| (column.figure)(self, of).map_or_else(|| "-".to_owned(), column.shown);
            let cells = COLUMNS.iter().map(cell);
            rows.push([of.package.name.clone()].into_iter().chain(cells).chain([of.outcome.clone()]).collect());
        }
        rows.extend(self.summary_rows());
        let Repetitions { starts, warm, .. } = repetitions;
        let handshake = self.handshake().map_or_else(String::new, |(ns, percent)| {
            let (name, times) = (HANDSHAKE_FUNCTION.name, hundredths(percent));
            format!("First TLS handshake of {name}: {} ms of CPU, {times} x the empty start.\n", millis(ns))
        });
        format!(
            "Medians of {starts} starts without TLS (until the first GET /next), of the first invocations and of {warm} warm ones \
             with TLS, in ms; busy: warm without pauses.\n{handshake}{}",
            aligned_table(&rows)
        )
    }

    fn summary_rows(&self) -> Vec<Vec<String>> {
        let http = |of: &&Measurements| OPERATIONS.iter().any(|row| row.name == of.package.name);
        let http: Vec<_> = self.functions.iter().filter(http).collect();
        if http.len() < 2 {
            return Vec::new();
        }
        let titles = ["minimum", "median", "maximum", "target", "above target"].map(|title| format!("HTTP: {title}"));
        let mut rows: Vec<Vec<String>> = titles.into_iter().map(|title| vec![title]).collect();
        for column in &COLUMNS {
            let mut figures: Vec<_> = http.iter().filter_map(|of| (column.figure)(self, of)).collect();
            figures.sort_unstable();
            let above = column.target.map(|target| figures.iter().filter(|figure| **figure > target).count());
            let shown = |figure: Option<u64>| figure.map_or_else(|| "-".to_owned(), column.shown);
            let cells = [
                shown(figures.first().copied()),
                shown(median(figures.iter().copied())),
                shown(figures.last().copied()),
                shown(column.target),
                above.map_or_else(|| "-".to_owned(), |above| format!("{above} of {}", figures.len())),
            ];
            rows.iter_mut().zip(cells).for_each(|(row, cell)| row.push(cell));
        }
        rows
    }
}

impl Measurements {
    /// Median of the peak memory of the processes in kB; `None` without an invocation.
    pub(crate) fn median_peak_kb(&self) -> Option<u64> {
        median(self.peaks_kb.iter().copied())
    }
}

fn median_cpu_ns(starts: &[Start]) -> Option<u64> {
    median(starts.iter().map(|start| start.cpu_ns))
}

/// The lower median.
fn median(figures: impl Iterator<Item = u64>) -> Option<u64> {
    let mut sorted: Vec<_> = figures.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len().div_ceil(2).saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_is_a_measured_figure() {
        let of = |figures: &[u64]| median(figures.iter().copied());
        assert_eq!((of(&[5, 1, 9]), of(&[5, 1]), of(&[])), (Some(5), Some(1), None));
    }
}
