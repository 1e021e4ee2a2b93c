//! Notifies one person of one event: decides the channels, renders the template, stores the notification, queues deliveries.

use directory::{Directory, EmploymentStatus, Person};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{Timestamp, tz::TimeZone};
use kernel::{EmployeeId, EventId, NotificationId, Origin, Result};
use lambda::{FromShell, InitError, Shell};
use serde_json::{Map, Value, json};

use super::channel_queues::ChannelQueues;
use crate::{
    domain::{
        builtin_templates::{self, TemplateName},
        channel::Channel,
        channel_decision::ChannelDecision,
        collapse,
        delivery::{Delivery, DeliveryId, DeliveryStatus},
        language::Language,
        notification::{Notification, PersonalDecision, notification_id},
        notification_type::NotificationType,
        preference::Preferences,
        reasons::{DeliveryReason, SkipReason},
        request::MessageContent,
        routing::RecipientRole,
        template::{RenderedTemplate, render},
        trace::RoutingDecision,
    },
    store::{NotificationCreation, NotificationStore},
};

/// Most people who are notified concurrently.
const NOTIFY_CONCURRENCY: usize = 8;

/// Content of an event's notifications, the same for all recipients.
#[derive(Debug, Clone)]
pub(crate) struct NotificationContent {
    pub(crate) event_id: EventId,
    /// Time of the event.
    pub(crate) at: Timestamp,
    pub(crate) notification_type: NotificationType,
    pub(crate) facts: Map<String, Value>,
    /// Person who caused the event or sent the message.
    pub(crate) actor: Option<EmployeeId>,
    /// Person the event is about; `None` for a message.
    pub(crate) subject: Option<EmployeeId>,
    /// HTML part of the e-mail that the sender gave; `None` if the template or the text gives it.
    pub(crate) html: Option<String>,
    /// Event type, if the subject is the only possible recipient: the decision is then stored in the notification.
    pub(crate) personal_event_type: Option<&'static str>,
}

/// Recipient with role, template and channels.
#[derive(Debug, Clone)]
pub(crate) struct NotificationTarget {
    pub(crate) role: RecipientRole,
    pub(crate) recipient: EmployeeId,
    pub(crate) template: TemplateName,
    /// Default channels; the recipient's preferences have precedence.
    pub(crate) channels: Vec<Channel>,
    /// Whether the actor is notified too, as a confirmation.
    pub(crate) includes_actor: bool,
    /// Id of the notification, if the sender was told it or it is that of the event; `None` if it is to be derived.
    pub(crate) id: Option<NotificationId>,
}

impl NotificationContent {
    pub(crate) fn from_message(
        message: &MessageContent,
        event_id: EventId,
        at: Timestamp,
        actor: Option<EmployeeId>,
    ) -> Self {
        Self {
            event_id,
            at,
            notification_type: message.notification_type,
            facts: message.context.as_object().cloned().unwrap_or_default(),
            actor,
            subject: None,
            html: message.html.clone(),
            personal_event_type: None,
        }
    }
}

impl NotificationTarget {
    /// Target of a person named by the sender, who may be the sender.
    pub(crate) fn from_message(message: &MessageContent, recipient: EmployeeId, id: Option<NotificationId>) -> Self {
        let (template, channels) = (message.template, message.channels.clone());
        Self { role: RecipientRole::Named, recipient, template, channels, includes_actor: true, id }
    }

    fn skipped_decision(&self, reason: SkipReason) -> RoutingDecision {
        RoutingDecision::skipped(self.role, Some(self.recipient), self.template, reason)
    }

    fn notified_decision(&self, id: NotificationId, channels: Vec<ChannelDecision>) -> RoutingDecision {
        RoutingDecision {
            role: self.role,
            recipient_id: Some(self.recipient),
            template: self.template,
            notified: true,
            reason: None,
            notification_id: Some(id),
            channels,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Notifier {
    pub(crate) store: NotificationStore,
    pub(crate) directory: Directory,
    pub(crate) queues: ChannelQueues,
}

impl FromShell for Notifier {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            store: NotificationStore::from_shell(shell)?,
            directory: shell.directory.clone(),
            queues: ChannelQueues::from_shell(shell)?,
        })
    }
}

