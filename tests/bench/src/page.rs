//! `docs/performance.md`: its figures stand between marks and are rendered from `docs/figures/*.json`, so that nobody edits them by
//! hand and no miss of a target is forgotten.

mod builds;
mod calls;
mod cost;
mod load;
mod nights;
mod starts;
mod targets;

use std::fs;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use stage::root;

use crate::{
    Result, builds::Builds, calls::Counts, clock::CheckIn, figures::Report, page::load::Load, priced::Priced,
    settle::Nights,
};

/// The page that people read.
const PAGE: &str = "docs/performance.md";
/// Every function, one by one.
const FUNCTIONS: &str = "docs/figures/functions.md";
const BEGIN: &str = "<!-- figures: ";
const BEGUN: &str = " -->";
const END: &str = "<!-- /figures -->";
/// No figure is longer.
const FIGURE_MAX: usize = 10;

/// A check-in and the overnight run, as they are kept.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Overnight {
    pub(crate) machine: String,
    /// The date of the run.
    pub(crate) at: String,
    pub(crate) check_in: CheckIn,
    pub(crate) nights: Nights,
}

/// Everything that was measured and kept; none of what was not.
#[derive(Debug, Default)]
struct Kept {
    calls: Option<Counts>,
    starts: Option<Report>,
    /// Of functions built with `PROFILE=deploy`.
    deploy: Option<Report>,
    nights: Option<Overnight>,
    cost: Option<Priced>,
    load: Option<Load>,
    builds: Option<Builds>,
}

impl Kept {
    fn read() -> Result<Self> {
        Ok(Self {
            calls: kept("calls")?,
            starts: kept("starts")?,
            deploy: kept("starts-deploy")?,
            nights: kept("nights")?,
            cost: kept("cost")?,
            load: kept("load")?,
            builds: kept("build")?,
        })
    }

    /// What stands between the marks of this name.
    fn block(&self, name: &str) -> Result<String> {
        let missing = |command: &str| format!("Not measured yet: `UPDATE=1 make {command}`.\n");
        let or = |block: Option<String>, command: &str| block.unwrap_or_else(|| missing(command));
        let starts = self.starts.as_ref();
        Ok(match name {
            "targets" => targets::table_of(self),
            "calls" => or(self.calls.as_ref().map(calls::chosen), "bench"),
            "all calls" => or(self.calls.as_ref().map(calls::all), "bench"),
            "starts" => or(starts.map(starts::chosen), "bench"),
            "all starts" => or(starts.map(starts::all), "bench"),
            "all deployed" => or(self.deploy.as_ref().map(starts::all), "bench PROFILE=deploy"),
            "all asked" => or(starts.map(starts::asked), "bench"),
            "deploy" => or(
                starts.zip(self.deploy.as_ref()).map(|(release, deploy)| starts::deployed(release, deploy)),
                "bench PROFILE=deploy",
            ),
            "tls" => or(starts.map(starts::tls), "bench"),
            "check-in" => or(self.nights.as_ref().map(nights::check_in), "bench"),
            "nights" => or(self.nights.as_ref().map(nights::nights), "bench"),
            "cost" => or(self.cost.as_ref().map(cost::tables), "cost"),
            "load" => or(self.load.as_ref().map(load::words), "load"),
            "build" => or(self.builds.as_ref().map(builds::times), "build-times"),
            unknown => return Err(format!("there are no figures of the name {unknown:?}").into()),
        })
    }
}

fn kept<T: DeserializeOwned>(name: &str) -> Result<Option<T>> {
    let path = root().join("docs/figures").join(name).with_extension("json");
    match fs::read_to_string(&path) {
        Ok(text) => {
            serde_json::from_str(&text).map(Some).map_err(|error| format!("{}: {error}", path.display()).into())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display()).into()),
    }
}

/// Renders the pages anew, from what is kept.
pub(crate) fn write() -> Result<()> {
    for (path, text) in pages()? {
        fs::write(root().join(path), text)?;
    }
    Ok(())
}

/// Each page as it must be, from its own words and what is kept.
fn pages() -> Result<Vec<(&'static str, String)>> {
    let kept = Kept::read()?;
    let page = |path| Ok((path, filled(&fs::read_to_string(root().join(path))?, |name| kept.block(name))?));
    [PAGE, FUNCTIONS].into_iter().map(page).collect()
}

/// A page with what belongs between each pair of marks.
fn filled(page: &str, block: impl Fn(&str) -> Result<String>) -> Result<String> {
    let (mut done, mut rest) = (String::new(), page);
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (name, after) = after.split_once(BEGUN).ok_or("a mark does not end")?;
        let (old, after) = after.split_once(END).ok_or_else(|| format!("the figures {name:?} do not end"))?;
        if old.contains(BEGIN) {
            return Err(format!("the figures {name:?} do not end").into());
        }
        done = [&done, before, BEGIN, name, BEGUN, "\n", &block(name)?, END].concat();
        rest = after;
    }
    Ok(done + rest)
}

/// A table: columns of figures to the right, others to the left.
fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let rows: Vec<_> = rows.into_iter().collect();
    let figures = |at: usize| rows.iter().filter_map(|row| row.get(at)).all(|cell| is_figure(cell));
    let ruled: [String; N] = std::array::from_fn(|at| if figures(at) { "--:" } else { "---" }.to_owned());
    let line = |cells: &[String; N]| format!("| {} |\n", cells.join(" | "));
    [head.map(str::to_owned), ruled].iter().chain(&rows).map(line).collect()
}

/// A number, with its unit if it has one; or none.
fn is_figure(cell: &str) -> bool {
    cell.len() <= FIGURE_MAX && cell.chars().next().is_none_or(|first| first.is_ascii_digit() || first == '$')
}

/// Where and when.
fn measured(at: &str, machine: &str) -> String {
    format!("Measured on {at}, {machine}.\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_are_what_the_figures_say() {
        for (path, text) in pages().unwrap() {
            let stands = stage::read(path);
            assert!(stands == text, "{path} is not what docs/figures say: `make figures` writes it anew");
        }
    }

    #[test]
    fn only_what_stands_between_marks_is_written() {
        let page = "Words\n<!-- figures: a -->\nold\n<!-- /figures -->\nmore\n<!-- figures: b --><!-- /figures -->";
        let filled = filled(page, |name| Ok(format!("new {name}\n"))).unwrap();
        assert_eq!(
            filled,
            "Words\n<!-- figures: a -->\nnew a\n<!-- /figures -->\nmore\n<!-- figures: b -->\nnew b\n<!-- /figures -->"
        );
    }

    #[test]
    fn a_mark_without_an_end_is_refused() {
        for page in
            ["<!-- figures: a -->\n", "<!-- figures: a", "<!-- figures: a --><!-- figures: b --><!-- /figures -->"]
        {
            assert!(filled(page, |_| Ok(String::new())).is_err(), "{page}");
        }
    }

    #[test]
    fn a_table_has_a_head_and_a_rule() {
        let rows = [["a", "1", "1 GetItem, 2 Query"], ["b", "2 ms", ""]].map(|row| row.map(str::to_owned));
        let head = "| what | how much | calls |\n| --- | --: | --- |\n";
        assert_eq!(
            table(["what", "how much", "calls"], rows),
            format!("{head}| a | 1 | 1 GetItem, 2 Query |\n| b | 2 ms |  |\n")
        );
    }
}
