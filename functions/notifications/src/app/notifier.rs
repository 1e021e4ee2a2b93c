//! Telling one person of one event: whether, in which words, through which channels; written once, then handed on.

use directory::{Directory, EmploymentStatus as Standing, Person};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{Timestamp, tz::TimeZone};
use kernel::{EmployeeId, EventId, NotificationId, Origin, Result};
use lambda::{FromShell, InitError, Shell};
use serde_json::{Map, Value, json};

use super::channel_queues::Outbox;
use crate::{
    domain::{
        builtin_templates,
        channel::Channel,
        collapse,
        delivery::{Delivery, DeliveryId, Status},
        language::Language,
        notification::{Notification, PersonalDecision, notification_id},
        notification_type,
        preference::Preferences,
        reason,
        request::MessageContent,
        routing::RecipientRole,
        template::{RenderedTemplate, render},
        trace::RoutingDecision,
        way::ChannelDecision,
    },
    store::{NotificationCreation, NotificationStore},
};

/// People who are told at once.
const AT_ONCE: usize = 8;

#[derive(Debug, Clone)]
pub(crate) struct NotificationContent {
    pub(crate) event_id: EventId,
    pub(crate) at: Timestamp,
    pub(crate) topic: String,
    pub(crate) facts: Map<String, Value>,
    pub(crate) actor: Option<EmployeeId>,
    pub(crate) subject: Option<EmployeeId>,
    pub(crate) html: Option<String>,
    /// The event's type, where only the one it is about may ever hear of it: what is decided is kept with their notification.
    pub(crate) personal: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) struct NotificationTarget {
    pub(crate) role: RecipientRole,
    pub(crate) recipient: EmployeeId,
    pub(crate) template: String,
    /// Through which channels, unless they want others.
    pub(crate) channels: Vec<Channel>,
    /// Whether it also goes to the one who did it.
    pub(crate) confirms: bool,
    /// The id it has, where somebody has been promised one.
    pub(crate) id: Option<NotificationId>,
}

impl NotificationContent {
    /// What somebody asks to be sent.
    pub(crate) fn of_message(
        message: &MessageContent,
        event_id: EventId,
        at: Timestamp,
        actor: Option<EmployeeId>,
    ) -> Self {
        Self {
            event_id,
            at,
            topic: message.notification_type.clone(),
            facts: message.context.as_object().cloned().unwrap_or_default(),
            actor,
            subject: None,
            html: message.html.clone(),
            personal: None,
        }
    }
}

impl NotificationTarget {
    /// Of somebody whom the sender of a message has named, also where that is the sender.
    pub(crate) fn of_message(message: &MessageContent, recipient: EmployeeId, id: Option<NotificationId>) -> Self {
        let (template, channels) = (message.template.clone(), message.channels.clone());
        Self { role: RecipientRole::Named, recipient, template, channels, confirms: true, id }
    }

    fn skipped(&self, reason: &str) -> RoutingDecision {
        RoutingDecision::skipped(self.role, Some(self.recipient), &self.template, reason)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Notifier {
    pub(crate) store: NotificationStore,
    pub(crate) directory: Directory,
    pub(crate) outbox: Outbox,
}

impl FromShell for Notifier {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            store: NotificationStore::from_shell(shell)?,
            directory: shell.directory.clone(),
            outbox: Outbox::from_shell(shell)?,
        })
    }
}

