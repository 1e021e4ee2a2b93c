//! `audit-on-event`: stores one record for each event on the bus, even if events are repeated or out of order.
//!
//! A batch first stores its records, then one manifest that lists them for the seal of the current hour. Only then are the messages
//! acknowledged. After a crash in between, the redelivered batch finds its records and lists them.

use std::collections::BTreeSet;

use futures::future::join_all;
use kernel::Origin;
use lambda::{Api, queue::QueueMessage};

use crate::{
    domain::record::{AuditRecord, SealEntry},
    store::AuditStore,
};

lambda::consumer!("audit-on-event", batch(record_events), Api<AuditStore>);

/// Records a batch of events. Returns the ids of the messages to be redelivered.
async fn record_events(api: Api<AuditStore>, batch: Vec<QueueMessage>) -> Vec<String> {
    let (store, origin) = (&api.store, &api.shell.system_origin(FUNCTION, ""));
    let outcomes = join_all(batch.into_iter().map(|message| async {
        let outcome = record_event(store, origin, &message).await;
        (message.message_id, outcome)
    }));
    let (mut failed, mut entries, mut recorded) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (message_id, outcome) in outcomes.await {
        match outcome {
            Ok(entry) => {
                entries.insert(entry);
                recorded.push(message_id);
            }
            Err(cause) => {
                tracing::error!(status = "failed", message_id, "the event was not recorded: {cause}");
                failed.push(message_id);
            }
        }
    }
    if entries.is_empty() {
        return failed;
    }
    if let Err(error) = store.create_manifest(origin, entries.into_iter().collect()).await {
        let detail = error.log_detail().unwrap_or_default();
        tracing::error!(status = "failed", "the manifest was not stored: {error} ({detail})");
        failed.extend(recorded);
    }
    failed
}

/// Stores the record of an event unless it exists. The returned entry must be listed in a manifest.
async fn record_event(store: &AuditStore, origin: &Origin, message: &QueueMessage) -> Result<SealEntry, String> {
    let event = message.event.clone()?;
    let record = AuditRecord::from_event(event, &origin.actor.to_string(), origin.at);
    store
        .create_record_if_missing(origin, &record)
        .await
        .map_err(|error| format!("{error} ({})", error.log_detail().unwrap_or_default()))
}
