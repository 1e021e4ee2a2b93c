//! Telling one person of one event: whether, in which words, through which channels; written once, then handed on.

use directory::{Directory, Person, Status as Standing};
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
        notification::{Decided, Notification, id_of},
        notification_type,
        preference::Preferences,
        reason,
        request::Message,
        routing::Role,
        template::{Words, render},
        trace::Routed,
        way::Way,
    },
    store::{Store, Written},
};

/// People who are told at once.
const AT_ONCE: usize = 8;

#[derive(Debug, Clone)]
pub(crate) struct News {
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
pub(crate) struct Turn {
    pub(crate) role: Role,
    pub(crate) recipient: EmployeeId,
    pub(crate) template: String,
    /// Through which channels, unless they want others.
    pub(crate) channels: Vec<Channel>,
    /// Whether it also goes to the one who did it.
    pub(crate) confirms: bool,
    /// The id it has, where somebody has been promised one.
    pub(crate) id: Option<NotificationId>,
}

impl News {
    /// What somebody asks to be sent.
    pub(crate) fn of_message(message: &Message, event_id: EventId, at: Timestamp, actor: Option<EmployeeId>) -> Self {
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

impl Turn {
    /// Of somebody whom the sender of a message has named, also where that is the sender.
    pub(crate) fn of_message(message: &Message, recipient: EmployeeId, id: Option<NotificationId>) -> Self {
        let (template, channels) = (message.template.clone(), message.channels.clone());
        Self { role: Role::Named, recipient, template, channels, confirms: true, id }
    }

    fn silent(&self, reason: &str) -> Routed {
        Routed::silent(self.role, Some(self.recipient), &self.template, reason)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Teller {
    pub(crate) store: Store,
    pub(crate) directory: Directory,
    pub(crate) outbox: Outbox,
}

impl FromShell for Teller {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            store: Store::from_shell(shell)?,
            directory: shell.directory.clone(),
            outbox: Outbox::from_shell(shell)?,
        })
    }
}

impl Teller {
    /// Tells somebody, or finds out why not. However often it is done, they hear once.
    ///
    /// # Errors
    /// 503 when a table or a queue is away; what was written stays, and is found when it is tried again.
    async fn tell(&self, origin: &Origin, news: &News, turn: &Turn) -> Result<Routed> {
        let Some(person) = self.directory.person(turn.recipient, origin.at).await? else {
            return Ok(turn.silent(reason::UNKNOWN_PERSON));
        };
        if hears_nothing(&person, turn.role) {
            return Ok(turn.silent(reason::LEFT));
        }
        if news.actor == Some(person.id) && !turn.confirms {
            return Ok(turn.silent(reason::OWN_ACTION));
        }
        let wants = self.store.preferences(person.id).await?.value;
        let zone = directory::zone(&person.time_zone);
        let ways = ways(&wants, news, turn, origin.at, &zone);
        if !ways.iter().any(Way::goes_out) {
            return Ok(Routed { channels: ways, ..turn.silent(reason::PREFERENCE) });
        }
        let id = turn.id.unwrap_or_else(|| id_of(news.event_id, person.id, &news.topic));
        if collapse::may_collapse(&news.topic, turn.role, news.actor == Some(person.id)) {
            let window = collapse::window(news.at);
            let rank = self.store.rank(origin, id, (person.id, &news.topic), window).await?;
            if collapse::more(rank) > 0 {
                return self.collapse(origin, news, turn, (&person, wants.language), collapse::more(rank)).await;
            }
        }
        let Some(notification) = self.worded(origin, news, turn, (&person, wants.language), id, &ways).await? else {
            return Ok(Routed { channels: ways, ..turn.silent(reason::TEMPLATE_BROKEN) });
        };
        let decided = news.personal.map(|event_type| Decided {
            event_type: Some(event_type).filter(|event_type| *event_type != news.topic).map(str::to_owned),
            role: turn.role,
            channels: ways.iter().filter(|way| way.channel != Channel::InApp || !way.goes_out()).cloned().collect(),
        });
        self.hand_over(origin, &Notification { decided, ..notification }, &ways).await?;
        let decision = Routed { told: true, reason: None, notification_id: Some(id), ..turn.silent("") };
        Ok(Routed { channels: ways, ..decision })
    }

    /// Tells several people of it, some at a time.
    pub(crate) async fn tell_all(&self, origin: &Origin, news: &News, turns: &[Turn]) -> Result<Vec<Routed>> {
        let told: Vec<_> = turns.iter().map(|turn| self.tell(origin, news, turn)).collect();
        stream::iter(told).buffered(AT_ONCE).try_collect().await
    }

    /// Writes a notification with its deliveries, and has those looked after that are to go out now.
    async fn hand_over(&self, origin: &Origin, notification: &Notification, ways: &[Way]) -> Result<()> {
        let out = ways.iter().filter(|way| way.leaves_the_house());
        let deliveries: Vec<_> = out.map(|way| delivery(origin, notification, way)).collect();
        match self.store.write(origin, notification, &deliveries).await? {
            Written::New => self.outbox.enqueue(&queued(&deliveries)).await,
            Written::Standing if deliveries.is_empty() => Ok(()),
            Written::Standing => self.look_after(notification.id).await,
        }
    }

