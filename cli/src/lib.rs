//! The operator's command: `muster seed`, `demo`, `load`, `first-admin`, `republish`, `redrive`, `verify-audit`, and the scenarios
//! that it shares with the end-to-end tests.
#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]
#![expect(clippy::print_stdout, reason = "a command talks to the one who gave it")]

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

/// Operates a stack of Muster.
///
/// Credentials and region come from the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`,
/// `AWS_REGION`; `aws configure export-credentials --format env` prints them), another cloud from `AWS_ENDPOINT_URL`.
#[derive(Debug, Parser)]
#[command(name = "muster", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fills a stack with a demo organisation; again and again gives the same one.
    Seed(seed::Seed),
    /// Plays the flows of the seed documents against a seeded stack and shows what happens.
    Demo(demo::Demo),
    /// Asks a seeded stack at a fixed rate, and then whether every accepted write is there.
    Load(load::Load),
    /// Makes the first administrator of an empty stack.
    FirstAdmin(first_admin::FirstAdmin),
    /// Publishes changes again that the bus never got.
    Republish(republish::Republish),
    /// Moves messages from a dead-letter queue back to where they came from.
    Redrive(redrive::Redrive),
    /// Checks audit records against their seals, offline.
    VerifyAudit(verify_audit::VerifyAudit),
}

/// Runs the command that the process was started with.
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
