//! SQS: the runner of consumers and workers, with a failure per message; and the sender of work.

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
    BoxFuture, InitError, Shell,
    log::{self, LogContext},
    metrics::{self, Unit},
    runtime, unavailable,
};

/// One message.
#[derive(Debug, Clone)]
pub struct QueueMessage {
    /// What a failure is reported by.
    pub message_id: String,
    /// The event in it, or why there is none.
    pub event: Result<Event, String>,
    /// The body as it came.
    pub raw: String,
}

/// Handles one batch; answers the message ids that failed and are to come again.
pub type BatchHandler = Arc<dyn Fn(Vec<QueueMessage>) -> BoxFuture<'static, Vec<String>> + Send + Sync>;

/// What EventBridge puts on a queue; the event is its `detail`.
#[derive(Deserialize)]
struct BusMessage {
    detail: Event,
}

/// Runs a consumer for ever.
pub fn serve(function: &'static str, build: fn(&Shell) -> Result<BatchHandler, InitError>) {
    runtime::start(function, move |shell| {
        Box::pin(async move {
            let handler = build(&shell)?;
            let service = service_fn(move |event: LambdaEvent<SqsEvent>| {
                let (handler, shell) = (Arc::clone(&handler), shell.clone());
                async move {
                    log::set_context(LogContext { request_id: Some(event.context.request_id.clone()), user_id: None });
                    let started = shell.now();
                    let answer = handle(&handler, event.payload).await;
                    report(function, &shell, started, &answer);
                    answer.map(|failed| failed.response()).map_err(lambda_runtime::Error::from)
                }
            });
            lambda_runtime::run(service).await
        })
    });
}

/// What came of a batch.
#[derive(Debug)]
pub struct BatchResult {
    /// How many messages there were.
    pub messages: usize,
    /// Those to come again.
    pub ids: Vec<String>,
}

impl BatchResult {
    fn response(&self) -> Value {
        let failures: Vec<_> = self.ids.iter().map(|id| json!({"itemIdentifier": id})).collect();
        json!({"batchItemFailures": failures})
    }
}

/// Handles what SQS delivers.
///
/// # Errors
/// When every message failed, so that the function's error metric moves.
pub async fn handle(handler: &BatchHandler, event: SqsEvent) -> Result<BatchResult, String> {
    let deliveries: Vec<_> = event
        .records
        .into_iter()
        .map(|message| {
            let raw = message.body.unwrap_or_default();
            let event =
                serde_json::from_str::<BusMessage>(&raw).map(|entry| entry.detail).map_err(|error| error.to_string());
            QueueMessage { message_id: message.message_id.unwrap_or_default(), event, raw }
        })
        .collect();
    let messages = deliveries.len();
    let ids = handler(deliveries).await;
    if messages > 0 && ids.len() == messages {
        return Err(format!("all {messages} messages failed"));
    }
    Ok(BatchResult { messages, ids })
}

fn report(function: &str, shell: &Shell, started: jiff::Timestamp, answer: &Result<BatchResult, String>) {
    let duration_ms = shell.now().duration_since(started).as_millis();
    let (messages, failed) = match answer {
        Ok(batch) => (batch.messages, batch.ids.len()),
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

/// A handler of single events: each message stands for itself. What is no event fails, and ends in the DLQ.
pub fn per_event<F, Fut>(handle: F) -> BatchHandler
where
    F: Fn(Event) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = kernel::Result<()>> + Send + 'static,
{
    per_record(|delivery| delivery.event, handle)
}

/// A handler of single pieces of work that one of our own jobs has put on the queue, as plain JSON. What does not read fails,
/// and ends in the DLQ.
pub fn per_message<T, F, Fut>(handle: F) -> BatchHandler
where
    T: DeserializeOwned + Send + 'static,
    F: Fn(T) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = kernel::Result<()>> + Send + 'static,
{
    per_record(|delivery| serde_json::from_str(&delivery.raw).map_err(|error| error.to_string()), handle)
}

fn per_record<T, F, Fut>(read: fn(QueueMessage) -> Result<T, String>, handle: F) -> BatchHandler
where
    T: Send + 'static,
    F: Fn(T) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = kernel::Result<()>> + Send + 'static,
{
    let handle = Arc::new(handle);
    Arc::new(move |deliveries| {
        let handle = Arc::clone(&handle);
        Box::pin(async move {
            let mut failed = Vec::new();
            for delivery in deliveries {
                let message_id = delivery.message_id.clone();
                let outcome = match read(delivery) {
                    Ok(read) => handle(read)
                        .await
                        .map_err(|error| format!("{error} ({})", error.log_detail().unwrap_or_default())),
                    Err(why) => Err(why),
                };
                if let Err(why) = outcome {
                    tracing::error!(status = "failed", message_id, "message failed: {why}");
                    failed.push(message_id);
                }
            }
            failed
        })
    })
}

/// Number of messages that one request to SQS takes.
const BATCH_MESSAGES_MAX: usize = 10;
/// Bytes of one request; SQS takes a little more.
const BATCH_BYTES_MAX: usize = 200_000;

/// Sends work as JSON to one queue of the service.
#[derive(Debug)]
pub struct Sender<T> {
    client: Client,
    url: String,
    work: PhantomData<fn(&T)>,
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), url: self.url.clone(), work: PhantomData }
    }
}

impl<T: Serialize> Sender<T> {
    /// A sender to the queue whose URL the variable holds.
    pub fn new(shell: &Shell, variable: &str) -> Result<Self, InitError> {
        Ok(Self { client: Client::new(&shell.aws), url: shell.env(variable)?, work: PhantomData })
    }

    /// Sends all of it. Part of it may have been sent when this fails; sending it again must do no harm.
    pub async fn send<'a>(&self, works: impl IntoIterator<Item = &'a T>) -> kernel::Result<()>
    where
        T: 'a,
    {
        self.send_after(works, SignedDuration::ZERO).await
    }

    /// The same, visible to the worker only after a delay of at most a quarter of an hour.
    pub async fn send_after<'a>(
        &self,
        works: impl IntoIterator<Item = &'a T>,
        delay: SignedDuration,
    ) -> kernel::Result<()>
    where
        T: 'a,
    {
        let delay_s = i32::try_from(delay.as_secs().clamp(0, 900)).unwrap_or_default();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for work in works {
            let body = serde_json::to_string(work).map_err(Error::internal)?;
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
        let sent = sent.map_err(|error| unavailable("SendMessageBatch", error))?;
        match sent.failed.first() {
            None => Ok(()),
            Some(first) => {
                let (refused, code) = (sent.failed.len(), &first.code);
                Err(Error::unavailable(format!("SendMessageBatch: {refused} of {messages} refused, first {code}")))
            }
        }
    }
}
