//! `muster redrive`: moves the messages of a dead-letter queue back to their source queue.

use aws_sdk_sqs::{
    Client,
    types::{DeleteMessageBatchRequestEntry, Message, QueueAttributeName, SendMessageBatchRequestEntry},
};
use clap::Args;
use serde_json::Value;

use crate::cloud::{Cloud, Stack, sdk_error};

/// Most messages per call of SQS.
const BATCH_MAX: i32 = 10;

/// Arguments of `muster redrive`.
#[derive(Debug, Args)]
pub(crate) struct Redrive {
    #[command(flatten)]
    stack: Stack,
    /// Dead-letter queue: a stack output without its suffix `Url` (such as `AuditDlq`), a queue name or a queue URL.
    #[arg(long, value_name = "NAME")]
    queue: String,
    /// Target queue, named in the same way [default: the queue that uses this dead-letter queue].
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
}

/// Moves the messages and returns the sentence to print.
pub(crate) async fn run(args: &Redrive) -> Result<String, String> {
    let cloud = args.stack.load_cloud()?;
    let sqs = Client::new(&cloud.aws);
    let from = queue_url(&cloud, &sqs, &args.queue).await?;
    let to = match &args.to {
        Some(name) => queue_url(&cloud, &sqs, name).await?,
        None => source_queue_of(&sqs, &from).await?,
    };
    // Messages that fail again return during the move, so the count at the start limits it.
    let total = count_messages(&sqs, &from).await?;
    let mut moved = 0_usize;
    while moved < total {
        let messages = receive_messages(&sqs, &from).await?;
        if messages.is_empty() {
            break;
        }
        let sent = send_messages(&sqs, &to, &messages).await?;
        delete_messages(&sqs, &from, &sent).await?;
        moved += sent.len();
        println!("  moved {moved} of {total} messages");
        if sent.len() < messages.len() {
            return Err(format!(
                "Moved {moved} of {total} messages to {to}. SQS refused the others; run the command again."
            ));
        }
    }
    Ok(format!(
        "Moved {moved} of {total} messages from {from} to {to}. Messages left: {}.",
        count_messages(&sqs, &from).await?
    ))
}

/// URL of a queue that is given by stack output, name or URL.
pub(crate) async fn queue_url(cloud: &Cloud, sqs: &Client, name: &str) -> Result<String, String> {
    if name.contains("://") {
        return Ok(name.to_owned());
    }
    if let Ok(url) = cloud.output(&format!("{name}Url")) {
        return Ok(url.to_owned());
    }
    let found = sqs.get_queue_url().queue_name(name).send().await.map_err(|error| sdk_error(name, &error))?;
    found.queue_url.ok_or_else(|| format!("The queue {name} does not exist."))
}

/// The only queue whose redrive policy names this dead-letter queue; no such queue, or several, is an error. Reads the
/// policy of every queue, because not every cloud offers `ListDeadLetterSourceQueues`.
async fn source_queue_of(sqs: &Client, dlq: &str) -> Result<String, String> {
    let arn =
        queue_attribute(sqs, dlq, QueueAttributeName::QueueArn).await?.ok_or_else(|| format!("{dlq} has no ARN."))?;
    let mut queues = sqs.list_queues().max_results(1000).into_paginator().items().send();
    let mut sources = Vec::new();
    while let Some(url) = queues.next().await {
        let url = url.map_err(|error| sdk_error("ListQueues", &error))?;
        let policy = queue_attribute(sqs, &url, QueueAttributeName::RedrivePolicy).await?;
        let policy: Option<Value> = policy.and_then(|text| serde_json::from_str(&text).ok());
        if policy.as_ref().and_then(|policy| policy.get("deadLetterTargetArn")).and_then(Value::as_str) == Some(&arn) {
            sources.push(url);
        }
    }
    match sources.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(format!(
            "No queue uses {dlq} as its dead-letter queue. Name the target with `--to`. For the relay's failure queue, \
             run `muster republish --from-queue` instead."
        )),
        several => Err(format!(
            "Several queues use {dlq} as their dead-letter queue. Name the target with `--to`: {}",
            several.join(", ")
        )),
    }
}

async fn queue_attribute(sqs: &Client, url: &str, name: QueueAttributeName) -> Result<Option<String>, String> {
    let answer = sqs.get_queue_attributes().queue_url(url).attribute_names(name.clone()).send().await;
    Ok(answer.map_err(|error| sdk_error(url, &error))?.attributes.and_then(|mut attributes| attributes.remove(&name)))
}

/// Approximate number of visible messages, as SQS reports it.
async fn count_messages(sqs: &Client, url: &str) -> Result<usize, String> {
    let number = queue_attribute(sqs, url, QueueAttributeName::ApproximateNumberOfMessages).await?;
    Ok(number.and_then(|number| number.parse().ok()).unwrap_or_default())
}

/// Receives up to [`BATCH_MAX`] messages and hides them for a minute. Waits up to a second; empty if none arrives.
async fn receive_messages(sqs: &Client, url: &str) -> Result<Vec<Message>, String> {
    let request = sqs.receive_message().queue_url(url).max_number_of_messages(BATCH_MAX).wait_time_seconds(1);
    let answer = request.message_attribute_names("All").visibility_timeout(60).send().await;
    Ok(answer.map_err(|error| sdk_error(url, &error))?.messages.unwrap_or_default())
}

/// Sends the messages and returns the receipt handles of the accepted ones.
async fn send_messages(sqs: &Client, url: &str, messages: &[Message]) -> Result<Vec<String>, String> {
    let entry = |(at, message): (usize, &Message)| {
        SendMessageBatchRequestEntry::builder()
            .id(at.to_string())
            .message_body(message.body.clone().unwrap_or_default())
            .set_message_attributes(message.message_attributes.clone())
            .build()
            .map_err(|error| error.to_string())
    };
    let entries = messages.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>()?;
    let answer = sqs.send_message_batch().queue_url(url).set_entries(Some(entries)).send().await;
    let answer = answer.map_err(|error| sdk_error(url, &error))?;
    let taken = answer.successful.iter().filter_map(|taken| messages.get(taken.id.parse::<usize>().ok()?));
    Ok(taken.filter_map(|message| message.receipt_handle.clone()).collect())
}

/// Deletes the messages with these receipt handles. Fails if SQS keeps one of them.
async fn delete_messages(sqs: &Client, url: &str, receipts: &[String]) -> Result<(), String> {
    if receipts.is_empty() {
        return Ok(());
    }
    let entry = |(at, receipt): (usize, &String)| {
        let entry = DeleteMessageBatchRequestEntry::builder().id(at.to_string()).receipt_handle(receipt);
        entry.build().map_err(|error| error.to_string())
    };
    let entries = receipts.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>()?;
    let answer = sqs.delete_message_batch().queue_url(url).set_entries(Some(entries)).send().await;
    match answer.map_err(|error| sdk_error(url, &error))?.failed().len() {
        0 => Ok(()),
        kept => Err(format!("SQS kept {kept} moved messages in {url}. Delete them, or they are moved again.")),
    }
}
