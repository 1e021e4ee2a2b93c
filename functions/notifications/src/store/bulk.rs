//! Direct and bulk messages, and the progress of bulk messages.

use events::{EventType, Fact};
use kernel::{BulkId, Error, NotificationId, Origin, Result};
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Key, Write, from_item};

use super::{NotificationStore, none_if_condition_failed};
use crate::domain::request::{BulkMessage, BulkStatus, DirectMessage, PageCounts};

fn direct_message_key(id: NotificationId) -> Key {
    Key::new(format!("NOTIF#{id}"), "REQUEST")
}

fn bulk_key(id: BulkId) -> Key {
    Key::new(format!("BULK#{id}"), "BULK")
}

fn id_exists_error(_: usize, _: Option<store::Item>) -> Error {
    Error::internal("a generated id exists already")
}

impl NotificationStore {
    /// Stores a message to named people; its event triggers the sending.
    pub async fn create_direct_message(
        &self,
        origin: &Origin,
        id: NotificationId,
        request: &DirectMessage,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::NotificationRequested, "Notification", id);
        let write = Write::create(direct_message_key(id), request).publishes(fact);
        self.table
            .commit_idempotent(origin, vec![write], idempotency_key, answer)
            .await
            .map_err(|refusal| refusal.map_condition(id_exists_error))
    }

    /// Stores a bulk message; its event triggers the sending.
    pub async fn create_bulk_message(
        &self,
        origin: &Origin,
        bulk: &BulkMessage,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::NotificationBulkRequested, "BulkNotification", bulk.id);
        let write = Write::create(bulk_key(bulk.id), bulk).publishes(fact);
        self.table
            .commit_idempotent(origin, vec![write], idempotency_key, answer)
            .await
            .map_err(|refusal| refusal.map_condition(id_exists_error))
    }

    pub async fn find_bulk_message(&self, id: BulkId) -> Result<Option<BulkMessage>> {
        self.table.get_consistent(&bulk_key(id)).await?.map(from_item).transpose()
    }

    /// Stores the number of employees in the audience. Does nothing unless the message is queued.
    pub async fn set_total_of_queued_bulk(&self, origin: &Origin, id: BulkId, total: u32) -> Result<()> {
        let write = Write::update(bulk_key(id)).condition("#status = :queued").value(":queued", &BulkStatus::Queued);
        none_if_condition_failed(self.table.commit(origin, write.set("total", &total)).await).map(drop)
    }

    /// Sets the status `running`. Does nothing unless the message is queued.
    pub async fn mark_queued_bulk_running(&self, origin: &Origin, id: BulkId) -> Result<()> {
        let write = Write::update(bulk_key(id)).condition("#status = :queued").value(":queued", &BulkStatus::Queued);
        none_if_condition_failed(self.table.commit(origin, write.set("status", &BulkStatus::Running)).await).map(drop)
    }

    /// Adds the counts of a page to the message, once per page; the last page finishes the message. A repetition changes nothing.
    pub async fn add_page_counts(
        &self,
        origin: &Origin,
        id: BulkId,
        page: u32,
        counts: PageCounts,
        is_last: bool,
    ) -> Result<()> {
        let key = Key::new(bulk_key(id).pk, format!("PAGE#{page:06}"));
        let mut total = Write::update(bulk_key(id))
            .value(":done", &counts.done)
            .value(":skipped", &counts.skipped)
            .value(":failed", &counts.failed)
            .value(":page", &1)
            .assign("#done = #done + :done")
            .assign("#skipped = #skipped + :skipped")
            .assign("#failed = #failed + :failed")
            .assign("#pages = #pages + :page");
        if is_last {
            total = total.set("status", &BulkStatus::Done).set("finished_at", &origin.at);
        }
        none_if_condition_failed(self.table.transact(origin, vec![Write::create(key, &counts), total]).await).map(drop)
    }
}
