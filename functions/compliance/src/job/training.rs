//! `compliance-job-training`: announces, once per training and due date, that it is due. Publishes `compliance.training_due`.
//!
//! What waits lies in an index by the day from which it is announced, and leaves it with that very write. So a run reads
//! nothing but what it announces; one that missed days catches up; two at once, or one that died, announce nothing twice.
//! What somebody had to do who has left is not announced.

use std::sync::Arc;

use directory::{Directory, Status};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{civil::Date, tz::TimeZone};
use kernel::{Origin, Result};
use lambda::{InitError, Shell, job::Handler};
use serde_json::{Value, json};

use crate::{
    domain::training::Assignment,
    store::{Records, Stored, WAITING_PARTS},
};

/// The function's name.
const FUNCTION: &str = "compliance-job-training";
/// So many are announced at the same time.
const AT_ONCE: usize = 16;

#[derive(Clone)]
struct Job {
    records: Records,
    directory: Directory,
}

impl Job {
    /// The day is that of UTC: a reminder may be some hours early for those who live behind it, and is never a day late.
    async fn run(&self, origin: &Origin) -> Result<Value> {
        let today = origin.at.to_zoned(TimeZone::UTC).date();
        let (mut waited, mut announced) = (0_usize, 0_usize);
        for part in WAITING_PARTS.chars() {
            let mut position = None;
            loop {
                let (waiting, next) = self.records.waiting(part, today, position).await?;
                waited += waiting.len();
                announced += self.announce(origin, today, waiting).await?;
                match next {
                    Some(next) => position = Some(next),
                    None => break,
                }
            }
        }
        Ok(json!({ "waited": waited, "announced": announced }))
    }

    async fn announce(&self, origin: &Origin, today: Date, waiting: Vec<Stored<Assignment>>) -> Result<usize> {
        let due = waiting.into_iter().filter(|one| one.value.to_announce(today));
        let announced = stream::iter(due)
            .map(|one| async move {
                if self.has_left(origin, &one.value).await? {
                    self.records.shelve(origin, &one).await.map(|_| false)
                } else {
                    self.records.announce(origin, &one).await
                }
            })
            .buffer_unordered(AT_ONCE);
        announced.try_fold(0, |sum, new| async move { Ok(sum + usize::from(new)) }).await
    }

    async fn has_left(&self, origin: &Origin, due: &Assignment) -> Result<bool> {
        let person = self.directory.person(due.employee_id, origin.at).await?;
        Ok(person.is_some_and(|person| person.status == Status::Terminated))
    }
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let records = Records::new(shell.table("COMPLIANCE_TABLE")?);
    let job = Job { records, directory: shell.directory.clone() };
    Ok(Arc::new(move |origin, _| {
        let job = job.clone();
        Box::pin(async move { job.run(&origin).await })
    }))
}

/// Runs the function.
pub fn serve() {
    lambda::job::serve(FUNCTION, build);
}
