//! What callers see of notifications.

use jiff::Timestamp;
use kernel::{EmployeeId, EventId, NotificationId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::{
    delivery::{Delivery, Status},
    notification::{Channel, Language, Notification},
};

/// A notification as its recipient reads it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotificationView {
    /// Id.
    pub id: NotificationId,
    /// The event it tells of.
    pub event_id: EventId,
    /// Always `user`.
    pub recipient_type: &'static str,
    /// Who is told.
    pub recipient_id: EmployeeId,
    /// What it is about: `leave.request_created`.
    pub notification_type: String,
    /// One line.
    pub title: String,
    /// The text.
    pub body: String,
    /// The template of the words.
    pub template: String,
    /// Its version; 0 is the one that ships.
    pub template_version: u32,
    /// The language of the words.
    pub language: Language,
    /// What the template was filled with.
    #[schema(value_type = Object)]
    pub context: Value,
    /// Here: the inbox.
    pub channel: Channel,
    /// All of its channels; the trace tells what became of each.
    pub channels: Vec<Channel>,
    /// Of the inbox: `sent`.
    pub status: Status,
    /// How many more of its type it stands for; 0 for itself alone.
    pub more: u32,
    /// When it lay in the inbox.
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: Timestamp,
    /// When it was read first.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Notification> for NotificationView {
    fn from(from: Notification) -> Self {
        let context = from.filled_with();
        Self {
            id: from.id,
            event_id: from.event_id,
            recipient_type: "user",
            recipient_id: from.recipient_id,
            notification_type: from.notification_type,
            title: from.title,
            body: from.body,
            template: from.template,
            template_version: from.template_version,
            language: from.language,
            context,
            channel: Channel::InApp,
            channels: from.channels,
            status: Status::Sent,
            more: from.more,
            sent_at: from.created_at,
            read_at: from.read_at,
            created_at: from.created_at,
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
    pub fn in_inbox(of: &Notification) -> Option<Self> {
        of.channels.contains(&Channel::InApp).then_some(Self {
            channel: Channel::InApp,
            status: Status::Sent,
            reason: None,
            attempts: 0,
            error: None,
            due_at: None,
            created_at: of.created_at,
            sent_at: Some(of.created_at),
        })
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
