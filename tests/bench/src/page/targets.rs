//! The targets, which of them hold, and by how much the others are missed.

use super::{
    Kept, cost, nights,
    starts::{megabytes, memory, millis},
    table,
};
use crate::{
    figures::{Figures, Report, hundredths},
    subjects::Kind,
};

/// A release build after one file was changed.
const WARM_BUILD_SECONDS_MAX: u64 = 60;
/// CPU of the first handshake.
const HANDSHAKE_US_MAX: u64 = 3_000;
/// If more miss a target, they are counted.
const NAMED_MAX: usize = 8;

/// Something that is to hold, as it is said to people.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Aim {
    /// What is measured.
    pub(super) what: String,
    /// The most that it may be.
    pub(super) most: String,
    /// What it is, or the most that it is somewhere.
    pub(super) found: String,
    pub(super) holds: bool,
}

/// A target of every HTTP function.
struct OfFunctions {
    what: &'static str,
    most: u64,
    unit: &'static str,
    figure: fn(&Figures) -> Option<u64>,
    shown: fn(u64) -> String,
    /// To which it does not apply.
    except: &'static [&'static str],
}

const OF_FUNCTIONS: [OfFunctions; 5] = [
    OfFunctions {
        what: "CPU of a start",
        most: 200,
        unit: " x the empty function's",
        figure: |figures| Some(figures.start_cpu_percent_of_empty),
        shown: hundredths,
        except: &[],
    },
    OfFunctions {
        what: "zip",
        most: 3_000_000,
        unit: " MB",
        figure: |figures| Some(figures.zip_bytes),
        shown: megabytes,
        except: &[],
    },
    OfFunctions {
        what: "peak memory",
        most: 16 * 1024,
        unit: " MB",
        figure: |figures| Some(figures.peak_memory_kb),
        shown: memory,
        except: &["auth-login"],
    },
    OfFunctions {
        what: "own CPU of a warm invocation that follows another",
        most: 1_000,
        unit: " ms",
        figure: |figures| figures.busy_cpu_us,
        shown: millis,
        except: &["auth-login"],
    },
    OfFunctions {
        what: "own CPU of a warm invocation after a pause",
        most: 1_000,
        unit: " ms",
        figure: |figures| Some(figures.warm.as_ref()?.cpu_us),
        shown: millis,
        except: &[],
    },
];

/// The table of all targets, and below it every miss.
pub(super) fn table_of(kept: &Kept) -> String {
    let (judged, everyday) = match &kept.deploy {
        Some(deploy) => (Some(deploy), kept.starts.as_ref()),
        None => (kept.starts.as_ref(), None),
    };
    let (mut rows, mut aims, mut missed) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(report) = judged {
        for target in &OF_FUNCTIONS {
            let (aim, names) = target.judged(report);
            let beside = everyday.and_then(|report| target.judged(report).0).map(|aim| aim.found);
            rows.extend(aim.map(|aim| row(aim, beside.unwrap_or_default())));
            missed.extend(names);
        }
        aims.extend(of_tls(report));
    }
    aims.extend(kept.nights.iter().flat_map(nights::aims));
    aims.extend(kept.cost.iter().flat_map(cost::aims));
    if let Some(builds) = &kept.builds {
        let of_a_service = builds.warm.iter().filter(|warm| warm.touched.starts_with("functions/"));
        let worst = of_a_service.map(|warm| warm.seconds).max().unwrap_or_default();
        aims.push(Aim {
            what: "release build of all functions after a file of one service was changed".to_owned(),
            most: format!("{WARM_BUILD_SECONDS_MAX} s"),
            found: format!("{worst} s"),
            holds: worst <= WARM_BUILD_SECONDS_MAX,
        });
    }
    rows.extend(aims.into_iter().map(|aim| row(aim, String::new())));
    let misses = match missed.as_slice() {
        [] => String::new(),
        some => format!("\nMissed:\n{}", some.concat()),
    };
    table(["", "at most", "found", "", "under `release`"], rows) + &misses
}

/// A target, and what was found of functions built for every day where those that are deployed are judged.
fn row(aim: Aim, everyday: String) -> [String; 5] {
    let verdict = if aim.holds { "holds" } else { "**missed**" };
    [aim.what, aim.most, aim.found, verdict.to_owned(), everyday]
}

/// The targets that an HTTP function misses, by what they are of.
pub(super) fn missed_by(figures: &Figures) -> String {
    let missed =
        OF_FUNCTIONS.iter().filter(|target| target.is_of(figures) && (target.figure)(figures) > Some(target.most));
    missed.map(|target| target.what).collect::<Vec<_>>().join(", ")
}

impl OfFunctions {
    fn is_of(&self, figures: &Figures) -> bool {
        figures.kind == Kind::Http && !self.except.contains(&figures.function.as_str())
    }

