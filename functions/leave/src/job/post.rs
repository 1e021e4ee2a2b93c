//! `leave-job-post`: posts the due entries of one batch of employees: missing accruals, carry-overs and expiries up to
//! today at each site. Publishes `leave.balance_changed` per account.
//!
//! Of leavers, it also returns leave after the last day that `leave-on-employee` could not see yet.
//!
//! Entries have deterministic ids and each account has its own transactions: an interrupted, repeated or late batch
//! leaves the same ledger.

use futures::{StreamExt, stream};
use kernel::{EmployeeId, Error, Origin, Result};
use serde::{Deserialize, Serialize};

use crate::app::{
    employment_end::return_leave_after_last_day,
    post_due_entries::{Api, post_due_entries},
};

lambda::consumer!("leave-job-post", messages(handle), Api);

const PEOPLE_CONCURRENCY: usize = 4;

/// Message of the queue: employees whose accounts are posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostingBatch {
    /// Request id of the run of `leave-job-accrue` that sent the batch.
    pub run: String,
    pub employee_ids: Vec<EmployeeId>,
}

/// Posts for each employee of the batch. A failure of one does not affect the others; the first failure is returned.
async fn handle(api: Api, batch: PostingBatch) -> Result<()> {
    let origin = api.shell.system_origin(FUNCTION, &batch.run);
    let people_count = batch.employee_ids.len();
    let people = batch.employee_ids.into_iter().map(|id| post_due_entries_of(&api, &origin, id));
    let outcomes: Vec<Result<usize>> = stream::iter(people).buffered(PEOPLE_CONCURRENCY).collect().await;
    let entries: usize = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).sum();
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    tracing::info!(status = "success", "{people_count} people, {entries} entries, {failed} failed");
    match outcomes.into_iter().find_map(Result::err) {
        None => Ok(()),
        Some(first) => Err(first),
    }
}

/// Posts the due entries of an employee, and returns their number. Leave after the last day of a leaver is returned
/// before.
async fn post_due_entries_of(api: &Api, origin: &Origin, id: EmployeeId) -> Result<usize> {
    let person = api.shell.directory.person(id, origin.at).await?;
    let person = person.ok_or_else(|| Error::internal(format!("{id} is a member but missing from the directory")))?;
    return_leave_after_last_day(api, origin, &person).await?;
    Ok(post_due_entries(api, origin, &person).await?.entries)
}
