//! Inboxes, and notifications as their recipient reads them.

use jiff::Timestamp;
use kernel::{EmployeeId, EventId, NotificationId, Result};
use lambda::http::{Caller, LoadInScope};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    api::{Api, require_own},
    domain::{
        builtin_templates::TemplateName, channel::Channel, context::NotificationContext, delivery::DeliveryStatus,
        language::Language, notification::Notification, notification_type::NotificationType,
    },
    messages,
};

/// Owner of an inbox, who is the caller. Any other inbox is 404, for HR and managers too.
pub(super) struct OwnInbox(pub(super) EmployeeId);

impl LoadInScope<Api> for OwnInbox {
    type Id = EmployeeId;

    async fn load_in_scope(_: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        require_own(caller, id, messages::inbox()).map(|()| Self(id))
    }
}

/// Type of a recipient: `user` is one employee. Bulk messages have an audience instead.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecipientType {
    User,
}

/// Notification in the inbox of its recipient.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotificationView {
    /// Id of the notification.
    pub id: NotificationId,
    /// Event that caused the notification.
    pub event_id: EventId,
    /// Type of the recipient: always `user`.
    pub recipient_type: RecipientType,
    /// Employee who is notified.
    pub recipient_id: EmployeeId,
    /// Type of the notification, by which preferences are set.
    pub notification_type: NotificationType,
    /// Title in one line, at most 200 characters.
    pub title: String,
    /// Text of the notification, at most 16 KiB.
    pub body: String,
    /// Template with which the text was rendered.
    pub template: TemplateName,
    /// Version of the template; 0 is the built-in version.
    pub template_version: u32,
    /// Language of title and text.
    pub language: Language,
    /// Values that the template was rendered with.
    #[schema(value_type = NotificationContext)]
    pub context: Value,
    /// Channel of this representation: always `in_app`.
    pub channel: Channel,
    /// All channels of the notification. Its trace shows the status of each.
    pub channels: Vec<Channel>,
    /// Status of the delivery to the inbox: always `sent`.
    pub status: DeliveryStatus,
    /// Number of notifications of one type for which this one stands, after the 20 shown individually in the same ten minutes; 0
    /// for an ordinary notification.
    pub more: u32,
    /// Time at which the notification reached the inbox.
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: Timestamp,
    /// Time at which the notification was marked as read; null while it is unread. It is unread again when `more` rises.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub read_at: Option<Timestamp>,
    /// Time at which the notification was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Notification> for NotificationView {
    fn from(from: Notification) -> Self {
        let context = from.full_context();
        Self {
            id: from.id,
            event_id: from.event_id,
            recipient_type: RecipientType::User,
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
            status: DeliveryStatus::Sent,
            more: from.collapsed_count,
            sent_at: from.created_at,
            read_at: from.read_at,
            created_at: from.created_at,
        }
    }
}
