//! Notification with its deliveries, for its trace.

use access::Relation;
use jiff::Timestamp;
use kernel::{Error, NotificationId, Result};
use lambda::http::{Caller, LoadInScope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::Api,
    domain::{
        channel::Channel,
        delivery::{Delivery, DeliveryStatus},
        notification::Notification,
        reasons::DeliveryReason,
    },
    messages,
};

/// Whether the caller may see the decisions about all recipients.
pub(super) fn may_see_all_traces(caller: &Caller) -> bool {
    caller.grant().covers(Relation::Other)
}

/// Notification whose trace the caller may see: their own, or any for HR and administrators.
pub(super) struct TracedNotification {
    pub(super) notification: Notification,
    pub(super) deliveries: Vec<Delivery>,
}

impl LoadInScope<Api> for TracedNotification {
    type Id = NotificationId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: NotificationId) -> Result<Self> {
        let (notification, deliveries) = api
            .store
            .find_notification_with_deliveries(id)
            .await?
            .ok_or_else(|| Error::not_found(messages::notification()))?;
        if notification.recipient_id == caller.id() || may_see_all_traces(caller) {
            Ok(Self { notification, deliveries })
        } else {
            Err(Error::not_found(messages::notification()))
        }
    }
}

/// Delivery of a notification through one channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Channel of the delivery.
    pub channel: Channel,
    /// Status of the delivery.
    pub status: DeliveryStatus,
    /// Reason why the delivery is parked, failed or suppressed, or `digest` if it was sent with a digest; null otherwise.
    #[schema(required)]
    pub reason: Option<DeliveryReason>,
    /// Number of attempts to send the delivery through the provider.
    pub attempts: u32,
    /// Error code of the provider's last response; null if there is none.
    #[schema(required)]
    pub error: Option<String>,
    /// Time of the next attempt of a parked delivery, or at which a delivery in `sending` is given up; null otherwise.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub due_at: Option<Timestamp>,
    /// Time at which the delivery was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time at which the provider accepted it, or at which it reached the inbox; null until then.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub sent_at: Option<Timestamp>,
}

impl DeliveryView {
    /// Delivery to the inbox, sent when the notification was created; none if the inbox is not among its channels.
    pub fn for_inbox(notification: &Notification) -> Option<Self> {
        let at = notification.created_at;
        let inbox = || notification.queued_delivery(Channel::InApp, at).sent(at).into();
        notification.channels.contains(&Channel::InApp).then(inbox)
    }
}

impl From<Delivery> for DeliveryView {
    fn from(from: Delivery) -> Self {
        Self {
            channel: from.channel,
            status: from.status,
            reason: from.reason,
            attempts: from.attempts,
            error: from.error,
            due_at: from.due_at,
            created_at: from.created_at,
            sent_at: from.sent_at,
        }
    }
}
