//! `notifications-job-due`: every five minutes, has those deliveries looked after that nobody looks after: parked ones that
//! are due, queued ones whose message got lost, claimed ones whose worker was never heard of again.

use futures::future::{join_all, try_join_all};
use kernel::{Origin, Result};
use lambda::{
    breaker::BreakerState,
    metrics::{self, Unit},
};
use serde_json::{Map, Value, json};

use crate::{
    app::notifier::Notifier,
    domain::{channel::Channel, delivery::DeliveryId},
    store::DUE_SHARDS,
};

lambda::job!("notifications-job-due", run, Notifier);

/// Deliveries of each shard in one run; the others stay for the next.
const SHARD_MAX: usize = 1_000;
/// Deliveries at once: what one request to a queue takes.
const AT_ONCE: usize = 10;
/// The channels that lead out of the house.
const CHANNELS: [Channel; 3] = [Channel::Email, Channel::Sms, Channel::Push];

async fn run(teller: Notifier, origin: Origin, _: Value) -> Result<Value> {
    let states = try_join_all(CHANNELS.map(|channel| state(&teller, channel, &origin))).await?;
    let open = |channel: Channel| {
        CHANNELS.iter().zip(&states).any(|(known, state)| *known == channel && *state == BreakerState::Open)
    };
    let (mut queued, mut waiting) = (0, 0);
    for shard in 0..DUE_SHARDS {
        let due = teller.store.due(shard, origin.at, SHARD_MAX).await?;
        // Behind an open breaker they would only be parked again.
        let (stay, go): (Vec<_>, Vec<_>) = due.into_iter().partition(|(id, _)| open(id.channel));
        waiting += stay.len();
        for chunk in go.chunks(AT_ONCE) {
            queued += requeue(&teller, &origin, chunk).await?;
        }
    }
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut measured = vec![("requeued", Unit::Count, count(queued)), ("waiting", Unit::Count, count(waiting))];
    let names = ["email_breaker_open", "sms_breaker_open", "push_breaker_open"];
    let is_open = |state: &BreakerState| i64::from(*state != BreakerState::Closed);
    measured.extend(names.iter().zip(&states).map(|(name, state)| (*name, Unit::Count, is_open(state))));
    metrics::emit(FUNCTION, origin.at, &measured);
    let breakers: Map<_, _> =
        CHANNELS.iter().zip(&states).map(|(channel, state)| (channel.to_string(), json!(state.as_str()))).collect();
    Ok(json!({"queued": queued, "waiting": waiting, "breakers": breakers}))
}

async fn state(teller: &Notifier, channel: Channel, origin: &Origin) -> Result<BreakerState> {
    Ok(teller.store.breaker(channel).await?.0.state(origin.at))
}

/// Marks deliveries as looked after, then queues them. Should the queue not take them, they are due again in a while.
async fn requeue(teller: &Notifier, origin: &Origin, chunk: &[(DeliveryId, String)]) -> Result<usize> {
    let marking = chunk.iter().map(|(id, seen)| async move {
        teller.store.postpone_due_time(origin, id, seen).await.map(|ours| ours.then_some(*id))
    });
    let marked = join_all(marking).await.into_iter().collect::<Result<Vec<_>>>()?;
    let ours: Vec<_> = marked.into_iter().flatten().collect();
    teller.outbox.enqueue(&ours).await?;
    Ok(ours.len())
}
