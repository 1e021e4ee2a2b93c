//! `muster load`: sends a mix of real requests to a seeded stack at a fixed rate. Then it checks that every accepted write is stored
//! once: in the tables, as the API reads them, and in the audit trail.
//!
//! Each request starts at a time that is planned beforehand, regardless of earlier requests, and its latency is measured from then.
//! A stall of the stack therefore shows in every request that it delays.

mod drive;
mod kind;
mod load_users;
mod machine;
mod outcome;
mod plan;
mod report;
mod tables;
mod trail;

use std::{fs, path::PathBuf};

use clap::Args;
use jiff::tz::TimeZone;

use crate::{
    cloud::Stack,
    scenario::{Limits, Scenario},
};
use load_users::LoadUsers;
use outcome::Outcome;
use plan::Plan;
use report::{LoadSettings, Report};

/// Arguments of `muster load`.
#[derive(Debug, Args)]
pub(crate) struct Load {
    #[command(flatten)]
    stack: Stack,
    /// Requests started per second.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    rate: u32,
    /// Length of the run in seconds.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// Employees who send the requests.
    ///
    /// They are hired for the run and terminated at its end. Each signs in once; the limit is 100 sign-ins per IP address in
    /// 15 minutes.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=50))]
    people: u32,
    /// Seed of the request plan; equal seeds send the same requests at the same times.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// File to which the results are written as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Runs the load test and returns the sentence to print.
pub(crate) async fn run(args: &Load) -> Result<String, String> {
    let plan = Plan::of(args.rate, args.seconds, args.people, args.seed)?;
    let scenario = Scenario::new(args.stack.load_cloud()?, Limits::PATIENT, None)?;
    let at = scenario.origin().at.to_zoned(TimeZone::UTC).date();
    println!("Hiring {} employees ...", args.people);
    let users = LoadUsers::hire(&scenario, &plan).await?;

    println!("Sending {} requests, {} per second ...", plan.requests.len(), args.rate);
    let run = drive::send_plan(&scenario, &users, &plan).await;
    println!("Checking {} accepted writes ...", run.outcomes.iter().filter_map(Outcome::accepted_write).count());
    let in_tables = tables::check_writes(&scenario, &users, &run.outcomes).await?;
    let in_trail = trail::check_trail(&scenario, &users, &run.outcomes).await?;
    let terminated = users.terminate_all(&scenario).await;

    let settings = LoadSettings { at, rate: args.rate, seconds: args.seconds };
    let report = Report::of(&settings, &run, &in_tables, &in_trail);
    println!("{report}");
    if let Some(file) = &args.json {
        let json = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        fs::write(file, json + "\n").map_err(|error| format!("{}: {error}", file.display()))?;
    }
    report.sentence_or_failures(&run, &in_tables, &in_trail).and_then(|sentence| terminated.map(|()| sentence))
}
