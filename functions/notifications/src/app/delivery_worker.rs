//! Worker of a channel: reads a delivery, prepares the message, claims the delivery, calls the provider once, stores the outcome.
//!
//! Every step that may fail is done before the claim, and the provider call follows the claim directly. So a delivery whose claim
//! has expired was most probably sent, and is not sent again.

use std::{marker::PhantomData, sync::Arc};

use futures::future::try_join3;
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    breaker::{Breaker, BreakerState, OPEN_FOR},
    metrics::{self, Unit},
};
use store::Race;

use super::{
    channel::{OutgoingMessage, PreparedSend, Provider, ProviderOutcome},
    channel_queues::{ChannelQueues, DELAY_MAX},
    reset,
};
use crate::{
    domain::{
        backoff,
        delivery::{Delivery, DeliveryAction, DeliveryId, DeliveryStatus},
        notification::Notification,
        notification_type::NotificationType,
        preference::Preferences,
        quiet,
        reasons::DeliveryReason,
        template::{self, RenderedTemplate},
    },
    store::{NotificationStore, StoredDelivery},
};

/// Upper bound of the random delay of deliveries that are parked behind a breaker, in seconds.
const JITTER_S: u64 = 60;

#[derive(Clone)]
struct DeliveryWorker {
    function: String,
    shell: Shell,
    store: NotificationStore,
    queues: ChannelQueues,
    provider: Arc<dyn Provider>,
}

/// Worker of the channel of the provider `P`.
pub(crate) struct ChannelWorker<P> {
    worker: DeliveryWorker,
    provider: PhantomData<fn() -> P>,
}

impl<P> Clone for ChannelWorker<P> {
    fn clone(&self) -> Self {
        Self { worker: self.worker.clone(), provider: PhantomData }
    }
}

impl<P: Provider + FromShell + 'static> FromShell for ChannelWorker<P> {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let provider = P::from_shell(shell)?;
        let worker = DeliveryWorker {
            function: format!("notifications-job-deliver-{}", provider.channel()),
            shell: shell.clone(),
            store: NotificationStore::from_shell(shell)?,
            queues: ChannelQueues::from_shell(shell)?,
            provider: Arc::new(provider),
        };
        Ok(Self { worker, provider: PhantomData })
    }
}

/// Processes one delivery of the worker's channel.
pub(crate) async fn deliver<P>(worker: ChannelWorker<P>, id: DeliveryId) -> Result<()> {
    worker.worker.deliver(id).await
}

impl DeliveryWorker {
    /// Sends a delivery that is due, or gives it up if a claim of it has expired. A delivery of another channel is an internal
    /// error.
    async fn deliver(&self, id: DeliveryId) -> Result<()> {
        if id.channel != self.provider.channel() {
            return Err(Error::internal(format!(
                "the queue of {} has a delivery of {}",
                self.provider.channel(),
                id.channel
            )));
        }
        let request_id = format!("{}_{}", id.notification_id, id.channel);
        let origin = self.shell.system_origin(&self.function, &request_id);
        let stored = self.store.get_delivery(&id).await?;
        match stored.delivery.next_action(origin.at) {
            DeliveryAction::Nothing => Ok(()),
            DeliveryAction::FailAsUnknown => self
                .store_and_report(&origin, stored.delivery.failed(DeliveryReason::OutcomeUnknown), stored.version)
                .await
                .map(drop),
            DeliveryAction::Send => self.send_delivery(&origin, stored).await,
        }
    }

    /// Prepares and claims a delivery, calls the provider and stores the outcome.
    async fn send_delivery(&self, origin: &Origin, stored: StoredDelivery) -> Result<()> {
        let StoredDelivery { notification, delivery, version } = stored;
        let (breaker, call) = match self.prepare(origin, notification, &delivery).await? {
            Preparation::NoCall(delivery) => return self.store_and_report(origin, delivery, version).await.map(drop),
            Preparation::Ready(breaker, call) => (breaker, call),
        };
        let claimed = delivery.claimed(origin.at);
        let Some(version) = self.store.update_delivery_if_unchanged(origin, &claimed, version).await? else {
            return Ok(()); // Another worker has claimed it.
        };
        let outcome = call.await;
        let now = self.shell.now();
        let after = self.delivery_after_call(&claimed, &outcome, now);
        let pause = (after.status == DeliveryStatus::Parked)
            .then_some(after.due_at)
            .flatten()
            .map(|due| due.duration_since(now));
        let id = after.id();
        self.store_and_report(&Origin { at: now, ..origin.clone() }, after, version).await?;
        self.record_provider_outcome(origin, breaker, &outcome, now).await;
        if let Some(pause) = pause {
            self.requeue_if_due_soon(id, pause).await;
        }
        Ok(())
    }

