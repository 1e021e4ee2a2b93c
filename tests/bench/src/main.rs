//! Benchmarks: what a start of a release function costs, always beside a function that does nothing (`bench-empty`), and
//! what operations ask of the database.
//!
//! The functions are started as the platform starts them, against a Runtime API and a DynamoDB inside this process.
//! Times depend on the machine; ratios to the empty function of the same run do not, so only ratios, sizes and counts have
//! budgets (`budgets.toml`). The database is spoken to in the clear: TLS to the real one is not part of the figures.
//! Calls are counted in process and need no release build.

mod apart;
mod attendance;
mod budget;
mod calls;
mod clock;
mod cost;
mod counting;
mod crowd;
mod figures;
mod invocation;
mod journey;
mod leave;
mod machine;
mod measure;
mod package;
mod priced;
mod process;
mod rules;
mod runtime_api;
mod settle;
mod subjects;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};

use crate::{clock::CheckIn, figures::Report, settle::Nights};

/// Whatever goes wrong ends the run with a message.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What the others are measured against.
const EMPTY: &str = "bench-empty";
/// The worker of the overnight run.
const SETTLE: &str = "attendance-job-settle";

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
    /// Measure every HTTP function, not only those that have budgets.
    #[arg(long)]
    all: bool,
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let broken = match Cli::parse().command {
        Command::Starts(args) => starts(&args).await,
        Command::Calls(args) => count(&args).await,
        Command::Settle(args) => settle(&args).await,
        Command::Cost(args) => price(&args).await,
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
    let world = testkit::world().await;
    let subjects = subjects::all(&world, args).await?;
    let measured = measure::measure(&world, &subjects, args.starts, args.invocations).await?;
    let report = Report::new(args.starts, measured)?;
    say(&format!("{}\n{}", machine::name(), report.table()));
    write_json(args.json.as_deref(), &report)?;
    budget::check(&report)
}

/// Counts calls, reports, and answers the budgets that were exceeded.
async fn count(args: &Calls) -> Result<Vec<String>> {
    let mut counted = leave::count().await?;
    counted.extend(attendance::count().await?);
    say(&calls::table(&counted));
    write_json(args.json.as_deref(), &counted)?;
    budget::check_calls(&counted)
}

/// Puts prices on what was counted, and reports.
async fn price(args: &Cost) -> Result<Vec<String>> {
    let priced = priced::price().await?;
    say(&priced.table());
    priced.missed().iter().for_each(|missed| say(missed));
    write_json(args.json.as_deref(), &priced)?;
    Ok(Vec::new())
}

/// Measures the overnight run, reports, and answers the budgets that were exceeded.
async fn settle(args: &Settle) -> Result<Vec<String>> {
    let check_in = CheckIn::measured().await?;
    say(&format!("{}\n{}", machine::name(), check_in.line()));
    let nights = Nights::of(&args.employees).await?;
    say(&nights.table());
    write_json(args.json.as_deref(), &(check_in, &nights))?;
    budget::check_nights(&nights)
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
