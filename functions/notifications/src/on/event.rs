//! `notifications-on-event`: whatever happened, those whom it concerns hear of it, once. Publishes `notification.sent`.
//!
//! Any order, any number of times: a notification's id follows from event, recipient and type, and what was decided about
//! an event is decided once. A second delivery finds the decisions standing, and only sees to it that nothing of the first
//! one was left lying.

use std::{collections::HashSet, sync::Arc};

use directory::Person;
use events::{Event, EventType};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Error, Origin, Result};
use lambda::{
    InitError, Shell,
    queue::{self, Handler},
};
use serde_json::json;

use crate::{
    domain::{
        audience,
        delegation::Delegation,
        facts,
        request::Request,
        routing::{self, Role, Rule, Waiting},
        topic,
        trace::{Routed, Trace, why},
    },
    job::bulk::Pages,
    telling::{News, Teller, Turn},
};

const FUNCTION: &str = "notifications-on-event";
/// What is published again is news for so long after it happened.
const NEWS_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How many people are told at once.
const AT_ONCE: usize = 8;

/// Runs the consumer.
pub fn serve() {
    queue::serve(FUNCTION, build);
}

/// The consumer of one process.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let consumer = Consumer { teller: Teller::load(shell)?, pages: Pages::load(shell)? };
    let shell = shell.clone();
    Ok(queue::each(move |event| {
        let (consumer, origin) = (consumer.clone(), shell.system_origin(FUNCTION, event.stamp.request_id.as_str()));
        async move { consumer.handle(&origin, &event).await }
    }))
}

#[derive(Clone)]
struct Consumer {
    teller: Teller,
    pages: Pages,
}

/// The people of an event, read once.
struct Cast {
    subject: Option<Arc<Person>>,
    manager: Option<EmployeeId>,
}

impl Consumer {
    async fn handle(&self, origin: &Origin, event: &Event) -> Result<()> {
        let Some(kind) = event.event_type() else { return Ok(()) };
        if routing::is_of_delegations(kind) {
            return self.keep_delegation(origin, event).await;
        }
        if let Some(trace) = self.teller.store.trace(event.stamp.id).await? {
            return self.look_again(&trace).await;
        }
        if is_no_news(event, origin.at) {
            return self.keep_silent(origin, event, kind).await;
        }
        match kind {
            EventType::NotificationRequested => self.send(origin, event).await,
            EventType::NotificationBulkRequested => self.pages.begin(&self.teller, origin, event).await,
            kind if routing::rules(kind).is_empty() => Ok(()),
            kind => self.route(origin, event, kind).await,
        }
    }

    /// Who decides in whose place, in whatever order it is told.
    async fn keep_delegation(&self, origin: &Origin, event: &Event) -> Result<()> {
        match Delegation::of(event).map_err(Error::internal)? {
            Some(delegation) => self.teller.store.keep_delegation(origin, &delegation).await,
            None => Ok(()),
        }
    }

    /// Nobody is told, and the trace says why.
    async fn keep_silent(&self, origin: &Origin, event: &Event, kind: EventType) -> Result<()> {
        let silent = |rule: &Rule| Routed::silent(rule.to, None, rule.template, why::TOO_OLD);
        let decisions: Vec<_> = routing::rules(kind).iter().map(silent).collect();
        if decisions.is_empty() {
            return Ok(());
        }
        self.teller.store.keep_trace(origin, &trace_of(origin, event, decisions), None).await
    }

    /// What was decided stays; what is still to be handed on is.
    async fn look_again(&self, trace: &Trace) -> Result<()> {
        for decision in &trace.decisions {
            if let Some(id) = decision.notification_id {
                self.teller.look_after(id).await?;
            }
        }
        Ok(())
    }

    /// Tells everybody whom the routing table names.
    async fn route(&self, origin: &Origin, event: &Event, kind: EventType) -> Result<()> {
        let cast = self.cast(origin, event).await?;
        let news = self.news(origin, event, kind, &cast).await?;
        let (mut turns, mut decisions) = (Vec::new(), Vec::new());
        let mut met = HashSet::new();
        for rule in routing::rules(kind) {
            let people = self.people(origin, event, rule.to, &cast).await?;
            if people.is_empty() {
                decisions.push(Routed::silent(rule.to, None, rule.template, why::NOBODY));
            }
            for person in people {
                if met.insert(person) {
                    turns.push(turn(rule, person));
                } else {
                    decisions.push(Routed::silent(rule.to, Some(person), rule.template, why::ALREADY_TOLD));
                }
            }
        }
        self.tell_all(origin, event, &news, turns, decisions).await
    }

    /// Tells those whom somebody has named.
    async fn send(&self, origin: &Origin, event: &Event) -> Result<()> {
        let values = event.new_values.clone().unwrap_or_default();
        let request: Request = serde_json::from_value(values).map_err(Error::internal)?;
        let message = request.message;
        let news = News {
            event_id: event.stamp.id,
            at: event.stamp.at,
            topic: message.notification_type,
            facts: message.context.as_object().cloned().unwrap_or_default(),
            actor: routing::actor(event),
            subject: None,
            html: message.html,
        };
        let turns = request.recipients.into_iter().map(|to| Turn {
            role: Role::Named,
            recipient: to.recipient_id,
            template: message.template.clone(),
            channels: message.channels.clone(),
            confirms: true,
            id: Some(to.notification_id),
        });
        self.tell_all(origin, event, &news, turns.collect(), Vec::new()).await
    }

