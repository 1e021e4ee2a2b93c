//! Notifications and the inboxes they lie in.

use futures::future::try_join_all;
use kernel::{EmployeeId, Error, NotificationId, Origin, Page, Result};
use store::{CommitError, Item, Pagination, Query, Write, from_item, string_attribute, version_of};

use super::{
    NotificationStore, Stored, deliveries,
    notification_item::{creation, expiry, notification_key, notification_of},
    won,
};
use crate::domain::{
    channel::Channel,
    delivery::Delivery,
    inbox::{InboxSegment, merge_newest},
    notification::Notification,
};

/// What begins the place in the inbox of what is unread.
const NEW: &str = "NEW#";
const READ: &str = "READ#";
const BEHIND_ALL: &str = "~";
const DELIVERIES_MAX: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationCreation {
    New,
    Standing,
}

fn stored_notification(item: Item) -> Result<Stored<Notification>> {
    let version = version_of(&item);
    notification_of(item).map(|value| Stored { value, version })
}

fn inbox(person: EmployeeId) -> String {
    format!("USER#{person}")
}

/// Puts it into its place in the inbox of its recipient.
fn placed(write: Write, person: EmployeeId, place: &str, id: NotificationId) -> Write {
    write.index("by_user", inbox(person), format!("{place}{id}"))
}

impl NotificationStore {
    /// Writes a notification and its deliveries, all or nothing, once. By this alone it lies in the inbox: what has no other
    /// way to go is one write.
    pub async fn create_notification(
        &self,
        origin: &Origin,
        notification: &Notification,
        deliveries: &[Delivery],
    ) -> Result<NotificationCreation> {
        let (id, expires) = (notification.id, expiry(origin.at));
        let first = creation(notification).expires_at(expires);
        let first = match notification.channels.contains(&Channel::InApp) {
            true => placed(first, notification.recipient_id, NEW, id),
            false => first,
        };
        let written = if deliveries.is_empty() {
            self.table.commit(origin, first).await
        } else {
            let rest = deliveries.iter().map(|delivery| deliveries::creation(delivery, origin.at).expires_at(expires));
            self.table.transact(origin, std::iter::once(first).chain(rest).collect()).await
        };
        Ok(if won(written)?.is_some() { NotificationCreation::New } else { NotificationCreation::Standing })
    }

    /// Lets a notification that stands stand for more, unread again. One that stands for as many already stays.
    pub async fn increase_collapsed_count(&self, origin: &Origin, notification: &Notification) -> Result<()> {
        let write = Write::update(notification_key(notification.id))
            .condition("#more < :more")
            .value(":more", &notification.collapsed_count)
            .set("more", &notification.collapsed_count)
            .set("title", &notification.title)
            .set("body", &notification.body)
            .set("context", &notification.context)
            .remove("read_at");
        let write = placed(write, notification.recipient_id, NEW, notification.id);
        won(self.table.commit(origin, write).await).map(drop)
    }

    pub async fn notification(&self, id: NotificationId) -> Result<Option<Stored<Notification>>> {
        self.table.get_consistent(&notification_key(id)).await?.map(stored_notification).transpose()
    }

    pub async fn with_deliveries(&self, id: NotificationId) -> Result<Option<(Notification, Vec<Delivery>)>> {
        let query = Query::partition(notification_key(id).pk).consistent();
        let (mut notification, mut deliveries) = (None, Vec::new());
        for item in self.table.query_all(query, DELIVERIES_MAX).await? {
            match string_attribute(&item, "sk") {
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
    pub async fn inbox(&self, person: EmployeeId, unread: bool, page: &Pagination) -> Result<Page<Notification>> {
        let (behind, wanted) = (page.position()?, page.size());
        let places: &[&str] = if unread { &[NEW] } else { &[NEW, READ] };
        let lanes = places.iter().map(|place| self.read_segment(person, place, behind.as_deref(), wanted));
        let (items, more) = merge_newest(try_join_all(lanes).await?, wanted, |notification| notification.id);
        let last = items.last().filter(|_| more);
        let next_cursor = last.map(|last| page.cursor_after(&last.id.to_string())).transpose()?;
        Ok(Page { items, next_cursor })
    }

    /// What lies in one place of an inbox behind a position: more than wanted, if there is more, and the position itself.
    async fn read_segment(
        &self,
        person: EmployeeId,
        place: &str,
        behind: Option<&str>,
        wanted: usize,
    ) -> Result<InboxSegment<Notification>> {
        let high = format!("{place}{}", behind.unwrap_or(BEHIND_ALL));
        let query = Query::index("by_user", inbox(person)).between(place, &high).descending().limit(wanted + 2);
        let (items, next) = self.table.query(&query).await?;
        let items = items.into_iter().map(notification_of).collect::<Result<Vec<_>>>()?;
        let items = items.into_iter().filter(|item| Some(item.id.to_string().as_str()) != behind).collect();
        Ok(InboxSegment { items, has_more: next.is_some() })
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
            .condition(
                "#recipient_id = :person AND attribute_exists(#ix_by_user_pk) AND attribute_not_exists(#read_at)",
            )
            .value(":person", &person)
            .set("read_at", &origin.at);
        let write = placed(write, person, READ, id);
        let item = match self.table.commit(origin, write).await {
            Ok(committed) => committed.item,
            Err(CommitError::Condition { standing, .. }) => {
                let ours = standing.filter(|item| {
                    string_attribute(item, "recipient_id") == Some(&person.to_string())
                        && item.contains_key("ix_by_user_pk")
                });
                ours.ok_or_else(|| Error::not_found("notification"))?
            }
            Err(CommitError::Other(error)) => return Err(error),
        };
        stored_notification(item)
    }
}
