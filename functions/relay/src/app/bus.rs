//! Event bus: publishes entries in order and reports the first one that was rejected.

use std::time::Duration;

use aws_sdk_eventbridge::{
    Client,
    error::DisplayErrorContext,
    primitives::DateTime,
    types::{PutEventsRequestEntry, PutEventsResultEntry},
};

use lambda::{FromShell, InitError, Shell};

use crate::domain::entry::{BusEntry, split_into_batches};

/// Attempts to publish an entry that the bus rejects. A call that fails as a whole is not repeated.
const ATTEMPTS_MAX: u32 = 3;
/// Pause before the second attempt. It doubles with each further attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    name: String,
}

impl FromShell for Bus {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self::new(Client::new(&shell.aws), shell.env("BUS_NAME")?))
    }
}

impl Bus {
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    /// Publishes the entries; those of one item stay in order.
    ///
    /// # Errors
    /// Index of the first entry whose publication is not confirmed. Later entries of other items may have been published.
    pub async fn publish(&self, entries: &[BusEntry]) -> Result<(), usize> {
        let mut done = 0;
        for batch in split_into_batches(entries) {
            self.send_batch(batch).await.map_err(|at| done + at)?;
            done += batch.len();
        }
        Ok(())
    }

    /// Sends one batch and repeats its rejected entries.
    ///
    /// # Errors
    /// Index of the first unpublished entry.
    async fn send_batch(&self, batch: &[BusEntry]) -> Result<(), usize> {
        let mut pending: Vec<usize> = (0..batch.len()).collect();
        for attempt in 0..ATTEMPTS_MAX {
            if attempt > 0 {
                tokio::time::sleep(FIRST_PAUSE.saturating_mul(1 << attempt.saturating_sub(1).min(4))).await;
            }
            let entries =
                pending.iter().filter_map(|at| batch.get(*at)).map(|entry| self.to_put_request(entry)).collect();
            match self.client.put_events().set_entries(Some(entries)).send().await {
                Ok(answer) if answer.failed_entry_count == 0 => return Ok(()),
                Ok(answer) => pending = rejected_indexes(&pending, answer.entries()),
                Err(error) => {
                    tracing::error!(status = "failed", "PutEvents failed: {}", DisplayErrorContext(&error));
                    break;
                }
            }
        }
        pending.first().map_or(Ok(()), |at| Err(*at))
    }

    fn to_put_request(&self, entry: &BusEntry) -> PutEventsRequestEntry {
        let stamp = &entry.event.stamp;
        PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(events::BUS_SOURCE)
            .detail_type(&stamp.event)
            .detail(&entry.detail)
            .resources(entry.resource())
            .time(DateTime::from_millis(stamp.at.as_millisecond()))
            .build()
    }
}

/// Indexes of the sent entries that the bus rejected. An entry without an answer counts as rejected.
fn rejected_indexes(sent: &[usize], answers: &[PutEventsResultEntry]) -> Vec<usize> {
    let mut rejected = Vec::new();
    for (position, at) in sent.iter().enumerate() {
        let answer = answers.get(position);
        if answer.and_then(PutEventsResultEntry::event_id).is_none() {
            let code = answer.and_then(PutEventsResultEntry::error_code).unwrap_or("no answer");
            tracing::warn!(status = "failed", "the bus rejected an entry: {code}");
            rejected.push(*at);
        }
    }
    rejected
}
