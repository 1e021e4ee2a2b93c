//! Notifications and the inboxes they lie in.

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Error, Limit, NotificationId, Origin, Page, Result};
use store::{Query, Refusal, Sealer, View, Write, from_item, text};

use super::{Store, Stored, deliveries, done_before, notification_key, stored};
use crate::domain::{
    delivery::Delivery,
    notification::{Channel, Notification},
};

/// What the audit trail calls a notification.
const ENTITY: &str = "Notification";
/// How long a notification and its deliveries are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 730);
/// More deliveries than channels there are.
const PARTS_MAX: usize = 16;

/// What came of writing a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It was not there.
    New,
    /// It stands from before, as it was.
    Standing,
}

fn inbox(person: EmployeeId) -> String {
    format!("USER#{person}")
}

/// When something made at `at` has been kept long enough.
pub(super) fn expiry(at: Timestamp) -> Timestamp {
    at.saturating_add(KEPT).unwrap_or(at)
}

fn in_inbox(write: Write, notification: &Notification) -> Write {
    if !notification.channels.contains(&Channel::InApp) {
        return write;
    }
    let person = inbox(notification.recipient_id);
    write.index("by_user", &person, notification.id).index("by_unread", &person, notification.id)
}

impl Store {
    /// Writes a notification and its deliveries, all or nothing, once. The delivery into the inbox is done by this, and
    /// says so.
    ///
    /// # Errors
    /// 503 when the table is away.
    pub async fn write(
        &self,
        origin: &Origin,
        notification: &Notification,
        deliveries: &[Delivery],
    ) -> Result<Written> {
        let expires = expiry(origin.at);
        let first = in_inbox(Write::create(notification_key(notification.id), notification), notification);
        let speaks = deliveries.iter().any(|delivery| delivery.channel == Channel::InApp);
        let hushed = |write: Write| if speaks { write.silently() } else { write };
        let rest = deliveries.iter().map(|delivery| {
            let write = deliveries::creation(delivery, origin.at).expires(expires);
            match delivery.channel {
                Channel::InApp => write.says(Fact::new(EventType::NotificationSent, ENTITY, notification.id)),
                Channel::Email | Channel::Sms | Channel::Push => hushed(write),
            }
        });
        let writes = std::iter::once(hushed(first.expires(expires))).chain(rest).collect();
        match self.table.transact(origin, writes).await {
            Ok(_) => Ok(Written::New),
            Err(Refusal::Condition { .. }) => Ok(Written::Standing),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    /// Lets a notification that stands stand for more, unread again. One that stands for as many already stays.
    ///
    /// # Errors
    /// 503 when the table is away.
    pub async fn grow(&self, origin: &Origin, notification: &Notification) -> Result<()> {
        let person = inbox(notification.recipient_id);
        let write = Write::update(notification_key(notification.id))
            .when("#more < :more")
            .value(":more", &notification.more)
            .set("more", &notification.more)
            .set("title", &notification.title)
            .set("body", &notification.body)
            .set("context", &notification.context)
            .unset("read_at")
            .index("by_unread", &person, notification.id);
        done_before(self.table.commit(origin, write).await)
    }

    /// A notification, as it stands.
    ///
    /// # Errors
    /// 503 when the table is away.
    pub async fn notification(&self, id: NotificationId) -> Result<Option<Stored<Notification>>> {
        self.table.get_fresh(&notification_key(id)).await?.map(stored).transpose()
    }

    /// A notification with its deliveries.
    ///
    /// # Errors
    /// 503 when the table is away.
    pub async fn with_deliveries(&self, id: NotificationId) -> Result<Option<(Notification, Vec<Delivery>)>> {
        let query = Query::partition(notification_key(id).pk).consistent();
        let (mut notification, mut deliveries) = (None, Vec::new());
        for item in self.table.query_all(query, PARTS_MAX).await? {
            match text(&item, "sk") {
                Some("NOTIFICATION") => notification = Some(from_item(item)?),
                Some(sk) if sk.starts_with("DELIVERY#") => deliveries.push(from_item(item)?),
                _ => {}
            }
        }
        Ok(notification.map(|notification| (notification, deliveries)))
    }

    /// One page of somebody's inbox, the newest first; all of it, or what is unread.
    ///
    /// # Errors
    /// 400 for a cursor of another list; 503.
    pub async fn inbox(
        &self,
        person: EmployeeId,
        unread: bool,
        limit: Limit,
        cursor: Option<&str>,
        seal: (&Sealer, &View),
    ) -> Result<Page<Notification>> {
        let index = if unread { "by_unread" } else { "by_user" };
        let query = Query::index(index, inbox(person)).descending();
        self.table.page_of(query, limit, cursor, seal.0, seal.1).await
    }

    /// Marks a notification as read. Whoever comes second finds the time of the first.
    ///
    /// # Errors
    /// 404 when there is none of this person's; 503.
    pub async fn mark_read(
        &self,
        origin: &Origin,
        id: NotificationId,
        person: EmployeeId,
    ) -> Result<Stored<Notification>> {
        let write = Write::update(notification_key(id))
            .when("#recipient_id = :person AND attribute_exists(#ix_by_user_pk) AND attribute_not_exists(#read_at)")
            .value(":person", &person)
            .set("read_at", &origin.at)
            .unindex("by_unread");
        let item = match self.table.commit(origin, write).await {
            Ok(committed) => committed.item,
            Err(Refusal::Condition { standing, .. }) => {
                let ours = standing.filter(|item| {
                    text(item, "recipient_id") == Some(&person.to_string()) && item.contains_key("ix_by_user_pk")
                });
                ours.ok_or_else(|| Error::not_found("notification"))?
            }
            Err(Refusal::Failed(error)) => return Err(error),
        };
        stored(item)
    }
}
