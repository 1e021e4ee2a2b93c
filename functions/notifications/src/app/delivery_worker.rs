//! Sending, the same for every channel: look, prepare, claim, ask once, settle.
//!
//! Everything that can fail by itself is done before the claim, and between claim and call there is nothing. So a delivery
//! whose worker was never heard of again was most probably sent, and is not sent again.

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
    channel_queues::{DELAY_MAX, Outbox},
    reset,
};
use crate::{
    domain::{
        backoff,
        delivery::{Delivery, DeliveryAction, DeliveryId, Status},
        notification::Notification,
        notification_type,
        preference::Preferences,
        quiet, reason,
        template::{self, RenderedTemplate},
    },
    store::{NotificationStore, StoredDelivery},
};

/// Those who wait for a provider do not all come back in the same second.
const JITTER_S: u64 = 60;

#[derive(Clone)]
struct DeliverySender {
    function: String,
    shell: Shell,
    store: NotificationStore,
    outbox: Outbox,
    provider: Arc<dyn Provider>,
}

/// The worker of the channel that `P` sends by.
pub(crate) struct Worker<P> {
    sender: DeliverySender,
    provider: PhantomData<fn() -> P>,
}

impl<P> Clone for Worker<P> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone(), provider: PhantomData }
    }
}

impl<P: Provider + FromShell + 'static> FromShell for Worker<P> {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let provider = P::from_shell(shell)?;
        let sender = DeliverySender {
            function: format!("notifications-job-deliver-{}", provider.channel()),
            shell: shell.clone(),
            store: NotificationStore::from_shell(shell)?,
            outbox: Outbox::from_shell(shell)?,
            provider: Arc::new(provider),
        };
        Ok(Self { sender, provider: PhantomData })
    }
}

/// Looks after one delivery of the worker's channel.
pub(crate) async fn deliver<P>(worker: Worker<P>, id: DeliveryId) -> Result<()> {
    worker.sender.deliver(id).await
}

impl DeliverySender {
    async fn deliver(&self, id: DeliveryId) -> Result<()> {
        if id.channel != self.provider.channel() {
            return Err(Error::internal(format!("a message by {} in the wrong queue", id.channel)));
        }
        let request_id = format!("{}_{}", id.notification_id, id.channel);
        let origin = self.shell.system_origin(&self.function, &request_id);
        let found = self.store.get_delivery(&id).await?;
        match found.delivery.next_action(origin.at) {
            DeliveryAction::Nothing => Ok(()),
            DeliveryAction::Unknown => self
                .update_delivery(&origin, found.delivery.failed(reason::OUTCOME_UNKNOWN), found.version)
                .await
                .map(drop),
            DeliveryAction::Send => self.send(&origin, found).await,
        }
    }

    async fn send(&self, origin: &Origin, found: StoredDelivery) -> Result<()> {
        let StoredDelivery { notification, delivery, version } = found;
        let (breaker, ready) = match self.prepare(origin, notification, &delivery).await? {
            Preparation::NotNow(instead) => return self.update_delivery(origin, instead, version).await.map(drop),
            Preparation::Ready(breaker, ready) => (breaker, ready),
        };
        let claimed = delivery.claimed(origin.at);
        let Some(version) = self.store.update_delivery(origin, &claimed, version).await? else {
            return Ok(()); // Somebody else is at it.
        };
        let outcome = ready.await;
        let now = self.shell.now();
        let after = self.after(&claimed, &outcome, now);
        let pause =
            (after.status == Status::Parked).then_some(after.due_at).flatten().map(|due| due.duration_since(now));
        let id = after.id();
        self.update_delivery(&Origin { at: now, ..origin.clone() }, after, version).await?;
        self.record_provider_outcome(origin, breaker, &outcome, now).await;
        if let Some(pause) = pause {
            self.requeue_when_due(id, pause).await;
        }
        Ok(())
    }

