//! `leave-job-accrue`: every day, puts everybody on the queue of `leave-job-post`, a page of people to a message. It computes nothing,
//! so that 100,000 people are some seconds of reading ids.

use std::sync::Arc;

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use directory::shards::SHARDS;
use kernel::{EmployeeId, Error, Origin, Result};
use lambda::{FromShell, InitError, Shell, failed, job::Handler};
use serde_json::{Value, json};

use super::post::Work;
use crate::store::Records;

/// The function's name.
const FUNCTION: &str = "leave-job-accrue";
/// How many people one message names.
const PEOPLE_PER_MESSAGE: usize = 100;
/// How many messages one batch takes: the queue's bound.
const MESSAGES_PER_BATCH: usize = 10;

#[derive(Clone)]
struct Job {
    records: Records,
    queue: Client,
    url: String,
}

impl Job {
    async fn run(&self, origin: &Origin) -> Result<Value> {
        let (mut people, mut messages) = (0, 0);
        for shard in 0..SHARDS {
            let mut after = None;
            loop {
                let page = self.records.members.of_shard(shard, after, PEOPLE_PER_MESSAGE * MESSAGES_PER_BATCH).await?;
                let page: Vec<EmployeeId> = page.into_iter().map(EmployeeId::from).collect();
                people += page.len();
                messages += self.send(origin, &page).await?;
                after = page.last().copied();
                if page.len() < PEOPLE_PER_MESSAGE * MESSAGES_PER_BATCH {
                    break;
                }
            }
        }
        Ok(json!({"people": people, "messages": messages}))
    }

    /// Sends one batch. What the queue did not take fails the run: the next try puts everybody there again, which does no harm.
    async fn send(&self, origin: &Origin, people: &[EmployeeId]) -> Result<usize> {
        let entries = people.chunks(PEOPLE_PER_MESSAGE).enumerate().map(|(number, people)| {
            let work = Work { run: origin.request_id.to_string(), employee_ids: people.to_vec() };
            let body = serde_json::to_string(&work).map_err(Error::internal)?;
            let entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_body(body);
            entry.build().map_err(Error::internal)
        });
        let entries = entries.collect::<Result<Vec<_>>>()?;
        let messages = entries.len();
        if messages == 0 {
            return Ok(0);
        }
        let sent = self.queue.send_message_batch().queue_url(&self.url).set_entries(Some(entries)).send().await;
        let sent = sent.map_err(|error| failed("SendMessageBatch", error))?;
        match sent.failed.first() {
            None => Ok(messages),
            Some(first) => {
                let (refused, code) = (sent.failed.len(), &first.code);
                Err(Error::unavailable(format!("SendMessageBatch: {refused} of {messages} refused, first {code}")))
            }
        }
    }
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let job =
        Job { records: Records::from_shell(shell)?, queue: Client::new(&shell.aws), url: shell.env("ACCRUALS_QUEUE")? };
    Ok(Arc::new(move |origin, _| {
        let job = job.clone();
        Box::pin(async move { job.run(&origin).await })
    }))
}

/// Runs the function.
pub fn serve() {
    lambda::job::serve(FUNCTION, build);
}
