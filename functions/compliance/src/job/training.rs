//! `compliance-job-training`: sends one reminder per training and due date. Publishes `compliance.training_due`.
//!
//! Pending reminders are in an index by their day. The write that publishes a reminder also removes it from the index.
//! A run therefore reads due reminders only and catches up on missed days; repeated or concurrent runs send no reminder twice.
//! Reminders for terminated employees are removed without an event.

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

/// Reminders that are published at the same time.
const REMINDER_CONCURRENCY: usize = 16;

/// Sends the reminders that are due. Uses the date in UTC: a reminder may be some hours early west of UTC, but is never
/// a day late. Returns the numbers of reminders that were due and that were sent.
async fn run(api: Api<ComplianceStore>, origin: Origin, _: Value) -> Result<Value> {
    let today = origin.at.to_zoned(TimeZone::UTC).date();
    let (mut pending, mut announced) = (0_usize, 0_usize);
    for shard in REMINDER_SHARDS.chars() {
        let mut position = None;
        loop {
            let (reminders, next) = api.store.list_reminders_due(shard, today, position).await?;
            pending += reminders.len();
            announced += publish_or_cancel_reminders(&api, &origin, today, reminders).await?;
            match next {
                Some(next) => position = Some(next),
                None => break,
            }
        }
    }
    Ok(json!({ "waited": pending, "announced": announced }))
}

/// Publishes the reminders that are due, and cancels those of terminated employees. Returns the number of published ones.
async fn publish_or_cancel_reminders(
    api: &Api<ComplianceStore>,
    origin: &Origin,
    today: Date,
    reminders: Vec<Stored<TrainingAssignment>>,
) -> Result<usize> {
    let due = reminders.into_iter().filter(|one| one.value.is_reminder_due(today));
    let announced = stream::iter(due)
        .map(|one| async move {
            let person = api.shell.directory.person(one.value.employee_id, origin.at).await?;
            if person.is_some_and(|person| person.status == EmploymentStatus::Terminated) {
                api.store.cancel_reminder_if_unchanged(origin, &one).await.map(|_| false)
            } else {
                api.store.publish_reminder_if_unchanged(origin, &one).await
            }
        })
        .buffer_unordered(REMINDER_CONCURRENCY);
    announced.try_fold(0, |sum, new| async move { Ok(sum + usize::from(new)) }).await
}