    /// Takes every step before the claim; its result says whether the provider is to be called.
    async fn prepare(&self, origin: &Origin, notification: Notification, delivery: &Delivery) -> Result<Preparation> {
        let now = origin.at;
        if !self.provider.is_configured() {
            return Ok(Preparation::NoCall(delivery.suppressed(DeliveryReason::NotConfigured)));
        }
        if is_content_expired(&notification, now) {
            return Ok(Preparation::NoCall(delivery.failed(DeliveryReason::Expired)));
        }
        let (person, preferences, (breaker, version)) = try_join3(
            self.shell.directory.person(delivery.recipient_id, now),
            self.store.preferences_or_defaults(delivery.recipient_id),
            self.store.get_breaker_or_closed(delivery.channel),
        )
        .await?;
        let Some(person) = person else {
            return Ok(Preparation::NoCall(delivery.suppressed(DeliveryReason::NoAddress)));
        };
        if let Some(until) = quiet_until(notification.notification_type, &preferences.value, &person.time_zone, now) {
            return Ok(Preparation::NoCall(delivery.parked(DeliveryReason::QuietHours, until)));
        }
        if breaker.state(now) == BreakerState::Open {
            return Ok(Preparation::NoCall(self.parked_behind_breaker(delivery, &breaker, now)));
        }
        let Some(rendered) = self.content_to_send(&notification).await? else {
            return Ok(Preparation::NoCall(delivery.failed(DeliveryReason::TemplateBroken)));
        };
        let notification = Arc::new(notification);
        let message = OutgoingMessage { notification, rendered, person, origin: origin.clone() };
        let call = match self.provider.prepare(message).await? {
            PreparedSend::Impossible(reason) => return Ok(Preparation::NoCall(delivery.suppressed(reason))),
            PreparedSend::Call(call) => call,
        };
        if breaker.state(now) == BreakerState::HalfOpen {
            // The worker that opens the breaker again makes the probing call; the others find it open.
            let probing = Breaker { opened_at: Some(now), ..breaker };
            if !self.store.put_breaker_if_unchanged(origin, delivery.channel, &probing, version).await? {
                return Ok(Preparation::NoCall(self.parked_behind_breaker(delivery, &probing, now)));
            }
        }
        Ok(Preparation::Ready(breaker, call))
    }

    /// Title, text and HTML to send: as stored, or rendered now if they contain secrets. `None` if the template cannot be
    /// rendered, or the channel must not contain the secrets.
    async fn content_to_send(&self, notification: &Notification) -> Result<Option<RenderedTemplate>> {
        if !notification.rendered_at_send {
            let (title, text) = (notification.title.clone(), notification.body.clone());
            let generated = || template::html_from_text(&title, &text, notification.language);
            let html = notification.html.clone().unwrap_or_else(generated);
            return Ok(Some(RenderedTemplate { title, text, html }));
        }
        let Some(links) = self.provider.reset_links() else { return Ok(None) };
        let (name, language) = (notification.template, notification.language);
        let version = self.store.get_template_version(name, language, notification.template_version).await?;
        let context = links.add_link_to(notification.full_context()).await?;
        Ok(template::render(&version.source, language, &context).ok())
    }

    /// State of a claimed delivery after the provider was called: sent, failed, or parked for the next attempt.
    fn delivery_after_call(&self, claimed: &Delivery, outcome: &ProviderOutcome, now: Timestamp) -> Delivery {
        match outcome {
            ProviderOutcome::Accepted => claimed.sent(now),
            ProviderOutcome::Rejected(code) => claimed.failed(DeliveryReason::Rejected).with_error(code.clone()),
            ProviderOutcome::Unknown(code) => claimed.failed(DeliveryReason::OutcomeUnknown).with_error(code.clone()),
            ProviderOutcome::Unavailable(code) => {
                let elapsed = now.duration_since(claimed.created_at);
                let next = if backoff::are_attempts_exhausted(claimed.attempts, elapsed) {
                    claimed.failed(DeliveryReason::ProviderUnavailable)
                } else {
                    let pause = backoff::retry_pause(claimed.attempts, self.random(now));
                    claimed.parked(DeliveryReason::ProviderUnavailable, now.saturating_add(pause).unwrap_or(now))
                };
                next.with_error(code.clone())
            }
        }
    }

    /// Delivery parked until the breaker lets a call through; this does not count as an attempt.
    fn parked_behind_breaker(&self, delivery: &Delivery, breaker: &Breaker, now: Timestamp) -> Delivery {
        let spread = SignedDuration::from_secs(i64::try_from(self.random(now) % JITTER_S).unwrap_or_default());
        let until = breaker.opened_at.unwrap_or(now).saturating_add(OPEN_FOR.saturating_add(spread));
        delivery.parked(DeliveryReason::BreakerOpen, until.unwrap_or(now))
    }

