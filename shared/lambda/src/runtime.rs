//! Starting: a current-thread runtime, the shell, then the runner; a failure is one log line and a non-zero exit.

use std::{future::Future, pin::Pin};

use crate::{InitError, Shell, log};

/// What a runner does until the platform ends it; it never leaves its thread.
type RunnerFuture = Pin<Box<dyn Future<Output = Result<(), lambda_runtime::Error>>>>;

/// Starts a function. `run` gets the shell and goes on for ever.
pub(crate) fn start(function: &'static str, run: impl FnOnce(Shell) -> RunnerFuture) {
    log::init(function);
    let outcome = Shell::from_process().map_err(lambda_runtime::Error::from).and_then(|shell| block_on(run(shell)));
    if let Err(error) = outcome {
        tracing::error!(status = "failed", "init: {error}");
        std::process::exit(1);
    }
}

fn block_on(future: impl Future<Output = Result<(), lambda_runtime::Error>>) -> Result<(), lambda_runtime::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| InitError(format!("no runtime: {error}")))?;
    runtime.block_on(future)
}
