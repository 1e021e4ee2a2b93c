//! Messages to many: the pages of their audience, and the queue that they wait in.

use events::Event;
use jiff::Timestamp;
use kernel::{BulkId, EmployeeId, Error, EventId, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::Sender};
use serde::{Deserialize, Serialize};

use crate::{domain::request::BulkStatus, store::NotificationStore};

/// One page of a message to many: the members of its audience after `after`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkPage {
    pub bulk_id: BulkId,
    /// The event that asked for the message.
    pub event_id: EventId,
    /// When that was.
    pub at: Timestamp,
    /// From 1.
    pub page: u32,
    /// The last member of the page before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<EmployeeId>,
}

#[derive(Debug, Clone)]
pub(crate) struct BulkQueue(Sender<BulkPage>);

impl FromShell for BulkQueue {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Sender::new(shell, "BULK_QUEUE_URL").map(Self)
    }
}

impl BulkQueue {
    pub(crate) async fn queue(&self, page: BulkPage) -> Result<()> {
        self.0.send(&[page]).await
    }

    /// Counts the audience and queues the first page.
    pub(crate) async fn begin(&self, store: &NotificationStore, origin: &Origin, event: &Event) -> Result<()> {
        let bulk_id = event.stamp.entity_id.parse().map_err(Error::internal)?;
        let Some(bulk) = store.bulk(bulk_id).await? else {
            return Err(Error::internal(format!("{bulk_id} is not there")));
        };
        if bulk.status != BulkStatus::Queued {
            return Ok(());
        }
        let total = store.count_members(&bulk.audience.group()).await?;
        store.set_bulk_total(origin, bulk_id, total).await?;
        self.queue(BulkPage { bulk_id, event_id: event.stamp.id, at: event.stamp.at, page: 1, after: None }).await?;
        store.start_bulk(origin, bulk_id).await
    }
}
