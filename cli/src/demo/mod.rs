//! `muster demo`: plays the flows of the HRMS seed over HTTP against a running stack, with the seed's own bodies, and shows
//! each step and its effects: audit records, inboxes, mails. It fails where anything is not as the seed says.

mod check_in;
mod leave;
mod overnight;

use clap::Args;
use jiff::{civil::Date, tz::TimeZone};
use lambda::Environment;

use crate::{
    cloud::Stack,
    scenario::{Limits, Mailbox, Scenario, client::Person, json::id_of, leave::Parties},
};
use overnight::OvernightPeople;

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

/// Signed-in demo users.
#[derive(Debug)]
struct DemoSession {
    scenario: Scenario,
    today: Date,
    /// Works in Berlin.
    employee: Person,
    /// The employee's manager.
    manager: Person,
    hr: Person,
}

impl DemoSession {
    const fn parties(&self) -> Parties<'_> {
        Parties { employee: &self.employee, manager: &self.manager, hr: &self.hr }
    }
}

/// Plays every flow; answers what to print at the end.
pub(crate) async fn run(args: &Demo) -> Result<String, String> {
    let mailbox = args.mailbox.clone().or_else(|| Environment::from_process().optional(MAILBOX));
    let mailbox = mailbox.map(|command| Mailbox::new(command).emptied()).transpose()?;
    let scenario = Scenario::new(args.stack.load()?, Limits::PATIENT, mailbox)?;
    let session = DemoSession {
        today: scenario.origin().at.to_zoned(TimeZone::UTC).date(),
        employee: scenario.demo_person("engineer").await?,
        manager: scenario.demo_person("platform-lead").await?,
        hr: scenario.demo_person("chro").await?,
        scenario,
    };
    let leave = leave::request(&session).await?;
    println!("\n(five people are hired for what follows)");
    let people = OvernightPeople::hire(&session).await?;
    check_in::run(&session, &people.late).await?;
    leave::approve(&session, &leave).await?;
    overnight::run(&session, &people).await?;
    session.scenario.terminate(&session.hr, people.all()).await?;
    println!("  (the five leave again)");
    let (id, name) = (id_of(&leave), &session.employee.name);
    Ok(format!("\nEverything is as the seed says: {id} of {name} is approved, and {} is settled.", people.date))
}
