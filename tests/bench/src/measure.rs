//! Measurement of starts and invocations. Each round starts every function once, so that a disturbance affects all of them.

use crate::{
    Result,
    functions::MeasuredFunction,
    process::Package,
    process_run::{Harness, Transport},
    starts::Report,
};

/// Start of a function, until its first `GET /next`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    pub(crate) wall_ns: u64,
    pub(crate) cpu_ns: u64,
}

/// Invocation: time from the event to its response, CPU until the process sleeps again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Invocation {
    pub(crate) wall_ns: u64,
    pub(crate) cpu_ns: u64,
}

/// Measurements of one function.
#[derive(Debug)]
pub(crate) struct Measurements {
    pub(crate) package: Package,
    /// Starts without TLS.
    pub(crate) clear: Vec<Start>,
    /// Starts with TLS, as deployed.
    pub(crate) secure: Vec<Start>,
    /// First invocations after starts with TLS.
    pub(crate) first: Vec<Invocation>,
    /// Later invocations, each after a pause of some milliseconds.
    pub(crate) warm: Vec<Invocation>,
    /// CPU of one invocation in a sequence without pauses.
    pub(crate) busy_ns: Option<u64>,
    /// Peak memory of each process with an invocation.
    pub(crate) peaks_kb: Vec<u64>,
    /// Result of the last invocation: an HTTP status, `done` or `failed`.
    pub(crate) outcome: String,
}

/// Numbers of starts and invocations of each function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repetitions {
    pub(crate) starts: u32,
    /// Starts that are followed by an invocation.
    pub(crate) runs: u32,
    /// Invocations after the first, in the last run.
    pub(crate) warm: u32,
}

impl Repetitions {
    /// Events that one function needs.
    pub(crate) const fn event_count(self) -> u32 {
        self.runs + 2 * self.warm
    }
}

/// The empty function is started again after this many others, so that its median covers the whole run.
const EMPTY_EVERY: usize = 8;

/// Chooses an event for each function, then measures all of them in rounds.
pub(crate) async fn measure(functions: &[MeasuredFunction], repetitions: Repetitions) -> Result<Report> {
    let mut harness = Harness::new().await?;
    let mut all = Vec::new();
    for function in functions {
        harness.choose_event(function).await.map_err(|error| error_of_function(function, &*error))?;
        all.push(Measurements::new(function.package.clone()));
    }
    // Each round starts all functions without TLS, then all with TLS, so that no start finds its own code in the CPU caches.
    for round in 1..=repetitions.starts {
        if let (Some((empty, others)), Some((of_empty, of_others))) = (functions.split_first(), all.split_first_mut()) {
            for (number, (function, measured)) in others.iter().zip(of_others).enumerate() {
                if number % EMPTY_EVERY == 0 {
                    of_empty.clear.push(harness.start_only(empty, Transport::Clear).await?);
                }
                let start = harness.start_only(function, Transport::Clear).await;
                measured.clear.push(start.map_err(|error| error_of_function(function, &*error))?);
            }
        }
        for (function, measured) in functions.iter().zip(&mut all) {
            let result = harness.run(function, repetitions, round, measured).await;
            result.map_err(|error| error_of_function(function, &*error))?;
        }
    }
    Ok(Report { functions: all })
}

fn error_of_function(function: &MeasuredFunction, error: &dyn std::error::Error) -> String {
    format!("{}: {error}", function.package.name)
}

impl Measurements {
    pub(crate) const fn new(package: Package) -> Self {
        Self {
            package,
            clear: Vec::new(),
            secure: Vec::new(),
            first: Vec::new(),
            warm: Vec::new(),
            busy_ns: None,
            peaks_kb: Vec::new(),
            outcome: String::new(),
        }
    }
}
