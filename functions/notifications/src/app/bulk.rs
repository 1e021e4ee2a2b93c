//! Pages of bulk messages, and their queue.

use events::Event;
use jiff::Timestamp;
use kernel::{BulkId, EmployeeId, Error, EventId, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::Sender};
use serde::{Deserialize, Serialize};

use crate::{domain::request::BulkStatus, store::NotificationStore};

/// Page of a bulk message: the members of its audience after `after`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkPage {
    pub bulk_id: BulkId,
    /// Event of the request for the message.
    pub event_id: EventId,
    /// Time of the request.
    pub at: Timestamp,
    /// Number of the page, counted from 1.
    pub page: u32,
    /// Last member of the previous page; `None` for the first page.
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
    pub(crate) async fn enqueue(&self, page: BulkPage) -> Result<()> {
        self.0.send(&[page]).await
    }

    /// Counts the audience, queues the first page and marks the message as running. Does nothing if it is running or done.
    pub(crate) async fn start_bulk_message(
        &self,
        store: &NotificationStore,
        origin: &Origin,
        event: &Event,
    ) -> Result<()> {
        let bulk_id = event.stamp.entity_id.parse().map_err(Error::internal)?;
        let Some(bulk) = store.find_bulk_message(bulk_id).await? else {
            return Err(Error::internal(format!("the bulk message {bulk_id} does not exist")));
        };
        if bulk.status != BulkStatus::Queued {
            return Ok(());
        }
        let total = store.count_members(&bulk.audience.group_name()).await?;
        store.set_total_of_queued_bulk(origin, bulk_id, total).await?;
        self.enqueue(BulkPage { bulk_id, event_id: event.stamp.id, at: event.stamp.at, page: 1, after: None }).await?;
        store.mark_queued_bulk_running(origin, bulk_id).await
    }
}
