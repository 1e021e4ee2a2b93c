//! What somebody of HR asks to be sent: to people by name, or to many.

use jiff::Timestamp;
use kernel::{BulkId, DepartmentId, EmployeeId, NotificationId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::channel::Channel;

/// Somebody who is to be told, and the id that their notification will have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedRecipient {
    pub recipient_id: EmployeeId,
    pub notification_id: NotificationId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageContent {
    pub notification_type: String,
    pub template: String,
    pub context: Value,
    /// Through which channels, unless the recipient wants others.
    pub channels: Vec<Channel>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub html: Option<String>,
}

/// A message to people by name, as it is stored and as its event says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DirectMessage {
    pub recipients: Vec<NamedRecipient>,
    #[serde(flatten)]
    pub message: MessageContent,
    pub requested_by: EmployeeId,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Department(DepartmentId),
    Site(String),
    All,
}

impl Audience {
    pub fn group(&self) -> String {
        match self {
            Self::Department(id) => format!("department:{id}"),
            Self::Site(site) => format!("site:{site}"),
            Self::All => "all".to_owned(),
        }
    }
}

/// How far a message to many has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulkStatus {
    /// Nobody has been told yet.
    Queued,
    /// People are being told, page by page.
    Running,
    /// Everybody was looked at.
    Done,
}

/// A message to many, as it is stored: what to say, and how far it has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BulkMessage {
    pub id: BulkId,
    pub audience: Audience,
    #[serde(flatten)]
    pub message: MessageContent,
    pub status: BulkStatus,
    pub total: u32,
    pub done: u32,
    pub skipped: u32,
    pub failed: u32,
    pub pages: u32,
    pub requested_by: EmployeeId,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finished_at: Option<Timestamp>,
}

/// What one page of a message to many came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCounts {
    pub done: u32,
    pub skipped: u32,
    pub failed: u32,
}