    /// Has the deliveries of a notification looked after that nobody has begun to.
    pub(crate) async fn look_after(&self, id: NotificationId) -> Result<()> {
        let found = self.store.with_deliveries(id).await?;
        let deliveries = found.map(|(_, deliveries)| deliveries).unwrap_or_default();
        self.outbox.enqueue(&queued(&deliveries)).await
    }

    /// The notification in the recipient's words; nothing when the template cannot be filled, not even as it ships.
    async fn worded(
        &self,
        origin: &Origin,
        news: &News,
        turn: &Turn,
        (person, language): (&Person, Language),
        id: NotificationId,
        ways: &[Way],
    ) -> Result<Option<Notification>> {
        let context = context(news, person);
        let late = notification_type::is_secured(&news.topic);
        let Some((version, words, own_html)) = self.fill(&turn.template, language, &context).await? else {
            return Ok(None);
        };
        let html = news.html.clone().or(own_html);
        let channels: Vec<_> = ways.iter().filter(|way| way.goes_out()).map(|way| way.channel).collect();
        let blank = Words { title: String::new(), text: String::new(), html: String::new() };
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
            late,
            more: 0,
            decided: None,
            created_at: origin.at,
            read_at: None,
        };
        Ok(Some(notification.lean()))
    }

    /// The version and words of the current template, with the HTML part of its own where it has one; of the one that ships
    /// where that cannot be filled: nothing is lost for a slip in a template.
    pub(crate) async fn fill(
        &self,
        template: &str,
        language: Language,
        context: &Value,
    ) -> Result<Option<(u32, Words, Option<String>)>> {
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
        news: &News,
        turn: &Turn,
        (person, language): (&Person, Language),
        more: u32,
    ) -> Result<Routed> {
        let id = collapse::id_of(collapse::window(news.at), person.id, &news.topic);
        let rest = News { facts: Map::from_iter([("more".to_owned(), json!(more))]), html: None, ..news.clone() };
        let turn_of_rest = Turn { template: "more".to_owned(), ..turn.clone() };
        let way = |channel, status| Way { channel, status, reason: Some(reason::STORM.to_owned()), due_at: None };
        let inbox = [Way { reason: None, ..way(Channel::InApp, Status::Sent) }];
        let worded = self.worded(origin, &rest, &turn_of_rest, (person, language), id, &inbox).await?;
        let Some(notification) = worded.map(|notification| Notification { more, ..notification }) else {
            return Ok(turn.silent(reason::TEMPLATE_BROKEN));
        };
        if self.store.write(origin, &notification, &[]).await? == Written::Standing {
            self.store.grow(origin, &notification).await?;
        }
        let usual = turn.channels.iter().map(|channel| match channel {
            Channel::InApp => way(Channel::InApp, Status::Sent),
            other => way(*other, Status::Suppressed),
        });
        let channels = usual.collect();
        Ok(Routed { told: true, notification_id: Some(id), channels, ..turn.silent(reason::STORM) })
    }
}

/// Whoever has left hears nothing; whoever is barred hears only of themselves.
fn hears_nothing(person: &Person, role: Role) -> bool {
    match person.status {
        Standing::Active | Standing::OnLeave => false,
        Standing::Suspended => role != Role::Subject,
        Standing::Terminated => true,
    }
}

fn ways(wants: &Preferences, news: &News, turn: &Turn, now: Timestamp, zone: &TimeZone) -> Vec<Way> {
    let way = |channel: Channel| {
        let ruling = wants.rule(&news.topic, channel, turn.channels.contains(&channel), now, zone)?;
        Some(Way::of(channel, &ruling))
    };
    Channel::ALL.into_iter().filter_map(way).collect()
}

fn context(news: &News, person: &Person) -> Value {
    let mut context = news.facts.clone();
    let name = format!("{} {}", person.first_name, person.last_name);
    context.insert("recipient".to_owned(), json!({"first_name": person.first_name, "name": name}));
    context.entry("zone").or_insert_with(|| json!(person.time_zone));
    context.insert("notification_type".to_owned(), json!(news.topic));
    context.entry("mine").or_insert_with(|| json!(news.subject == Some(person.id)));
    Value::Object(context)
}

fn delivery(origin: &Origin, notification: &Notification, way: &Way) -> Delivery {
    Delivery {
        status: way.status,
        reason: way.reason.clone(),
        due_at: way.due_at,
        sent_at: (way.status == Status::Sent).then_some(origin.at),
        ..notification.delivery(way.channel, origin.at)
    }
}

fn queued(deliveries: &[Delivery]) -> Vec<DeliveryId> {
    deliveries.iter().filter(|delivery| delivery.status == Status::Queued).map(Delivery::id).collect()
}
