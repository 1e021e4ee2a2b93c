//! `muster demo`: plays the flows of the HRMS seed over HTTP against a running stack, with the seed's own bodies, and shows
//! each step and what followed from it: audit records, inboxes, mails. It fails where anything is not as the seed says.

mod check_in;
mod crew;
mod follows;
mod leave_approval;
mod leave_request;
mod mailbox;
mod operator;
mod overnight;
mod stage;

use clap::Args;
use jiff::tz::TimeZone;
use kernel::Mint;
use lambda::{Clock, Environment, SystemClock, SystemMint};

use crate::{
    api::Api,
    cloud::{Cloud, Stack},
};
use crew::Crew;
use mailbox::Mailbox;
use operator::Operator;
use stage::Stage;

/// Where the mailbox is named, as an operator's shell or a Makefile does.
const MAILBOX: &str = "MUSTER_MAILBOX";

/// What is played where.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    stack: Stack,
    /// A command that prints the mails sent so far as JSON: `[{"id", "to": [], "subject", "text"}]`. Without it, the one that
    /// MUSTER_MAILBOX names; without either, mails are not looked at.
    #[arg(long, value_name = "COMMAND")]
    mailbox: Option<String>,
}

/// Plays every flow; answers what to print at the end.
///
/// # Errors
/// The sentence that says what is not as it should be.
pub(crate) async fn run(args: &Demo) -> Result<String, String> {
    let cloud = Cloud::of(&args.stack)?;
    let mailbox = args.mailbox.clone().or_else(|| Environment::of_process().optional(MAILBOX));
    let now = SystemClock.now();
    let today = now.to_zoned(TimeZone::UTC).date();
    let unique = SystemMint.uuid(now).simple().to_string().split_off(20);
    let mailbox = mailbox.as_deref().map(Mailbox::new);
    let stage = Stage::set(Api::at(cloud.output("ApiUrl")?)?, mailbox, today, unique).await?;
    let operator = Operator::of(&cloud)?;

    let asked = leave_request::play(&stage).await?;
    println!("\n(five people are hired for what follows)");
    let crew = Crew::hired(&stage, &operator).await?;
    check_in::play(&stage, &crew).await?;
    leave_approval::play(&stage, &asked).await?;
    overnight::play(&stage, &operator, &crew).await?;
    crew.leaves(&stage).await?;
    Ok(format!(
        "\nEverything is as the seed says: {} of {} is approved, and {} is settled.",
        asked.id, stage.employee.name, crew.date
    ))
}
