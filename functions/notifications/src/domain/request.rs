//! Messages from HR: to named people, or to a department, a site or everyone.

use jiff::Timestamp;
use kernel::{BulkId, DepartmentId, EmployeeId, NotificationId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{builtin_templates::TemplateName, channel::Channel, notification_type::NotificationType};

/// Recipient with the id of the future notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedRecipient {
    pub recipient_id: EmployeeId,
    pub notification_id: NotificationId,
}

/// Type, template, context and channels of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageContent {
    pub notification_type: NotificationType,
    pub template: TemplateName,
    pub context: Value,
    /// Default channels; the recipient's preferences have precedence.
    pub channels: Vec<Channel>,
    /// HTML part that the sender gave; `None` if the template or the text gives it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub html: Option<String>,
}

/// Message to named people, as it is stored and published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DirectMessage {
    pub recipients: Vec<NamedRecipient>,
    #[serde(flatten)]
    pub message: MessageContent,
    pub requested_by: EmployeeId,
    pub created_at: Timestamp,
}

/// Audience of a bulk message, as far as the people may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The department itself, without its sub-departments.
    Department(DepartmentId),
    Site(String),
    All,
}

impl Audience {
    /// Name of the group of the audience, such as `site:berlin`.
    pub fn group_name(&self) -> String {
        match self {
            Self::Department(id) => format!("department:{id}"),
            Self::Site(site) => format!("site:{site}"),
            Self::All => "all".to_owned(),
        }
    }
}

/// Status of a bulk message.
///
/// - `queued`: accepted; sending has not started
/// - `running`: recipients are notified, page by page
/// - `done`: all recipients were processed
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulkStatus {
    /// Accepted; sending has not started.
    Queued,
    /// Recipients are notified, page by page.
    Running,
    /// All recipients were processed.
    Done,
}

/// Bulk message as it is stored: content and progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BulkMessage {
    pub id: BulkId,
    pub audience: Audience,
    #[serde(flatten)]
    pub message: MessageContent,
    pub status: BulkStatus,
    /// Number of people in the audience when the sending started; 0 before.
    pub total: u32,
    /// Number of people who were notified so far.
    pub done: u32,
    /// Number of people who were not notified so far, for example because of their preferences.
    pub skipped: u32,
    /// Number of people who could not be notified so far.
    pub failed: u32,
    /// Number of processed pages.
    pub pages: u32,
    pub requested_by: EmployeeId,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finished_at: Option<Timestamp>,
}

/// Notified (`done`), skipped and failed recipients of one page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCounts {
    pub done: u32,
    pub skipped: u32,
    pub failed: u32,
}
