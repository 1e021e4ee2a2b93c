//! `notifications-on-event`: notifies the recipients of an event once.
//!
//! Events may arrive in any order and repeatedly: the id of a notification is derived from event, recipient and type, and the
//! decisions about an event are stored once. A redelivered event only queues deliveries that are still unclaimed.

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
        notification_type::NotificationType,
        reasons::SkipReason,
        request::{DirectMessage, NamedRecipient},
        routing::{self, RoutingRule},
        template_facts::template_facts,
        trace::{RoutingDecision, RoutingTrace},
    },
};

lambda::consumer!("notifications-on-event", batch(handle_batch), EventConsumer);

/// Maximum age of a republished event that still notifies people.
const REPUBLISH_NOTIFY_MAX_AGE: SignedDuration = SignedDuration::from_hours(24);

#[derive(Clone)]
struct EventConsumer {
    shell: Shell,
    notifier: Notifier,
    bulk_queue: BulkQueue,
}

impl FromShell for EventConsumer {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            shell: shell.clone(),
            notifier: Notifier::from_shell(shell)?,
            bulk_queue: BulkQueue::from_shell(shell)?,
        })
    }
}

/// Handles the messages of a batch concurrently; returns the ids of those that must be retried.
async fn handle_batch(consumer: EventConsumer, batch: Vec<QueueMessage>) -> Vec<String> {
    let handled = batch.into_iter().map(|message| consumer.handle_message(message));
    join_all(handled).await.into_iter().flatten().collect()
}

impl EventConsumer {
    /// Handles one message; returns its id if it must be retried.
    async fn handle_message(&self, message: QueueMessage) -> Option<String> {
        let handled = async {
            let event = message.event?;
            let origin = self.shell.system_origin(FUNCTION, event.stamp.request_id.as_str());
            let handled = self.handle(&origin, &event).await;
            handled.map_err(|error| format!("{error} ({})", error.log_detail().unwrap_or_default()))
        };
        let error = handled.await.err()?;
        tracing::error!(status = "failed", message_id = message.message_id, "the message failed: {error}");
        Some(message.message_id)
    }

    async fn handle(&self, origin: &Origin, event: &Event) -> Result<()> {
        let Some(kind) = event.event_type() else { return Ok(()) };
        if routing::is_delegation_event(kind) {
            return self.put_delegation_if_newer(origin, event).await;
        }
        if let Some(trace) = self.notifier.store.find_trace(event.stamp.id).await? {
            return self.enqueue_unclaimed_of_trace(&trace).await;
        }
        if is_stale_republish(event, origin.at) {
            return self.trace_as_too_old(origin, event, kind).await;
        }
        match kind {
            EventType::NotificationRequested => self.notify_named_people(origin, event).await,
            EventType::NotificationBulkRequested => {
                self.bulk_queue.start_bulk_message(&self.notifier.store, origin, event).await
            }
            kind if routing::routing_rules(kind).is_empty() => Ok(()),
            kind => self.notify_recipients(origin, event, kind).await,
        }
    }

    async fn put_delegation_if_newer(&self, origin: &Origin, event: &Event) -> Result<()> {
        match Delegation::from_event(event).map_err(Error::internal)? {
            Some(delegation) => self.notifier.store.put_delegation_if_newer(origin, &delegation).await,
            None => Ok(()),
        }
    }

    /// Stores a trace that says that nobody is notified because the event is too old.
    async fn trace_as_too_old(&self, origin: &Origin, event: &Event, kind: EventType) -> Result<()> {
        let skipped = |rule: &RoutingRule| RoutingDecision::skipped(rule.to, None, rule.template, SkipReason::TooOld);
        let decisions: Vec<_> = routing::routing_rules(kind).iter().map(skipped).collect();
        if decisions.is_empty() {
            return Ok(());
        }
        self.store_trace(origin, event, decisions).await
    }

    /// Queues unclaimed deliveries of an event that was handled before.
    async fn enqueue_unclaimed_of_trace(&self, trace: &RoutingTrace) -> Result<()> {
        for decision in &trace.decisions {
            if let Some(id) = decision.notification_id {
                self.notifier.enqueue_unclaimed(id).await?;
            }
        }
        Ok(())
    }

