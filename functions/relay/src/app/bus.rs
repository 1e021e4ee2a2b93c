//! The bus: puts entries on it, in order, and says which one it did not take.

use std::time::Duration;

use aws_sdk_eventbridge::{
    Client,
    error::DisplayErrorContext,
    primitives::DateTime,
    types::{PutEventsRequestEntry, PutEventsResultEntry},
};

use lambda::{FromShell, InitError, Shell};

use crate::domain::entry::{BusEntry, batches};

/// How often entries that the bus did not take are sent again before their record fails.
const TRIES_MAX: u32 = 3;
/// The pause before the second try; it doubles.
const PAUSE: Duration = Duration::from_millis(50);

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

    /// Publishes all, in order.
    ///
    /// # Errors
    /// The place of the first entry that the bus did not take; entries of other items behind it may have been taken.
    pub async fn publish(&self, entries: &[BusEntry]) -> Result<(), usize> {
        let mut done = 0;
        for batch in batches(entries) {
            if let Some(at) = self.send(batch).await {
                return Err(done + at);
            }
            done += batch.len();
        }
        Ok(())
    }

    /// Sends one batch until all is taken or the tries are used up; answers the first that was not taken.
    async fn send(&self, batch: &[BusEntry]) -> Option<usize> {
        let mut left: Vec<usize> = (0..batch.len()).collect();
        for tried in 0..TRIES_MAX {
            if tried > 0 {
                tokio::time::sleep(PAUSE.saturating_mul(1 << tried.min(4))).await;
            }
            let entries = left.iter().filter_map(|at| batch.get(*at)).map(|entry| self.request(entry)).collect();
            match self.client.put_events().set_entries(Some(entries)).send().await {
                Ok(answer) if answer.failed_entry_count == 0 => return None,
                Ok(answer) => left = rejected_indexes(&left, answer.entries()),
                Err(error) => {
                    tracing::error!(status = "failed", "PutEvents: {}", DisplayErrorContext(&error));
                    break;
                }
            }
        }
        left.first().copied()
    }

    fn request(&self, entry: &BusEntry) -> PutEventsRequestEntry {
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

/// Those of the entries sent whose answer has no id. An answer that is too short counts as a refusal.
fn rejected_indexes(sent: &[usize], answers: &[PutEventsResultEntry]) -> Vec<usize> {
    let mut refused = Vec::new();
    for (place, at) in sent.iter().enumerate() {
        let answer = answers.get(place);
        if answer.and_then(PutEventsResultEntry::event_id).is_none() {
            let code = answer.and_then(PutEventsResultEntry::error_code).unwrap_or("no answer");
            tracing::warn!(status = "failed", "the bus did not take an entry: {code}");
            refused.push(*at);
        }
    }
    refused
}
