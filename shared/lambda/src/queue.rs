//! SQS: the runner of queue consumers, which reports failures per message, and the sender of messages.

use std::{future::Future, marker::PhantomData, sync::Arc};

use aws_lambda_events::event::sqs::SqsEvent;
use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use events::Event;
use jiff::SignedDuration;
use kernel::Error;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    BoxFuture, InitError, Shell, aws_call_error,
    log::{self, LogContext},
    metrics::{self, Unit},
    runtime,
};

/// Message of a queue.
#[derive(Debug, Clone)]
pub struct QueueMessage {
    /// Id of the message, for reporting its failure.
    pub message_id: String,
    /// Event in the body, or the reason why the body is no event.
    pub event: Result<Event, String>,
    /// Unparsed body of the message.
    pub raw: String,
}

/// Handler of one batch. It returns the ids of the messages that failed and will be delivered again.
pub type BatchHandler = Arc<dyn Fn(Vec<QueueMessage>) -> BoxFuture<'static, Vec<String>> + Send + Sync>;

/// Message of EventBridge on a queue; the event is its `detail`.
#[derive(Deserialize)]
struct BusMessage {
    detail: Event,
}

/// Runs a queue consumer as a Lambda function; returns only at shutdown.
pub fn serve(function: &'static str, build: fn(&Shell) -> Result<BatchHandler, InitError>) {
    runtime::start(function, move |shell| {
        Box::pin(async move {
            let handler = build(&shell)?;
            let service = service_fn(move |event: LambdaEvent<SqsEvent>| {
                let (handler, shell) = (Arc::clone(&handler), shell.clone());
                async move {
                    log::set_context(LogContext { request_id: Some(event.context.request_id.clone()), user_id: None });
                    let started = shell.now();
                    let result = handle_batch(&handler, event.payload).await;
                    record_batch(function, &shell, started, &result);
                    result.map(|batch| batch.response()).map_err(lambda_runtime::Error::from)
                }
            });
            lambda_runtime::run(service).await
        })
    });
}

/// Result of one batch.
#[derive(Debug)]
pub struct BatchResult {
    /// Number of messages in the batch.
    pub messages: usize,
    /// Ids of the failed messages, which will be delivered again.
    pub failed_ids: Vec<String>,
}

impl BatchResult {
    /// Answer to Lambda, which names the failed messages.
    fn response(&self) -> Value {
        let failures: Vec<_> = self.failed_ids.iter().map(|id| json!({"itemIdentifier": id})).collect();
        json!({"batchItemFailures": failures})
    }
}

/// Handles one batch of SQS.
///
/// # Errors
/// If every message of the batch failed, so that the error metric of the function increases.
pub async fn handle_batch(handler: &BatchHandler, event: SqsEvent) -> Result<BatchResult, String> {
    let batch: Vec<_> = event
        .records
        .into_iter()
        .map(|message| {
            let raw = message.body.unwrap_or_default();
            let event =
                serde_json::from_str::<BusMessage>(&raw).map(|entry| entry.detail).map_err(|error| error.to_string());
            QueueMessage { message_id: message.message_id.unwrap_or_default(), event, raw }
        })
        .collect();
    let messages = batch.len();
    let failed_ids = handler(batch).await;
    if messages > 0 && failed_ids.len() == messages {
        return Err(format!("all {messages} messages failed"));
    }
    Ok(BatchResult { messages, failed_ids })
}

/// Logs a batch and emits its metrics.
fn record_batch(function: &str, shell: &Shell, started: jiff::Timestamp, result: &Result<BatchResult, String>) {
    let duration_ms = shell.now().duration_since(started).as_millis();
    let (messages, failed) = match result {
        Ok(batch) => (batch.messages, batch.failed_ids.len()),
        Err(_) => (0, 1),
    };
    let status = if failed == 0 { "success" } else { "failed" };
    tracing::info!(status, duration_ms = duration_ms as i64, messages, failed, "batch handled");
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    metrics::emit(
        function,
        started,
        &[("messages", Unit::Count, count(messages)), ("failures", Unit::Count, count(failed))],
    );
}

/// Batch handler that calls `handle` for each event, one after the other. A message without an event fails, and ends in the
/// dead-letter queue.
pub fn per_event<F, Fut>(handle: F) -> BatchHandler
where
    F: Fn(Event) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = kernel::Result<()>> + Send + 'static,
{
    per_read_message(|message| message.event, handle)
}

