//! `notifications-on-event`: whatever happened, those whom it concerns hear of it, once.
//!
//! Any order, any number of times: a notification's id follows from event, recipient and type, and what was decided about
//! an event is decided once. A second delivery finds the decisions standing, and only sees to it that nothing of the first
//! one was left lying.

use std::collections::HashSet;

use directory::Person;
use events::{Event, EventType};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Error, NotificationId, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::QueueMessage};
use serde_json::json;

use crate::{
    app::{
        bulk::BulkQueue,
        notifier::{NotificationContent, NotificationTarget, Notifier},
        recipients::{self, EventPeople},
    },
    domain::{
        delegation::Delegation,
        facts, notification_type, reason,
        request::{DirectMessage, NamedRecipient},
        routing::{self, RoutingRule},
        trace::{RoutingDecision, RoutingTrace},
    },
};

lambda::consumer!("notifications-on-event", batch(take_all), Consumer);

/// What is published again is news for so long after it happened.
const REPUBLISH_NOTIFY_MAX_AGE: SignedDuration = SignedDuration::from_hours(24);

#[derive(Clone)]
struct Consumer {
    shell: Shell,
    teller: Notifier,
    pages: BulkQueue,
}

impl FromShell for Consumer {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { shell: shell.clone(), teller: Notifier::from_shell(shell)?, pages: BulkQueue::from_shell(shell)? })
    }
}

/// A batch waits as long as its slowest event, not as long as all of them.
async fn take_all(consumer: Consumer, batch: Vec<QueueMessage>) -> Vec<String> {
    let taken = batch.into_iter().map(|delivery| consumer.handle_message(delivery));
    join_all(taken).await.into_iter().flatten().collect()
}

impl Consumer {
    /// The id of the message where it failed.
    async fn handle_message(&self, delivery: QueueMessage) -> Option<String> {
        let handled = async {
            let event = delivery.event?;
            let origin = self.shell.system_origin(FUNCTION, event.stamp.request_id.as_str());
            let handled = self.handle(&origin, &event).await;
            handled.map_err(|error| format!("{error} ({})", error.log_detail().unwrap_or_default()))
        };
        let why = handled.await.err()?;
        tracing::error!(status = "failed", message_id = delivery.message_id, "message failed: {why}");
        Some(delivery.message_id)
    }

    async fn handle(&self, origin: &Origin, event: &Event) -> Result<()> {
        let Some(kind) = event.event_type() else { return Ok(()) };
        if routing::is_of_delegations(kind) {
            return self.update_delegation(origin, event).await;
        }
        if let Some(trace) = self.teller.store.trace(event.stamp.id).await? {
            return self.enqueue_leftovers(&trace).await;
        }
        if is_stale_republish(event, origin.at) {
            return self.trace_without_notifying(origin, event, kind).await;
        }
        match kind {
            EventType::NotificationRequested => self.notify_named(origin, event).await,
            EventType::NotificationBulkRequested => self.pages.begin(&self.teller.store, origin, event).await,
            kind if routing::routing_rules(kind).is_empty() => Ok(()),
            kind => self.route(origin, event, kind).await,
        }
    }

    /// Who decides in whose place, in whatever order it is told.
    async fn update_delegation(&self, origin: &Origin, event: &Event) -> Result<()> {
        match Delegation::of(event).map_err(Error::internal)? {
            Some(delegation) => self.teller.store.keep_delegation(origin, &delegation).await,
            None => Ok(()),
        }
    }

    async fn trace_without_notifying(&self, origin: &Origin, event: &Event, kind: EventType) -> Result<()> {
        let silent = |rule: &RoutingRule| RoutingDecision::skipped(rule.to, None, rule.template, reason::TOO_OLD);
        let decisions: Vec<_> = routing::routing_rules(kind).iter().map(silent).collect();
        if decisions.is_empty() {
            return Ok(());
        }
        self.store_trace(origin, event, decisions).await
    }

    /// What was decided stays; what is still to be handed on is.
    async fn enqueue_leftovers(&self, trace: &RoutingTrace) -> Result<()> {
        for decision in &trace.decisions {
            if let Some(id) = decision.notification_id {
                self.teller.enqueue_unclaimed(id).await?;
            }
        }
        Ok(())
    }

