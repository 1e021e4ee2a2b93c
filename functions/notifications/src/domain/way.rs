//! One channel of a decision: how its delivery begins.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{channel::Channel, delivery::Status, preference::ChannelTiming};

/// What became of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelDecision {
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

impl ChannelDecision {
    /// How a delivery begins by its ruling. What is in the inbox is delivered.
    pub fn of(channel: Channel, ruling: &ChannelTiming) -> Self {
        let way =
            |status, reason: Option<&str>, due_at| Self { channel, status, reason: reason.map(str::to_owned), due_at };
        match ruling {
            ChannelTiming::Now if channel == Channel::InApp => way(Status::Sent, None, None),
            ChannelTiming::Now => way(Status::Queued, None, None),
            ChannelTiming::Later { due_at, reason } => way(Status::Parked, Some(reason), Some(*due_at)),
            ChannelTiming::Never { reason } => way(Status::Suppressed, Some(reason), None),
        }
    }

    pub fn is_deliverable(&self) -> bool {
        self.status != Status::Suppressed
    }

    /// Whether that leads further than the inbox, which has what is written.
    pub fn needs_delivery(&self) -> bool {
        self.is_deliverable() && self.channel != Channel::InApp
    }
}