    /// Everything before the claim: why not to send now, or all that is left to do.
    async fn prepare(&self, origin: &Origin, notification: Notification, delivery: &Delivery) -> Result<Preparation> {
        let now = origin.at;
        if !self.provider.configured() {
            return Ok(Preparation::NotNow(delivery.suppressed(reason::NOT_CONFIGURED)));
        }
        if is_expired(&notification, now) {
            return Ok(Preparation::NotNow(delivery.failed(reason::EXPIRED)));
        }
        let (person, wants, (breaker, version)) = try_join3(
            self.shell.directory.person(delivery.recipient_id, now),
            self.store.preferences(delivery.recipient_id),
            self.store.breaker(delivery.channel),
        )
        .await?;
        let Some(person) = person else { return Ok(Preparation::NotNow(delivery.suppressed(reason::NO_ADDRESS))) };
        if let Some(until) = quiet_until(&notification.notification_type, &wants.value, &person.time_zone, now) {
            return Ok(Preparation::NotNow(delivery.parked(reason::QUIET_HOURS, until)));
        }
        if breaker.state(now) == BreakerState::Open {
            return Ok(Preparation::NotNow(self.parked_behind_breaker(delivery, &breaker, now)));
        }
        let Some(words) = self.words(&notification).await? else {
            return Ok(Preparation::NotNow(delivery.failed(reason::TEMPLATE_BROKEN)));
        };
        let parcel = OutgoingMessage { notification: Arc::new(notification), words, person, origin: origin.clone() };
        let ask = match self.provider.prepare(parcel).await? {
            PreparedSend::NoAddress(reason) => return Ok(Preparation::NotNow(delivery.suppressed(reason))),
            PreparedSend::Call(ask) => ask,
        };
        if breaker.state(now) == BreakerState::HalfOpen {
            // Whoever opens it anew is the one who feels the way; all others find it open.
            let probing = Breaker { opened_at: Some(now), ..breaker };
            if !self.store.update_breaker(origin, delivery.channel, &probing, version).await? {
                return Ok(Preparation::NotNow(self.parked_behind_breaker(delivery, &probing, now)));
            }
        }
        Ok(Preparation::Ready(breaker, ask))
    }

    /// The words, with their secrets; `None` when the template cannot be filled.
    async fn words(&self, notification: &Notification) -> Result<Option<RenderedTemplate>> {
        if !notification.rendered_at_send {
            let (title, text) = (notification.title.clone(), notification.body.clone());
            let follows = || template::html_from_text(&title, &text, notification.language);
            let html = notification.html.clone().unwrap_or_else(follows);
            return Ok(Some(RenderedTemplate { title, text, html }));
        }
        let Some(links) = self.provider.reset_links() else { return Ok(None) };
        let (name, language) = (&notification.template, notification.language);
        let version = self.store.template_version(name, language, notification.template_version).await?;
        let context = links.add_to(notification.full_context()).await?;
        Ok(template::render(&version.source, language, &context).ok())
    }

    fn after(&self, claimed: &Delivery, outcome: &ProviderOutcome, now: Timestamp) -> Delivery {
        match outcome {
            ProviderOutcome::Accepted => claimed.sent(now),
            ProviderOutcome::Rejected(said) => claimed.failed(reason::REJECTED).with_error(said.clone()),
            ProviderOutcome::Unknown(said) => claimed.failed(reason::OUTCOME_UNKNOWN).with_error(said.clone()),
            ProviderOutcome::Unavailable(said) => {
                let tried_for = now.duration_since(claimed.created_at);
                let instead = if backoff::exhausted(claimed.attempts, tried_for) {
                    claimed.failed(reason::PROVIDER_UNAVAILABLE)
                } else {
                    let pause = backoff::pause(claimed.attempts, self.random(now));
                    claimed.parked(reason::PROVIDER_UNAVAILABLE, now.saturating_add(pause).unwrap_or(now))
                };
                instead.with_error(said.clone())
            }
        }
    }

    /// Waiting until the provider may be asked again; that is no try.
    fn parked_behind_breaker(&self, delivery: &Delivery, breaker: &Breaker, now: Timestamp) -> Delivery {
        let spread = SignedDuration::from_secs(i64::try_from(self.random(now) % JITTER_S).unwrap_or_default());
        let until = breaker.opened_at.unwrap_or(now).saturating_add(OPEN_FOR.saturating_add(spread));
        delivery.parked(reason::BREAKER_OPEN, until.unwrap_or(now))
    }

