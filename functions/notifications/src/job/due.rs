//! `notifications-job-due`: every five minutes, queues the deliveries that need attention: parked ones that are due, queued ones
//! whose message was lost, and claimed ones whose claim has expired.

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

/// Most deliveries of each shard in one run; the rest are left to the next run.
const SHARD_MAX: usize = 1_000;
/// Deliveries per request to a queue.
const QUEUE_BATCH: usize = 10;
/// Channels with a provider.
const CHANNELS: [Channel; 3] = [Channel::Email, Channel::Sms, Channel::Push];

async fn run(notifier: Notifier, origin: Origin, _: Value) -> Result<Value> {
    let states = try_join_all(CHANNELS.map(|channel| breaker_state(&notifier, channel, &origin))).await?;
    let open = |channel: Channel| {
        CHANNELS.iter().zip(&states).any(|(known, state)| *known == channel && *state == BreakerState::Open)
    };
    let (mut queued, mut waiting) = (0, 0);
    for shard in 0..DUE_SHARDS {
        let due = notifier.store.list_due_deliveries(shard, origin.at, SHARD_MAX).await?;
        // Deliveries behind an open breaker would be parked again.
        let (blocked, free): (Vec<_>, Vec<_>) = due.into_iter().partition(|(id, _)| open(id.channel));
        waiting += blocked.len();
        for chunk in free.chunks(QUEUE_BATCH) {
            queued += postpone_and_requeue(&notifier, &origin, chunk).await?;
        }
    }
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut measurements = vec![("requeued", Unit::Count, count(queued)), ("waiting", Unit::Count, count(waiting))];
    let names = ["email_breaker_open", "sms_breaker_open", "push_breaker_open"];
    let is_open = |state: &BreakerState| i64::from(*state != BreakerState::Closed);
    measurements.extend(names.iter().zip(&states).map(|(name, state)| (*name, Unit::Count, is_open(state))));
    metrics::emit(FUNCTION, origin.at, &measurements);
    let breakers: Map<_, _> =
        CHANNELS.iter().zip(&states).map(|(channel, state)| (channel.to_string(), json!(state.as_str()))).collect();
    Ok(json!({"queued": queued, "waiting": waiting, "breakers": breakers}))
}

async fn breaker_state(notifier: &Notifier, channel: Channel, origin: &Origin) -> Result<BreakerState> {
    Ok(notifier.store.get_breaker_or_closed(channel).await?.0.state(origin.at))
}

/// Postpones the due time of deliveries, then queues those that are unchanged, and returns their number. If the queue does not
/// accept them, they are due again later.
async fn postpone_and_requeue(notifier: &Notifier, origin: &Origin, batch: &[(DeliveryId, String)]) -> Result<usize> {
    let postponed = batch.iter().map(|(id, sort_key)| async move {
        notifier.store.postpone_due_time(origin, id, sort_key).await.map(|postponed| postponed.then_some(*id))
    });
    let postponed = join_all(postponed).await.into_iter().collect::<Result<Vec<_>>>()?;
    let deliveries: Vec<_> = postponed.into_iter().flatten().collect();
    notifier.queues.enqueue(&deliveries).await?;
    Ok(deliveries.len())
}
