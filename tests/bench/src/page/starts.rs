//! What starts and invocations of the release functions cost, on the page.

use super::{measured, table, targets::missed_by};
use crate::{
    asked::Asked,
    calls::halved,
    figures::{Figures, Invoked, Report, hundredths},
    subjects::Kind,
};

/// What people ask all day, what is dear, and who works behind.
const CHOSEN: [&str; 14] = [
    "bench-empty",
    "auth-login",
    "employees-get",
    "attendance-check-in",
    "attendance-monthly",
    "leaves-create",
    "leaves-approve",
    "leaves-balance",
    "compliance-validate",
    "notifications-list",
    "audit-on-event",
    "notifications-on-event",
    "relay-on-stream",
    "attendance-job-settle",
];

const HEAD: [&str; 10] = [
    "",
    "zip MB",
    "start CPU ms",
    "x empty",
    "start ms",
    "first ms",
    "first CPU ms",
    "warm CPU ms",
    "busy CPU ms",
    "peak MB",
];

/// Some of them, and the least, the middle and the most of every HTTP function.
pub(super) fn chosen(report: &Report) -> String {
    let named = report.functions.iter().filter(|figures| CHOSEN.contains(&figures.function.as_str()));
    let http: Vec<_> = of_kind(report, Kind::Http).collect();
    let spread = [("least", 0), ("median", 50), ("most", 100)]
        .map(|(word, percent)| cells(format!("HTTP functions: {word}"), |figure| at(&http, percent, figure)));
    let rows = named.map(row).chain(spread);
    let answered = http.iter().filter(|figures| figures.succeeded).count();
    format!(
        "{}Medians of {} starts and of {} warm invocations. {} HTTP functions were started; {answered} of them answered their event with success.\n\n{}",
        measured(&report.at, &report.machine),
        report.starts,
        report.invocations,
        http.len(),
        table(HEAD, rows),
    )
}

