//! An inbox, and its notifications as their recipient reads them.

use jiff::Timestamp;
use kernel::{EmployeeId, EventId, NotificationId, Result};
use lambda::http::{Caller, Reach};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    api::{Api, require_own},
    domain::{channel::Channel, delivery::Status, language::Language, notification::Notification},
};

/// The caller's own inbox.
pub(super) struct Inbox(pub(super) EmployeeId);

impl Reach<Api> for Inbox {
    type Id = EmployeeId;

    async fn reach(_: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        require_own(caller, id, "inbox").map(|()| Self(id))
    }
}

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
        let context = from.full_context();
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
            more: from.collapsed_count,
            sent_at: from.created_at,
            read_at: from.read_at,
            created_at: from.created_at,
        }
    }
}
