//! Operator commands: `muster seed`, `demo`, `load`, `first-admin`, `republish`, `redrive` and `verify-audit`, and the scenarios
//! that they share with the end-to-end tests.
#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]
#![expect(clippy::print_stdout, reason = "commands print to their operator")]

pub mod cloud;
mod demo;
mod first_admin;
mod load;
mod redrive;
mod republish;
pub mod scenario;
mod seed;
mod verify_audit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Operates a Muster stack.
///
/// Credentials and region come from the environment variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
/// and AWS_REGION. `aws configure export-credentials --format env` prints them. AWS_ENDPOINT_URL selects a cloud other than
/// AWS, such as the local cloud of `make up`.
#[derive(Debug, Parser)]
#[command(name = "muster", bin_name = "muster", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Creates a demo organisation; running it again adds only missing data.
    Seed(seed::Seed),
    /// Runs the five demo flows against a seeded stack and shows their effects.
    Demo(demo::Demo),
    /// Sends requests to a seeded stack at a fixed rate, then checks that every accepted write is stored once.
    Load(load::Load),
    /// Creates the first administrator of an empty stack.
    ///
    /// Reads the password from the environment variable MUSTER_PASSWORD. It must satisfy the password rules.
    FirstAdmin(first_admin::FirstAdmin),
    /// Publishes events again that did not reach the event bus.
    ///
    /// Either from the relay's failure queue (`--from-queue`), while the table streams still hold the changes, or from the
    /// event stamps of a table's items (`--table` and `--since`). Consumers ignore events that they already processed.
    Republish(republish::Republish),
    /// Moves the messages of a dead-letter queue back to their source queue.
    Redrive(redrive::Redrive),
    /// Verifies audit records against their signed seals, offline.
    ///
    /// Download the seals with `aws s3 sync s3://<seals bucket>/seals seals`, and the archive in the same way. The public key
    /// is the output of `aws kms get-public-key --key-id <seal key> --query PublicKey --output text` between PEM lines.
    VerifyAudit(verify_audit::VerifyAudit),
}

/// Runs the command of the process's arguments.
pub fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(sentence) => {
            println!("{sentence}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<String, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        match command {
            Command::Seed(args) => seed::run(&args).await,
            Command::Demo(args) => demo::run(&args).await,
            Command::Load(args) => load::run(&args).await,
            Command::FirstAdmin(args) => first_admin::run(&args).await,
            Command::Republish(args) => republish::run(&args).await,
            Command::Redrive(args) => redrive::run(&args).await,
            Command::VerifyAudit(args) => verify_audit::run(&args),
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn command_line_definitions_are_consistent() {
        Cli::command().debug_assert();
    }
}
