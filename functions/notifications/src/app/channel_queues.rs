//! The queues of the channels: a message only says that a delivery wants looking after. What it is stands in the table, so a
//! message that comes twice, late or never changes nothing.

use futures::future::try_join_all;
use jiff::SignedDuration;
use kernel::Result;
use lambda::{FromShell, InitError, Shell, queue::Sender};

use crate::domain::{channel::Channel, delivery::DeliveryId};

/// Longest time that a queue can hold a message back.
pub const DELAY_MAX: SignedDuration = SignedDuration::from_mins(15);

#[derive(Debug, Clone)]
pub struct Outbox {
    email: Sender<DeliveryId>,
    sms: Sender<DeliveryId>,
    push: Sender<DeliveryId>,
}

impl FromShell for Outbox {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            email: Sender::new(shell, "EMAIL_QUEUE_URL")?,
            sms: Sender::new(shell, "SMS_QUEUE_URL")?,
            push: Sender::new(shell, "PUSH_QUEUE_URL")?,
        })
    }
}

impl Outbox {
    /// Has these deliveries looked after, each by the worker of its channel. The inbox has no queue.
    ///
    /// # Errors
    /// 503 when a message was not taken; the others may have been.
    pub async fn enqueue(&self, deliveries: &[DeliveryId]) -> Result<()> {
        self.enqueue_after(deliveries, SignedDuration::ZERO).await
    }

    /// The same, after a delay of at most [`DELAY_MAX`].
    pub async fn enqueue_after(&self, deliveries: &[DeliveryId], delay: SignedDuration) -> Result<()> {
        let queues = [(Channel::Email, &self.email), (Channel::Sms, &self.sms), (Channel::Push, &self.push)];
        let sent = queues.map(|(channel, queue)| async move {
            let ours: Vec<_> = deliveries.iter().filter(|delivery| delivery.channel == channel).copied().collect();
            queue.send_after(&ours, delay).await
        });
        try_join_all(sent).await.map(drop)
    }
}