    fn random(&self, now: Timestamp) -> u64 {
        u64::try_from(self.shell.ids.uuid(now).as_u128() & 0xffff_ffff).unwrap_or_default()
    }

    /// Writes what has become of a delivery; false where somebody else was faster.
    async fn update_delivery(&self, origin: &Origin, delivery: Delivery, version: u64) -> Result<bool> {
        let settled = self.store.update_delivery(origin, &delivery, version).await?.is_some();
        let times = |status: Status| i64::from(settled && delivery.status == status);
        metrics::emit(
            &self.function,
            origin.at,
            &[
                ("sent", Unit::Count, times(Status::Sent)),
                ("parked", Unit::Count, times(Status::Parked)),
                ("failed", Unit::Count, times(Status::Failed)),
                ("suppressed", Unit::Count, times(Status::Suppressed)),
            ],
        );
        let (id, status, why) = (delivery.notification_id, delivery.status, delivery.reason.as_deref().unwrap_or("-"));
        tracing::info!(status = "success", "{id}: {status:?} ({why})");
        Ok(settled)
    }

    /// Remembers what the provider did. Who refuses a message is well; who does not answer is not. What cannot be remembered
    /// is only logged: the delivery is settled.
    async fn record_provider_outcome(
        &self,
        origin: &Origin,
        before: Breaker,
        outcome: &ProviderOutcome,
        now: Timestamp,
    ) {
        let well = matches!(outcome, ProviderOutcome::Accepted | ProviderOutcome::Rejected(_));
        let state = if well && before == Breaker::default() {
            Ok(before)
        } else {
            self.update_breaker(origin, well, now).await
        };
        match state {
            Ok(breaker) => {
                let open = i64::from(breaker.state(now) != BreakerState::Closed);
                metrics::emit(&self.function, now, &[("breaker_open", Unit::Count, open)]);
            }
            Err(error) => {
                tracing::warn!(
                    status = "failed",
                    "breaker not kept: {error} {}",
                    error.log_detail().unwrap_or_default()
                );
            }
        }
    }

    async fn update_breaker(&self, origin: &Origin, well: bool, now: Timestamp) -> Result<Breaker> {
        let channel = self.provider.channel();
        store::pause::until_won(&*self.shell.ids, now, || async {
            let (standing, version) = self.store.breaker(channel).await?;
            let next = if well { Breaker::after_success() } else { standing.after_failure(now) };
            if next == standing || self.store.update_breaker(origin, channel, &next, version).await? {
                return Ok(Race::Won(next));
            }
            Ok(Race::Lost)
        })
        .await
    }

    /// Has a parked delivery come again when it is due. What is too far away, or is not taken now, is found by the due job.
    async fn requeue_when_due(&self, id: DeliveryId, pause: SignedDuration) {
        let delay = pause.saturating_add(SignedDuration::from_secs(1));
        if delay > DELAY_MAX {
            return;
        }
        if let Err(error) = self.outbox.enqueue_after(&[id], delay).await {
            tracing::warn!(status = "failed", "left to the due job: {}", error.log_detail().unwrap_or_default());
        }
    }
}

enum Preparation {
    /// Not to be sent now: what becomes of the delivery instead.
    NotNow(Delivery),
    Ready(Breaker, lambda::BoxFuture<'static, ProviderOutcome>),
}

/// Whether what a notification says is no longer true: a link to set a password ends.
fn is_expired(notification: &Notification, now: Timestamp) -> bool {
    let lifetime = SignedDuration::from_mins(reset::LIFETIME_MIN);
    notification.rendered_at_send && now.duration_since(notification.event_time()) >= lifetime
}

/// Until when somebody is not to be disturbed by this, if they are not. A summary comes at the hour that they chose.
fn quiet_until(topic: &str, wants: &Preferences, zone: &str, now: Timestamp) -> Option<Timestamp> {
    if notification_type::is_urgent(topic) || topic == notification_type::DIGEST {
        return None;
    }
    let zone = directory::zone_or_utc(zone);
    let allowed = quiet::next_allowed(now, &zone, wants.quiet_hours);
    (allowed > now).then_some(allowed)
}