impl Notifier {
    /// Tells somebody, or finds out why not. However often it is done, they hear once.
    ///
    /// # Errors
    /// 503 when a table or a queue is away; what was written stays, and is found when it is tried again.
    async fn notify(
        &self,
        origin: &Origin,
        news: &NotificationContent,
        turn: &NotificationTarget,
    ) -> Result<RoutingDecision> {
        let Some(person) = self.directory.person(turn.recipient, origin.at).await? else {
            return Ok(turn.skipped(reason::UNKNOWN_PERSON));
        };
        if is_excluded(&person, turn.role) {
            return Ok(turn.skipped(reason::LEFT));
        }
        if news.actor == Some(person.id) && !turn.confirms {
            return Ok(turn.skipped(reason::OWN_ACTION));
        }
        let wants = self.store.preferences(person.id).await?.value;
        let zone = directory::zone_or_utc(&person.time_zone);
        let ways = decide_channels(&wants, news, turn, origin.at, &zone);
        if !ways.iter().any(ChannelDecision::is_deliverable) {
            return Ok(RoutingDecision { channels: ways, ..turn.skipped(reason::PREFERENCE) });
        }
        let id = turn.id.unwrap_or_else(|| notification_id(news.event_id, person.id, &news.topic));
        if collapse::may_collapse(&news.topic, turn.role, news.actor == Some(person.id)) {
            let window = collapse::window(news.at);
            let rank = self.store.reserve_rank(origin, id, (person.id, &news.topic), window).await?;
            if collapse::collapsed_count(rank) > 0 {
                return self
                    .collapse(origin, news, turn, (&person, wants.language), collapse::collapsed_count(rank))
                    .await;
            }
        }
        let Some(notification) =
            self.render_notification(origin, news, turn, (&person, wants.language), id, &ways).await?
        else {
            return Ok(RoutingDecision { channels: ways, ..turn.skipped(reason::TEMPLATE_BROKEN) });
        };
        let decided = news.personal.map(|event_type| PersonalDecision {
            event_type: Some(event_type).filter(|event_type| *event_type != news.topic).map(str::to_owned),
            role: turn.role,
            channels: ways
                .iter()
                .filter(|way| way.channel != Channel::InApp || !way.is_deliverable())
                .cloned()
                .collect(),
        });
        self.store_and_enqueue(origin, &Notification { decided, ..notification }, &ways).await?;
        let decision = RoutingDecision { told: true, reason: None, notification_id: Some(id), ..turn.skipped("") };
        Ok(RoutingDecision { channels: ways, ..decision })
    }

    /// Tells several people of it, some at a time.
    pub(crate) async fn tell_all(
        &self,
        origin: &Origin,
        news: &NotificationContent,
        turns: &[NotificationTarget],
    ) -> Result<Vec<RoutingDecision>> {
        let told: Vec<_> = turns.iter().map(|turn| self.notify(origin, news, turn)).collect();
        stream::iter(told).buffered(AT_ONCE).try_collect().await
    }

    /// Writes a notification with its deliveries, and has those looked after that are to go out now.
    async fn store_and_enqueue(
        &self,
        origin: &Origin,
        notification: &Notification,
        ways: &[ChannelDecision],
    ) -> Result<()> {
        let out = ways.iter().filter(|way| way.needs_delivery());
        let deliveries: Vec<_> = out.map(|way| delivery(origin, notification, way)).collect();
        match self.store.create_notification(origin, notification, &deliveries).await? {
            NotificationCreation::New => self.outbox.enqueue(&queued_deliveries(&deliveries)).await,
            NotificationCreation::Standing if deliveries.is_empty() => Ok(()),
            NotificationCreation::Standing => self.enqueue_unclaimed(notification.id).await,
        }
    }

    /// Has the deliveries of a notification looked after that nobody has begun to.
    pub(crate) async fn enqueue_unclaimed(&self, id: NotificationId) -> Result<()> {
        let found = self.store.with_deliveries(id).await?;
        let deliveries = found.map(|(_, deliveries)| deliveries).unwrap_or_default();
        self.outbox.enqueue(&queued_deliveries(&deliveries)).await
    }

    /// The notification in the recipient's words; nothing when the template cannot be filled, not even as it ships.
    async fn render_notification(
        &self,
        origin: &Origin,
        news: &NotificationContent,
        turn: &NotificationTarget,
        (person, language): (&Person, Language),
        id: NotificationId,
        ways: &[ChannelDecision],
    ) -> Result<Option<Notification>> {
        let context = context(news, person);
        let late = notification_type::is_mandatory(&news.topic);
        let Some((version, words, own_html)) = self.fill(&turn.template, language, &context).await? else {
            return Ok(None);
        };
        let html = news.html.clone().or(own_html);
        let channels: Vec<_> = ways.iter().filter(|way| way.is_deliverable()).map(|way| way.channel).collect();
        let blank = RenderedTemplate { title: String::new(), text: String::new(), html: String::new() };
        let words = if late { blank } else { words };
        let notification = Notification {
            id,
            event_id: news.event_id,
            recipient_id: person.id,
            notification_type: news.topic.clone(),
            title: words.title,
            body: words.text,
            html: html.filter(|_| channels.contains(&Channel::Email) && !late),
            template: turn.template.clone(),
            template_version: version,
            language,
            context,
            channels,
            rendered_at_send: late,
            collapsed_count: 0,
            decided: None,
            created_at: origin.at,
            read_at: None,
        };
        Ok(Some(notification.without_derived_context()))
    }

