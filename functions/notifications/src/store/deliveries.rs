//! Deliveries: created with their notification, claimed and updated by the workers.
//!
//! The index `by_due` lists every unfinished delivery with the time from which it needs attention: the due time of a parked one,
//! the time after which the message of a queued one counts as lost, the end of the claim of one that is being sent. So lost
//! queue messages delay a delivery, but never lose it.

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Error, NotificationId, Origin, Result, to_sortable_text};
use serde_json::json;
use store::{Item, Key, Query, Write, from_item, string_attribute, version_of};

use super::{
    NotificationStore, none_if_condition_failed,
    notification_item::{self, notification_expiry, notification_key, notification_of},
};
use crate::domain::{
    channel::Channel,
    delivery::{Delivery, DeliveryId, DeliveryStatus},
    digest::DigestItem,
    notification::Notification,
};

/// Time after which the message of an unclaimed delivery counts as lost.
pub const REQUEUE_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// Number of partitions of `by_due`.
pub const DUE_SHARDS: u8 = 4;

fn delivery_key(id: NotificationId, channel: Channel) -> Key {
    Key::new(format!("NOTIF#{id}"), format!("DELIVERY#{channel}"))
}

/// Key in the index `by_due`.
struct DueKey {
    pk: String,
    sk: String,
}

fn shard_of(bits: u128) -> u128 {
    bits % u128::from(DUE_SHARDS)
}

/// Index key of a delivery that needs attention at `at`.
fn due_key_at(id: NotificationId, channel: Channel, at: Timestamp) -> DueKey {
    DueKey {
        pk: format!("DUE#{}", shard_of(id.uuid().as_u128())),
        sk: format!("{}#{id}#{channel}", to_sortable_text(at)),
    }
}

/// Index key of an unfinished delivery; `None` for a finished one. Deliveries for a digest are in a shard by recipient.
fn due_key_by_status(delivery: &Delivery, now: Timestamp) -> Option<DueKey> {
    let (id, channel) = (delivery.notification_id, delivery.channel);
    let at = match delivery.status {
        DeliveryStatus::Queued => now.saturating_add(REQUEUE_AFTER).ok()?,
        DeliveryStatus::Parked | DeliveryStatus::Sending => delivery.due_at.unwrap_or(now),
        DeliveryStatus::Sent | DeliveryStatus::Failed | DeliveryStatus::Suppressed => return None,
    };
    if delivery.awaits_digest() {
        let recipient = delivery.recipient_id;
        let pk = format!("DIGEST#{}", shard_of(recipient.uuid().as_u128()));
        return Some(DueKey { pk, sk: format!("{}#{recipient}#{id}", to_sortable_text(at)) });
    }
    Some(due_key_at(id, channel, at))
}

fn with_due_index(write: Write, delivery: &Delivery, now: Timestamp) -> Write {
    match due_key_by_status(delivery, now) {
        Some(DueKey { pk, sk }) => write.index("by_due", pk, sk),
        None => write,
    }
}

/// Write that creates a delivery, with its index key. It fails if the delivery exists.
pub(super) fn create_delivery_write(delivery: &Delivery, now: Timestamp) -> Write {
    with_due_index(Write::create(delivery_key(delivery.notification_id, delivery.channel), delivery), delivery, now)
}

/// Write that replaces a delivery. It fails if the stored one has another version.
fn replace_delivery_write(delivery: &Delivery, version: u64, now: Timestamp) -> Write {
    let write = Write::replace(delivery_key(delivery.notification_id, delivery.channel), delivery, version);
    with_due_index(write, delivery, now).expires_at(notification_expiry(delivery.created_at))
}

/// Event of a sent or failed delivery. It contains no address.
fn outcome_fact(delivery: &Delivery) -> Option<Fact> {
    let event = match delivery.status {
        DeliveryStatus::Sent => EventType::NotificationSent,
        DeliveryStatus::Failed => EventType::NotificationFailed,
        DeliveryStatus::Queued | DeliveryStatus::Parked | DeliveryStatus::Sending | DeliveryStatus::Suppressed => {
            return None;
        }
    };
    let data = json!({"channel": delivery.channel, "recipient_id": delivery.recipient_id});
    Some(Fact::new(event, "Notification", delivery.notification_id).with_data(data))
}

/// Delivery with its notification and version.
#[derive(Debug, Clone)]
pub struct StoredDelivery {
    pub notification: Notification,
    pub delivery: Delivery,
    /// Version of the delivery.
    pub version: u64,
}

impl NotificationStore {
    /// Delivery with its notification.
    ///
    /// # Errors
    /// Internal error if the delivery does not exist.
    pub async fn get_delivery(&self, id: &DeliveryId) -> Result<StoredDelivery> {
        let DeliveryId { notification_id, channel } = *id;
        let keys = [notification_key(notification_id), delivery_key(notification_id, channel)];
        let items = self.table.get_many_consistent(&keys).await?;
        let (mut notification, mut delivery) = (None, None);
        for item in items {
            let slot =
                if string_attribute(&item, "sk") == Some(&keys[0].sk) { &mut notification } else { &mut delivery };
            *slot = Some(item);
        }
        let (Some(notification), Some(delivery)) = (notification, delivery) else {
            return Err(missing_delivery_error(id));
        };
        let version = version_of(&delivery);
        Ok(StoredDelivery { notification: notification_of(notification)?, delivery: from_item(delivery)?, version })
    }

