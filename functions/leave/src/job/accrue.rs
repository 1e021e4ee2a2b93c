//! `leave-job-accrue`: every day, puts everybody on the queue of `leave-job-post`, a page of people to a message. It computes nothing,
//! so that 100,000 people are some seconds of reading ids.

use directory::shards::SHARDS;
use kernel::{EmployeeId, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::Sender};
use serde_json::{Value, json};

use super::post::PostingBatch;
use crate::store::LeaveStore;

lambda::job!("leave-job-accrue", run, Queue);

/// How many people one message names.
const PEOPLE_PER_MESSAGE: usize = 100;
/// How many people are read at a time.
const PEOPLE_AT_ONCE: usize = 1_000;

#[derive(Clone)]
struct Queue {
    records: LeaveStore,
    sender: Sender<PostingBatch>,
}

impl FromShell for Queue {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { records: LeaveStore::from_shell(shell)?, sender: Sender::new(shell, "ACCRUALS_QUEUE")? })
    }
}

/// What the queue did not take fails the run: the next try puts everybody there again, which does no harm.
async fn run(queue: Queue, origin: Origin, _: Value) -> Result<Value> {
    let (mut people, mut messages) = (0, 0);
    for shard in 0..SHARDS {
        let mut after = None;
        loop {
            let page = queue.records.members.of_shard(shard, after, PEOPLE_AT_ONCE).await?;
            let page: Vec<EmployeeId> = page.into_iter().map(EmployeeId::from).collect();
            let run = origin.request_id.to_string();
            let works = page
                .chunks(PEOPLE_PER_MESSAGE)
                .map(|ids| PostingBatch { run: run.clone(), employee_ids: ids.to_vec() });
            let works: Vec<_> = works.collect();
            queue.sender.send(&works).await?;
            (people, messages) = (people + page.len(), messages + works.len());
            after = page.last().copied();
            if page.len() < PEOPLE_AT_ONCE {
                break;
            }
        }
    }
    Ok(json!({"people": people, "messages": messages}))
}
