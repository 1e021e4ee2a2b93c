//! What somebody of HR asks to be sent: to people by name, or to many.

use jiff::Timestamp;
use kernel::{BulkId, DepartmentId, EmployeeId, NotificationId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::notification::Channel;

/// Somebody who is to be told, and the id that their notification will have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// Who.
    pub recipient_id: EmployeeId,
    /// The notification's id.
    pub notification_id: NotificationId,
}

/// The words and ways of what is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// What it is about.
    pub notification_type: String,
    /// The template.
    pub template: String,
    /// What the template is filled with.
    pub context: Value,
    /// Through which channels, unless the recipient wants others.
    pub channels: Vec<Channel>,
    /// An HTML part of the sender's own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub html: Option<String>,
}

/// A message to people by name, as it is stored and as its event says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// To whom.
    pub recipients: Vec<Addressee>,
    /// What.
    #[serde(flatten)]
    pub message: Message,
    /// Who asked.
    pub requested_by: EmployeeId,
    /// When.
    pub created_at: Timestamp,
}

/// A group of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// A department.
    Department(DepartmentId),
    /// A site.
    Site(String),
    /// Everybody.
    All,
}

impl Audience {
    /// The group that holds its members.
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
pub enum Progress {
    /// Nobody has been told yet.
    Queued,
    /// People are being told, page by page.
    Running,
    /// Everybody was looked at.
    Done,
}

/// A message to many, as it is stored: what to say, and how far it has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bulk {
    /// Id.
    pub id: BulkId,
    /// To whom.
    pub audience: Audience,
    /// What.
    #[serde(flatten)]
    pub message: Message,
    /// How far.
    pub status: Progress,
    /// How many people belong to the audience.
    pub total: u32,
    /// How many of them were told.
    pub done: u32,
    /// How many were not, for a reason of theirs.
    pub skipped: u32,
    /// How many could not be.
    pub failed: u32,
    /// How many pages are behind.
    pub pages: u32,
    /// Who asked.
    pub requested_by: EmployeeId,
    /// When.
    pub created_at: Timestamp,
    /// When the last page was done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finished_at: Option<Timestamp>,
}

/// What one page of a message to many came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Told.
    pub done: u32,
    /// Not told, for a reason of theirs.
    pub skipped: u32,
    /// Could not be told.
    pub failed: u32,
}