    /// Replaces a delivery that still has this version, and publishes `notification.sent` or `notification.failed` if it is now
    /// sent or failed. Returns the new version, or `None` if another worker was faster.
    pub async fn update_delivery_if_unchanged(
        &self,
        origin: &Origin,
        delivery: &Delivery,
        version: u64,
    ) -> Result<Option<u64>> {
        let write = replace_delivery_write(delivery, version, origin.at);
        let write = match outcome_fact(delivery) {
            Some(fact) => write.publishes(fact),
            None => write,
        };
        none_if_condition_failed(self.table.commit(origin, write).await)
            .map(|written| written.map(|committed| committed.version))
    }

    /// Unfinished deliveries of one shard that need attention now, with their sort key in `by_due`, the longest due first. Those
    /// for a digest are not among them.
    pub async fn list_due_deliveries(
        &self,
        shard: u8,
        now: Timestamp,
        items_max: usize,
    ) -> Result<Vec<(DeliveryId, String)>> {
        let items = self.list_due_index_items(format!("DUE#{shard}"), now, items_max).await?;
        Ok(items
            .iter()
            .filter_map(|item| Some((delivery_id_of_item(item)?, string_attribute(item, "ix_by_due_sk")?.to_owned())))
            .collect())
    }

    /// Items of one shard whose digest is due, the longest due first.
    pub async fn list_due_digest_items(&self, shard: u8, now: Timestamp, items_max: usize) -> Result<Vec<DigestItem>> {
        let items = self.list_due_index_items(format!("DIGEST#{shard}"), now, items_max).await?;
        let due = items.iter().filter_map(|item| {
            let mut parts = string_attribute(item, "ix_by_due_sk")?.split('#').skip(1);
            let recipient: EmployeeId = parts.next()?.parse().ok()?;
            Some(DigestItem { recipient, notification: parts.next()?.parse().ok()? })
        });
        Ok(due.collect())
    }

    /// Items of one partition of `by_due` up to `now`, the longest due first, at most `items_max`.
    async fn list_due_index_items(&self, pk: String, now: Timestamp, items_max: usize) -> Result<Vec<Item>> {
        let high = format!("{}~", to_sortable_text(now));
        let mut query = Query::index("by_due", pk).between("0", &high).limit(items_max);
        let mut overdue = Vec::new();
        loop {
            let (items, next) = self.table.query(&query).await?;
            overdue.extend(items);
            match next {
                Some(position) if overdue.len() < items_max => query = query.after(position),
                Some(_) | None => {
                    overdue.truncate(items_max);
                    return Ok(overdue);
                }
            }
        }
    }

    /// Moves a due delivery 15 minutes ahead, so that one run queues it; false if it has changed since it was read at
    /// `sort_key`.
    pub async fn postpone_due_time(&self, origin: &Origin, id: &DeliveryId, sort_key: &str) -> Result<bool> {
        let Ok(later) = origin.at.saturating_add(REQUEUE_AFTER) else { return Ok(false) };
        let DueKey { pk, sk } = due_key_at(id.notification_id, id.channel, later);
        let write = Write::update(delivery_key(id.notification_id, id.channel))
            .condition("#ix_by_due_sk = :seen")
            .value(":seen", &sort_key)
            .index("by_due", pk, sk);
        none_if_condition_failed(self.table.commit(origin, write).await).map(|written| written.is_some())
    }

    /// Deliveries among these notifications that are still parked for a digest.
    pub async fn list_parked_for_digest(&self, ids: &[NotificationId]) -> Result<Vec<StoredDelivery>> {
        let keys: Vec<_> =
            ids.iter().flat_map(|id| [notification_key(*id), delivery_key(*id, Channel::Email)]).collect();
        let mut items = self.table.get_many_consistent(&keys).await?;
        let mut take = |key: &Key| {
            let has_key = |item: &Item| {
                string_attribute(item, "pk") == Some(&key.pk) && string_attribute(item, "sk") == Some(&key.sk)
            };
            items.iter().position(has_key).map(|at| items.swap_remove(at))
        };
        let mut parked = Vec::new();
        for pair in keys.chunks_exact(2) {
            let [notification, delivery] = pair else { continue };
            let (Some(notification), Some(delivery)) = (take(notification), take(delivery)) else { continue };
            let version = version_of(&delivery);
            let delivery: Delivery = from_item(delivery)?;
            if delivery.awaits_digest() {
                parked.push(StoredDelivery { notification: notification_of(notification)?, delivery, version });
            }
        }
        Ok(parked)
    }

    /// Creates a digest and marks its items as sent, in one transaction; false, without any write, if an item has changed.
    pub async fn commit_digest(
        &self,
        origin: &Origin,
        digest: &Notification,
        delivery: &Delivery,
        items: &[StoredDelivery],
    ) -> Result<bool> {
        let mut writes =
            vec![notification_item::create_notification_write(digest), create_delivery_write(delivery, origin.at)]
                .into_iter()
                .map(|write| write.expires_at(notification_expiry(origin.at)))
                .collect::<Vec<_>>();
        for item in items {
            let sent = item.delivery.sent(origin.at);
            let sent = Delivery { reason: item.delivery.reason, digest_id: Some(digest.id), ..sent };
            writes.push(replace_delivery_write(&sent, item.version, origin.at));
        }
        none_if_condition_failed(self.table.transact(origin, writes).await).map(|written| written.is_some())
    }
}

fn missing_delivery_error(id: &DeliveryId) -> Error {
    Error::internal(format!("the delivery of {} through {} does not exist", id.notification_id, id.channel))
}

/// Key of the delivery of an index item.
fn delivery_id_of_item(item: &Item) -> Option<DeliveryId> {
    let notification_id = string_attribute(item, "pk")?.strip_prefix("NOTIF#")?.parse().ok()?;
    let channel = string_attribute(item, "sk")?.strip_prefix("DELIVERY#")?.parse().ok()?;
    Some(DeliveryId { notification_id, channel })
}
