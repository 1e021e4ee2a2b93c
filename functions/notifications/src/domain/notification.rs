//! A notification: what one person is told about one event.

use std::{fmt, str::FromStr};

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use kernel::{EmployeeId, EventId, NotificationId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// A way to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The inbox.
    InApp,
    /// Work e-mail.
    Email,
    /// Text message.
    Sms,
    /// The browser.
    Push,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 4] = [Self::InApp, Self::Email, Self::Sms, Self::Push];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Push => "push",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Channel {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text).ok_or(())
    }
}

/// A language that every template has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one person is told about one event: the item that an inbox shows and that deliveries take their words from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// Follows from event, recipient and type; sorts by the time of the event.
    pub id: NotificationId,
    /// The event it tells of.
    pub event_id: EventId,
    /// Always `user`: groups are told person by person.
    pub recipient_type: String,
    /// Who is told.
    pub recipient_id: EmployeeId,
    /// What it is about; what preferences are kept by: `leave.request_created`.
    pub notification_type: String,
    /// One line. Empty where [`Notification::late`].
    pub title: String,
    /// The text. Empty where [`Notification::late`].
    pub body: String,
    /// The HTML part of an e-mail, escaped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub html: Option<String>,
    /// The template that the words come from.
    pub template: String,
    /// Its version; 0 is the one that ships.
    pub template_version: u32,
    /// The language of the words.
    pub language: Language,
    /// What the template was filled with. No secrets.
    pub context: Value,
    /// The first of its channels.
    pub channel: Channel,
    /// All of its channels: each has a delivery of its own.
    pub channels: Vec<Channel>,
    /// The words are made at the moment of sending, because they hold a secret that is never stored.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub late: bool,
    /// How many more of its type it stands for, because too many came at once.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub more: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was read in the inbox.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub read_at: Option<Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The id that a notification of this event to this recipient about this type always has: 48 bits of the event's time, so
/// that ids sort as events do, and a digest of the three.
pub fn id_of(event: EventId, recipient: EmployeeId, notification_type: &str) -> NotificationId {
    let mut context = Context::new(&SHA256);
    for part in [event.to_string().as_str(), recipient.to_string().as_str(), notification_type] {
        context.update(part.as_bytes());
        context.update(b"\n");
    }
    let digest = context.finish();
    let mut bytes = [0_u8; 16];
    let sources = event.uuid().into_bytes().into_iter().take(6).chain(digest.as_ref().iter().copied());
    for (byte, source) in bytes.iter_mut().zip(sources) {
        *byte = source;
    }
    // Version 7 and the variant of RFC 9562, as every other id has them.
    NotificationId::new(Uuid::from_u128(
        (u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62)) | (0x7 << 76) | (0x2 << 62),
    ))
}
