//! `leave-job-accrue`: sends all members to the queue of `leave-job-post` once a day, in batches.
//!
//! It computes nothing: 100,000 members take a few seconds of reading ids.

use directory::shards::SHARDS;
use kernel::{EmployeeId, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::Sender};
use serde_json::{Value, json};

use super::post::PostingBatch;
use crate::store::LeaveStore;

lambda::job!("leave-job-accrue", run, PostingDispatcher);

const PEOPLE_PER_MESSAGE: usize = 100;
const PEOPLE_PAGE_SIZE: usize = 1_000;

#[derive(Clone)]
struct PostingDispatcher {
    store: LeaveStore,
    sender: Sender<PostingBatch>,
}

impl FromShell for PostingDispatcher {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { store: LeaveStore::from_shell(shell)?, sender: Sender::new(shell, "ACCRUALS_QUEUE")? })
    }
}

/// Sends the ids of all members to the queue, and returns the number of people and messages. It fails if the queue
/// rejects a message. The retry sends all batches again, which is safe.
async fn run(dispatcher: PostingDispatcher, origin: Origin, _: Value) -> Result<Value> {
    let (mut people, mut messages) = (0, 0);
    for shard in 0..SHARDS {
        let mut after = None;
        loop {
            let page = dispatcher.store.members.list_shard(shard, after, PEOPLE_PAGE_SIZE).await?;
            let page: Vec<EmployeeId> = page.into_iter().map(EmployeeId::from).collect();
            let run = origin.request_id.to_string();
            let batches = page
                .chunks(PEOPLE_PER_MESSAGE)
                .map(|ids| PostingBatch { run: run.clone(), employee_ids: ids.to_vec() });
            let batches: Vec<_> = batches.collect();
            dispatcher.sender.send(&batches).await?;
            (people, messages) = (people + page.len(), messages + batches.len());
            after = page.last().copied();
            if page.len() < PEOPLE_PAGE_SIZE {
                break;
            }
        }
    }
    Ok(json!({"people": people, "messages": messages}))
}
