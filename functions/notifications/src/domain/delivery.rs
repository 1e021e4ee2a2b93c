//! Deliveries: sending of one notification through one channel.

use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, EventId, NotificationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{channel::Channel, notification_type::NotificationType, reasons::DeliveryReason};

/// Status of a delivery.
///
/// - `queued`: in the queue of the channel
/// - `parked`: postponed to `due_at`, for the given reason
/// - `sending`: being sent to the provider
/// - `sent`: accepted by the provider, or shown in the inbox
/// - `failed`: given up, for the given reason; with `outcome_unknown`, it may have been sent
/// - `suppressed`: never to be sent, for the given reason
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// In the queue of the channel.
    Queued,
    /// Postponed to `due_at`, for the given reason.
    Parked,
    /// Claimed by a worker that calls the provider.
    Sending,
    /// Accepted by the provider, or shown in the inbox.
    Sent,
    /// Given up, for the given reason; with `outcome_unknown`, it may have been sent.
    Failed,
    /// Never to be sent, for the given reason.
    Suppressed,
}

/// Key of a delivery, and the message in the queues of the channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryId {
    pub notification_id: NotificationId,
    pub channel: Channel,
}

/// Delivery as it is stored: created with its notification, changed by the workers only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    pub notification_id: NotificationId,
    pub channel: Channel,
    pub recipient_id: EmployeeId,
    pub event_id: EventId,
    pub notification_type: NotificationType,
    pub status: DeliveryStatus,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<DeliveryReason>,
    /// Number of claims so far, each for one call of the provider.
    #[serde(default)]
    pub attempts: u32,
    /// Due time of a parked delivery; end of the claim of one that is being sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due_at: Option<Timestamp>,
    /// Error code of the provider's last answer; never an address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_at: Option<Timestamp>,
    /// Digest notification with which it was sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest_id: Option<NotificationId>,
}

/// Validity of a worker's claim: longer than any provider call and any worker run.
pub const CLAIM_DURATION: SignedDuration = SignedDuration::from_mins(2);

/// Action that a worker takes on a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryAction {
    /// The delivery is final, claimed by another worker, not due yet, or left to a digest.
    Nothing,
    Send,
    /// The claim of a worker has expired, so the outcome is unknown.
    FailAsUnknown,
}

impl Delivery {
    pub const fn id(&self) -> DeliveryId {
        DeliveryId { notification_id: self.notification_id, channel: self.channel }
    }

    /// The delivery as claimed by a worker until `now` plus [`CLAIM_DURATION`], with one more attempt.
    #[must_use]
    pub fn claimed(&self, now: Timestamp) -> Self {
        let until = now.saturating_add(CLAIM_DURATION).unwrap_or(now);
        let attempts = self.attempts.saturating_add(1);
        Self { status: DeliveryStatus::Sending, reason: None, due_at: Some(until), attempts, ..self.clone() }
    }

    /// The delivery as sent at `now`, without reason and error.
    #[must_use]
    pub fn sent(&self, now: Timestamp) -> Self {
        Self {
            status: DeliveryStatus::Sent,
            reason: None,
            due_at: None,
            error: None,
            sent_at: Some(now),
            ..self.clone()
        }
    }

    /// The delivery as postponed to `due_at`.
    #[must_use]
    pub fn parked(&self, reason: DeliveryReason, due_at: Timestamp) -> Self {
        Self { status: DeliveryStatus::Parked, reason: Some(reason), due_at: Some(due_at), ..self.clone() }
    }

    /// The delivery as given up: no worker sends it again.
    #[must_use]
    pub fn failed(&self, reason: DeliveryReason) -> Self {
        Self { status: DeliveryStatus::Failed, reason: Some(reason), due_at: None, ..self.clone() }
    }

    /// The delivery as one that is never to be sent.
    #[must_use]
    pub fn suppressed(&self, reason: DeliveryReason) -> Self {
        Self { status: DeliveryStatus::Suppressed, reason: Some(reason), due_at: None, ..self.clone() }
    }

    /// Whether the delivery is parked for the recipient's next daily digest.
    pub fn awaits_digest(&self) -> bool {
        self.status == DeliveryStatus::Parked && self.reason == Some(DeliveryReason::Digest)
    }

    /// Sets the error code of the provider's last answer.
    #[must_use]
    pub fn with_error(self, error: String) -> Self {
        Self { error: Some(error), ..self }
    }

    /// Action for a queue message at `now`. Messages may arrive early, late, twice and in any order.
    pub fn next_action(&self, now: Timestamp) -> DeliveryAction {
        let due = self.due_at.is_none_or(|due_at| due_at <= now);
        match self.status {
            DeliveryStatus::Queued => DeliveryAction::Send,
            DeliveryStatus::Parked if self.awaits_digest() => DeliveryAction::Nothing,
            DeliveryStatus::Parked if due => DeliveryAction::Send,
            DeliveryStatus::Sending if due => DeliveryAction::FailAsUnknown,
            DeliveryStatus::Parked
            | DeliveryStatus::Sending
            | DeliveryStatus::Sent
            | DeliveryStatus::Failed
            | DeliveryStatus::Suppressed => DeliveryAction::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn delivery(status: DeliveryStatus, reason: Option<DeliveryReason>, due_at: Option<i64>) -> Delivery {
        Delivery {
            notification_id: NotificationId::new(Uuid::from_u128(1)),
            channel: Channel::Email,
            recipient_id: EmployeeId::new(Uuid::from_u128(2)),
            event_id: EventId::new(Uuid::from_u128(3)),
            notification_type: NotificationType::LeaveRequestCreated,
            status,
            reason,
            attempts: 0,
            due_at: due_at.map(|second| Timestamp::from_second(second).unwrap()),
            error: None,
            created_at: Timestamp::UNIX_EPOCH,
            sent_at: None,
            digest_id: None,
        }
    }

    #[test]
    fn action_follows_from_status_reason_and_due_time() {
        let now = Timestamp::from_second(100).unwrap();
        for (status, reason, due_at, action) in [
            (DeliveryStatus::Queued, None, None, DeliveryAction::Send),
            (DeliveryStatus::Parked, Some(DeliveryReason::QuietHours), Some(101), DeliveryAction::Nothing),
            (DeliveryStatus::Parked, Some(DeliveryReason::QuietHours), Some(100), DeliveryAction::Send),
            (DeliveryStatus::Parked, Some(DeliveryReason::BreakerOpen), Some(99), DeliveryAction::Send),
            (DeliveryStatus::Parked, Some(DeliveryReason::Digest), Some(99), DeliveryAction::Nothing),
            (DeliveryStatus::Sending, None, Some(101), DeliveryAction::Nothing),
            (DeliveryStatus::Sending, None, Some(100), DeliveryAction::FailAsUnknown),
            (DeliveryStatus::Sent, None, None, DeliveryAction::Nothing),
            (DeliveryStatus::Failed, Some(DeliveryReason::Rejected), None, DeliveryAction::Nothing),
            (DeliveryStatus::Suppressed, Some(DeliveryReason::Preference), None, DeliveryAction::Nothing),
        ] {
            assert_eq!(delivery(status, reason, due_at).next_action(now), action, "{status:?} {reason:?} {due_at:?}");
        }
    }
}
