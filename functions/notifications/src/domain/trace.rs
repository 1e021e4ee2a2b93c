//! Routing trace of an event: every decision about every recipient.

use jiff::Timestamp;
use kernel::{EmployeeId, EventId, NotificationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    builtin_templates::TemplateName,
    channel::Channel,
    channel_decision::ChannelDecision,
    notification::{Notification, PersonalDecision},
    preference::ChannelTiming,
    reasons::SkipReason,
    routing::RecipientRole,
};

/// Decision of one routing rule about one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoutingDecision {
    /// Role in which the person is a recipient.
    pub role: RecipientRole,
    /// Id of the person; absent if the rule has no recipient in this event, or the event was too old.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub recipient_id: Option<EmployeeId>,
    /// Template of the routing rule, or of the message.
    pub template: TemplateName,
    /// Whether the person was notified.
    #[serde(rename = "told")]
    pub notified: bool,
    /// Reason why the person was not notified, or not as usual; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub reason: Option<SkipReason>,
    /// Id of the notification; absent if the person was not notified.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub notification_id: Option<NotificationId>,
    /// Decision about each channel that the rule, the message or the person's preferences name; empty if the person was
    /// skipped before.
    #[serde(default)]
    #[schema(required)]
    pub channels: Vec<ChannelDecision>,
}

impl RoutingDecision {
    /// Decision not to notify, with its reason.
    pub const fn skipped(
        role: RecipientRole,
        recipient_id: Option<EmployeeId>,
        template: TemplateName,
        reason: SkipReason,
    ) -> Self {
        let reason = Some(reason);
        Self { role, recipient_id, template, notified: false, reason, notification_id: None, channels: Vec::new() }
    }
}

/// All routing decisions about one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoutingTrace {
    /// Event that the decisions are about.
    pub event_id: EventId,
    /// Type of the event, such as `leave.request_created`.
    #[schema(pattern = r"^[a-z_]+\.[a-z_]+$")]
    pub event_type: String,
    /// Type of the entity that changed, such as `LeaveRequest`.
    pub entity_type: String,
    /// Id of the entity that changed.
    pub entity_id: String,
    /// Time at which the event happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Time at which the recipients were decided.
    #[schema(value_type = String, format = DateTime)]
    pub decided_at: Timestamp,
    /// Decisions by routing rule and person.
    pub decisions: Vec<RoutingDecision>,
}

impl RoutingTrace {
    /// Trace of an event with one possible recipient, from the decision that is stored in the notification; none if it contains
    /// none.
    pub fn from_notification(notification: &Notification) -> Option<Self> {
        let PersonalDecision { event_type, role, mut channels } = notification.decided.clone()?;
        if notification.channels.contains(&Channel::InApp) {
            channels.insert(0, ChannelDecision::new(Channel::InApp, &ChannelTiming::Now));
        }
        let fact = |name: &str| notification.context.get(name).and_then(|fact| fact.as_str()).unwrap_or_default();
        let decision = RoutingDecision {
            role,
            recipient_id: Some(notification.recipient_id),
            template: notification.template,
            notified: true,
            reason: None,
            notification_id: Some(notification.id),
            channels,
        };
        Some(Self {
            event_id: notification.event_id,
            event_type: event_type.unwrap_or_else(|| notification.notification_type.to_string()),
            entity_type: fact("entity_type").to_owned(),
            entity_id: fact("entity_id").to_owned(),
            at: notification.event_time(),
            decided_at: notification.created_at,
            decisions: vec![decision],
        })
    }

    /// Trace with the decisions about one person only; none if there are none.
    pub fn limited_to(mut self, person: EmployeeId) -> Option<Self> {
        self.decisions.retain(|decision| decision.recipient_id == Some(person));
        (!self.decisions.is_empty()).then_some(self)
    }
}
