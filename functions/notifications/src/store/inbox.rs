//! Notifications and the inboxes they lie in.

use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Error, Limit, NotificationId, Origin, Page, Result};
use store::{Item, Query, Refusal, Sealer, View, Write, from_item, text, to_attribute, version_of};

use super::{Store, Stored, deliveries, done_before, notification_key};
use crate::domain::{
    delivery::Delivery,
    inbox::{Lane, newest},
    notification::{Channel, Notification},
};

/// What begins the place in the inbox of what is unread.
const NEW: &str = "NEW#";
/// What begins the place of what was read.
const READ: &str = "READ#";
/// Sorts behind every id.
const BEHIND_ALL: &str = "~";
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

/// The write that makes a notification. Its id is in its key, and nowhere else.
pub(super) fn creation(notification: &Notification) -> Write {
    Write::create(notification_key(notification.id), notification).unset("id")
}

/// Reads a notification.
pub(super) fn notification_of(mut item: Item) -> Result<Notification> {
    let id = text(&item, "pk").and_then(|pk| pk.strip_prefix("NOTIF#")).map(str::to_owned);
    item.insert("id".to_owned(), to_attribute(&id)?);
    from_item(item)
}

fn standing(item: Item) -> Result<Stored<Notification>> {
    let version = version_of(&item);
    notification_of(item).map(|value| Stored { value, version })
}

fn inbox(person: EmployeeId) -> String {
    format!("USER#{person}")
}

/// When something made at `at` has been kept long enough.
pub(super) fn expiry(at: Timestamp) -> Timestamp {
    at.saturating_add(KEPT).unwrap_or(at)
}

/// Puts it into its place in the inbox of its recipient.
fn placed(write: Write, person: EmployeeId, place: &str, id: NotificationId) -> Write {
    write.index("by_user", inbox(person), format!("{place}{id}"))
}

impl Store {
    /// Writes a notification and its deliveries, all or nothing, once. By this alone it lies in the inbox: what has no other
    /// way to go is one write.
    ///
    /// # Errors
    /// 503 when the table is away.
    pub async fn write(
        &self,
        origin: &Origin,
        notification: &Notification,
        deliveries: &[Delivery],
    ) -> Result<Written> {
        let (id, expires) = (notification.id, expiry(origin.at));
        let first = creation(notification).expires(expires);
        let first = match notification.channels.contains(&Channel::InApp) {
            true => placed(first, notification.recipient_id, NEW, id),
            false => first,
        };
        let written = if deliveries.is_empty() {
            self.table.commit(origin, first).await
        } else {
            let rest = deliveries.iter().map(|delivery| deliveries::creation(delivery, origin.at).expires(expires));
            self.table.transact(origin, std::iter::once(first).chain(rest).collect()).await
        };
        match written {
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
        let write = Write::update(notification_key(notification.id))
            .when("#more < :more")
            .value(":more", &notification.more)
            .set("more", &notification.more)
            .set("title", &notification.title)
            .set("body", &notification.body)
            .set("context", &notification.context)
            .unset("read_at");
        let write = placed(write, notification.recipient_id, NEW, notification.id);
        done_before(self.table.commit(origin, write).await)
    }

    /// A notification, as it stands.
    ///
    /// # Errors
    /// 503 when the table is away.
    pub async fn notification(&self, id: NotificationId) -> Result<Option<Stored<Notification>>> {
        self.table.get_fresh(&notification_key(id)).await?.map(standing).transpose()
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
                Some("NOTIFICATION") => notification = Some(notification_of(item)?),
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
        (sealer, view): (&Sealer, &View),
    ) -> Result<Page<Notification>> {
        let behind = cursor.map(|cursor| sealer.open(view, cursor)).transpose()?;
        let wanted = usize::from(limit.get());
        let places: &[&str] = if unread { &[NEW] } else { &[NEW, READ] };
        let lanes = places.iter().map(|place| self.lane(person, place, behind.as_deref(), wanted));
        let (items, more) = newest(try_join_all(lanes).await?, wanted, |notification| notification.id);
        let last = items.last().filter(|_| more).map(|last| last.id.to_string());
        let next_cursor = last.map(|last| sealer.seal(view, &last)).transpose()?;
        Ok(Page { items, next_cursor })
    }

    /// What lies in one place of an inbox behind a position: more than wanted, if there is more, and the position itself.
    async fn lane(
        &self,
        person: EmployeeId,
        place: &str,
        behind: Option<&str>,
        wanted: usize,
    ) -> Result<Lane<Notification>> {
        let high = format!("{place}{}", behind.unwrap_or(BEHIND_ALL));
        let query = Query::index("by_user", inbox(person)).between(place, &high).descending().limit(wanted + 2);
        let (items, next) = self.table.query(&query).await?;
        let items = items.into_iter().map(notification_of).collect::<Result<Vec<_>>>()?;
        let items = items.into_iter().filter(|item| Some(item.id.to_string().as_str()) != behind).collect();
        Ok(Lane { items, goes_on: next.is_some() })
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
            .set("read_at", &origin.at);
        let write = placed(write, person, READ, id);
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
        standing(item)
    }
}