impl Notifier {
    /// Notifies a target once, however often it is called, and returns the decision.
    ///
    /// # Errors
    /// 503 `unavailable` if a table or queue does not answer. Stored notifications are found by the next attempt.
    async fn notify(
        &self,
        origin: &Origin,
        content: &NotificationContent,
        target: &NotificationTarget,
    ) -> Result<RoutingDecision> {
        let Some(person) = self.directory.person(target.recipient, origin.at).await? else {
            return Ok(target.skipped_decision(SkipReason::UnknownPerson));
        };
        if is_excluded(&person, target.role) {
            return Ok(target.skipped_decision(SkipReason::Inactive));
        }
        if content.actor == Some(person.id) && !target.includes_actor {
            return Ok(target.skipped_decision(SkipReason::OwnAction));
        }
        let preferences = self.store.preferences_or_defaults(person.id).await?.value;
        let zone = directory::zone_or_utc(&person.time_zone);
        let channels = decide_channels(&preferences, content, target, origin.at, &zone);
        if !channels.iter().any(ChannelDecision::is_deliverable) {
            return Ok(RoutingDecision { channels, ..target.skipped_decision(SkipReason::Preference) });
        }
        let kind = content.notification_type;
        let id = target.id.unwrap_or_else(|| notification_id(content.event_id, person.id, kind));
        if collapse::may_collapse(kind, target.role, content.actor == Some(person.id)) {
            let window = collapse::collapse_window_start(content.at);
            let rank = self.store.reserve_rank(origin, id, (person.id, kind), window).await?;
            let count = collapse::collapsed_count(rank);
            if count > 0 {
                return self
                    .count_in_collapsed_notification(origin, content, target, (&person, preferences.language), count)
                    .await;
            }
        }
        let Some(notification) =
            self.render_notification(origin, content, target, (&person, preferences.language), id, &channels).await?
        else {
            return Ok(RoutingDecision { channels, ..target.skipped_decision(SkipReason::TemplateBroken) });
        };
        let decided = content.personal_event_type.map(|event_type| PersonalDecision {
            event_type: Some(event_type).filter(|event_type| *event_type != kind.as_str()).map(str::to_owned),
            role: target.role,
            channels: channels
                .iter()
                .filter(|decision| decision.channel != Channel::InApp || !decision.is_deliverable())
                .cloned()
                .collect(),
        });
        self.store_and_enqueue(origin, &Notification { decided, ..notification }, &channels).await?;
        Ok(target.notified_decision(id, channels))
    }

    /// Notifies all targets, some of them concurrently, and returns the decisions in their order.
    pub(crate) async fn notify_all(
        &self,
        origin: &Origin,
        content: &NotificationContent,
        targets: &[NotificationTarget],
    ) -> Result<Vec<RoutingDecision>> {
        let decisions: Vec<_> = targets.iter().map(|target| self.notify(origin, content, target)).collect();
        stream::iter(decisions).buffered(NOTIFY_CONCURRENCY).try_collect().await
    }

    /// Stores a notification with its deliveries, and queues those that are due now. If it exists, queues its unclaimed ones.
    async fn store_and_enqueue(
        &self,
        origin: &Origin,
        notification: &Notification,
        channels: &[ChannelDecision],
    ) -> Result<()> {
        let needed = channels.iter().filter(|decision| decision.needs_delivery());
        let deliveries: Vec<_> = needed.map(|decision| new_delivery(origin, notification, decision)).collect();
        match self.store.create_notification_if_missing(origin, notification, &deliveries).await? {
            NotificationCreation::Created => self.queues.enqueue(&queued_delivery_ids(&deliveries)).await,
            NotificationCreation::Existing if deliveries.is_empty() => Ok(()),
            NotificationCreation::Existing => self.enqueue_unclaimed(notification.id).await,
        }
    }

    /// Queues the deliveries of a notification that no worker has claimed; parked ones are left.
    pub(crate) async fn enqueue_unclaimed(&self, id: NotificationId) -> Result<()> {
        let stored = self.store.find_notification_with_deliveries(id).await?;
        let deliveries = stored.map(|(_, deliveries)| deliveries).unwrap_or_default();
        self.queues.enqueue(&queued_delivery_ids(&deliveries)).await
    }

    /// Notification in the recipient's language; none if neither the current nor the built-in template can be rendered.
    async fn render_notification(
        &self,
        origin: &Origin,
        content: &NotificationContent,
        target: &NotificationTarget,
        (person, language): (&Person, Language),
        id: NotificationId,
        decisions: &[ChannelDecision],
    ) -> Result<Option<Notification>> {
        let context = template_context(content, person);
        let rendered_at_send = content.notification_type.is_mandatory();
        let Some((version, rendered, own_html)) =
            self.render_current_or_builtin(target.template, language, &context).await?
        else {
            return Ok(None);
        };
        let html = content.html.clone().or(own_html);
        let deliverable = decisions.iter().filter(|decision| decision.is_deliverable());
        let channels: Vec<_> = deliverable.map(|decision| decision.channel).collect();
        let empty = RenderedTemplate { title: String::new(), text: String::new(), html: String::new() };
        let rendered = if rendered_at_send { empty } else { rendered };
        let notification = Notification {
            id,
            event_id: content.event_id,
            recipient_id: person.id,
            notification_type: content.notification_type,
            title: rendered.title,
            body: rendered.text,
            html: html.filter(|_| channels.contains(&Channel::Email) && !rendered_at_send),
            template: target.template,
            template_version: version,
            language,
            context,
            channels,
            rendered_at_send,
            collapsed_count: 0,
            decided: None,
            created_at: origin.at,
            read_at: None,
        };
        Ok(Some(notification.without_derived_context()))
    }

