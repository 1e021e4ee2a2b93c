//! `leave-job-post`: posts what is due to a page of people: every missing accrual, carry-over and expiry up to their own today.
//! Publishes `leave.balance_changed` per account.
//!
//! Entries have deterministic ids and every account moves in transactions of its own: a page that was cut off, came twice or comes
//! after three months leaves the same ledger.

use std::sync::Arc;

use futures::{StreamExt, stream};
use kernel::{EmployeeId, Error, Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    queue::{self, Handler},
};
use serde::{Deserialize, Serialize};

use crate::{app::post_due_entries::Poster, store::Records};

/// The function's name.
const FUNCTION: &str = "leave-job-post";
/// How many people are settled at a time.
const PEOPLE_AT_ONCE: usize = 4;

/// A page of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// The run of `leave-job-accrue` that asks for it.
    pub run: String,
    /// Whose accounts.
    pub employee_ids: Vec<EmployeeId>,
}

/// Settles everybody of the page; those whom it fails for do not keep the others from theirs.
async fn handle(poster: Poster, shell: Shell, work: Work) -> Result<()> {
    let origin = shell.system_origin(FUNCTION, &work.run);
    let asked = work.employee_ids.len();
    let people = work.employee_ids.into_iter().map(|id| settle(&poster, &shell, &origin, id));
    let outcomes: Vec<Result<usize>> = stream::iter(people).buffered(PEOPLE_AT_ONCE).collect().await;
    let entries: usize = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).sum();
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    tracing::info!(status = "success", "{asked} people, {entries} entries, {failed} failed");
    match outcomes.into_iter().find_map(Result::err) {
        None => Ok(()),
        Some(first) => Err(first),
    }
}

async fn settle(poster: &Poster, shell: &Shell, origin: &Origin, id: EmployeeId) -> Result<usize> {
    let person = shell.directory.person(id, origin.at).await?;
    let person = person.ok_or_else(|| Error::internal(format!("{id} is a member and not in the directory")))?;
    Ok(poster.settle(origin, &person).await?.entries)
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let shell = shell.clone();
    let poster = Poster::new(Records::from_shell(&shell)?, Arc::clone(&shell.mint));
    Ok(queue::each_work(move |work| handle(poster.clone(), shell.clone(), work)))
}

/// Runs the function.
pub fn serve() {
    queue::serve(FUNCTION, build);
}
