//! Start of a function: single-threaded runtime, shell, runner. A failure is logged, and the process exits with 1.

use std::{future::Future, pin::Pin};

use crate::{InitError, Shell, log};

/// Future of a runner; it stays on its thread.
type RunnerFuture = Pin<Box<dyn Future<Output = Result<(), lambda_runtime::Error>>>>;

/// Starts a function: logging, shell, then `run`, which returns only at shutdown. If it fails, the process exits with 1.
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
