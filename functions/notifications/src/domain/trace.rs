//! Why somebody did, or did not, hear of an event: every decision, kept.

use jiff::Timestamp;
use kernel::{EmployeeId, EventId, NotificationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    delivery::Status,
    notification::{Channel, Notification},
    preference::Ruling,
    routing::Role,
};

/// Why somebody was not told, or not through some channel; beside the reasons that deliveries have.
pub mod why {
    /// They did it themselves.
    pub const OWN_ACTION: &str = "own_action";
    /// They do not want it.
    pub const PREFERENCE: &str = "preference";
    /// Too much of the same came at once: it became part of one.
    pub const STORM: &str = "storm";
    /// The rule met nobody.
    pub const NOBODY: &str = "nobody";
    /// They have left.
    pub const LEFT: &str = "left";
    /// There is no such person.
    pub const UNKNOWN_PERSON: &str = "unknown_person";
    /// They heard of it by an earlier rule.
    pub const ALREADY_TOLD: &str = "already_told";
    /// It was published again long after it happened: a repair of records is no news.
    pub const TOO_OLD: &str = "too_old";
    /// The template cannot be filled with what is known.
    pub const TEMPLATE_BROKEN: &str = "template_broken";
}

/// What became of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Way {
    /// Which.
    pub channel: Channel,
    /// How its delivery began.
    pub status: Status,
    /// Why it did not go out at once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// When it was to go out instead.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
}

impl Way {
    /// How a delivery begins by its ruling. What is in the inbox is delivered.
    pub fn of(channel: Channel, ruling: &Ruling) -> Self {
        let way =
            |status, reason: Option<&str>, due_at| Self { channel, status, reason: reason.map(str::to_owned), due_at };
        match ruling {
            Ruling::Now if channel == Channel::InApp => way(Status::Sent, None, None),
            Ruling::Now => way(Status::Queued, None, None),
            Ruling::Later { due_at, reason } => way(Status::Parked, Some(reason), Some(*due_at)),
            Ruling::Never { reason } => way(Status::Suppressed, Some(reason), None),
        }
    }

    /// Whether there is something to deliver.
    pub fn goes_out(&self) -> bool {
        self.status != Status::Suppressed
    }

    /// Whether that leads further than the inbox, which has what is written.
    pub fn leaves_the_house(&self) -> bool {
        self.goes_out() && self.channel != Channel::InApp
    }
}

/// What one rule came to for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Routed {
    /// As what they would hear.
    pub role: Role,
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
    pub channels: Vec<Way>,
}

impl Routed {
    /// Nothing was said, for this reason.
    pub fn silent(role: Role, recipient_id: Option<EmployeeId>, template: &str, reason: &str) -> Self {
        let (template, reason) = (template.to_owned(), Some(reason.to_owned()));
        Self { role, recipient_id, template, told: false, reason, notification_id: None, channels: Vec::new() }
    }
}

/// What was decided about an event of which only the one it is about may ever hear. It is kept with their notification, which
/// knows the rest of the trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The event's type, where that is not the notification's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event_type: Option<String>,
    /// As what they hear.
    pub role: Role,
    /// Channel by channel, without the inbox that simply has it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub channels: Vec<Way>,
}

/// All that was decided about one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Trace {
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
    pub decisions: Vec<Routed>,
}

impl Trace {
    /// What was decided about the event of a notification, where that is kept with it.
    pub fn with(notification: &Notification) -> Option<Self> {
        let Decided { event_type, role, mut channels } = notification.decided.clone()?;
        if notification.channels.contains(&Channel::InApp) {
            channels.insert(0, Way::of(Channel::InApp, &Ruling::Now));
        }
        let fact = |name: &str| notification.context.get(name).and_then(|fact| fact.as_str()).unwrap_or_default();
        let told = Routed {
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
            at: notification.happened_at(),
            decided_at: notification.created_at,
            decisions: vec![told],
        })
    }

    /// What of it concerns one person; nothing when nothing does.
    pub fn part_of(mut self, person: EmployeeId) -> Option<Self> {
        self.decisions.retain(|decision| decision.recipient_id == Some(person));
        (!self.decisions.is_empty()).then_some(self)
    }
}
