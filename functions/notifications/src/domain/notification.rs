//! Notifications: the message of one event to one person.

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use kernel::{EmployeeId, EventId, NotificationId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    builtin_templates::TemplateName,
    channel::Channel,
    channel_decision::ChannelDecision,
    delivery::{Delivery, DeliveryStatus},
    language::Language,
    notification_type::NotificationType,
    routing::RecipientRole,
};

/// Routing decision of an event whose subject is its only possible recipient. It is stored in the notification, from which the
/// rest of the trace follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalDecision {
    /// Type of the event; `None` if it is the same as the type of the notification.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event_type: Option<String>,
    pub role: RecipientRole,
    /// Decisions about the channels other than a delivered inbox.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub channels: Vec<ChannelDecision>,
}

/// Notification as it is stored: shown in the inbox, and sent by its deliveries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// Id of the notification: derived from event, recipient and type; the UUID of the event if only its subject can be notified;
    /// or the id that the sender of a message was told. Ids sort by the time of the event.
    pub id: NotificationId,
    pub event_id: EventId,
    pub recipient_id: EmployeeId,
    pub notification_type: NotificationType,
    /// One line; empty if [`Notification::rendered_at_send`].
    pub title: String,
    /// Text; empty if [`Notification::rendered_at_send`].
    pub body: String,
    /// HTML part of the e-mail, escaped; none if it is generated from the text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub html: Option<String>,
    pub template: TemplateName,
    /// Version of the template; 0 is the built-in one.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub template_version: u32,
    pub language: Language,
    /// Values that the template was rendered with, without those of [`Notification::full_context`] that can be derived. No
    /// secrets.
    pub context: Value,
    /// Channels of the notification. The inbox shows this item; every other channel has a delivery.
    pub channels: Vec<Channel>,
    /// Whether the text is rendered when it is sent, because it contains a secret that is never stored.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    #[serde(rename = "late")]
    pub rendered_at_send: bool,
    /// Number of notifications for which this one stands; 0 for an ordinary notification.
    #[serde(skip_serializing_if = "is_zero", default)]
    #[serde(rename = "more")]
    pub collapsed_count: u32,
    /// Routing decision, for events with one possible recipient; otherwise the event has a trace of its own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decided: Option<PersonalDecision>,
    /// Time at which the notification was created, which may be long after the event.
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub read_at: Option<Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Notification {
    /// New delivery through one channel, in the status `queued`; nothing is stored.
    pub fn queued_delivery(&self, channel: Channel, created_at: Timestamp) -> Delivery {
        Delivery {
            notification_id: self.id,
            channel,
            recipient_id: self.recipient_id,
            event_id: self.event_id,
            notification_type: self.notification_type,
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

    /// Stored context plus the derived values.
    pub fn full_context(&self) -> Value {
        let (mut context, derived) = (self.context.clone(), self.derived_context());
        if let Value::Object(facts) = &mut context {
            for (name, value) in derived {
                facts.entry(name).or_insert(Value::String(value));
            }
        }
        context
    }

    /// Context values that follow from the notification's own fields.
    fn derived_context(&self) -> Vec<(&'static str, String)> {
        let fact = |name: &str| self.context.get(name).and_then(Value::as_str);
        let leave = fact("entity_id").filter(|_| fact("entity_type") == Some("LeaveRequest"));
        let leave = leave.map(|id| ("leave_request_id", id.to_owned()));
        let own = [("event_id", self.event_id.to_string()), ("notification_type", self.notification_type.to_string())];
        own.into_iter().chain(leave).collect()
    }

    /// Drops the context values that can be derived.
    #[must_use]
    pub fn without_derived_context(mut self) -> Self {
        let derived = self.derived_context();
        if let Value::Object(facts) = &mut self.context {
            let is_derived = |name: &str, fact: &Value| {
                derived.iter().any(|(known, value)| *known == name && fact.as_str() == Some(value))
            };
            facts.retain(|name, fact| !is_derived(name, fact));
        }
        self
    }

    /// Time of the event, to the millisecond, as its id contains it; the time of creation if the id contains none.
    pub fn event_time(&self) -> Timestamp {
        let (seconds, nanoseconds) = self.event_id.uuid().get_timestamp().map(|at| at.to_unix()).unwrap_or_default();
        let at = i64::try_from(seconds).ok().zip(i32::try_from(nanoseconds).ok());
        at.and_then(|(seconds, nanoseconds)| Timestamp::new(seconds, nanoseconds).ok()).unwrap_or(self.created_at)
    }
}

/// Id derived from event, recipient and type: 48 bits of the event's time, so that ids sort as events do, and a digest of all
/// three.
pub fn notification_id(event: EventId, recipient: EmployeeId, notification_type: NotificationType) -> NotificationId {
    derived_notification_id(event, recipient, notification_type.as_str())
}

/// Id derived from event, recipient and name, with the time of the event.
pub(super) fn derived_notification_id(event: EventId, recipient: EmployeeId, name: &str) -> NotificationId {
    let mut context = Context::new(&SHA256);
    for part in [event.to_string().as_str(), recipient.to_string().as_str(), name] {
        context.update(part.as_bytes());
        context.update(b"\n");
    }
    let digest = context.finish();
    let mut bytes = [0_u8; 16];
    let sources = event.uuid().into_bytes().into_iter().take(6).chain(digest.as_ref().iter().copied());
    for (byte, source) in bytes.iter_mut().zip(sources) {
        *byte = source;
    }
    // Version 7 and variant of RFC 9562, as in every other id.
    NotificationId::new(Uuid::from_u128(
        (u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62)) | (0x7 << 76) | (0x2 << 62),
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn notification(context: Value) -> Notification {
        Notification {
            id: NotificationId::new(Uuid::from_u128(1)),
            event_id: "evt_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8".parse().unwrap(),
            recipient_id: EmployeeId::new(Uuid::from_u128(2)),
            notification_type: NotificationType::LeaveRequestCreated,
            title: String::new(),
            body: String::new(),
            html: None,
            template: TemplateName::LeaveRequestCreated,
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
    fn derived_context_values_are_not_stored_but_shown() {
        let leave = "leave_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
        let whole = json!({
            "event_id": "evt_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "notification_type": "leave.request_created",
            "leave_request_id": leave, "entity_id": leave, "entity_type": "LeaveRequest", "mine": true,
        });
        let lean = notification(whole.clone()).without_derived_context();
        assert_eq!(lean.context, json!({"entity_id": leave, "entity_type": "LeaveRequest", "mine": true}));
        assert_eq!(lean.full_context(), whole);
        assert_eq!(lean.clone().without_derived_context(), lean);
    }

    #[test]
    fn context_values_of_the_sender_are_kept() {
        let theirs = json!({"event_id": "the summer party", "leave_request_id": 7, "notification_type": "fun"});
        let lean = notification(theirs.clone()).without_derived_context();
        assert_eq!((&lean.context, lean.full_context()), (&theirs, theirs.clone()));
    }

    #[test]
    fn event_time_is_read_from_the_event_id() {
        assert_eq!(notification(json!({})).event_time(), "2024-05-12T04:27:29.723Z".parse().unwrap());
        let unknown = Notification { event_id: EventId::new(Uuid::from_u128(3)), ..notification(json!({})) };
        assert_eq!(unknown.event_time(), unknown.created_at);
    }
}
