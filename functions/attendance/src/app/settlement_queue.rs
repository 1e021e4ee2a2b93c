//! What the settle queue carries: days to derive, and how it gets there.

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Error, RequestId, Result, RunId};
use lambda::{FromShell, InitError, Shell, failed};
use serde::{Deserialize, Serialize};

/// How many messages one batch takes: the queue's bound.
const MESSAGES_PER_BATCH: usize = 10;
/// How many bytes one batch takes; the queue's own bound is a little higher.
const BYTES_PER_BATCH: usize = 200_000;
/// How many people one message names: so that what is read for them fits into memory.
pub const PEOPLE_PER_PAGE: usize = 500;

/// Days of one person, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// Whose.
    pub employee_id: EmployeeId,
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

impl Days {
    /// How many days.
    pub fn length(&self) -> i64 {
        (self.to.duration_since(self.from).as_hours() / 24).saturating_add(1)
    }
}

/// A piece of work for `attendance-job-settle`. It may come twice, late, or in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// The run that it is a page of; none when a change asks for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run: Option<RunId>,
    /// Which page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<u32>,
    /// Which days of whom.
    pub days: Vec<Days>,
    /// Leaves days alone that were not settled yet: those come with their own night.
    #[serde(default)]
    pub settled_only: bool,
    /// The clock of the run: days whose window closes later are left alone. The worker's own when not given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<Timestamp>,
    /// Follows whatever caused it.
    pub request_id: RequestId,
}

impl Work {
    /// Settled days of somebody that something has changed for.
    pub fn again(request_id: RequestId, days: Vec<Days>) -> Self {
        Self { run: None, page: None, days, settled_only: true, at: None, request_id }
    }
}

/// The queue of `attendance-job-settle`.
#[derive(Debug, Clone)]
pub struct WorkQueue {
    client: Client,
    url: String,
}

impl FromShell for WorkQueue {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { client: Client::new(&shell.aws), url: shell.env("SETTLE_QUEUE")? })
    }
}

impl WorkQueue {
    /// Sends all of it. What the queue did not take is an error: whoever sends does it again, which does no harm.
    ///
    /// # Errors
    /// 503.
    pub async fn send(&self, works: &[Work]) -> Result<()> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for work in works {
            let body = serde_json::to_string(work).map_err(Error::internal)?;
            if batch.len() == MESSAGES_PER_BATCH || (!batch.is_empty() && bytes + body.len() > BYTES_PER_BATCH) {
                self.send_batch(std::mem::take(&mut batch)).await?;
                bytes = 0;
            }
            bytes += body.len();
            let entry = SendMessageBatchRequestEntry::builder().id(batch.len().to_string()).message_body(body);
            batch.push(entry.build().map_err(Error::internal)?);
        }
        if batch.is_empty() { Ok(()) } else { self.send_batch(batch).await }
    }

    async fn send_batch(&self, entries: Vec<SendMessageBatchRequestEntry>) -> Result<()> {
        let messages = entries.len();
        let sent = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries)).send().await;
        let sent = sent.map_err(|error| failed("SendMessageBatch", error))?;
        match sent.failed.first() {
            None => Ok(()),
            Some(first) => {
                let (refused, code) = (sent.failed.len(), &first.code);
                Err(Error::unavailable(format!("SendMessageBatch: {refused} of {messages} refused, first {code}")))
            }
        }
    }
}
