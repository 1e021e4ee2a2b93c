//! Benchmarks: what a start of a release function costs, always beside a function that does nothing (`bench-empty`), and
//! what operations ask of the database.
//!
//! The functions are started as the platform starts them, against a Runtime API, a TLS endpoint with authorities of its own, and
//! a DynamoDB inside this process. Times depend on the machine; ratios to the empty function of the same run do not, so only
//! ratios, sizes and counts have budgets (`budgets.toml`). Calls are counted in process and need no release build.
#![allow(clippy::large_futures, reason = "who measures is not measured")]

mod apart;
mod asked;
mod attendance;
mod budget;
mod builds;
mod bundles;
mod calls;
mod changes;
mod clock;
mod cost;
mod counting;
mod crowd;
mod figures;
mod invocation;
mod journey;
mod leave;
mod life;
mod machine;
mod measure;
mod nightly;
mod operations;
mod package;
mod page;
mod place;
mod priced;
mod process;
mod requests;
mod rules;
mod runtime_api;
mod settle;
mod starts;
mod stub;
mod subjects;
mod waiting;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};

use crate::{calls::Counts, clock::CheckIn, figures::Report, measure::Often, page::Overnight, settle::Nights};

/// Whatever goes wrong ends the run with a message.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What the others are measured against.
const EMPTY: &str = "bench-empty";
/// The worker of the overnight run.
const SETTLE: &str = "attendance-job-settle";
/// What is measured where nothing else is said.
const MEASURED: [&str; 3] = ["employees-get", "attendance-check-in", SETTLE];

#[derive(Parser)]
#[command(about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// What starts and invocations of release functions cost.
    Starts(Starts),
    /// What operations ask of the database: round trips, calls, capacity.
    Calls(Calls),
    /// What a check-in and the overnight run cost, by themselves and over many people.
    Settle(Settle),
    /// What changes cost on their whole way, from counts and a file of prices.
    Cost(Cost),
    /// Writes the pages anew from the figures that are kept in `docs/figures`.
    Page,
    /// How long the release build takes, from nothing and after a change.
    Build(Build),
}

#[derive(Args)]
struct Build {
    /// Where it is done: a directory that is removed before and afterwards.
    #[arg(long, default_value = "target/build-times")]
    scratch: PathBuf,
    /// Also write the figures into this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Args)]
struct Calls {
    /// Also write the figures into this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Args)]
struct Cost {
    /// Also write the figures into this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Args)]
struct Settle {
    /// How many people, in one run after the other.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
    employees: Vec<usize>,
    /// Also write the figures into this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Args)]
struct Starts {
    /// Which functions, beside the empty one.
    #[arg(default_values_t = MEASURED.map(str::to_owned))]
    functions: Vec<String>,
    /// Every function that was built.
    #[arg(long, conflicts_with = "functions")]
    all: bool,
    /// Every HTTP function, 20 starts and one invocation of each: what the budgets need.
    #[arg(long, conflicts_with_all = ["functions", "all", "starts", "invocations"])]
    quick: bool,
    /// How many starts of each function are measured.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(20..=1000))]
    starts: u32,
    /// How many invocations after the first are measured.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(20..=10_000))]
    invocations: u32,
    /// Also write the figures into this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where `cargo lambda build` left the zips.
    #[arg(long, default_value = "target/lambda")]
    lambda_dir: PathBuf,
}

/// Starts that are enough for a median.
const STARTS_MIN: u32 = 20;

impl Starts {
    fn often(&self) -> Often {
        match self.quick {
            true => Often { starts: STARTS_MIN, lives: 1, warm: 0, look: false },
            false => Often { starts: self.starts, lives: self.starts, warm: self.invocations, look: true },
        }
    }

    /// Where functions are unpacked.
    fn scratch(&self) -> PathBuf {
        self.lambda_dir.join(".bench")
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let broken = match Cli::parse().command {
        Command::Starts(args) => starts(&args).await,
        Command::Calls(args) => count(&args).await,
        Command::Settle(args) => settle(&args).await,
        Command::Cost(args) => price(&args).await,
        Command::Page => page::write().map(|()| Vec::new()),
        Command::Build(args) => build(&args),
    };
    match broken {
        Ok(broken) if broken.is_empty() => ExitCode::SUCCESS,
        Ok(broken) => {
            broken.iter().for_each(|budget| say(&format!("BUDGET EXCEEDED  {budget}")));
            ExitCode::FAILURE
        }
        Err(error) => {
            say(&format!("bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Measures starts, reports, and answers the budgets that were exceeded.
async fn starts(args: &Starts) -> Result<Vec<String>> {
    let (often, subjects) = (args.often(), subjects::all(args).await?);
    let measured = measure::measure(&subjects, often).await?;
    let report = Report::new((machine::name(), machine::today()), often, &measured)?;
    say(&format!("On {}.\n{}", report.machine, report.table()));
    write_json(args.json.as_deref(), &report)?;
    budget::check(&report)
}

/// Counts calls, reports, and answers the budgets that were exceeded.
async fn count(args: &Calls) -> Result<Vec<String>> {
    let counts = Counts { at: machine::today(), operations: operations::count().await? };
    say(&calls::table(&counts.operations));
    write_json(args.json.as_deref(), &counts)?;
    budget::check_calls(&counts.operations)
}

/// Puts prices on what was counted, and reports.
async fn price(args: &Cost) -> Result<Vec<String>> {
    let priced = priced::price().await?;
    say(&priced.table());
    priced.missed().iter().for_each(|missed| say(missed));
    write_json(args.json.as_deref(), &priced)?;
    Ok(Vec::new())
}

/// Measures builds, and reports.
fn build(args: &Build) -> Result<Vec<String>> {
    let builds = builds::Builds::measured(&args.scratch)?;
    say(&format!("On {}.\n{}", builds.machine, builds.table()));
    write_json(args.json.as_deref(), &builds)?;
    Ok(Vec::new())
}

/// Measures the overnight run, reports, and answers the budgets that were exceeded.
async fn settle(args: &Settle) -> Result<Vec<String>> {
    let check_in = CheckIn::measured().await?;
    say(&format!("On {}.\n{}", machine::name(), check_in.line()));
    let nights = Nights::of(&args.employees).await?;
    say(&nights.table());
    let kept = Overnight { machine: machine::name(), at: machine::today(), check_in, nights };
    write_json(args.json.as_deref(), &kept)?;
    budget::check_nights(&kept.nights)
}

fn write_json(file: Option<&Path>, figures: &impl serde::Serialize) -> Result<()> {
    match file {
        Some(file) => Ok(std::fs::write(file, serde_json::to_string_pretty(figures)? + "\n")?),
        None => Ok(()),
    }
}

/// Where standard output is gone there is nobody left to tell.
fn say(text: &str) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}