/// Batch handler that calls `handle` for each JSON message, which another function of the service has queued, one after the
/// other. An unreadable message fails, and ends in the dead-letter queue.
pub fn per_message<T, F, Fut>(handle: F) -> BatchHandler
where
    T: DeserializeOwned + Send + 'static,
    F: Fn(T) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = kernel::Result<()>> + Send + 'static,
{
    per_read_message(|message| serde_json::from_str(&message.raw).map_err(|error| error.to_string()), handle)
}

/// Batch handler that reads each message with `read` and calls `handle`; it returns the ids of the failed messages.
fn per_read_message<T, F, Fut>(read: fn(QueueMessage) -> Result<T, String>, handle: F) -> BatchHandler
where
    T: Send + 'static,
    F: Fn(T) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = kernel::Result<()>> + Send + 'static,
{
    let handle = Arc::new(handle);
    Arc::new(move |batch| {
        let handle = Arc::clone(&handle);
        Box::pin(async move {
            let mut failed = Vec::new();
            for message in batch {
                let message_id = message.message_id.clone();
                let outcome = match read(message) {
                    Ok(read) => handle(read)
                        .await
                        .map_err(|error| format!("{error} ({})", error.log_detail().unwrap_or_default())),
                    Err(reason) => Err(reason),
                };
                if let Err(reason) = outcome {
                    tracing::error!(status = "failed", message_id, "message failed: {reason}");
                    failed.push(message_id);
                }
            }
            failed
        })
    })
}

/// Maximum messages of one request to SQS.
const BATCH_MESSAGES_MAX: usize = 10;
/// Maximum size of the messages of one request in bytes, below the limit of SQS.
const BATCH_BYTES_MAX: usize = 200_000;

/// Sender of JSON messages to one queue of the service.
#[derive(Debug)]
pub struct Sender<T> {
    client: Client,
    url: String,
    message: PhantomData<fn(&T)>,
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), url: self.url.clone(), message: PhantomData }
    }
}

impl<T: Serialize> Sender<T> {
    /// Sender to the queue whose URL is in the environment variable.
    pub fn new(shell: &Shell, variable: &str) -> Result<Self, InitError> {
        Ok(Self { client: Client::new(&shell.aws), url: shell.env(variable)?, message: PhantomData })
    }

    /// Sends messages in batches of up to ten. If it fails, some may have been sent, so that the consumer must tolerate
    /// duplicates.
    pub async fn send<'a>(&self, messages: impl IntoIterator<Item = &'a T>) -> kernel::Result<()>
    where
        T: 'a,
    {
        self.send_after(messages, SignedDuration::ZERO).await
    }

    /// Sends messages like [`Self::send`] now. Consumers get them after `delay`, but at most 15 minutes later.
    pub async fn send_after<'a>(
        &self,
        messages: impl IntoIterator<Item = &'a T>,
        delay: SignedDuration,
    ) -> kernel::Result<()>
    where
        T: 'a,
    {
        let delay_s = i32::try_from(delay.as_secs().clamp(0, 900)).unwrap_or_default();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for message in messages {
            let body = serde_json::to_string(message).map_err(Error::internal)?;
            if batch.len() == BATCH_MESSAGES_MAX || (!batch.is_empty() && bytes + body.len() > BATCH_BYTES_MAX) {
                self.send_batch(std::mem::take(&mut batch)).await?;
                bytes = 0;
            }
            bytes += body.len();
            let entry = SendMessageBatchRequestEntry::builder().id(batch.len().to_string()).message_body(body);
            batch.push(entry.delay_seconds(delay_s).build().map_err(Error::internal)?);
        }
        if batch.is_empty() { Ok(()) } else { self.send_batch(batch).await }
    }

    async fn send_batch(&self, entries: Vec<SendMessageBatchRequestEntry>) -> kernel::Result<()> {
        let messages = entries.len();
        let sent = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries)).send().await;
        let sent = sent.map_err(|error| aws_call_error("SendMessageBatch", error))?;
        match sent.failed.first() {
            None => Ok(()),
            Some(first) => {
                let (refused, code) = (sent.failed.len(), &first.code);
                Err(Error::unavailable(format!("SendMessageBatch: {refused} of {messages} refused, first {code}")))
            }
        }
    }
}
