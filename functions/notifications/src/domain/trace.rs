//! Why somebody did, or did not, hear of an event: every decision, kept.

use jiff::Timestamp;
use kernel::{EmployeeId, EventId, NotificationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    channel::Channel,
    notification::{Notification, PersonalDecision},
    preference::ChannelTiming,
    routing::RecipientRole,
    way::ChannelDecision,
};

/// What one rule came to for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoutingDecision {
    /// As what they would hear.
    pub role: RecipientRole,
    /// Who; nobody where the rule met nobody.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recipient_id: Option<EmployeeId>,
    /// In which words.
    pub template: String,
    /// Whether they were told.
    pub told: bool,
    /// Why not, or why not as usual.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The notification.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notification_id: Option<NotificationId>,
    /// Channel by channel.
    #[serde(default)]
    pub channels: Vec<ChannelDecision>,
}

impl RoutingDecision {
    pub fn skipped(role: RecipientRole, recipient_id: Option<EmployeeId>, template: &str, reason: &str) -> Self {
        let (template, reason) = (template.to_owned(), Some(reason.to_owned()));
        Self { role, recipient_id, template, told: false, reason, notification_id: None, channels: Vec::new() }
    }
}

/// All that was decided about one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoutingTrace {
    /// The event.
    pub event_id: EventId,
    /// Its type.
    pub event_type: String,
    /// What it is about.
    pub entity_type: String,
    /// Its id.
    pub entity_id: String,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// When it was decided who hears.
    #[schema(value_type = String, format = DateTime)]
    pub decided_at: Timestamp,
    /// Rule by rule, person by person.
    pub decisions: Vec<RoutingDecision>,
}

impl RoutingTrace {
    /// What was decided about the event of a notification, where that is kept with it.
    pub fn from_notification(notification: &Notification) -> Option<Self> {
        let PersonalDecision { event_type, role, mut channels } = notification.decided.clone()?;
        if notification.channels.contains(&Channel::InApp) {
            channels.insert(0, ChannelDecision::of(Channel::InApp, &ChannelTiming::Now));
        }
        let fact = |name: &str| notification.context.get(name).and_then(|fact| fact.as_str()).unwrap_or_default();
        let told = RoutingDecision {
            role,
            recipient_id: Some(notification.recipient_id),
            template: notification.template.clone(),
            told: true,
            reason: None,
            notification_id: Some(notification.id),
            channels,
        };
        Some(Self {
            event_id: notification.event_id,
            event_type: event_type.unwrap_or_else(|| notification.notification_type.clone()),
            entity_type: fact("entity_type").to_owned(),
            entity_id: fact("entity_id").to_owned(),
            at: notification.event_time(),
            decided_at: notification.created_at,
            decisions: vec![told],
        })
    }

    /// What of it concerns one person; nothing when nothing does.
    pub fn visible_to(mut self, person: EmployeeId) -> Option<Self> {
        self.decisions.retain(|decision| decision.recipient_id == Some(person));
        (!self.decisions.is_empty()).then_some(self)
    }
}
