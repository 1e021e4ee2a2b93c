//! Stored item of a notification.

use jiff::{SignedDuration, Timestamp};
use kernel::{NotificationId, Result};
use store::{Item, Key, Write, from_item, string_attribute, to_attribute};

use crate::domain::notification::Notification;

/// Lifetime of a notification and its deliveries.
const NOTIFICATION_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 730);

pub(super) fn notification_key(id: NotificationId) -> Key {
    Key::new(format!("NOTIF#{id}"), "NOTIFICATION")
}

/// Write that creates a notification. The id is stored in the key only.
pub(super) fn create_notification_write(notification: &Notification) -> Write {
    Write::create(notification_key(notification.id), notification).remove("id")
}

/// Notification in a stored item.
pub(super) fn notification_of(mut item: Item) -> Result<Notification> {
    let id = string_attribute(&item, "pk").and_then(|pk| pk.strip_prefix("NOTIF#")).map(str::to_owned);
    item.insert("id".to_owned(), to_attribute(&id)?);
    from_item(item)
}

/// Expiry of an item created at `at`.
pub(super) fn notification_expiry(at: Timestamp) -> Timestamp {
    at.saturating_add(NOTIFICATION_RETENTION).unwrap_or(at)
}