/// All of them.
pub(super) fn all(report: &Report) -> String {
    let mut text = measured(&report.at, &report.machine);
    let head = [
        "",
        "zip kB",
        "binary kB",
        "start CPU ms",
        "x empty",
        "start ms",
        "first ms",
        "p99",
        "first CPU ms",
        "warm ms",
        "p99",
        "warm CPU ms",
        "p99",
        "busy CPU ms",
        "peak MB",
        "status",
        "misses its target of",
    ];
    for (title, kind) in
        [("Nothing", Kind::Empty), ("HTTP", Kind::Http), ("Consumers", Kind::Consumer), ("Jobs", Kind::Job)]
    {
        let rows: Vec<_> = of_kind(report, kind).map(full_row).collect();
        if !rows.is_empty() {
            text += &format!("### {title}\n{}\n", table(head, rows));
        }
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// What all of them ask of AWS at their first invocation.
pub(super) fn asked(report: &Report) -> String {
    let rows = report.functions.iter().filter_map(|figures| {
        let asked = figures.first.as_ref()?.asked.as_ref()?;
        Some([
            format!("`{}`", figures.function),
            asked.round_trips.to_string(),
            halved(asked.read_half_units),
            halved(asked.write_half_units),
            figures.connections.to_string(),
            figures.init.as_ref().map(Asked::words).unwrap_or_default(),
            asked.words(),
        ])
    });
    let head = ["", "waits", "read units", "write units", "connections", "init", "first invocation"];
    measured(&report.at, &report.machine) + &table(head, rows)
}

/// Some of those that were also built for real deployments, beside themselves.
pub(super) fn deployed(release: &Report, deploy: &Report) -> String {
    let named = deploy.functions.iter().filter(|figures| CHOSEN.contains(&figures.function.as_str()));
    let both = named.filter_map(|deployed| {
        let same = |figures: &&Figures| figures.function == deployed.function;
        Some((release.functions.iter().find(same)?, deployed))
    });
    let rows = both.map(|(release, deploy)| {
        let of = |figure: Figure, shown: fn(u64) -> String| {
            [release, deploy].map(|figures| figure(figures).map(shown).unwrap_or_default())
        };
        let [zip, small] = of(|figures| Some(figures.zip_bytes), megabytes);
        let [start, quick] = of(|figures| Some(figures.start_cpu_percent_of_empty), hundredths);
        let [warm, lean] = of(|figures| Some(figures.warm.as_ref()?.cpu_us), millis);
        let [busy, brief] = of(|figures| figures.busy_cpu_us, millis);
        let [peak, low] = of(|figures| Some(figures.peak_memory_kb), memory);
        [format!("`{}`", release.function), zip, small, start, quick, warm, lean, busy, brief, peak, low]
    });
    let head = [
        "",
        "zip MB",
        "deploy",
        "start, x empty",
        "deploy",
        "warm CPU ms",
        "deploy",
        "busy CPU ms",
        "deploy",
        "peak MB",
        "deploy",
    ];
    measured(&deploy.at, &deploy.machine) + &table(head, rows)
}

/// What TLS adds, and who reads authorities.
pub(super) fn tls(report: &Report) -> String {
    let handshake = report.tls.as_ref().map_or_else(String::new, |tls| {
        format!(
            "`{}` starts with {} ms of CPU in the clear and with {} ms over TLS: its first handshake costs {} ms, {} x the start of the empty function. ",
            tls.function,
            millis(tls.start_cpu_in_the_clear_us),
            millis(tls.start_cpu_us),
            millis(tls.handshake_cpu_us),
            hundredths(tls.handshake_percent_of_empty),
        )
    });
    let readers = match report.authorities.read_by.as_slice() {
        [] => "no function opened one".to_owned(),
        names => format!("opened by {}", names.join(", ")),
    };
    format!(
        "{handshake}Bundles of certificate authorities were watched in {} places: {readers}.\n",
        report.authorities.watched.len()
    )
}

/// The functions of a kind.
fn of_kind(report: &Report, kind: Kind) -> impl Iterator<Item = &Figures> {
    report.functions.iter().filter(move |figures| figures.kind == kind)
}

/// A figure that not every function has.
type Figure = fn(&Figures) -> Option<u64>;

/// The figure at a percentage of the functions that have it, from the least to the most.
fn at(functions: &[&Figures], percent: usize, figure: Figure) -> Option<u64> {
    let mut sorted: Vec<_> = functions.iter().filter_map(|figures| figure(figures)).collect();
    sorted.sort_unstable();
    sorted.get((sorted.len().saturating_sub(1)) * percent / 100).copied()
}

fn row(figures: &Figures) -> [String; 10] {
    cells(format!("`{}`", figures.function), |figure| figure(figures))
}

fn cells(name: String, value: impl Fn(Figure) -> Option<u64>) -> [String; 10] {
    let show = |figure: Figure, shown: fn(u64) -> String| value(figure).map(shown).unwrap_or_default();
    [
        name,
        show(|figures| Some(figures.zip_bytes), megabytes),
        show(|figures| Some(figures.start_cpu_us), millis),
        show(|figures| Some(figures.start_cpu_percent_of_empty), hundredths),
        show(|figures| Some(figures.start_wall_us), millis),
        show(|figures| Some(figures.first.as_ref()?.wall_us), millis),
        show(|figures| Some(figures.first.as_ref()?.cpu_us), millis),
        show(|figures| Some(figures.warm.as_ref()?.cpu_us), millis),
        show(|figures| figures.busy_cpu_us, millis),
        show(|figures| Some(figures.peak_memory_kb), memory),
    ]
}

fn full_row(figures: &Figures) -> [String; 17] {
    let of = |invoked: &Option<Invoked>, figure: fn(&Invoked) -> u64| {
        invoked.as_ref().map(|invoked| millis(figure(invoked))).unwrap_or_default()
    };
    [
        format!("`{}`", figures.function),
        (figures.zip_bytes / 1000).to_string(),
        (figures.binary_bytes / 1000).to_string(),
        millis(figures.start_cpu_us),
        hundredths(figures.start_cpu_percent_of_empty),
        millis(figures.start_wall_us),
        of(&figures.first, |first| first.wall_us),
        of(&figures.first, |first| first.wall_p99_us),
        of(&figures.first, |first| first.cpu_us),
        of(&figures.warm, |warm| warm.wall_us),
        of(&figures.warm, |warm| warm.wall_p99_us),
        of(&figures.warm, |warm| warm.cpu_us),
        of(&figures.warm, |warm| warm.cpu_p99_us),
        figures.busy_cpu_us.map(millis).unwrap_or_default(),
        memory(figures.peak_memory_kb),
        figures.status.map(|status| status.to_string()).unwrap_or_default(),
        missed_by(figures),
    ]
}

/// Milliseconds of microseconds.
pub(super) fn millis(us: u64) -> String {
    hundredths(us / 10)
}

/// Megabytes of bytes, rounded up.
pub(super) fn megabytes(bytes: u64) -> String {
    hundredths(bytes.div_ceil(10_000))
}

/// Megabytes of the kilobytes that the kernel counts, rounded up.
pub(super) fn memory(kb: u64) -> String {
    hundredths((kb * 100).div_ceil(1024))
}