    async fn route(&self, origin: &Origin, event: &Event, kind: EventType) -> Result<()> {
        let cast = recipients::load_people(&self.teller, origin, event).await?;
        let news = self.load_content(origin, event, kind, &cast).await?;
        let (mut turns, mut decisions) = (Vec::new(), Vec::new());
        let mut met = HashSet::new();
        for rule in routing::routing_rules(kind) {
            let people = recipients::recipients_of(&self.teller, origin, event, rule.to, &cast).await?;
            if people.is_empty() {
                decisions.push(RoutingDecision::skipped(rule.to, None, rule.template, reason::NOBODY));
            }
            for person in people {
                if met.insert(person) {
                    turns.push(target(rule, person, news.personal.map(|_| personal_notification_id(event))));
                } else {
                    decisions.push(RoutingDecision::skipped(
                        rule.to,
                        Some(person),
                        rule.template,
                        reason::ALREADY_TOLD,
                    ));
                }
            }
        }
        self.notify_all(origin, event, &news, turns, decisions).await
    }

    async fn notify_named(&self, origin: &Origin, event: &Event) -> Result<()> {
        let values = event.new_values.clone().unwrap_or_default();
        let request: DirectMessage = serde_json::from_value(values).map_err(Error::internal)?;
        let (stamp, message) = (&event.stamp, &request.message);
        let news = NotificationContent::of_message(message, stamp.id, stamp.at, routing::actor(event));
        let turn =
            |to: &NamedRecipient| NotificationTarget::of_message(message, to.recipient_id, Some(to.notification_id));
        let turns = request.recipients.iter().map(turn);
        self.notify_all(origin, event, &news, turns.collect(), Vec::new()).await
    }

    async fn notify_all(
        &self,
        origin: &Origin,
        event: &Event,
        news: &NotificationContent,
        turns: Vec<NotificationTarget>,
        known: Vec<RoutingDecision>,
    ) -> Result<()> {
        let mut decisions = self.teller.tell_all(origin, news, &turns).await?;
        decisions.extend(known);
        self.store_trace(origin, event, decisions).await
    }

    /// Keeps what was decided. Of an event of one person their notification has it, this time's or that of an earlier delivery.
    async fn store_trace(&self, origin: &Origin, event: &Event, decisions: Vec<RoutingDecision>) -> Result<()> {
        if event.event_type().is_some_and(routing::is_personal) {
            let own = personal_notification_id(event);
            let told = decisions.iter().any(|decision| decision.notification_id == Some(own));
            if told || self.teller.store.with_deliveries(own).await?.is_some() {
                return Ok(());
            }
        }
        self.teller.store.create_trace(origin, &trace_of(origin, event, decisions), None).await
    }

    /// What may be said of the event, with the names of those in it.
    async fn load_content(
        &self,
        origin: &Origin,
        event: &Event,
        kind: EventType,
        cast: &EventPeople,
    ) -> Result<NotificationContent> {
        let mut facts = facts::template_facts(event);
        let named = |person: &Person| json!(format!("{} {}", person.first_name, person.last_name));
        if let Some(subject) = &cast.subject {
            facts.insert("employee_name".to_owned(), named(subject));
            if routing::uses_site_time(event) {
                facts.insert("zone".to_owned(), json!(subject.time_zone));
            }
        }
        let actor = routing::actor(event);
        if let Some(id) = actor
            && let Some(person) = self.teller.directory.person(id, origin.at).await?
        {
            facts.insert("actor_name".to_owned(), named(&person));
        }
        let (event_id, at, topic) = (event.stamp.id, event.stamp.at, notification_type::of(kind).to_owned());
        let personal = routing::is_personal(kind).then_some(kind.as_str());
        Ok(NotificationContent {
            event_id,
            at,
            topic,
            facts,
            actor,
            subject: routing::subject(event),
            html: None,
            personal,
        })
    }
}

fn trace_of(origin: &Origin, event: &Event, decisions: Vec<RoutingDecision>) -> RoutingTrace {
    RoutingTrace {
        event_id: event.stamp.id,
        event_type: event.stamp.event.clone(),
        entity_type: event.stamp.entity_type.clone(),
        entity_id: event.stamp.entity_id.clone(),
        at: event.stamp.at,
        decided_at: origin.at,
        decisions,
    }
}

/// Whether an event was rebuilt from its stamp so long after it happened that it would only bewilder: records are put right
/// by it, people are not told.
fn is_stale_republish(event: &Event, now: Timestamp) -> bool {
    event.republished && now.duration_since(event.stamp.at) > REPUBLISH_NOTIFY_MAX_AGE
}

/// The id of the notification of an event of which one person hears: the event's own, so that either leads to the other.
fn personal_notification_id(event: &Event) -> NotificationId {
    NotificationId::new(event.stamp.id.uuid())
}

fn target(rule: &RoutingRule, recipient: EmployeeId, id: Option<NotificationId>) -> NotificationTarget {
    NotificationTarget {
        role: rule.to,
        recipient,
        template: rule.template.to_owned(),
        channels: rule.channels.to_vec(),
        confirms: rule.includes_actor,
        id,
    }
}
