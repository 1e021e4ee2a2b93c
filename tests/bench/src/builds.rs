//! Build times: every function from nothing, and again after one file was changed, in a copy of the sources.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use serde::{Deserialize, Serialize};

use crate::{Result, figures::aligned, machine};

/// Ticks of the processor's accounts in a second (`getconf CLK_TCK`, the same on every Linux).
const TICKS: u64 = 100;
/// What is changed, one after the other: a file, and a sentence in it that is said differently.
const CHANGES: &[(&str, &str, &str)] = &[
    ("functions/leave/src/domain/amount.rs", "Nothing changes nothing.", "Nothing at all changes nothing."),
    ("shared/policy/src/leave/breaches.rs", "There is nothing to take", "Nothing is there to be taken"),
];

/// How long builds take.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Builds {
    pub(crate) machine: String,
    pub(crate) at: String,
    /// How many functions there are.
    pub(crate) functions: u64,
    /// All of them and all they depend on, from nothing, with their zips.
    pub(crate) clean_seconds: u64,
    pub(crate) clean_cpu_seconds: u64,
    pub(crate) warm: Vec<Warm>,
}

/// All of them after one file was changed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Warm {
    pub(crate) touched: String,
    pub(crate) seconds: u64,
    pub(crate) cpu_seconds: u64,
    /// How many came out differently, and were packed.
    pub(crate) relinked: u64,
}

/// One `make build`.
struct Build {
    seconds: u64,
    cpu_seconds: u64,
    packed: u64,
    functions: u64,
}

impl Builds {
    /// Copies what git knows into `scratch`, builds there, and removes it again.
    pub(crate) fn measured(scratch: &Path) -> Result<Self> {
        let source = std::path::absolute(scratch)?.join("source");
        drop(fs::remove_dir_all(scratch));
        copy(&source)?;
        let clean = build(&source)?;
        let warm = CHANGES.iter().map(|change| changed(&source, change)).collect::<Result<_>>()?;
        fs::remove_dir_all(scratch)?;
        Ok(Self {
            machine: machine::name(),
            at: machine::today(),
            functions: clean.functions,
            clean_seconds: clean.seconds,
            clean_cpu_seconds: clean.cpu_seconds,
            warm,
        })
    }

    /// The table for people.
    pub(crate) fn table(&self) -> String {
        let head = ["release build", "s", "CPU s", "functions made anew"].map(str::to_owned);
        let counts = [self.clean_seconds, self.clean_cpu_seconds, self.functions].map(|count| count.to_string());
        let [seconds, cpu_seconds, functions] = counts;
        let first = ["everything, from nothing".to_owned(), seconds, cpu_seconds, functions];
        let warm = self.warm.iter().map(|warm| {
            let after = format!("after a change in {}", warm.touched);
            [after, warm.seconds.to_string(), warm.cpu_seconds.to_string(), warm.relinked.to_string()]
        });
        aligned(&[head, first].into_iter().chain(warm).collect::<Vec<_>>())
    }
}

/// The files of the working tree, as they are.
fn copy(source: &Path) -> Result<()> {
    let listed = Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).output()?;
    let names = String::from_utf8(listed.stdout)?;
    let files: Vec<_> = names.split('\0').filter(|name| Path::new(name).is_file()).collect();
    if files.is_empty() {
        return Err("git names no files here".into());
    }
    for file in files {
        let to = source.join(file);
        fs::create_dir_all(to.parent().unwrap_or(source))?;
        fs::copy(file, to)?;
    }
    Ok(())
}

fn changed(source: &Path, (file, before, after): &(&str, &str, &str)) -> Result<Warm> {
    let path = source.join(file);
    let text = fs::read_to_string(&path)?;
    if !text.contains(before) {
        return Err(format!("{file} does not say {before:?} any more: name another sentence").into());
    }
    fs::write(&path, text.replace(before, after))?;
    let Build { seconds, cpu_seconds, packed, .. } = build(source)?;
    Ok(Warm { touched: (*file).to_owned(), seconds, cpu_seconds, relinked: packed })
}

fn build(source: &Path) -> Result<Build> {
    let (began, cpu) = (Instant::now(), cpu_of_children()?);
    let target: PathBuf = source.join("target");
    let made = Command::new("make").arg("build").current_dir(source).env("CARGO_TARGET_DIR", target).output()?;
    let said = String::from_utf8_lossy(&made.stdout);
    let packed = said.lines().find_map(packed);
    match packed {
        Some((packed, functions)) if made.status.success() => Ok(Build {
            seconds: began.elapsed().as_secs(),
            cpu_seconds: (cpu_of_children()? - cpu) / TICKS,
            packed,
            functions,
        }),
        _ => Err(format!("make build: {}\n{said}\n{}", made.status, String::from_utf8_lossy(&made.stderr)).into()),
    }
}

/// `packed 45 of 165 functions`.
fn packed(line: &str) -> Option<(u64, u64)> {
    let (packed, functions) = line.strip_prefix("packed ")?.strip_suffix(" functions")?.split_once(" of ")?;
    Some((packed.parse().ok()?, functions.parse().ok()?))
}

/// What this process's ended children have used, in ticks.
fn cpu_of_children() -> Result<u64> {
    // `cutime` and `cstime`: the 16th and 17th field, the first two being the number and the name in parentheses.
    const BEFORE: usize = 13;
    let text = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = text.rsplit_once(") ").ok_or("/proc/self/stat has another form")?;
    let ticks = fields.split(' ').skip(BEFORE).take(2).map(str::parse::<u64>);
    Ok(ticks.collect::<std::result::Result<Vec<_>, _>>()?.into_iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_that_is_to_be_changed_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for (file, before, after) in CHANGES {
            let text = fs::read_to_string(root.join(file)).unwrap();
            assert!(text.contains(before) && !text.contains(after), "{file}");
        }
    }

    #[test]
    fn the_packer_says_how_many_it_made() {
        assert_eq!(packed("packed 45 of 165 functions"), Some((45, 165)));
        assert_eq!(packed("packed nothing"), None);
    }

    #[test]
    fn children_use_processor_time() {
        let before = cpu_of_children().unwrap();
        Command::new("sh").args(["-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"]).status().unwrap();
        assert!(cpu_of_children().unwrap() > before);
    }
}
