//! Benchmarks: start-up of release functions compared with an empty one (`bench-empty`), database calls of operations, CPU of a
//! check-in and of the overnight run, and the dollar cost of changes.
//!
//! Functions start as on the platform: with a Runtime API, a TLS endpoint with its own certificate authority, and a DynamoDB inside
//! this process. Times depend on the machine, so the budgets (`budgets.toml`) limit only sizes, counts, and ratios to the empty
//! function of the same run. Calls are counted in process and need no release build.
#![allow(clippy::large_futures, reason = "the benchmark's own futures are not measured")]

mod budgets;
mod calls;
mod changes;
mod check_in;
mod cost;
mod cost_report;
mod crowd;
mod crowd_events;
mod event_path;
mod functions;
mod invocation;
mod isolated_db;
mod machine;
mod measure;
mod operations;
mod pending_deliveries;
mod process;
mod process_run;
mod proxy;
mod requests;
mod rules;
mod runtime_api;
mod settle;
mod starts;
mod text;

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Args, Parser};

use crate::{check_in::CheckIn, measure::Repetitions, settle::OvernightRuns};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Function with which the others are compared.
const EMPTY: &str = "bench-empty";
/// Worker of the overnight run.
const SETTLE: &str = "attendance-job-settle";
/// Functions measured by default.
const MEASURED: [&str; 3] = ["employees-get", "attendance-check-in", SETTLE];
/// Smallest number of starts for a median.
const STARTS_MIN: u32 = 20;

#[derive(Parser)]
#[command(about)]
enum Cli {
    /// Measures starts and invocations of release functions.
    Starts(Starts),
    /// Counts the database calls of every operation: round trips, calls and capacity.
    Calls,
    /// Measures the CPU of a check-in, and overnight runs of many employees.
    Settle {
        /// Numbers of employees, one run for each.
        #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
        employees: Vec<usize>,
    },
    /// Computes the dollar cost of changes from counted calls and `prices.toml`.
    Cost,
}

#[derive(Args)]
struct Starts {
    /// Functions to measure, in addition to the empty one.
    #[arg(default_values_t = MEASURED.map(str::to_owned))]
    functions: Vec<String>,
    /// Measure every function.
    #[arg(long, conflicts_with = "functions")]
    all: bool,
    /// Measure every HTTP function with 20 starts and one invocation, as the budgets need.
    #[arg(long, conflicts_with_all = ["functions", "all", "starts", "invocations"])]
    quick: bool,
    /// Number of starts of each function.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(i64::from(STARTS_MIN)..=1000))]
    starts: u32,
    /// Number of invocations of each function after the first.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(20..=10_000))]
    invocations: u32,
    /// Output directory of `cargo lambda build`.
    #[arg(long, default_value = "target/lambda")]
    lambda_dir: PathBuf,
}

impl Starts {
    fn repetitions(&self) -> Repetitions {
        match self.quick {
            true => Repetitions { starts: STARTS_MIN, runs: 1, warm: 0 },
            false => Repetitions { starts: self.starts, runs: self.starts, warm: self.invocations },
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let exceeded = match Cli::parse() {
        Cli::Starts(args) => measure_starts(&args).await,
        Cli::Calls => report_calls().await,
        Cli::Settle { employees } => measure_overnight_runs(&employees).await,
        Cli::Cost => report_cost().await,
    };
    match exceeded {
        Ok(exceeded) if exceeded.is_empty() => ExitCode::SUCCESS,
        Ok(exceeded) => {
            exceeded.iter().for_each(|budget| print(&format!("BUDGET EXCEEDED  {budget}")));
            ExitCode::FAILURE
        }
        Err(error) => {
            print(&format!("bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints the measured starts and returns the exceeded budgets.
async fn measure_starts(args: &Starts) -> Result<Vec<String>> {
    let (repetitions, functions) = (args.repetitions(), functions::measured_functions(args).await?);
    let report = measure::measure(&functions, repetitions).await?;
    print(&format!("On {}.\n{}", machine::name_and_date(), report.text(repetitions)));
    budgets::exceeded_start_budgets(&report)
}

/// Prints the counted calls and returns the exceeded budgets.
async fn report_calls() -> Result<Vec<String>> {
    let counted = operations::count_calls().await?;
    print(&calls::calls_table(&counted));
    budgets::exceeded_call_budgets(&counted)
}

/// Prints the CPU of a check-in and the overnight runs, and returns the exceeded budgets.
async fn measure_overnight_runs(employees: &[usize]) -> Result<Vec<String>> {
    let check_in = CheckIn::measure().await?;
    print(&format!("On {}.\n{}", machine::name_and_date(), check_in.text()));
    let runs = OvernightRuns::measure(employees).await?;
    print(&runs.text());
    budgets::exceeded_overnight_budgets(&runs)
}

/// Prints the cost report. Costs have no budgets, so the list is empty.
async fn report_cost() -> Result<Vec<String>> {
    print(&cost_report::cost_report().await?.text());
    Ok(Vec::new())
}

/// Prints a line and ignores a closed standard output.
fn print(text: &str) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    #[ignore = "measures the built functions; run it with `make budgets`"]
    async fn functions_keep_their_budgets() {
        std::env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).unwrap();
        let Cli::Starts(quick) = Cli::parse_from(["bench", "starts", "--quick"]) else { unreachable!() };
        assert_eq!(measure_starts(&quick).await.unwrap(), Vec::<String>::new());
    }
}
