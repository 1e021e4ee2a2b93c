//! Messages to many: the pages of their audience, and the queue that they wait in.

use events::Event;
use jiff::Timestamp;
use kernel::{BulkId, EmployeeId, Error, EventId, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::Sender};
use serde::{Deserialize, Serialize};

use crate::{domain::request::Progress, store::Store};

/// One page of a message to many: the members of its audience after `after`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
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
pub(crate) struct Pages(Sender<Page>);

impl FromShell for Pages {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Sender::new(shell, "BULK_QUEUE_URL").map(Self)
    }
}

impl Pages {
    pub(crate) async fn queue(&self, page: Page) -> Result<()> {
        self.0.send(&[page]).await
    }

    /// Counts the audience and queues the first page.
    pub(crate) async fn begin(&self, store: &Store, origin: &Origin, event: &Event) -> Result<()> {
        let bulk_id = event.stamp.entity_id.parse().map_err(Error::internal)?;
        let Some(bulk) = store.bulk(bulk_id).await? else {
            return Err(Error::internal(format!("{bulk_id} is not there")));
        };
        if bulk.status != Progress::Queued {
            return Ok(());
        }
        let total = store.size_of(&bulk.audience.group()).await?;
        store.size_bulk(origin, bulk_id, total).await?;
        self.queue(Page { bulk_id, event_id: event.stamp.id, at: event.stamp.at, page: 1, after: None }).await?;
        store.begin_bulk(origin, bulk_id).await
    }
}