    /// Random number of 32 bits.
    fn random(&self, now: Timestamp) -> u64 {
        u64::try_from(self.shell.ids.uuid(now).as_u128() & 0xffff_ffff).unwrap_or_default()
    }

    /// Stores the new state of a delivery that still has `version`, emits its metrics and logs it; false, without a write, if
    /// another worker was faster.
    async fn store_and_report(&self, origin: &Origin, delivery: Delivery, version: u64) -> Result<bool> {
        let updated = self.store.update_delivery_if_unchanged(origin, &delivery, version).await?.is_some();
        let count = |status: DeliveryStatus| i64::from(updated && delivery.status == status);
        metrics::emit(
            &self.function,
            origin.at,
            &[
                ("sent", Unit::Count, count(DeliveryStatus::Sent)),
                ("parked", Unit::Count, count(DeliveryStatus::Parked)),
                ("failed", Unit::Count, count(DeliveryStatus::Failed)),
                ("suppressed", Unit::Count, count(DeliveryStatus::Suppressed)),
            ],
        );
        let reason = delivery.reason.map_or("no reason", DeliveryReason::as_str);
        let (id, status) = (delivery.notification_id, delivery.status);
        tracing::info!(status = "success", "the delivery of {id} is {status:?} ({reason})");
        Ok(updated)
    }

    /// Updates the breaker after a call. A refused message counts as success: the provider answers. An error is only logged,
    /// because the delivery is already stored.
    async fn record_provider_outcome(
        &self,
        origin: &Origin,
        before: Breaker,
        outcome: &ProviderOutcome,
        now: Timestamp,
    ) {
        let succeeded = matches!(outcome, ProviderOutcome::Accepted | ProviderOutcome::Rejected(_));
        let state = if succeeded && before == Breaker::default() {
            Ok(before)
        } else {
            self.record_call_in_breaker(origin, succeeded, now).await
        };
        match state {
            Ok(breaker) => {
                let open = i64::from(breaker.state(now) != BreakerState::Closed);
                metrics::emit(&self.function, now, &[("breaker_open", Unit::Count, open)]);
            }
            Err(error) => {
                tracing::warn!(
                    status = "failed",
                    "the breaker was not updated: {error} {}",
                    error.log_detail().unwrap_or_default()
                );
            }
        }
    }

    /// Counts a success or failure in the stored breaker, again after each lost race, and returns its new state.
    async fn record_call_in_breaker(&self, origin: &Origin, succeeded: bool, now: Timestamp) -> Result<Breaker> {
        let channel = self.provider.channel();
        store::backoff::until_won(&*self.shell.ids, now, || async {
            let (current, version) = self.store.get_breaker_or_closed(channel).await?;
            let next = if succeeded { Breaker::after_success() } else { current.after_failure(now) };
            if next == current || self.store.put_breaker_if_unchanged(origin, channel, &next, version).await? {
                return Ok(Race::Won(next));
            }
            Ok(Race::Lost)
        })
        .await
    }

    /// Queues a parked delivery with a delay, if it is due within [`DELAY_MAX`]. `notifications-job-due` queues those that are
    /// due later, or that the queue does not accept.
    async fn requeue_if_due_soon(&self, id: DeliveryId, pause: SignedDuration) {
        let delay = pause.saturating_add(SignedDuration::from_secs(1));
        if delay > DELAY_MAX {
            return;
        }
        if let Err(error) = self.queues.enqueue_after(&[id], delay).await {
            tracing::warn!(
                status = "failed",
                "the delivery is left to notifications-job-due: {}",
                error.log_detail().unwrap_or_default()
            );
        }
    }
}

/// Result of the steps before the claim: the breaker and the provider call, or no call.
enum Preparation {
    /// No call, with the new state of the delivery: parked, failed or suppressed.
    NoCall(Delivery),
    Ready(Breaker, lambda::BoxFuture<'static, ProviderOutcome>),
}

/// Whether the content is no longer valid: only a reset link expires.
fn is_content_expired(notification: &Notification, now: Timestamp) -> bool {
    let lifetime = SignedDuration::from_mins(reset::TOKEN_LIFETIME_MINUTES);
    notification.rendered_at_send && now.duration_since(notification.event_time()) >= lifetime
}

/// End of the recipient's quiet hours, if they apply now. Digests are sent at the hour that the recipient has set.
fn quiet_until(kind: NotificationType, preferences: &Preferences, zone: &str, now: Timestamp) -> Option<Timestamp> {
    if kind.is_urgent() || kind == NotificationType::Digest {
        return None;
    }
    let zone = directory::zone_or_utc(zone);
    let allowed = quiet::next_outside_quiet_hours(now, &zone, preferences.quiet_hours);
    (allowed > now).then_some(allowed)
}
