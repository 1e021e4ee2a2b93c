//! `notifications-job-digest`: every quarter of an hour, makes one mail out of everything that waits for somebody's daily
//! summary, once the hour that they chose has come in their own zone.
//!
//! The summary and what goes into it are settled in one transaction, so nothing is told twice or forgotten, whenever the job
//! ends. Its mail then goes the way of all others.

use directory::Person;
use kernel::{EmployeeId, Error, NotificationId, Origin, Result};
use lambda::metrics::{self, Unit};
use serde_json::{Value, json};

use crate::{
    app::notifier::Notifier,
    domain::{
        channel::Channel,
        digest,
        notification::{Notification, notification_id},
        notification_type, reason,
    },
    store::{DUE_SHARDS, StoredDelivery},
};

lambda::job!("notifications-job-digest", run, Notifier);

const TEMPLATE: &str = "digest";
/// So many of each shard in one run; the others stay for the next.
const SHARD_MAX: usize = 2_000;

async fn run(teller: Notifier, origin: Origin, _: Value) -> Result<Value> {
    let (mut mails, mut members) = (0, 0);
    for shard in 0..DUE_SHARDS {
        let waiting = teller.store.digest_due(shard, origin.at, SHARD_MAX).await?;
        for (recipient, ids) in digest::group_into_mails(waiting) {
            let told = create_digest(&teller, &origin, recipient, &ids).await?;
            mails += i64::from(told > 0);
            members += told;
        }
    }
    metrics::emit(FUNCTION, origin.at, &[("digests", Unit::Count, mails), ("digested", Unit::Count, members)]);
    Ok(json!({"digests": mails, "members": members}))
}

/// Makes one summary; answers how much went into it. Whatever moved on in the meantime is left to the next run.
async fn create_digest(
    teller: &Notifier,
    origin: &Origin,
    recipient: EmployeeId,
    ids: &[NotificationId],
) -> Result<i64> {
    let members = teller.store.digest_members(ids).await?;
    let Some(first) = members.first() else { return Ok(0) };
    let Some(person) = teller.directory.person(recipient, origin.at).await? else {
        return suppress_items(teller, origin, &members).await;
    };
    let language = teller.store.preferences(recipient).await?.value.language;
    let context = context(&person, &members);
    let filled = teller.fill(TEMPLATE, language, &context).await?;
    let (version, words, html) = filled.ok_or_else(|| Error::internal("no digest can be filled"))?;
    let id = notification_id(first.notification.event_id, recipient, notification_type::DIGEST);
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
        rendered_at_send: false,
        collapsed_count: 0,
        decided: None,
        created_at: origin.at,
        read_at: None,
    };
    let delivery = notification.delivery(Channel::Email, origin.at);
    if !teller.store.commit_digest(origin, &notification, &delivery, &members).await? {
        return Ok(0);
    }
    teller.outbox.enqueue(&[delivery.id()]).await?;
    Ok(i64::try_from(members.len()).unwrap_or(i64::MAX))
}

async fn suppress_items(teller: &Notifier, origin: &Origin, members: &[StoredDelivery]) -> Result<i64> {
    for member in members {
        let nobody = member.delivery.suppressed(reason::NO_ADDRESS);
        teller.store.update_delivery(origin, &nobody, member.version).await?;
    }
    Ok(0)
}

fn context(person: &Person, members: &[StoredDelivery]) -> Value {
    let items: Vec<_> = members
        .iter()
        .map(|member| json!({"title": member.notification.title, "type": member.notification.notification_type}))
        .collect();
    let name = format!("{} {}", person.first_name, person.last_name);
    json!({"recipient": {"first_name": person.first_name, "name": name}, "zone": person.time_zone, "items": items})
}
