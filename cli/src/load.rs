//! `muster load`: asks a seeded stack with a mix of real requests at a fixed rate, and then whether every accepted write is there, once:
//! in the tables, as the API reads them, and in the audit trail.
//!
//! Requests begin at instants that are fixed beforehand, whatever becomes of those before them, and their latency counts from there: a
//! stack that stalls is seen in every request that it kept waiting.

mod drive;
mod kind;
mod machine;
mod outcome;
mod plan;
mod reading;
mod report;
mod staff;
mod tables;
mod trail;

use std::{fs, path::PathBuf};

use clap::Args;
use jiff::tz::TimeZone;
use lambda::{Clock, SystemClock};

use crate::{
    api::Api,
    cloud::{Cloud, Stack},
};
use outcome::Outcome;
use plan::Plan;
use report::{Report, Setting};
use staff::Staff;

/// What is asked of which stack.
#[derive(Debug, Args)]
pub(crate) struct Load {
    #[command(flatten)]
    stack: Stack,
    /// So many requests begin in a second.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    rate: u32,
    /// For so many seconds.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// So many people ask. They are hired for it and leave when it is over; each signs in, of which an address has 100 in a quarter of an hour.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=50))]
    people: u32,
    /// The same number asks the same at the same instants.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A file for the figures as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Drives, looks, reports; answers what to print at the end.
///
/// # Errors
/// The sentence that says what failed, what was refused, or which writes are not there, once.
pub(crate) async fn run(args: &Load) -> Result<String, String> {
    let plan = Plan::of(args.rate, args.seconds, args.people, args.seed)?;
    let cloud = Cloud::of(&args.stack)?;
    let api = Api::at(cloud.output("ApiUrl")?)?;
    let now = SystemClock.now();
    println!("{} people are hired for it ...", args.people);
    let staff = Staff::hired(&api, &cloud, &plan, now).await?;

    println!("{} requests, {} a second ...", plan.requests.len(), args.rate);
    let driven = drive::drive(&api, &staff, &plan).await;
    println!("looking for {} accepted writes ...", driven.outcomes.iter().filter_map(Outcome::accepted).count());
    let in_tables = tables::look(&api, &staff, &driven.outcomes).await?;
    let in_trail = trail::look(&api, &staff, &driven.outcomes).await?;
    let left = staff.leaves(&api).await;

    let setting = Setting { at: now.to_zoned(TimeZone::UTC).date(), rate: args.rate, seconds: args.seconds };
    let report = Report::of(&setting, &driven, &in_tables, &in_trail);
    println!("{report}");
    if let Some(file) = &args.json {
        let json = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        fs::write(file, json + "\n").map_err(|error| format!("{}: {error}", file.display()))?;
    }
    report.verdict(&driven, &in_tables, &in_trail).and_then(|sentence| left.map(|()| sentence))
}
