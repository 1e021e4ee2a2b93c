//! `notifications-job-digest`: every quarter of an hour, makes one mail out of everything that waits for somebody's daily
//! summary, once the hour that they chose has come in their own zone.
//!
//! The summary and what goes into it are settled in one transaction, so nothing is told twice or forgotten, whenever the job
//! ends. Its mail then goes the way of all others.

use std::sync::Arc;

use directory::Person;
use kernel::{EmployeeId, NotificationId, Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    job::Handler,
    metrics::{self, Unit},
};
use serde_json::{Value, json};

use crate::{
    app::channel_queues::{Outbox, Ticket},
    domain::{
        builtin_templates,
        delivery::{Delivery, Status, reason},
        digest,
        notification::{Channel, Language, Notification, id_of},
        notification_type,
        template::{self, Words},
    },
    store::{Consignment, DUE_SHARDS, Store},
};

/// The function's name.
const FUNCTION: &str = "notifications-job-digest";
/// The template of a summary.
const TEMPLATE: &str = "digest";
/// So many of each shard in one run; the others stay for the next.
const SHARD_MAX: usize = 2_000;

#[derive(Clone)]
struct Job {
    shell: Shell,
    store: Store,
    outbox: Outbox,
}

impl Job {
    async fn run(&self, origin: &Origin) -> Result<Value> {
        let (mut mails, mut members) = (0, 0);
        for shard in 0..DUE_SHARDS {
            let waiting = self.store.digest_due(shard, origin.at, SHARD_MAX).await?;
            for (recipient, ids) in digest::mails(waiting) {
                let told = self.bundle(origin, recipient, &ids).await?;
                mails += i64::from(told > 0);
                members += told;
            }
        }
        metrics::emit(FUNCTION, origin.at, &[("digests", Unit::Count, mails), ("digested", Unit::Count, members)]);
        Ok(json!({"digests": mails, "members": members}))
    }

    /// Makes one summary; answers how much went into it. Whatever moved on in the meantime is left to the next run.
    async fn bundle(&self, origin: &Origin, recipient: EmployeeId, ids: &[NotificationId]) -> Result<i64> {
        let members = self.store.digest_members(ids).await?;
        let Some(first) = members.first() else { return Ok(0) };
        let Some(person) = self.shell.directory.person(recipient, origin.at).await? else {
            return self.give_up(origin, &members).await;
        };
        let language = self.store.preferences(recipient).await?.value.language;
        let context = context(&person, &members);
        let (version, words, html) = self.words(language, &context).await?;
        let id = id_of(first.notification.event_id, recipient, notification_type::DIGEST);
        let notification = Notification {
            id,
            event_id: first.notification.event_id,
            recipient_id: recipient,
            notification_type: notification_type::DIGEST.to_owned(),
            title: words.title,
            body: words.text,
            html,
            template: TEMPLATE.to_owned(),
            template_version: version,
            language,
            context,
            channels: vec![Channel::Email],
            late: false,
            more: 0,
            decided: None,
            created_at: origin.at,
            read_at: None,
        };
        let delivery = queued(&notification, origin);
        if !self.store.bundle(origin, &notification, &delivery, &members).await? {
            return Ok(0);
        }
        self.outbox.enqueue(&[Ticket { notification_id: id, channel: Channel::Email }]).await?;
        Ok(i64::try_from(members.len()).unwrap_or(i64::MAX))
    }

    /// The words of the current template, with an HTML part of its own where it has one; of the one that ships where that
    /// cannot be filled: a summary is never lost for a slip in a template.
    async fn words(&self, language: Language, context: &Value) -> Result<(u32, Words, Option<String>)> {
        let current = self.store.template(TEMPLATE, language).await?.value;
        if let Ok(words) = template::render(&current.source, language, context) {
            let html = current.source.html.map(|_| words.html.clone());
            return Ok((current.version, words, html));
        }
        let shipped =
            builtin_templates::source(TEMPLATE, language).ok_or_else(|| kernel::Error::internal("no digest ships"))?;
        let words = template::render(&shipped, language, context)
            .map_err(|broken| kernel::Error::internal(format!("digest: {}", broken.detail)))?;
        Ok((0, words, None))
    }

    async fn give_up(&self, origin: &Origin, members: &[Consignment]) -> Result<i64> {
        for member in members {
            let nobody = member.delivery.suppressed(reason::NO_ADDRESS);
            self.store.keep(origin, &nobody, member.version).await?;
        }
        Ok(0)
    }
}

/// What a summary is filled with.
fn context(person: &Person, members: &[Consignment]) -> Value {
    let items: Vec<_> = members
        .iter()
        .map(|member| json!({"title": member.notification.title, "type": member.notification.notification_type}))
        .collect();
    let name = format!("{} {}", person.first_name, person.last_name);
    json!({"recipient": {"first_name": person.first_name, "name": name}, "zone": person.time_zone, "items": items})
}

fn queued(notification: &Notification, origin: &Origin) -> Delivery {
    Delivery {
        notification_id: notification.id,
        channel: Channel::Email,
        recipient_id: notification.recipient_id,
        event_id: notification.event_id,
        notification_type: notification.notification_type.clone(),
        status: Status::Queued,
        reason: None,
        attempts: 0,
        due_at: None,
        error: None,
        created_at: origin.at,
        sent_at: None,
        digest_id: None,
    }
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let job = Job { shell: shell.clone(), store: Store::from_shell(shell)?, outbox: Outbox::from_shell(shell)? };
    Ok(Arc::new(move |origin, _| {
        let job = job.clone();
        Box::pin(async move { job.run(&origin).await })
    }))
}

/// Runs the function.
pub fn serve() {
    lambda::job::serve(FUNCTION, build);
}
