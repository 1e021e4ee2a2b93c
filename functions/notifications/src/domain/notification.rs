//! A notification: what one person is told about one event.

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use kernel::{EmployeeId, EventId, NotificationId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    channel::Channel,
    delivery::{Delivery, DeliveryStatus},
    language::Language,
    routing::RecipientRole,
    way::ChannelDecision,
};

/// What was decided about an event of which only the one it is about may ever hear. It is kept with their notification, which
/// knows the rest of the trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalDecision {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event_type: Option<String>,
    pub role: RecipientRole,
    /// Channel by channel, without the inbox that simply has it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub channels: Vec<ChannelDecision>,
}

/// What one person is told about one event: the item that an inbox shows and that deliveries take their words from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// Follows from event, recipient and type; sorts by the time of the event.
    pub id: NotificationId,
    pub event_id: EventId,
    pub recipient_id: EmployeeId,
    /// What it is about; what preferences are kept by: `leave.request_created`.
    pub notification_type: String,
    /// One line. Empty where [`Notification::late`].
    pub title: String,
    /// The text. Empty where [`Notification::late`].
    pub body: String,
    /// The HTML part of an e-mail, escaped, where it does not simply follow from the text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub html: Option<String>,
    pub template: String,
    /// Its version; 0 is the one that ships.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub template_version: u32,
    pub language: Language,
    /// What the template was filled with, without what the notification says by itself ([`Notification::filled_with`]). No
    /// secrets.
    pub context: Value,
    /// All of its channels. The inbox has it by this very item; each other one has a delivery of its own.
    pub channels: Vec<Channel>,
    /// The words are made at the moment of sending, because they hold a secret that is never stored.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    #[serde(rename = "late")]
    pub rendered_at_send: bool,
    /// How many more of its type it stands for, because too many came at once.
    #[serde(skip_serializing_if = "is_zero", default)]
    #[serde(rename = "more")]
    pub collapsed_count: u32,
    /// Why it came, where only this person may ever hear of its event; elsewhere the event's trace tells.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decided: Option<PersonalDecision>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub read_at: Option<Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Notification {
    /// Its delivery by one channel, queued.
    pub fn delivery(&self, channel: Channel, created_at: Timestamp) -> Delivery {
        Delivery {
            notification_id: self.id,
            channel,
            recipient_id: self.recipient_id,
            event_id: self.event_id,
            notification_type: self.notification_type.clone(),
            status: DeliveryStatus::Queued,
            reason: None,
            attempts: 0,
            due_at: None,
            error: None,
            created_at,
            sent_at: None,
            digest_id: None,
        }
    }

    pub fn full_context(&self) -> Value {
        let (mut context, said) = (self.context.clone(), self.derived_context());
        if let Value::Object(facts) = &mut context {
            for (name, said) in said {
                facts.entry(name).or_insert(Value::String(said));
            }
        }
        context
    }

    /// What templates are told beside the facts, and a notification says by itself.
    fn derived_context(&self) -> Vec<(&'static str, String)> {
        let fact = |name: &str| self.context.get(name).and_then(Value::as_str);
        let leave = fact("entity_id").filter(|_| fact("entity_type") == Some("LeaveRequest"));
        let leave = leave.map(|id| ("leave_request_id", id.to_owned()));
        let own = [("event_id", self.event_id.to_string()), ("notification_type", self.notification_type.clone())];
        own.into_iter().chain(leave).collect()
    }

    /// The same, keeping of what its template was filled with only what it does not say by itself.
    #[must_use]
    pub fn without_derived_context(mut self) -> Self {
        let said = self.derived_context();
        if let Value::Object(facts) = &mut self.context {
            facts.retain(|name, fact| !said.iter().any(|(known, said)| known == name && fact.as_str() == Some(said)));
        }
        self
    }

    /// When the event happened that it tells of: the time in the event's id, to the millisecond.
    pub fn event_time(&self) -> Timestamp {
        let (seconds, nanoseconds) = self.event_id.uuid().get_timestamp().map(|at| at.to_unix()).unwrap_or_default();
        let at = i64::try_from(seconds).ok().zip(i32::try_from(nanoseconds).ok());
        at.and_then(|(seconds, nanoseconds)| Timestamp::new(seconds, nanoseconds).ok()).unwrap_or(self.created_at)
    }
}

/// The id that a notification of this event to this recipient about this type always has: 48 bits of the event's time, so
/// that ids sort as events do, and a digest of the three.
pub fn notification_id(event: EventId, recipient: EmployeeId, notification_type: &str) -> NotificationId {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(context: Value) -> Notification {
        Notification {
            id: NotificationId::new(Uuid::from_u128(1)),
            event_id: "evt_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8".parse().unwrap(),
            recipient_id: EmployeeId::new(Uuid::from_u128(2)),
            notification_type: "leave.request_created".to_owned(),
            title: String::new(),
            body: String::new(),
            html: None,
            template: "leave_request_created".to_owned(),
            template_version: 0,
            language: Language::En,
            context,
            channels: vec![Channel::InApp],
            rendered_at_send: false,
            collapsed_count: 0,
            decided: None,
            created_at: Timestamp::UNIX_EPOCH,
            read_at: None,
        }
    }

    #[test]
    fn what_a_notification_says_by_itself_is_stored_once_and_shown_whole() {
        let leave = "leave_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
        let whole = json!({
            "event_id": "evt_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "notification_type": "leave.request_created",
            "leave_request_id": leave, "entity_id": leave, "entity_type": "LeaveRequest", "mine": true,
        });
        let lean = told(whole.clone()).without_derived_context();
        assert_eq!(lean.context, json!({"entity_id": leave, "entity_type": "LeaveRequest", "mine": true}));
        assert_eq!(lean.full_context(), whole);
        assert_eq!(lean.clone().without_derived_context(), lean);
    }

    #[test]
    fn what_a_sender_calls_the_same_stays_theirs() {
        let theirs = json!({"event_id": "the summer party", "leave_request_id": 7, "notification_type": "fun"});
        let lean = told(theirs.clone()).without_derived_context();
        assert_eq!((&lean.context, lean.full_context()), (&theirs, theirs.clone()));
    }

    #[test]
    fn the_id_of_an_event_tells_when_it_happened() {
        assert_eq!(told(json!({})).event_time(), "2024-05-12T04:27:29.723Z".parse().unwrap());
        let unknown = Notification { event_id: EventId::new(Uuid::from_u128(3)), ..told(json!({})) };
        assert_eq!(unknown.event_time(), unknown.created_at);
    }
}
