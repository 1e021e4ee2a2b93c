//! What changes cost, on the page.

use super::{table, targets::Aim};
use crate::{
    cost::{Cost, dollars},
    journey::{Journey, Stop},
    priced::{MILLION, Priced, Row},
};

const HEAD: [&str; 10] = ["", "quiet", "busy", "API", "Lambda", "DynamoDB", "bus", "queues", "mails", "logs"];

/// Dollars per million of each and for a month, and where the units of a change are written.
pub(super) fn tables(priced: &Priced) -> String {
    let rows = |rows: &[Row], times: u64| table(HEAD, rows.iter().map(|row| cells(row, times)).collect::<Vec<_>>());
    let ways = priced.busy.iter().filter(|journey| journey.stops.len() > 1).map(way);
    format!(
        "List prices of {}. Busy: {} of the same come at once; quiet: each alone, by functions that remember nothing. What is paid for is given for busy times.\n\n\
         Dollars per million:\n\n{}\n\
         Dollars for 1,000 people and a month:\n\n{}\n\
         Write units of each change (and read units), function by function, in busy times:\n\n{}",
        priced.as_of,
        priced.at_once,
        rows(&priced.rows, MILLION),
        rows(&priced.month, 1),
        table(["change", "writes (reads)"], ways),
    )
}

/// What changes may cost, and what they do.
pub(super) fn aims(priced: &Priced) -> impl Iterator<Item = Aim> {
    priced.aims.iter().map(|aim| Aim {
        what: aim.name.clone(),
        most: format!("${}", dollars(aim.most)),
        found: format!("${}", dollars(aim.found)),
        holds: aim.found <= aim.most,
    })
}

fn cells(row: &Row, times: u64) -> [String; 10] {
    let Cost { api, lambda, writes, reads, bus, queues, mails, logs } = row.busy.times(times);
    let [api, lambda, database, bus, queues, mails, logs] =
        [api, lambda, writes + reads, bus, queues, mails, logs].map(dollars);
    let [quiet, busy] = [row.quiet, row.busy].map(|cost| dollars(cost.total() * times));
    [row.name.clone(), quiet, busy, api, lambda, database, bus, queues, mails, logs]
}

/// What each function consumes for one change.
fn way(journey: &Journey) -> [String; 2] {
    let tenths = |half: u64| half * 5 / journey.changes.max(1);
    let units = |half: u64| match (tenths(half) / 10, tenths(half) % 10) {
        (whole, 0) => whole.to_string(),
        (whole, part) => format!("{whole}.{part}"),
    };
    let stop =
        |stop: &Stop| format!("`{}` {} ({})", stop.function, units(stop.write_half_units), units(stop.read_half_units));
    [journey.name.clone(), journey.stops.iter().map(stop).collect::<Vec<_>>().join(", ")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_of_a_change_is_what_each_function_consumes_for_one() {
        let stop = |function: &str, write_half_units| Stop {
            function: function.to_owned(),
            write_half_units,
            ..Stop::default()
        };
        let stops = vec![stop("leaves-create", 400), stop("audit-on-event", 21)];
        let journey = Journey { name: "leave request".to_owned(), changes: 10, asked: true, stops };
        assert_eq!(way(&journey)[1], "`leaves-create` 20 (0), `audit-on-event` 1 (0)");
        assert_eq!(way(&Journey { changes: 1, ..journey })[1], "`leaves-create` 200 (0), `audit-on-event` 10.5 (0)");
    }
}