    async fn tell_all(
        &self,
        origin: &Origin,
        event: &Event,
        news: &News,
        turns: Vec<Turn>,
        known: Vec<Routed>,
    ) -> Result<()> {
        let told: Vec<_> = turns.iter().map(|turn| self.teller.tell(origin, news, turn)).collect();
        let mut decisions: Vec<_> = stream::iter(told).buffered(AT_ONCE).try_collect().await?;
        decisions.extend(known);
        self.teller.store.keep_trace(origin, &trace_of(origin, event, decisions), None).await
    }

    async fn cast(&self, origin: &Origin, event: &Event) -> Result<Cast> {
        let subject = match routing::subject(event) {
            Some(id) => self.teller.directory.person(id, origin.at).await?,
            None => None,
        };
        let manager = subject.as_ref().and_then(|subject| subject.manager_id).or_else(|| routing::manager(event));
        Ok(Cast { subject, manager })
    }

    /// What may be said of the event, with the names of those in it.
    async fn news(&self, origin: &Origin, event: &Event, kind: EventType, cast: &Cast) -> Result<News> {
        let mut facts = facts::of(event);
        let named = |person: &Person| json!(format!("{} {}", person.first_name, person.last_name));
        if let Some(subject) = &cast.subject {
            facts.insert("employee_name".to_owned(), named(subject));
            if routing::is_of_attendance(event) {
                facts.insert("zone".to_owned(), json!(subject.time_zone));
            }
        }
        let actor = routing::actor(event);
        if let Some(id) = actor
            && let Some(person) = self.teller.directory.person(id, origin.at).await?
        {
            facts.insert("actor_name".to_owned(), named(&person));
        }
        let (event_id, at, topic) = (event.stamp.id, event.stamp.at, topic::of(kind).to_owned());
        Ok(News { event_id, at, topic, facts, actor, subject: routing::subject(event), html: None })
    }

    /// Whom a rule means.
    async fn people(&self, origin: &Origin, event: &Event, to: Role, cast: &Cast) -> Result<Vec<EmployeeId>> {
        match to {
            Role::Subject => Ok(routing::subject(event).into_iter().collect()),
            Role::Manager => Ok(cast.manager.into_iter().collect()),
            Role::Hr => self.group(access::Role::Hr).await,
            Role::Admin => self.group(access::Role::Admin).await,
            Role::Approver => self.approvers(origin, event, cast).await,
            Role::Named => Ok(Vec::new()),
        }
    }

    async fn group(&self, role: access::Role) -> Result<Vec<EmployeeId>> {
        self.teller.store.members(&audience::of_role(role)).await
    }

    /// Those whose decision it waits for, and whoever decides in their place today. Where there is no such manager it goes on to HR; never the subject.
    async fn approvers(&self, origin: &Origin, event: &Event, cast: &Cast) -> Result<Vec<EmployeeId>> {
        let above = match (routing::waiting(event), cast.manager) {
            (Waiting::Nobody, _) => return Ok(Vec::new()),
            (Waiting::People(people), _) => people,
            (Waiting::Hr, _) | (Waiting::Manager | Waiting::SecondManager, None) => Vec::new(),
            (Waiting::Manager, Some(manager)) => vec![manager],
            (Waiting::SecondManager, Some(manager)) => {
                let manager = self.teller.directory.person(manager, origin.at).await?;
                manager.and_then(|manager| manager.manager_id).into_iter().collect()
            }
        };
        let subject = routing::subject(event);
        let others = |people: Vec<EmployeeId>| people.into_iter().filter(|person| Some(*person) != subject).collect();
        if above.is_empty() {
            return self.group(access::Role::Hr).await.map(others);
        }
        if routing::is_of_a_correction(event) {
            return Ok(others(above));
        }
        self.with_delegates(origin, others(above)).await.map(others)
    }

    /// These people, and whoever decides in the place of one of them today. Where all of HR is asked, its delegates
    /// are not told: they find it under what waits for them.
    async fn with_delegates(&self, origin: &Origin, mut people: Vec<EmployeeId>) -> Result<Vec<EmployeeId>> {
        let lookups: Vec<_> = people.iter().map(|person| self.delegates(origin, *person)).collect();
        let found: Vec<Vec<EmployeeId>> = stream::iter(lookups).buffered(AT_ONCE).try_collect().await?;
        for delegate in found.into_iter().flatten() {
            if !people.contains(&delegate) {
                people.push(delegate);
            }
        }
        Ok(people)
    }

    /// Nobody stands for somebody who may not sign in themselves.
    async fn delegates(&self, origin: &Origin, delegator: EmployeeId) -> Result<Vec<EmployeeId>> {
        let person = self.teller.directory.person(delegator, origin.at).await?;
        let Some(person) = person.filter(|person| person.status.may_sign_in()) else { return Ok(Vec::new()) };
        self.teller.store.delegates_on(delegator, directory::today_in(&person.time_zone, origin.at)).await
    }
}

fn trace_of(origin: &Origin, event: &Event, decisions: Vec<Routed>) -> Trace {
    Trace {
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
fn is_no_news(event: &Event, now: Timestamp) -> bool {
    event.republished && now.duration_since(event.stamp.at) > NEWS_FOR
}

fn turn(rule: &Rule, recipient: EmployeeId) -> Turn {
    Turn {
        role: rule.to,
        recipient,
        template: rule.template.to_owned(),
        channels: rule.channels.to_vec(),
        confirms: rule.confirms,
        id: None,
    }
}
