//! Notifications and inboxes.

use futures::future::try_join_all;
use kernel::{EmployeeId, Error, NotificationId, Origin, Page, Result};
use store::{CommitError, Item, Pagination, Query, Write, from_item, string_attribute, version_of};

use super::{
    NotificationStore, Stored, deliveries, none_if_condition_failed,
    notification_item::{create_notification_write, notification_expiry, notification_key, notification_of},
};
use crate::{
    domain::{
        channel::Channel,
        delivery::Delivery,
        inbox::{InboxSegment, merge_into_page},
        notification::Notification,
    },
    messages,
};

/// Sort-key prefix of unread notifications.
const NEW: &str = "NEW#";
/// Sort-key prefix of read notifications.
const READ: &str = "READ#";
const SORT_KEY_END: &str = "~";
/// Most items of one notification: itself, its request and its deliveries.
const ITEMS_MAX: usize = 16;

/// Notifications of an inbox that are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InboxPart {
    All,
    Unread,
}

/// Result of [`NotificationStore::create_notification_if_missing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationCreation {
    Created,
    Existing,
}

fn stored_notification(item: Item) -> Result<Stored<Notification>> {
    let version = version_of(&item);
    notification_of(item).map(|value| Stored { value, version })
}

fn inbox_partition(person: EmployeeId) -> String {
    format!("USER#{person}")
}

/// Adds the inbox attributes of a notification to a write.
fn with_inbox_index(write: Write, person: EmployeeId, prefix: &str, id: NotificationId) -> Write {
    write.index("by_user", inbox_partition(person), format!("{prefix}{id}"))
}

impl NotificationStore {
    /// Creates a notification with its deliveries in one transaction, or in one write if it is for the inbox only. If it exists,
    /// nothing changes, and the result is `Existing`.
    pub async fn create_notification_if_missing(
        &self,
        origin: &Origin,
        notification: &Notification,
        deliveries: &[Delivery],
    ) -> Result<NotificationCreation> {
        let (id, expires) = (notification.id, notification_expiry(origin.at));
        let first = create_notification_write(notification).expires_at(expires);
        let first = match notification.channels.contains(&Channel::InApp) {
            true => with_inbox_index(first, notification.recipient_id, NEW, id),
            false => first,
        };
        let written = if deliveries.is_empty() {
            self.table.commit(origin, first).await
        } else {
            let rest = deliveries
                .iter()
                .map(|delivery| deliveries::create_delivery_write(delivery, origin.at).expires_at(expires));
            self.table.transact(origin, std::iter::once(first).chain(rest).collect()).await
        };
        let written = none_if_condition_failed(written)?;
        Ok(if written.is_some() { NotificationCreation::Created } else { NotificationCreation::Existing })
    }

    /// Raises the count of a collapsed notification, with its title, text and context, and marks it as unread. A count that is
    /// not higher changes nothing.
    pub async fn increase_collapsed_count(&self, origin: &Origin, notification: &Notification) -> Result<()> {
        let write = Write::update(notification_key(notification.id))
            .condition("#more < :more")
            .value(":more", &notification.collapsed_count)
            .set("more", &notification.collapsed_count)
            .set("title", &notification.title)
            .set("body", &notification.body)
            .set("context", &notification.context)
            .remove("read_at");
        let write = with_inbox_index(write, notification.recipient_id, NEW, notification.id);
        none_if_condition_failed(self.table.commit(origin, write).await).map(drop)
    }

    pub async fn find_notification(&self, id: NotificationId) -> Result<Option<Stored<Notification>>> {
        self.table.get_consistent(&notification_key(id)).await?.map(stored_notification).transpose()
    }

    /// Notification with its deliveries, none of which is for the inbox.
    pub async fn find_notification_with_deliveries(
        &self,
        id: NotificationId,
    ) -> Result<Option<(Notification, Vec<Delivery>)>> {
        let query = Query::partition(notification_key(id).pk).consistent();
        let (mut notification, mut deliveries) = (None, Vec::new());
        for item in self.table.query_all(query, ITEMS_MAX).await? {
            match string_attribute(&item, "sk") {
                Some("NOTIFICATION") => notification = Some(notification_of(item)?),
                Some(sk) if sk.starts_with("DELIVERY#") => deliveries.push(from_item(item)?),
                _ => {}
            }
        }
        Ok(notification.map(|notification| (notification, deliveries)))
    }

    /// Page of an inbox, newest first.
    ///
    /// # Errors
    /// 400 `invalid_cursor` for the cursor of another list.
    pub async fn list_inbox(
        &self,
        person: EmployeeId,
        part: InboxPart,
        page: &Pagination,
    ) -> Result<Page<Notification>> {
        let (after, size) = (page.position()?, page.size());
        let prefixes: &[&str] = match part {
            InboxPart::All => &[NEW, READ],
            InboxPart::Unread => &[NEW],
        };
        let segments = prefixes.iter().map(|prefix| self.read_inbox_segment(person, prefix, after.as_deref(), size));
        let (items, more) = merge_into_page(try_join_all(segments).await?, size, |notification| notification.id);
        let last = items.last().filter(|_| more);
        let next_cursor = last.map(|last| page.cursor_after(&last.id.to_string())).transpose()?;
        Ok(Page { items, next_cursor })
    }

    /// First items of a segment after a position. Two items more than `size` are read: the next one, and the position itself.
    async fn read_inbox_segment(
        &self,
        person: EmployeeId,
        prefix: &str,
        after: Option<&str>,
        size: usize,
    ) -> Result<InboxSegment<Notification>> {
        let end = format!("{prefix}{}", after.unwrap_or(SORT_KEY_END));
        let query = Query::index("by_user", inbox_partition(person)).between(prefix, &end).descending().limit(size + 2);
        let (items, next) = self.table.query(&query).await?;
        let items = items.into_iter().map(notification_of).collect::<Result<Vec<_>>>()?;
        let items = items.into_iter().filter(|item| Some(item.id.to_string().as_str()) != after).collect();
        Ok(InboxSegment { items, has_more: next.is_some() })
    }

    /// Marks a notification as read; repeated calls keep the time of the first.
    ///
    /// # Errors
    /// 404 `not_found` if the person's inbox does not contain it.
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
        let write = with_inbox_index(write, person, READ, id);
        let item = match self.table.commit(origin, write).await {
            Ok(committed) => committed.item,
            Err(CommitError::ConditionFailed { existing, .. }) => {
                let own = existing.filter(|item| {
                    string_attribute(item, "recipient_id") == Some(&person.to_string())
                        && item.contains_key("ix_by_user_pk")
                });
                own.ok_or_else(|| Error::not_found(messages::notification()))?
            }
            Err(CommitError::Other(error)) => return Err(error),
        };
        stored_notification(item)
    }
}