    /// Version and rendered parts of the current template, and again its HTML part unless that is generated. If the template
    /// cannot be rendered, the built-in one with version 0 is used, so that a faulty template loses no notification; `None` if
    /// that cannot be rendered either.
    pub(crate) async fn render_current_or_builtin(
        &self,
        template: TemplateName,
        language: Language,
        context: &Value,
    ) -> Result<Option<(u32, RenderedTemplate, Option<String>)>> {
        let current = self.store.current_or_builtin_template(template, language).await?.value;
        match render(&current.source, language, context) {
            Ok(rendered) => {
                let html = current.source.html.map(|_| rendered.html.clone());
                Ok(Some((current.version, rendered, html)))
            }
            Err(fault) => {
                tracing::error!(status = "failed", "the template {template}.{language} cannot be rendered: {fault:?}");
                let rendered = render(&builtin_templates::builtin_source(template, language), language, context).ok();
                Ok(rendered.map(|rendered| (0, rendered, None)))
            }
        }
    }

    /// Counts a notification in the collapsed one of its window, which is shown in the inbox only.
    async fn count_in_collapsed_notification(
        &self,
        origin: &Origin,
        content: &NotificationContent,
        target: &NotificationTarget,
        (person, language): (&Person, Language),
        count: u32,
    ) -> Result<RoutingDecision> {
        let id = collapse::collapsed_notification_id(
            collapse::collapse_window_start(content.at),
            person.id,
            content.notification_type,
        );
        let collapsed_content = NotificationContent {
            facts: Map::from_iter([("more".to_owned(), json!(count))]),
            html: None,
            ..content.clone()
        };
        let collapsed_target = NotificationTarget { template: TemplateName::More, ..target.clone() };
        let decision = |channel, status| ChannelDecision {
            channel,
            status,
            reason: Some(DeliveryReason::Collapsed),
            due_at: None,
        };
        let inbox = [ChannelDecision { reason: None, ..decision(Channel::InApp, DeliveryStatus::Sent) }];
        let rendered = self
            .render_notification(origin, &collapsed_content, &collapsed_target, (person, language), id, &inbox)
            .await?;
        let Some(notification) = rendered.map(|notification| Notification { collapsed_count: count, ..notification })
        else {
            return Ok(target.skipped_decision(SkipReason::TemplateBroken));
        };
        if self.store.create_notification_if_missing(origin, &notification, &[]).await?
            == NotificationCreation::Existing
        {
            self.store.increase_collapsed_count(origin, &notification).await?;
        }
        let channels = target.channels.iter().map(|channel| match channel {
            Channel::InApp => decision(Channel::InApp, DeliveryStatus::Sent),
            other => decision(*other, DeliveryStatus::Suppressed),
        });
        let reason = Some(SkipReason::Collapsed);
        Ok(RoutingDecision { reason, ..target.notified_decision(id, channels.collect()) })
    }
}

/// Whether the person's status excludes a notification: terminated people get none, suspended people only those of events
/// about themselves.
fn is_excluded(person: &Person, role: RecipientRole) -> bool {
    match person.status {
        EmploymentStatus::Active | EmploymentStatus::OnLeave => false,
        EmploymentStatus::Suspended => role != RecipientRole::Subject,
        EmploymentStatus::Terminated => true,
    }
}

/// Decisions about all channels that the target or the person's preferences name.
fn decide_channels(
    preferences: &Preferences,
    content: &NotificationContent,
    target: &NotificationTarget,
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<ChannelDecision> {
    let decide = |channel: Channel| {
        let by_default = target.channels.contains(&channel);
        let timing = preferences.channel_timing(content.notification_type, channel, by_default, now, zone)?;
        Some(ChannelDecision::new(channel, &timing))
    };
    Channel::ALL.into_iter().filter_map(decide).collect()
}

/// Context for one recipient: the facts, with the name and time zone of the recipient and whether the event is about them.
fn template_context(content: &NotificationContent, person: &Person) -> Value {
    let mut context = content.facts.clone();
    let name = format!("{} {}", person.first_name, person.last_name);
    context.insert("recipient".to_owned(), json!({"first_name": person.first_name, "name": name}));
    context.entry("zone").or_insert_with(|| json!(person.time_zone));
    context.insert("notification_type".to_owned(), json!(content.notification_type));
    context.entry("mine").or_insert_with(|| json!(content.subject == Some(person.id)));
    Value::Object(context)
}

fn new_delivery(origin: &Origin, notification: &Notification, decision: &ChannelDecision) -> Delivery {
    Delivery {
        status: decision.status,
        reason: decision.reason,
        due_at: decision.due_at,
        sent_at: (decision.status == DeliveryStatus::Sent).then_some(origin.at),
        ..notification.queued_delivery(decision.channel, origin.at)
    }
}

/// Ids of the deliveries in the status `queued`.
fn queued_delivery_ids(deliveries: &[Delivery]) -> Vec<DeliveryId> {
    deliveries.iter().filter(|delivery| delivery.status == DeliveryStatus::Queued).map(Delivery::id).collect()
}
