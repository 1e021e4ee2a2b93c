//! What people ask to be sent: to some by name, and to many, page by page.

use events::{EventType, Fact};
use kernel::{BulkId, Error, NotificationId, Origin, Result};
use serde::Serialize;
use store::{Key, Once, Outcome, Write, from_item};

use super::{Store, won};
use crate::domain::request::{Bulk, Count, Progress, Request};

fn request_key(id: NotificationId) -> Key {
    Key::new(format!("NOTIF#{id}"), "REQUEST")
}

fn bulk_key(id: BulkId) -> Key {
    Key::new(format!("BULK#{id}"), "BULK")
}

fn taken(_: usize, _: Option<store::Item>) -> Error {
    Error::internal("a new id was taken")
}

impl Store {
    /// Keeps a request under the id of its first notification; its event does the rest.
    pub async fn ask(
        &self,
        origin: &Origin,
        id: NotificationId,
        request: &Request,
        once: Option<&Once>,
        answer: &impl Serialize,
    ) -> Result<Outcome> {
        let fact = Fact::new(EventType::NotificationRequested, "Notification", id);
        let write = Write::create(request_key(id), request).says(fact);
        self.table.commit_once(origin, vec![write], once, answer).await.map_err(|refusal| refusal.or(taken))
    }

    /// Keeps a message to many; its event does the rest.
    pub async fn ask_many(
        &self,
        origin: &Origin,
        bulk: &Bulk,
        once: Option<&Once>,
        answer: &impl Serialize,
    ) -> Result<Outcome> {
        let fact = Fact::new(EventType::NotificationBulkRequested, "BulkNotification", bulk.id);
        let write = Write::create(bulk_key(bulk.id), bulk).says(fact);
        self.table.commit_once(origin, vec![write], once, answer).await.map_err(|refusal| refusal.or(taken))
    }

    pub async fn bulk(&self, id: BulkId) -> Result<Option<Bulk>> {
        self.table.get_fresh(&bulk_key(id)).await?.map(from_item).transpose()
    }

    /// Notes how many people there are, before the first page.
    pub async fn size_bulk(&self, origin: &Origin, id: BulkId, total: u32) -> Result<()> {
        let write = Write::update(bulk_key(id)).when("#status = :queued").value(":queued", &Progress::Queued);
        won(self.table.commit(origin, write.set("total", &total)).await).map(drop)
    }

    pub async fn begin_bulk(&self, origin: &Origin, id: BulkId) -> Result<()> {
        let write = Write::update(bulk_key(id)).when("#status = :queued").value(":queued", &Progress::Queued);
        won(self.table.commit(origin, write.set("status", &Progress::Running)).await).map(drop)
    }

    /// Counts a page, once; the last one ends it.
    pub async fn count_page(&self, origin: &Origin, id: BulkId, page: u32, count: Count, last: bool) -> Result<()> {
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
            total = total.set("status", &Progress::Done).set("finished_at", &origin.at);
        }
        won(self.table.transact(origin, vec![Write::create(key, &count), total]).await).map(drop)
    }
}
