//! A notification with the deliveries that its trace shows.

use access::Relation;
use jiff::Timestamp;
use kernel::{Error, NotificationId, Result};
use lambda::http::{Caller, Reach};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::Api,
    domain::{
        channel::Channel,
        delivery::{Delivery, Status},
        notification::Notification,
    },
};

/// Whether the caller sees decisions about everybody, or only about themselves.
pub(super) fn may_see_all_traces(caller: &Caller) -> bool {
    caller.grant().covers(Relation::Other)
}

pub(super) struct TracedNotification {
    pub(super) notification: Notification,
    pub(super) deliveries: Vec<Delivery>,
}

impl Reach<Api> for TracedNotification {
    type Id = NotificationId;

    async fn reach(api: &Api, caller: &Caller, id: NotificationId) -> Result<Self> {
        let (notification, deliveries) =
            api.store.with_deliveries(id).await?.ok_or_else(|| Error::not_found("notification"))?;
        if notification.recipient_id == caller.id() || may_see_all_traces(caller) {
            Ok(Self { notification, deliveries })
        } else {
            Err(Error::not_found("notification"))
        }
    }
}

/// What became of a notification in one channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryView {
    /// The channel.
    pub channel: Channel,
    /// Where it stands.
    pub status: Status,
    /// Why it waits, failed or was not sent.
    pub reason: Option<String>,
    /// How often the provider was asked.
    pub attempts: u32,
    /// What the provider said the last time.
    pub error: Option<String>,
    /// When one that waits is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the provider took it; when it lay in the inbox.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
}

impl DeliveryView {
    /// What became of it in the inbox, which has it since it was made.
    pub fn for_inbox(of: &Notification) -> Option<Self> {
        let inbox = || of.delivery(Channel::InApp, of.created_at).sent(of.created_at).into();
        of.channels.contains(&Channel::InApp).then(inbox)
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
