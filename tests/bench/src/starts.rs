//! The table of starts and invocations for people.

use crate::{
    figures::{Figures, Invoked, Report, aligned, hundredths},
    subjects::Kind,
};

const HEAD: [&str; 16] = [
    "", "zip kB", "bin kB", "CPU ms", "x empty", "+ TLS", "ms", "first ms", "p99", "CPU", "warm ms", "p99", "CPU",
    "p99", "peak MB", "status",
];

impl Report {
    /// The table for people, grouped by what calls a function; and below it what first invocations ask.
    pub(crate) fn table(&self) -> String {
        let mut parts = vec![self.words()];
        for kind in [Kind::Empty, Kind::Http, Kind::Consumer, Kind::Job] {
            let functions: Vec<_> = self.functions.iter().filter(|figures| figures.kind == kind).collect();
            if functions.is_empty() {
                continue;
            }
            let head = HEAD.map(str::to_owned);
            let rows: Vec<_> = std::iter::once(head).chain(functions.iter().map(|figures| figures.row())).collect();
            parts.push(format!("{}\n{}", kind.title(), aligned(&rows)));
        }
        parts.push(self.asked());
        parts.join("\n\n")
    }

    fn words(&self) -> String {
        let mut lines = vec![
            format!(
                "Medians of {} starts (CPU, x empty, ms: from exec to the first GET /next, the database in the clear; + TLS: CPU with TLS), of \
                 their first invocations, and of {} warm ones;",
                self.starts, self.invocations
            ),
            "p99 of fewer than a hundred is their maximum. The database is in the same machine, behind TLS.".to_owned(),
        ];
        if let Some(tls) = &self.tls {
            lines.push(format!(
                "The first TLS handshake of {} (with the lookup of the name before it and init's one read in it): {} ms of CPU, {} with TLS less {} in the clear; {} of an empty start.",
                tls.function,
                millis(tls.handshake_cpu_us),
                millis(tls.start_cpu_us),
                millis(tls.start_cpu_in_the_clear_us),
                hundredths(tls.handshake_percent_of_empty),
            ));
        }
        let read_by = match self.authorities.read_by.as_slice() {
            [] => "none of them".to_owned(),
            some => some.join(", "),
        };
        lines.push(format!(
            "Opened a bundle of certificate authorities ({} places watched): {read_by}.",
            self.authorities.watched.len()
        ));
        lines.join("\n")
    }

    fn asked(&self) -> String {
        let head = ["", "waits", "read units", "write units", "connections", "calls of the first invocation"]
            .map(str::to_owned);
        let row = |figures: &Figures| {
            let asked = figures.first.as_ref()?.asked.as_ref()?;
            Some([
                figures.function.clone(),
                asked.round_trips.to_string(),
                halved(asked.read_half_units),
                halved(asked.write_half_units),
                figures.connections.to_string(),
                asked.words(),
            ])
        };
        let rows: Vec<_> = std::iter::once(head).chain(self.functions.iter().filter_map(row)).collect();
        aligned(&rows)
    }
}

impl Figures {
    fn row(&self) -> [String; 16] {
        let invoked = |of: &Option<Invoked>, figure: fn(&Invoked) -> u64| {
            of.as_ref().map_or_else(|| "-".to_owned(), |invoked| millis(figure(invoked)))
        };
        [
            self.function.clone(),
            (self.zip_bytes / 1000).to_string(),
            (self.binary_bytes / 1000).to_string(),
            millis(self.start_cpu_us),
            hundredths(self.start_cpu_percent_of_empty),
            self.secure_start_cpu_us.map_or_else(|| "-".to_owned(), millis),
            millis(self.start_wall_us),
            invoked(&self.first, |first| first.wall_us),
            invoked(&self.first, |first| first.wall_p99_us),
            invoked(&self.first, |first| first.cpu_us),
            invoked(&self.warm, |warm| warm.wall_us),
            invoked(&self.warm, |warm| warm.wall_p99_us),
            invoked(&self.warm, |warm| warm.cpu_us),
            invoked(&self.warm, |warm| warm.cpu_p99_us),
            hundredths(self.peak_memory_kb / 10),
            self.result(),
        ]
    }

    /// The status, or what is said where there is none.
    fn result(&self) -> String {
        match (self.status, self.succeeded) {
            (Some(status), _) => status.to_string(),
            (None, true) => "done".to_owned(),
            (None, false) => "failed".to_owned(),
        }
    }
}

fn millis(micros: u64) -> String {
    hundredths(micros / 10)
}

fn halved(half_units: u64) -> String {
    format!("{}.{}", half_units / 2, half_units % 2 * 5)
}
