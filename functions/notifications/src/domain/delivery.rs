//! One delivery: a notification on its way through one channel.

use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, EventId, NotificationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{channel::Channel, reason};

pub use DeliveryStatus as Status;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Handed to the channel's queue, or about to be.
    Queued,
    /// Waits until `due_at`; the reason tells what for.
    Parked,
    /// Claimed by one worker, which is asking the provider right now.
    Sending,
    /// Taken by the provider; in an inbox.
    Sent,
    /// Given up.
    Failed,
    /// Not sent, for a reason.
    Suppressed,
}

/// Key of a delivery, and the message of the channels' queues: this delivery wants looking after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryId {
    pub notification_id: NotificationId,
    pub channel: Channel,
}

/// One delivery, as it is stored: created with its notification, changed only by those who send.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    pub notification_id: NotificationId,
    pub channel: Channel,
    pub recipient_id: EmployeeId,
    pub event_id: EventId,
    pub notification_type: String,
    pub status: Status,
    /// Why it is parked, failed or suppressed: `quiet_hours`, `digest`, `preference`, `storm`, `not_configured`...
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub attempts: u32,
    /// When a parked one is due; until when a claim holds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due_at: Option<Timestamp>,
    /// What the provider said the last time; never an address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_at: Option<Timestamp>,
    /// The notification that it went out with, where it waited for a digest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest_id: Option<NotificationId>,
}

/// For so long a claim holds: longer than any call to a provider, and than a worker lives.
pub const CLAIM_DURATION: SignedDuration = SignedDuration::from_mins(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryAction {
    /// Nothing: it is settled, or somebody else is at it, or it is not due yet.
    Nothing,
    Send,
    /// Settle it as unknown: a worker claimed it and was never heard of again.
    Unknown,
}

impl Delivery {
    pub const fn id(&self) -> DeliveryId {
        DeliveryId { notification_id: self.notification_id, channel: self.channel }
    }

    /// The same, claimed by one worker: the provider is asked once more.
    #[must_use]
    pub fn claimed(&self, now: Timestamp) -> Self {
        let until = now.saturating_add(CLAIM_DURATION).unwrap_or(now);
        let attempts = self.attempts.saturating_add(1);
        Self { status: Status::Sending, reason: None, due_at: Some(until), attempts, ..self.clone() }
    }

    #[must_use]
    pub fn sent(&self, now: Timestamp) -> Self {
        Self { status: Status::Sent, reason: None, due_at: None, error: None, sent_at: Some(now), ..self.clone() }
    }

    #[must_use]
    pub fn parked(&self, reason: &str, due_at: Timestamp) -> Self {
        Self { status: Status::Parked, reason: Some(reason.to_owned()), due_at: Some(due_at), ..self.clone() }
    }

    #[must_use]
    pub fn failed(&self, reason: &str) -> Self {
        Self { status: Status::Failed, reason: Some(reason.to_owned()), due_at: None, ..self.clone() }
    }

    #[must_use]
    pub fn suppressed(&self, reason: &str) -> Self {
        Self { status: Status::Suppressed, reason: Some(reason.to_owned()), due_at: None, ..self.clone() }
    }

    #[must_use]
    pub fn with_error(self, error: String) -> Self {
        Self { error: Some(error), ..self }
    }

    /// What is to be done with it now. Messages may come early, late, twice and in any order.
    pub fn next_action(&self, now: Timestamp) -> DeliveryAction {
        let due = self.due_at.is_none_or(|due_at| due_at <= now);
        match self.status {
            Status::Queued => DeliveryAction::Send,
            Status::Parked if self.reason.as_deref() == Some(reason::DIGEST) => DeliveryAction::Nothing,
            Status::Parked if due => DeliveryAction::Send,
            Status::Sending if due => DeliveryAction::Unknown,
            Status::Parked | Status::Sending | Status::Sent | Status::Failed | Status::Suppressed => {
                DeliveryAction::Nothing
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn delivery(status: Status, reason: Option<&str>, due_at: Option<i64>) -> Delivery {
        Delivery {
            notification_id: NotificationId::new(Uuid::from_u128(1)),
            channel: Channel::Email,
            recipient_id: EmployeeId::new(Uuid::from_u128(2)),
            event_id: EventId::new(Uuid::from_u128(3)),
            notification_type: "leave.request_created".to_owned(),
            status,
            reason: reason.map(str::to_owned),
            attempts: 0,
            due_at: due_at.map(|second| Timestamp::from_second(second).unwrap()),
            error: None,
            created_at: Timestamp::UNIX_EPOCH,
            sent_at: None,
            digest_id: None,
        }
    }

    #[test]
    fn the_table_of_what_a_message_means() {
        let now = Timestamp::from_second(100).unwrap();
        for (status, why, due_at, next) in [
            (Status::Queued, None, None, DeliveryAction::Send),
            (Status::Parked, Some(reason::QUIET_HOURS), Some(101), DeliveryAction::Nothing),
            (Status::Parked, Some(reason::QUIET_HOURS), Some(100), DeliveryAction::Send),
            (Status::Parked, Some(reason::BREAKER_OPEN), Some(99), DeliveryAction::Send),
            (Status::Parked, Some(reason::DIGEST), Some(99), DeliveryAction::Nothing),
            (Status::Sending, None, Some(101), DeliveryAction::Nothing),
            (Status::Sending, None, Some(100), DeliveryAction::Unknown),
            (Status::Sent, None, None, DeliveryAction::Nothing),
            (Status::Failed, Some(reason::REJECTED), None, DeliveryAction::Nothing),
            (Status::Suppressed, Some("preference"), None, DeliveryAction::Nothing),
        ] {
            assert_eq!(delivery(status, why, due_at).next_action(now), next, "{status:?} {why:?} {due_at:?}");
        }
    }
}
