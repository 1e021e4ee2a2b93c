//! `compliance-job-training`: announces, once per training and due date, that it is due. Publishes `compliance.training_due`.
//!
//! What waits lies in an index by the day from which it is announced, and leaves it with that very write. So a run reads
//! nothing but what it announces; one that missed days catches up; two at once, or one that died, announce nothing twice.
//! What somebody had to do who has left is not announced.

use directory::EmploymentStatus;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{civil::Date, tz::TimeZone};
use kernel::{Origin, Result};
use lambda::Api;
use serde_json::{Value, json};

use crate::{
    domain::training::TrainingAssignment,
    store::{ComplianceStore, REMINDER_SHARDS, Stored},
};

lambda::job!("compliance-job-training", run, Api<ComplianceStore>);

/// So many are announced at the same time.
const AT_ONCE: usize = 16;

/// The day is that of UTC: a reminder may be some hours early for those who live behind it, and is never a day late.
async fn run(api: Api<ComplianceStore>, origin: Origin, _: Value) -> Result<Value> {
    let today = origin.at.to_zoned(TimeZone::UTC).date();
    let (mut waited, mut announced) = (0_usize, 0_usize);
    for part in REMINDER_SHARDS.chars() {
        let mut position = None;
        loop {
            let (waiting, next) = api.store.waiting(part, today, position).await?;
            waited += waiting.len();
            announced += announce(&api, &origin, today, waiting).await?;
            match next {
                Some(next) => position = Some(next),
                None => break,
            }
        }
    }
    Ok(json!({ "waited": waited, "announced": announced }))
}

async fn announce(
    api: &Api<ComplianceStore>,
    origin: &Origin,
    today: Date,
    waiting: Vec<Stored<TrainingAssignment>>,
) -> Result<usize> {
    let due = waiting.into_iter().filter(|one| one.value.is_reminder_due(today));
    let announced = stream::iter(due)
        .map(|one| async move {
            let person = api.shell.directory.person(one.value.employee_id, origin.at).await?;
            if person.is_some_and(|person| person.status == EmploymentStatus::Terminated) {
                api.store.drop_reminder(origin, &one).await.map(|_| false)
            } else {
                api.store.announce_training(origin, &one).await
            }
        })
        .buffer_unordered(AT_ONCE);
    announced.try_fold(0, |sum, new| async move { Ok(sum + usize::from(new)) }).await
}
