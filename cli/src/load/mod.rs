//! `muster load`: sends a mix of real requests to a seeded stack at a fixed rate, and then checks that every accepted write is there,
//! once: in the tables, as the API reads them, and in the audit trail.
//!
//! Requests begin at instants that are fixed beforehand, whatever becomes of those before them, and their latency counts from there: a
//! stack that stalls is seen in every request that it kept waiting.

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

/// What is asked of which stack.
#[derive(Debug, Args)]
pub(crate) struct Load {
    #[command(flatten)]
    stack: Stack,
    /// Requests that begin in a second.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    rate: u32,
    /// Length of the run in seconds.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// People who send them. They are hired for it and leave when it is over; each signs in, of which an address has 100 in a quarter of
    /// an hour.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=50))]
    people: u32,
    /// The same number sends the same at the same instants.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A file for the figures as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Sends, checks, reports; answers what to print at the end.
pub(crate) async fn run(args: &Load) -> Result<String, String> {
    let plan = Plan::of(args.rate, args.seconds, args.people, args.seed)?;
    let scenario = Scenario::new(args.stack.load()?, Limits::PATIENT, None)?;
    let at = scenario.origin().at.to_zoned(TimeZone::UTC).date();
    println!("{} people are hired for it ...", args.people);
    let users = LoadUsers::hire(&scenario, &plan).await?;

    println!("{} requests, {} a second ...", plan.requests.len(), args.rate);
    let run = drive::drive(&scenario, &users, &plan).await;
    println!("looking for {} accepted writes ...", run.outcomes.iter().filter_map(Outcome::accepted).count());
    let in_tables = tables::check_writes(&scenario, &users, &run.outcomes).await?;
    let in_trail = trail::check_trail(&scenario, &users, &run.outcomes).await?;
    let left = users.terminate_all(&scenario).await;

    let settings = LoadSettings { at, rate: args.rate, seconds: args.seconds };
    let report = Report::of(&settings, &run, &in_tables, &in_trail);
    println!("{report}");
    if let Some(file) = &args.json {
        let json = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        fs::write(file, json + "\n").map_err(|error| format!("{}: {error}", file.display()))?;
    }
    report.result(&run, &in_tables, &in_trail).and_then(|sentence| left.map(|()| sentence))
}
