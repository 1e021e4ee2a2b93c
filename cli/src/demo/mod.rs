//! `muster demo`: runs the five demo flows over HTTP against a running stack and prints each step and its effects: audit records,
//! notifications and mails. Fails if a response or an effect differs from the expected one.

mod changes;
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

/// Environment variable that holds the default of `--mailbox`.
const MAILBOX: &str = "MUSTER_MAILBOX";

/// Arguments of `muster demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    stack: Stack,
    /// Shell command that prints the sent mails as JSON [default: the command in MUSTER_MAILBOX].
    ///
    /// Format: `[{"id", "to": [], "subject", "text"}]`. Without a command, mails are not checked.
    #[arg(long, value_name = "COMMAND")]
    mailbox: Option<String>,
}

/// Stack, date and signed-in demo users.
#[derive(Debug)]
struct DemoSession {
    scenario: Scenario,
    /// Date of the demo run, in UTC.
    today: Date,
    /// Engineer in Berlin.
    employee: Person,
    /// Manager of the employee.
    manager: Person,
    hr: Person,
}

impl DemoSession {
    const fn parties(&self) -> Parties<'_> {
        Parties { employee: &self.employee, manager: &self.manager, hr: &self.hr }
    }
}

/// Runs every flow and returns the sentence to print.
pub(crate) async fn run(args: &Demo) -> Result<String, String> {
    let mailbox = args.mailbox.clone().or_else(|| Environment::from_process().optional(MAILBOX));
    let mailbox = mailbox.map(|command| Mailbox::new(command).ignore_existing()).transpose()?;
    let scenario = Scenario::new(args.stack.load_cloud()?, Limits::PATIENT, mailbox)?;
    let session = DemoSession {
        today: scenario.origin().at.to_zoned(TimeZone::UTC).date(),
        employee: scenario.demo_person("engineer").await?,
        manager: scenario.demo_person("platform-lead").await?,
        hr: scenario.demo_person("chro").await?,
        scenario,
    };
    let leave = leave::request_leave(&session).await?;
    println!("\n(five employees are hired for the next flows)");
    let people = OvernightPeople::hire(&session).await?;
    check_in::run(&session, &people.late).await?;
    leave::approve_leave(&session, &leave).await?;
    overnight::run(&session, &people).await?;
    let changed = changes::run(&session).await?;
    session.scenario.terminate(&session.hr, people.all().into_iter().chain([&changed])).await?;
    println!("  (the six employees are terminated)");
    let (id, name) = (id_of(&leave), &session.employee.name);
    Ok(format!(
        "\nAll five flows had the expected results: leave request {id} of {name} is approved, and {} is settled.",
        people.date
    ))
}
