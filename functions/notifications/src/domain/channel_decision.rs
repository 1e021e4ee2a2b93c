//! Routing decision about one channel.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{channel::Channel, delivery::DeliveryStatus, preference::ChannelTiming, reasons::DeliveryReason};

/// Decision about one channel: initial delivery status, reason and due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelDecision {
    /// Channel of the decision.
    pub channel: Channel,
    /// Status with which the delivery was created.
    pub status: DeliveryStatus,
    /// Reason why the delivery was parked, suppressed or collapsed; absent if it was not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub reason: Option<DeliveryReason>,
    /// Time to which the delivery was postponed; absent if it was not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    pub due_at: Option<Timestamp>,
}

impl ChannelDecision {
    /// Decision that follows from the timing of a channel. The inbox is delivered at once.
    pub const fn new(channel: Channel, timing: &ChannelTiming) -> Self {
        let (status, reason, due_at) = match timing {
            ChannelTiming::Now if matches!(channel, Channel::InApp) => (DeliveryStatus::Sent, None, None),
            ChannelTiming::Now => (DeliveryStatus::Queued, None, None),
            ChannelTiming::Later { due_at, reason } => (DeliveryStatus::Parked, Some(*reason), Some(*due_at)),
            ChannelTiming::Never { reason } => (DeliveryStatus::Suppressed, Some(*reason), None),
        };
        Self { channel, status, reason, due_at }
    }

    /// Whether the notification goes out through the channel, now or later.
    pub fn is_deliverable(&self) -> bool {
        self.status != DeliveryStatus::Suppressed
    }

    /// Whether the channel is deliverable and needs a delivery: the inbox shows the notification itself.
    pub fn needs_delivery(&self) -> bool {
        self.is_deliverable() && self.channel != Channel::InApp
    }
}