    /// Whether it holds for every HTTP function that was measured; and a line for each that misses it, the worst first.
    fn judged(&self, report: &Report) -> (Option<Aim>, Vec<String>) {
        let known = report.functions.iter().filter(|figures| self.is_of(figures));
        let mut all: Vec<_> =
            known.filter_map(|figures| Some(((self.figure)(figures)?, figures.function.as_str()))).collect();
        all.sort_unstable_by_key(|(figure, name)| (std::cmp::Reverse(*figure), *name));
        let over: Vec<_> = all.iter().filter(|(figure, _)| *figure > self.most).collect();
        let aim = all.first().map(|(worst, name)| Aim {
            what: format!("{} of an HTTP function{}", self.what, self.exception()),
            most: format!("{}{}", (self.shown)(self.most), self.unit),
            found: format!("{} (`{name}`); {} of {} hold", (self.shown)(*worst), all.len() - over.len(), all.len()),
            holds: over.is_empty(),
        });
        let shown = |figure: u64| format!("{}{}", (self.shown)(figure), self.unit);
        let line = |(figure, name): &&(u64, &str)| {
            format!("- `{name}`: {} {}, target {}\n", self.what, shown(*figure), (self.shown)(self.most))
        };
        let lines = match (over.first(), over.last()) {
            (Some((most, _)), Some((least, _))) if over.len() > NAMED_MAX => {
                let (least, most, target) = ((self.shown)(*least), shown(*most), (self.shown)(self.most));
                let each = "[each](figures/functions.md)";
                vec![format!("- {} functions: {} {least} to {most}, target {target}: {each}\n", over.len(), self.what)]
            }
            _ => over.iter().map(line).collect(),
        };
        (aim, lines)
    }

    fn exception(&self) -> String {
        match self.except {
            [] => String::new(),
            names => format!(", but for {}", names.join(", ")),
        }
    }
}

/// The first handshake, and the machine's authorities.
fn of_tls(report: &Report) -> Vec<Aim> {
    let handshake = report.tls.as_ref().map(|tls| Aim {
        what: "CPU of the first TLS handshake".to_owned(),
        most: format!("{} ms", millis(HANDSHAKE_US_MAX)),
        found: format!("{} ms", millis(tls.handshake_cpu_us)),
        holds: tls.handshake_cpu_us <= HANDSHAKE_US_MAX,
    });
    let readers = &report.authorities.read_by;
    let authorities = Aim {
        what: "functions that read the machine's certificate authorities".to_owned(),
        most: "none".to_owned(),
        found: if readers.is_empty() { "none".to_owned() } else { readers.join(", ") },
        holds: readers.is_empty(),
    };
    handshake.into_iter().chain([authorities]).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    fn report(zips: &[(&str, u64)]) -> Report {
        let function = |(name, zip): &(&str, u64)| {
            json!({"function": name, "kind": "http", "zip_bytes": zip, "binary_bytes": 1, "starts": 20, "start_cpu_us": 1,
                "start_cpu_percent_of_empty": 100, "start_wall_us": 1, "start_wall_percent_of_empty": 100, "connections": 1,
                "peak_memory_kb": 1, "succeeded": true})
        };
        let functions: Vec<_> = zips.iter().map(function).collect();
        from_value(json!({"machine": "m", "at": "2026-01-01", "starts": 20, "invocations": 0,
            "authorities": {"watched": [], "read_by": []}, "functions": functions}))
        .unwrap()
    }

    #[test]
    fn a_miss_is_said_with_its_name_and_by_how_much() {
        let (aim, missed) =
            OF_FUNCTIONS[1].judged(&report(&[("employees-get", 2_900_000), ("leaves-create", 4_200_000)]));
        let aim = aim.unwrap();
        assert_eq!((aim.holds, &*aim.found), (false, "4.20 (`leaves-create`); 1 of 2 hold"));
        assert_eq!(missed, ["- `leaves-create`: zip 4.20 MB, target 3.00\n"]);
    }

    #[test]
    fn what_is_deployed_is_judged_and_the_everyday_build_stands_beside_it() {
        let (everyday, deployed) = (report(&[("leaves-create", 4_200_000)]), report(&[("leaves-create", 2_900_000)]));
        let zip = |kept: &Kept| table_of(kept).lines().find(|line| line.contains("zip")).unwrap().to_owned();
        let mut kept = Kept { starts: Some(everyday), ..Kept::default() };
        assert!(zip(&kept).ends_with("| 3.00 MB | 4.20 (`leaves-create`); 0 of 1 hold | **missed** |  |"));
        kept.deploy = Some(deployed);
        let found = "2.90 (`leaves-create`); 1 of 1 hold | holds | 4.20 (`leaves-create`); 0 of 1 hold |";
        assert!(zip(&kept).ends_with(found), "{}", zip(&kept));
    }

    #[test]
    fn what_holds_is_not_said_to_be_missed() {
        let (aim, missed) = OF_FUNCTIONS[1].judged(&report(&[("employees-get", 3_000_000)]));
        assert_eq!((aim.map(|aim| aim.holds), missed), (Some(true), Vec::new()));
        assert_eq!(OF_FUNCTIONS[1].judged(&report(&[])), (None, Vec::new()));
        let two = report(&[("employees-get", 3_000_000), ("leaves-create", 3_000_001)]);
        assert_eq!([0, 1].map(|at| missed_by(&two.functions[at])), ["", "zip"]);
    }

    #[test]
    fn many_misses_are_counted_with_the_least_and_the_most() {
        let names: Vec<_> = (0..20).map(|number| format!("f{number:02}")).collect();
        let zips: Vec<_> = names.iter().zip(40..).map(|(name, zip)| (name.as_str(), zip * 100_000)).collect();
        let (_, missed) = OF_FUNCTIONS[1].judged(&report(&zips));
        assert_eq!(missed, ["- 20 functions: zip 4.00 to 5.90 MB, target 3.00: [each](figures/functions.md)\n"]);
    }
}
