//! `leave-job-post`: posts what is due to a page of people: every missing accrual, carry-over and expiry up to their own today.
//! Publishes `leave.balance_changed` per account.
//!
//! Entries have deterministic ids and every account moves in transactions of its own: a page that was cut off, came twice or comes
//! after three months leaves the same ledger.

use futures::{StreamExt, stream};
use kernel::{EmployeeId, Error, Origin, Result};
use serde::{Deserialize, Serialize};

use crate::app::post_due_entries::{Api, post_for};

lambda::consumer!("leave-job-post", work(handle), Api);

/// How many people are settled at a time.
const PEOPLE_AT_ONCE: usize = 4;

/// A page of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostingBatch {
    /// The run of `leave-job-accrue` that asks for it.
    pub run: String,
    /// Whose accounts.
    pub employee_ids: Vec<EmployeeId>,
}

/// Settles everybody of the page; those whom it fails for do not keep the others from theirs.
async fn handle(api: Api, work: PostingBatch) -> Result<()> {
    let origin = api.shell.system_origin(FUNCTION, &work.run);
    let asked = work.employee_ids.len();
    let people = work.employee_ids.into_iter().map(|id| settle_one(&api, &origin, id));
    let outcomes: Vec<Result<usize>> = stream::iter(people).buffered(PEOPLE_AT_ONCE).collect().await;
    let entries: usize = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).sum();
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    tracing::info!(status = "success", "{asked} people, {entries} entries, {failed} failed");
    match outcomes.into_iter().find_map(Result::err) {
        None => Ok(()),
        Some(first) => Err(first),
    }
}

async fn settle_one(api: &Api, origin: &Origin, id: EmployeeId) -> Result<usize> {
    let person = api.shell.directory.person(id, origin.at).await?;
    let person = person.ok_or_else(|| Error::internal(format!("{id} is a member and not in the directory")))?;
    Ok(post_for(api, origin, &person).await?.entries)
}
