//! `notifications-job-due`: every five minutes, has those deliveries looked after that nobody looks after: parked ones that
//! are due, queued ones whose message got lost, claimed ones whose worker was never heard of again.

use std::sync::Arc;

use futures::future::{join_all, try_join_all};
use kernel::{Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    breaker::State,
    job::Handler,
    metrics::{self, Unit},
};
use serde_json::{Value, json};

use crate::{
    app::channel_queues::{Outbox, Ticket},
    domain::notification::Channel,
    store::{DUE_SHARDS, Store},
};

/// The function's name.
const FUNCTION: &str = "notifications-job-due";
/// So many of each shard in one run; the others stay for the next.
const SHARD_MAX: usize = 1_000;
/// So many at once: what one request to a queue takes.
const AT_ONCE: usize = 10;
/// The channels that lead out of the house.
const CHANNELS: [Channel; 3] = [Channel::Email, Channel::Sms, Channel::Push];

#[derive(Clone)]
struct Job {
    store: Store,
    outbox: Outbox,
}

impl Job {
    async fn run(&self, origin: &Origin) -> Result<Value> {
        let states = try_join_all(CHANNELS.map(|channel| self.state(channel, origin))).await?;
        let open = |channel: Channel| {
            CHANNELS.iter().zip(&states).any(|(known, state)| *known == channel && *state == State::Open)
        };
        let (mut queued, mut waiting) = (0, 0);
        for shard in 0..DUE_SHARDS {
            let due = self.store.due(shard, origin.at, SHARD_MAX).await?;
            // Behind an open breaker they would only be parked again.
            let (stay, go): (Vec<_>, Vec<_>) = due.into_iter().partition(|(ticket, _)| open(ticket.channel));
            waiting += stay.len();
            for chunk in go.chunks(AT_ONCE) {
                queued += self.send(origin, chunk).await?;
            }
        }
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let mut measured = vec![("requeued", Unit::Count, count(queued)), ("waiting", Unit::Count, count(waiting))];
        let names = ["email_breaker_open", "sms_breaker_open", "push_breaker_open"];
        measured.extend(
            names.iter().zip(&states).map(|(name, state)| (*name, Unit::Count, i64::from(*state != State::Closed))),
        );
        metrics::emit(FUNCTION, origin.at, &measured);
        let breakers: serde_json::Map<_, _> =
            CHANNELS.iter().zip(&states).map(|(channel, state)| (channel.to_string(), json!(state.as_str()))).collect();
        Ok(json!({"queued": queued, "waiting": waiting, "breakers": breakers}))
    }

    async fn state(&self, channel: Channel, origin: &Origin) -> Result<State> {
        Ok(self.store.breaker(channel).await?.0.state(origin.at))
    }

    /// Says that they are looked after, then queues them. Should the queue not take them, they are due again in a while.
    async fn send(&self, origin: &Origin, chunk: &[(Ticket, String)]) -> Result<usize> {
        let marking = chunk.iter().map(|(ticket, seen)| async move {
            self.store.look_after(origin, ticket, seen).await.map(|ours| ours.then_some(*ticket))
        });
        let marked = join_all(marking).await.into_iter().collect::<Result<Vec<_>>>()?;
        let ours: Vec<_> = marked.into_iter().flatten().collect();
        self.outbox.enqueue(&ours).await?;
        Ok(ours.len())
    }
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let job = Job { store: Store::from_shell(shell)?, outbox: Outbox::from_shell(shell)? };
    Ok(Arc::new(move |origin, _| {
        let job = job.clone();
        Box::pin(async move { job.run(&origin).await })
    }))
}

/// Runs the function.
pub fn serve() {
    lambda::job::serve(FUNCTION, build);
}
