//! The item of a notification.

use jiff::{SignedDuration, Timestamp};
use kernel::{NotificationId, Result};
use store::{Item, Key, Write, from_item, string_attribute, to_attribute};

use crate::domain::notification::Notification;

/// How long a notification and its deliveries are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 730);

pub(super) fn notification_key(id: NotificationId) -> Key {
    Key::new(format!("NOTIF#{id}"), "NOTIFICATION")
}

/// The write that makes a notification. Its id is in its key, and nowhere else.
pub(super) fn creation(notification: &Notification) -> Write {
    Write::create(notification_key(notification.id), notification).remove("id")
}

pub(super) fn notification_of(mut item: Item) -> Result<Notification> {
    let id = string_attribute(&item, "pk").and_then(|pk| pk.strip_prefix("NOTIF#")).map(str::to_owned);
    item.insert("id".to_owned(), to_attribute(&id)?);
    from_item(item)
}

/// When something made at `at` has been kept long enough.
pub(super) fn expiry(at: Timestamp) -> Timestamp {
    at.saturating_add(KEPT).unwrap_or(at)
}