    /// Notifies the recipients of all routing rules of an event, each person once, and stores the trace.
    async fn notify_recipients(&self, origin: &Origin, event: &Event, kind: EventType) -> Result<()> {
        let people = recipients::load_event_people(&self.notifier, origin, event).await?;
        let content = self.content_of_event(origin, event, kind, &people).await?;
        let (mut targets, mut decisions) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for rule in routing::routing_rules(kind) {
            let recipients = recipients::recipients_in_role(&self.notifier, origin, event, rule.to, &people).await?;
            if recipients.is_empty() {
                decisions.push(RoutingDecision::skipped(rule.to, None, rule.template, SkipReason::NoRecipient));
            }
            for person in recipients {
                if seen.insert(person) {
                    targets.push(target_of_rule(
                        rule,
                        person,
                        content.personal_event_type.map(|_| personal_notification_id(event)),
                    ));
                } else {
                    decisions.push(RoutingDecision::skipped(
                        rule.to,
                        Some(person),
                        rule.template,
                        SkipReason::AlreadyNotified,
                    ));
                }
            }
        }
        self.notify_and_store_trace(origin, event, &content, targets, decisions).await
    }

    /// Notifies the people whom the sender of a message has named.
    async fn notify_named_people(&self, origin: &Origin, event: &Event) -> Result<()> {
        let values = event.new_values.clone().unwrap_or_default();
        let request: DirectMessage = serde_json::from_value(values).map_err(Error::internal)?;
        let (stamp, message) = (&event.stamp, &request.message);
        let content = NotificationContent::from_message(message, stamp.id, stamp.at, routing::actor_of(event));
        let target =
            |to: &NamedRecipient| NotificationTarget::from_message(message, to.recipient_id, Some(to.notification_id));
        let targets = request.recipients.iter().map(target);
        self.notify_and_store_trace(origin, event, &content, targets.collect(), Vec::new()).await
    }

    async fn notify_and_store_trace(
        &self,
        origin: &Origin,
        event: &Event,
        content: &NotificationContent,
        targets: Vec<NotificationTarget>,
        skipped: Vec<RoutingDecision>,
    ) -> Result<()> {
        let mut decisions = self.notifier.notify_all(origin, content, &targets).await?;
        decisions.extend(skipped);
        self.store_trace(origin, event, decisions).await
    }

    /// Stores the decisions about an event as its trace, unless its notification contains them.
    async fn store_trace(&self, origin: &Origin, event: &Event, decisions: Vec<RoutingDecision>) -> Result<()> {
        if event.event_type().is_some_and(routing::notifies_only_subject) {
            let own = personal_notification_id(event);
            let notified = decisions.iter().any(|decision| decision.notification_id == Some(own));
            if notified || self.notifier.store.find_notification_with_deliveries(own).await?.is_some() {
                return Ok(());
            }
        }
        self.notifier.store.create_trace_if_missing(origin, &trace_of(origin, event, decisions), None).await
    }

    /// Content of the event's notifications, with the names of people.
    async fn content_of_event(
        &self,
        origin: &Origin,
        event: &Event,
        kind: EventType,
        people: &EventPeople,
    ) -> Result<NotificationContent> {
        let mut facts = template_facts(event);
        let name_of = |person: &Person| json!(format!("{} {}", person.first_name, person.last_name));
        if let Some(subject) = &people.subject {
            facts.insert("employee_name".to_owned(), name_of(subject));
            if routing::uses_site_time(event) {
                facts.insert("zone".to_owned(), json!(subject.time_zone));
            }
        }
        let actor = routing::actor_of(event);
        if let Some(id) = actor
            && let Some(person) = self.notifier.directory.person(id, origin.at).await?
        {
            facts.insert("actor_name".to_owned(), name_of(&person));
        }
        let notification_type = NotificationType::for_event(kind)
            .ok_or_else(|| Error::internal(format!("{kind} has routing rules, but no notification type")))?;
        let (event_id, at) = (event.stamp.id, event.stamp.at);
        let personal_event_type = routing::notifies_only_subject(kind).then_some(kind.as_str());
        Ok(NotificationContent {
            event_id,
            at,
            notification_type,
            facts,
            actor,
            subject: routing::subject_of(event),
            html: None,
            personal_event_type,
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

/// Whether a republished event is too old to notify people. It still updates records.
fn is_stale_republish(event: &Event, now: Timestamp) -> bool {
    event.republished && now.duration_since(event.stamp.at) > REPUBLISH_NOTIFY_MAX_AGE
}

/// Notification id of an event with one possible recipient: derived from the event id, so that each can be found by the other.
fn personal_notification_id(event: &Event) -> NotificationId {
    NotificationId::new(event.stamp.id.uuid())
}

fn target_of_rule(rule: &RoutingRule, recipient: EmployeeId, id: Option<NotificationId>) -> NotificationTarget {
    NotificationTarget {
        role: rule.to,
        recipient,
        template: rule.template,
        channels: rule.channels.to_vec(),
        includes_actor: rule.includes_actor,
        id,
    }
}
