//! `employees-job-apply-terms`: makes dated terms the current ones when their first day has begun at the site, and ends
//! employments after their last day. Publishes `employee.updated` and `employee.status_changed`.
//!
//! People with such a change are in a list by its time. The write that applies the change also removes it from the list.
//! A run therefore reads due changes only and catches up on missed days; repeated or concurrent runs apply no change twice.
//! A change that is refused, such as the end of a manager who still has reports, stays in the list. Each run logs it, until
//! HR has removed the cause.

use kernel::{Error, ErrorKind, Origin, Result};
use lambda::Api;
use serde_json::{Value, json};

use crate::store::EmployeeStore;

lambda::job!("employees-job-apply-terms", run, Api<EmployeeStore>);

/// Applies the changes that are due, one person after the other. Returns the numbers of people who were due, of applied
/// changes and of people whose change was refused. It fails after the last person if a change failed for a technical
/// cause; the retry repeats only what is still due.
async fn run(api: Api<EmployeeStore>, origin: Origin, _: Value) -> Result<Value> {
    let (mut due, mut applied, mut refused) = (0_usize, 0_usize, 0_usize);
    let (mut position, mut failure) = (None, None::<Error>);
    loop {
        let page = api.store.list_people_with_due_changes(origin.at, position).await?;
        for id in page.people {
            due += 1;
            match api.store.apply_due_changes(&origin, id).await {
                Ok(changes) => applied += changes,
                Err(error) if matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Invalid) => {
                    refused += 1;
                    tracing::warn!(status = "refused", "the due change of {id} waits: {error}");
                }
                Err(error) => {
                    tracing::error!(status = "failed", "the due change of {id} failed: {error}");
                    failure = failure.or(Some(error));
                }
            }
        }
        position = page.next;
        if position.is_none() {
            break;
        }
    }
    match failure {
        None => Ok(json!({ "due": due, "applied": applied, "refused": refused })),
        Some(error) => Err(error),
    }
}
