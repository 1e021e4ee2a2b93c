//! What people ask to be sent: to some by name, and to many, page by page.

use events::{EventType, Fact};
use kernel::{BulkId, Error, NotificationId, Origin, Result};
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Key, Write, from_item};

use super::{NotificationStore, won};
use crate::domain::request::{BulkMessage, BulkStatus, DirectMessage, PageCounts};

fn request_key(id: NotificationId) -> Key {
    Key::new(format!("NOTIF#{id}"), "REQUEST")
}

fn bulk_key(id: BulkId) -> Key {
    Key::new(format!("BULK#{id}"), "BULK")
}

fn taken(_: usize, _: Option<store::Item>) -> Error {
    Error::internal("a new id was taken")
}

impl NotificationStore {
    /// Keeps a request under the id of its first notification; its event does the rest.
    pub async fn create_direct_message(
        &self,
        origin: &Origin,
        id: NotificationId,
        request: &DirectMessage,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::NotificationRequested, "Notification", id);
        let write = Write::create(request_key(id), request).publishes(fact);
        self.table
            .commit_idempotent(origin, vec![write], once, answer)
            .await
            .map_err(|refusal| refusal.map_condition(taken))
    }

    /// Keeps a message to many; its event does the rest.
    pub async fn create_bulk_message(
        &self,
        origin: &Origin,
        bulk: &BulkMessage,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::NotificationBulkRequested, "BulkNotification", bulk.id);
        let write = Write::create(bulk_key(bulk.id), bulk).publishes(fact);
        self.table
            .commit_idempotent(origin, vec![write], once, answer)
            .await
            .map_err(|refusal| refusal.map_condition(taken))
    }

    pub async fn bulk(&self, id: BulkId) -> Result<Option<BulkMessage>> {
        self.table.get_consistent(&bulk_key(id)).await?.map(from_item).transpose()
    }

    /// Notes how many people there are, before the first page.
    pub async fn set_bulk_total(&self, origin: &Origin, id: BulkId, total: u32) -> Result<()> {
        let write = Write::update(bulk_key(id)).condition("#status = :queued").value(":queued", &BulkStatus::Queued);
        won(self.table.commit(origin, write.set("total", &total)).await).map(drop)
    }

    pub async fn start_bulk(&self, origin: &Origin, id: BulkId) -> Result<()> {
        let write = Write::update(bulk_key(id)).condition("#status = :queued").value(":queued", &BulkStatus::Queued);
        won(self.table.commit(origin, write.set("status", &BulkStatus::Running)).await).map(drop)
    }

    /// Counts a page, once; the last one ends it.
    pub async fn add_page_counts(
        &self,
        origin: &Origin,
        id: BulkId,
        page: u32,
        count: PageCounts,
        last: bool,
    ) -> Result<()> {
        let key = Key::new(bulk_key(id).pk, format!("PAGE#{page:06}"));
        let mut total = Write::update(bulk_key(id))
            .value(":done", &count.done)
            .value(":skipped", &count.skipped)
            .value(":failed", &count.failed)
            .value(":page", &1)
            .assign("#done = #done + :done")
            .assign("#skipped = #skipped + :skipped")
            .assign("#failed = #failed + :failed")
            .assign("#pages = #pages + :page");
        if last {
            total = total.set("status", &BulkStatus::Done).set("finished_at", &origin.at);
        }
        won(self.table.transact(origin, vec![Write::create(key, &count), total]).await).map(drop)
    }
}