    /// The version and words of the current template, with the HTML part of its own where it has one; of the one that ships
    /// where that cannot be filled: nothing is lost for a slip in a template.
    pub(crate) async fn fill(
        &self,
        template: &str,
        language: Language,
        context: &Value,
    ) -> Result<Option<(u32, RenderedTemplate, Option<String>)>> {
        let current = self.store.template(template, language).await?.value;
        match render(&current.source, language, context) {
            Ok(words) => {
                let html = current.source.html.map(|_| words.html.clone());
                Ok(Some((current.version, words, html)))
            }
            Err(broken) => {
                tracing::error!(status = "failed", "template {template}.{language} {broken:?}");
                let shipped = builtin_templates::source(template, language);
                let words = shipped.and_then(|source| render(&source, language, context).ok());
                Ok(words.map(|words| (0, words, None)))
            }
        }
    }

    /// One more of too many: the notification that stands for the rest of the window grows, in the inbox only.
    async fn collapse(
        &self,
        origin: &Origin,
        news: &NotificationContent,
        turn: &NotificationTarget,
        (person, language): (&Person, Language),
        more: u32,
    ) -> Result<RoutingDecision> {
        let id = collapse::collapsed_id(collapse::window(news.at), person.id, &news.topic);
        let rest = NotificationContent {
            facts: Map::from_iter([("more".to_owned(), json!(more))]),
            html: None,
            ..news.clone()
        };
        let turn_of_rest = NotificationTarget { template: "more".to_owned(), ..turn.clone() };
        let way =
            |channel, status| ChannelDecision { channel, status, reason: Some(reason::STORM.to_owned()), due_at: None };
        let inbox = [ChannelDecision { reason: None, ..way(Channel::InApp, Status::Sent) }];
        let worded = self.render_notification(origin, &rest, &turn_of_rest, (person, language), id, &inbox).await?;
        let Some(notification) = worded.map(|notification| Notification { collapsed_count: more, ..notification })
        else {
            return Ok(turn.skipped(reason::TEMPLATE_BROKEN));
        };
        if self.store.create_notification(origin, &notification, &[]).await? == NotificationCreation::Standing {
            self.store.increase_collapsed_count(origin, &notification).await?;
        }
        let usual = turn.channels.iter().map(|channel| match channel {
            Channel::InApp => way(Channel::InApp, Status::Sent),
            other => way(*other, Status::Suppressed),
        });
        let channels = usual.collect();
        Ok(RoutingDecision { told: true, notification_id: Some(id), channels, ..turn.skipped(reason::STORM) })
    }
}

/// Whoever has left hears nothing; whoever is barred hears only of themselves.
fn is_excluded(person: &Person, role: RecipientRole) -> bool {
    match person.status {
        Standing::Active | Standing::OnLeave => false,
        Standing::Suspended => role != RecipientRole::Subject,
        Standing::Terminated => true,
    }
}

fn decide_channels(
    wants: &Preferences,
    news: &NotificationContent,
    turn: &NotificationTarget,
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<ChannelDecision> {
    let way = |channel: Channel| {
        let ruling = wants.channel_timing(&news.topic, channel, turn.channels.contains(&channel), now, zone)?;
        Some(ChannelDecision::of(channel, &ruling))
    };
    Channel::ALL.into_iter().filter_map(way).collect()
}

fn context(news: &NotificationContent, person: &Person) -> Value {
    let mut context = news.facts.clone();
    let name = format!("{} {}", person.first_name, person.last_name);
    context.insert("recipient".to_owned(), json!({"first_name": person.first_name, "name": name}));
    context.entry("zone").or_insert_with(|| json!(person.time_zone));
    context.insert("notification_type".to_owned(), json!(news.topic));
    context.entry("mine").or_insert_with(|| json!(news.subject == Some(person.id)));
    Value::Object(context)
}

fn delivery(origin: &Origin, notification: &Notification, way: &ChannelDecision) -> Delivery {
    Delivery {
        status: way.status,
        reason: way.reason.clone(),
        due_at: way.due_at,
        sent_at: (way.status == Status::Sent).then_some(origin.at),
        ..notification.delivery(way.channel, origin.at)
    }
}

fn queued_deliveries(deliveries: &[Delivery]) -> Vec<DeliveryId> {
    deliveries.iter().filter(|delivery| delivery.status == Status::Queued).map(Delivery::id).collect()
}
