//! Deliveries: made with their notification, claimed and settled by those who send.
//!
//! Every delivery that is not settled yet stands in the index `by_due` at the instant from which somebody should look after
//! it: a parked one when it is due, a queued one when its message must have got lost, a claimed one when its claim ends. So
//! nothing depends on a message.

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Error, NotificationId, Origin, Result, to_sortable_text};
use serde_json::json;
use store::{Item, Key, Query, Write, from_item, string_attribute, version_of};

use super::{
    NotificationStore,
    notification_item::{self, expiry, notification_key, notification_of},
    won,
};
use crate::domain::{
    channel::Channel,
    delivery::{Delivery, DeliveryId, Status},
    digest::PendingApprover,
    notification::Notification,
    reason,
};

/// A queued delivery that nobody has claimed for so long is queued again: its message was lost.
pub const REQUEUE_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// Into how many partitions of `by_due` waiting deliveries are spread.
pub const DUE_SHARDS: u8 = 4;

fn delivery_key(id: NotificationId, channel: Channel) -> Key {
    Key::new(format!("NOTIF#{id}"), format!("DELIVERY#{channel}"))
}

/// What stands in `by_due`: the key's two halves.
struct DueKey {
    pk: String,
    sk: String,
}

fn shard(bits: u128) -> u128 {
    bits % u128::from(DUE_SHARDS)
}

/// The index key of whatever is to be looked after at `at`.
fn due_key(id: NotificationId, channel: Channel, at: Timestamp) -> DueKey {
    DueKey { pk: format!("DUE#{}", shard(id.uuid().as_u128())), sk: format!("{}#{id}#{channel}", to_sortable_text(at)) }
}

/// Where a delivery waits, if it does. Those that wait for a digest wait together with the others of their recipient.
fn due_key_of(delivery: &Delivery, now: Timestamp) -> Option<DueKey> {
    let (id, channel) = (delivery.notification_id, delivery.channel);
    let at = match delivery.status {
        Status::Queued => now.saturating_add(REQUEUE_AFTER).ok()?,
        Status::Parked | Status::Sending => delivery.due_at.unwrap_or(now),
        Status::Sent | Status::Failed | Status::Suppressed => return None,
    };
    if delivery.status == Status::Parked && delivery.reason.as_deref() == Some(reason::DIGEST) {
        let recipient = delivery.recipient_id;
        let pk = format!("DIGEST#{}", shard(recipient.uuid().as_u128()));
        return Some(DueKey { pk, sk: format!("{}#{recipient}#{id}", to_sortable_text(at)) });
    }
    Some(due_key(id, channel, at))
}

fn indexed(write: Write, delivery: &Delivery, now: Timestamp) -> Write {
    match due_key_of(delivery, now) {
        Some(DueKey { pk, sk }) => write.index("by_due", pk, sk),
        None => write,
    }
}

/// The write that makes a delivery. One that is queued or parked is seen by the due job from the time it is due.
pub(super) fn creation(delivery: &Delivery, now: Timestamp) -> Write {
    indexed(Write::create(delivery_key(delivery.notification_id, delivery.channel), delivery), delivery, now)
}

/// The write that changes a delivery from the version that was read.
fn change(delivery: &Delivery, version: u64, now: Timestamp) -> Write {
    let write = Write::replace(delivery_key(delivery.notification_id, delivery.channel), delivery, version);
    indexed(write, delivery, now).expires_at(expiry(delivery.created_at))
}

/// What the audit trail hears when a delivery is settled. An address is never part of it.
fn fact(delivery: &Delivery) -> Option<Fact> {
    let event = match delivery.status {
        Status::Sent => EventType::NotificationSent,
        Status::Failed => EventType::NotificationFailed,
        Status::Queued | Status::Parked | Status::Sending | Status::Suppressed => return None,
    };
    let data = json!({"channel": delivery.channel, "recipient_id": delivery.recipient_id});
    Some(Fact::new(event, "Notification", delivery.notification_id).with_data(data))
}

/// A notification with one of its deliveries, as of one moment.
#[derive(Debug, Clone)]
pub struct StoredDelivery {
    pub notification: Notification,
    pub delivery: Delivery,
    pub version: u64,
}

