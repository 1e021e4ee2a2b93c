//! The queues of the channels: a message only says that a delivery wants looking after. What it is stands in the table, so a
//! message that comes twice, late or never changes nothing.

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use futures::future::try_join_all;
use jiff::SignedDuration;
use kernel::{Error, NotificationId, Result};
use lambda::{FromShell, InitError, Shell, failed};
use serde::{Deserialize, Serialize};

use crate::domain::notification::Channel;

/// How many messages one request takes.
const BATCH_MAX: usize = 10;
/// No message can be held back for longer.
pub const DELAY_MAX: SignedDuration = SignedDuration::from_mins(15);

/// What a message says: this delivery wants looking after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// The notification.
    pub notification_id: NotificationId,
    /// The channel; in-app has no queue.
    pub channel: Channel,
}

/// The queues.
#[derive(Debug, Clone)]
pub struct Outbox {
    client: Client,
    email: String,
    sms: String,
    push: String,
}

impl FromShell for Outbox {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            client: Client::new(&shell.aws),
            email: shell.env("EMAIL_QUEUE_URL")?,
            sms: shell.env("SMS_QUEUE_URL")?,
            push: shell.env("PUSH_QUEUE_URL")?,
        })
    }
}

impl Outbox {
    /// Has these deliveries looked after, each by the worker of its channel. What is in-app needs nobody.
    ///
    /// # Errors
    /// 503 when a message was not taken; the others may have been.
    pub async fn enqueue(&self, tickets: &[Ticket]) -> Result<()> {
        self.enqueue_after(tickets, SignedDuration::ZERO).await
    }

    /// The same, not before some time has passed: at most [`DELAY_MAX`].
    ///
    /// # Errors
    /// As [`Outbox::enqueue`].
    pub async fn enqueue_after(&self, tickets: &[Ticket], delay: SignedDuration) -> Result<()> {
        let delay_s = i32::try_from(delay.min(DELAY_MAX).as_secs().max(0)).unwrap_or_default();
        let mut batches = Vec::new();
        for (channel, url) in [(Channel::Email, &self.email), (Channel::Sms, &self.sms), (Channel::Push, &self.push)] {
            let ours: Vec<_> = tickets.iter().filter(|ticket| ticket.channel == channel).collect();
            for chunk in ours.chunks(BATCH_MAX) {
                batches.push((url, entries(chunk, delay_s)?));
            }
        }
        try_join_all(batches.into_iter().map(|(url, entries)| self.send(url, entries))).await.map(drop)
    }

    async fn send(&self, url: &str, entries: Vec<SendMessageBatchRequestEntry>) -> Result<()> {
        let sent = self.client.send_message_batch().queue_url(url).set_entries(Some(entries)).send().await;
        let sent = sent.map_err(|error| failed("SendMessageBatch", error))?;
        match sent.failed.as_slice() {
            [] => Ok(()),
            [first, ..] => {
                Err(Error::unavailable(format!("SendMessageBatch: {} not taken: {}", sent.failed.len(), first.code)))
            }
        }
    }
}

fn entries(tickets: &[&Ticket], delay_s: i32) -> Result<Vec<SendMessageBatchRequestEntry>> {
    let entry = |(at, ticket): (usize, &&Ticket)| {
        let body = serde_json::to_string(ticket).map_err(Error::internal)?;
        let entry = SendMessageBatchRequestEntry::builder().id(at.to_string()).message_body(body);
        entry.delay_seconds(delay_s).build().map_err(Error::internal)
    };
    tickets.iter().enumerate().map(entry).collect()
}
