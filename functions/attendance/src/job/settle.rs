//! `attendance-job-settle`: derives a page of days, validates them, and writes those that came out differently. Publishes
//! `attendance.processed`, and `.late`, `.absent`, `.incomplete` and `.outside_window` once a day each.
//!
//! The only one who writes results. A page that was cut off, came twice or comes late leaves the same days.

use kernel::Result;
use lambda::{
    FromShell, InitError, Shell,
    queue::{self, Handler},
};

use crate::{
    app::{settle_days::Settler, settlement_queue::Work},
    store::Records,
};

/// The function's name.
const FUNCTION: &str = "attendance-job-settle";

async fn handle(settler: Settler, shell: Shell, work: Work) -> Result<()> {
    let origin = shell.system_origin(FUNCTION, work.request_id.as_str());
    let counts = settler.settle(&origin, &work).await?;
    tracing::info!(status = "success", "{} days looked at, {} changed", counts.looked_at, counts.changed);
    Ok(())
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let shell = shell.clone();
    let settler = Settler::new(Records::from_shell(&shell)?, &shell);
    Ok(queue::each_work(move |work| handle(settler.clone(), shell.clone(), work)))
}

/// Runs the function.
pub fn serve() {
    queue::serve(FUNCTION, build);
}
