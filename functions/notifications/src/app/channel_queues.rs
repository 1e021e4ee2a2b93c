//! Queues of the channels. A message is only the key of a delivery, whose state is in the table, so a message that arrives
//! twice, late or never changes nothing.

use futures::future::try_join_all;
use jiff::SignedDuration;
use kernel::Result;
use lambda::{FromShell, InitError, Shell, queue::Sender};

use crate::domain::{channel::Channel, delivery::DeliveryId};

/// Longest delay of a queue message.
pub const DELAY_MAX: SignedDuration = SignedDuration::from_mins(15);

/// Queues of the channels other than the inbox.
#[derive(Debug, Clone)]
pub struct ChannelQueues {
    email: Sender<DeliveryId>,
    sms: Sender<DeliveryId>,
    push: Sender<DeliveryId>,
}

impl FromShell for ChannelQueues {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            email: Sender::new(shell, "EMAIL_QUEUE_URL")?,
            sms: Sender::new(shell, "SMS_QUEUE_URL")?,
            push: Sender::new(shell, "PUSH_QUEUE_URL")?,
        })
    }
}

impl ChannelQueues {
    /// Queues deliveries, each for the worker of its channel. Deliveries through the inbox are ignored.
    ///
    /// # Errors
    /// 503 `unavailable` if a message was not accepted; others may have been.
    pub async fn enqueue(&self, deliveries: &[DeliveryId]) -> Result<()> {
        self.enqueue_after(deliveries, SignedDuration::ZERO).await
    }

    /// Queues deliveries with a delay of at most [`DELAY_MAX`].
    pub async fn enqueue_after(&self, deliveries: &[DeliveryId], delay: SignedDuration) -> Result<()> {
        let queues = [(Channel::Email, &self.email), (Channel::Sms, &self.sms), (Channel::Push, &self.push)];
        let sent = queues.map(|(channel, queue)| async move {
            let of_channel: Vec<_> =
                deliveries.iter().filter(|delivery| delivery.channel == channel).copied().collect();
            queue.send_after(&of_channel, delay).await
        });
        try_join_all(sent).await.map(drop)
    }
}