impl NotificationStore {
    /// A delivery with its notification.
    ///
    /// # Errors
    /// Internal where it is not there.
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
            return Err(Error::internal(format!("there is no delivery of {notification_id} by {channel}")));
        };
        let version = version_of(&delivery);
        Ok(StoredDelivery { notification: notification_of(notification)?, delivery: from_item(delivery)?, version })
    }

    /// Changes a delivery from the version that was read, and announces it when it is sent or failed. `None` where somebody
    /// else was faster; the new version otherwise.
    pub async fn update_delivery(&self, origin: &Origin, delivery: &Delivery, version: u64) -> Result<Option<u64>> {
        let write = change(delivery, version, origin.at);
        let write = match fact(delivery) {
            Some(fact) => write.publishes(fact),
            None => write,
        };
        won(self.table.commit(origin, write).await).map(|written| written.map(|committed| committed.version))
    }

    /// The deliveries of one shard that somebody should look after by now, the most overdue first.
    pub async fn due(&self, shard: u8, now: Timestamp, items_max: usize) -> Result<Vec<(DeliveryId, String)>> {
        let items = self.overdue(format!("DUE#{shard}"), now, items_max).await?;
        Ok(items
            .iter()
            .filter_map(|item| Some((id_of(item)?, string_attribute(item, "ix_by_due_sk")?.to_owned())))
            .collect())
    }

    pub async fn digest_due(&self, shard: u8, now: Timestamp, items_max: usize) -> Result<Vec<PendingApprover>> {
        let items = self.overdue(format!("DIGEST#{shard}"), now, items_max).await?;
        let waiting = items.iter().filter_map(|item| {
            let mut parts = string_attribute(item, "ix_by_due_sk")?.split('#').skip(1);
            let recipient: EmployeeId = parts.next()?.parse().ok()?;
            Some(PendingApprover { recipient, notification: parts.next()?.parse().ok()? })
        });
        Ok(waiting.collect())
    }

    async fn overdue(&self, pk: String, now: Timestamp, items_max: usize) -> Result<Vec<Item>> {
        let high = format!("{}~", to_sortable_text(now));
        let mut query = Query::index("by_due", pk).between("0", &high).limit(items_max);
        let mut found = Vec::new();
        loop {
            let (items, next) = self.table.query(&query).await?;
            found.extend(items);
            match next {
                Some(position) if found.len() < items_max => query = query.after(position),
                Some(_) | None => return Ok(found),
            }
        }
    }

    /// Says that somebody is looking after a delivery now: nobody else need for a while. False where somebody else already
    /// is, or where it has moved on.
    pub async fn postpone_due_time(&self, origin: &Origin, id: &DeliveryId, seen: &str) -> Result<bool> {
        let Ok(later) = origin.at.saturating_add(REQUEUE_AFTER) else { return Ok(false) };
        let DueKey { pk, sk } = due_key(id.notification_id, id.channel, later);
        let write = Write::update(delivery_key(id.notification_id, id.channel))
            .condition("#ix_by_due_sk = :seen")
            .value(":seen", &seen)
            .index("by_due", pk, sk);
        won(self.table.commit(origin, write).await).map(|written| written.is_some())
    }

    /// Those of these notifications whose mail still waits for a digest.
    pub async fn digest_members(&self, ids: &[NotificationId]) -> Result<Vec<StoredDelivery>> {
        let keys: Vec<_> =
            ids.iter().flat_map(|id| [notification_key(*id), delivery_key(*id, Channel::Email)]).collect();
        let mut items = self.table.get_many_consistent(&keys).await?;
        let mut take = |key: &Key| {
            let here = |item: &Item| {
                string_attribute(item, "pk") == Some(&key.pk) && string_attribute(item, "sk") == Some(&key.sk)
            };
            items.iter().position(here).map(|at| items.swap_remove(at))
        };
        let mut members = Vec::new();
        for pair in keys.chunks_exact(2) {
            let [notification, delivery] = pair else { continue };
            let (Some(notification), Some(delivery)) = (take(notification), take(delivery)) else { continue };
            let version = version_of(&delivery);
            let delivery: Delivery = from_item(delivery)?;
            if delivery.status == Status::Parked && delivery.reason.as_deref() == Some(reason::DIGEST) {
                members.push(StoredDelivery { notification: notification_of(notification)?, delivery, version });
            }
        }
        Ok(members)
    }

    /// Makes a digest of its members, all at once: what went into it waits no longer. False where one of them has moved on
    /// in the meantime; nothing is written then.
    pub async fn commit_digest(
        &self,
        origin: &Origin,
        digest: &Notification,
        delivery: &Delivery,
        members: &[StoredDelivery],
    ) -> Result<bool> {
        let mut writes = vec![notification_item::creation(digest), creation(delivery, origin.at)]
            .into_iter()
            .map(|write| write.expires_at(expiry(origin.at)))
            .collect::<Vec<_>>();
        for member in members {
            let sent = member.delivery.sent(origin.at);
            let settled = Delivery { reason: member.delivery.reason.clone(), digest_id: Some(digest.id), ..sent };
            writes.push(change(&settled, member.version, origin.at));
        }
        won(self.table.transact(origin, writes).await).map(|written| written.is_some())
    }
}

/// The delivery that an item of the index stands for.
fn id_of(item: &Item) -> Option<DeliveryId> {
    let notification_id = string_attribute(item, "pk")?.strip_prefix("NOTIF#")?.parse().ok()?;
    let channel = string_attribute(item, "sk")?.strip_prefix("DELIVERY#")?.parse().ok()?;
    Some(DeliveryId { notification_id, channel })
}
