//! `audit-on-event`: every event on the bus becomes one record, once, however often and in whatever order it comes.
//!
//! Records first, then one manifest that lists them for the seal of this hour; only then are the messages acknowledged.
//! A batch that dies in between comes again, finds its records standing, and lists them then.

use std::collections::BTreeSet;

use futures::future::join_all;
use kernel::Origin;
use lambda::{Api, queue::QueueMessage};

use crate::{
    domain::record::{Record, SealEntry},
    store::AuditStore,
};

lambda::consumer!("audit-on-event", batch(record_all), Api<AuditStore>);

/// Answers the ids of the messages that are to come again.
async fn record_all(api: Api<AuditStore>, batch: Vec<QueueMessage>) -> Vec<String> {
    let (trail, origin) = (&api.store, &api.shell.system_origin(FUNCTION, ""));
    let outcomes = join_all(batch.into_iter().map(|delivery| async {
        let outcome = record(trail, origin, &delivery).await;
        (delivery.message_id, outcome)
    }));
    let (mut failed, mut entries, mut recorded) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (message_id, outcome) in outcomes.await {
        match outcome {
            Ok(entry) => {
                entries.insert(entry);
                recorded.push(message_id);
            }
            Err(why) => {
                tracing::error!(status = "failed", message_id, "message failed: {why}");
                failed.push(message_id);
            }
        }
    }
    if entries.is_empty() {
        return failed;
    }
    if let Err(error) = trail.create_manifest(origin, entries.into_iter().collect()).await {
        tracing::error!(status = "failed", "no manifest: {error} ({})", error.log_detail().unwrap_or_default());
        failed.extend(recorded);
    }
    failed
}

async fn record(trail: &AuditStore, origin: &Origin, delivery: &QueueMessage) -> Result<SealEntry, String> {
    let event = delivery.event.clone()?;
    let record = Record::from_event(event, &origin.actor.to_string(), origin.at);
    trail.record(origin, &record).await.map_err(|error| format!("{error} ({})", error.log_detail().unwrap_or_default()))
}
