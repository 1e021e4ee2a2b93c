//! `notifications-job-digest`: every 15 minutes, creates the daily digests that are due at the hour that the recipient has set.
//!
//! A digest is created and its items are marked as sent in one transaction, so that no item is lost or sent twice if the job is
//! interrupted. The e-mail of the digest is then delivered like any other.

use directory::Person;
use kernel::{EmployeeId, Error, NotificationId, Origin, Result};
use lambda::metrics::{self, Unit};
use serde_json::{Value, json};

use crate::{
    app::notifier::Notifier,
    domain::{
        builtin_templates::TemplateName,
        channel::Channel,
        digest,
        notification::{Notification, notification_id},
        notification_type::NotificationType,
        reasons::DeliveryReason,
    },
    store::{DUE_SHARDS, StoredDelivery},
};

lambda::job!("notifications-job-digest", run, Notifier);

/// Most digest items of one shard in one run; the rest wait for the next run.
const SHARD_ITEMS_MAX: usize = 2_000;

async fn run(notifier: Notifier, origin: Origin, _: Value) -> Result<Value> {
    let (mut digests, mut items) = (0, 0);
    for shard in 0..DUE_SHARDS {
        let due = notifier.store.list_due_digest_items(shard, origin.at, SHARD_ITEMS_MAX).await?;
        for (recipient, ids) in digest::group_into_mails(due) {
            let sent = create_digest(&notifier, &origin, recipient, &ids).await?;
            digests += i64::from(sent > 0);
            items += sent;
        }
    }
    metrics::emit(FUNCTION, origin.at, &[("digests", Unit::Count, digests), ("digested", Unit::Count, items)]);
    Ok(json!({"digests": digests, "members": items}))
}

/// Creates one digest and returns the number of its items. Returns 0 if none is parked any more, if an item has changed, which
/// leaves all to the next run, and if the recipient is unknown, which suppresses all.
async fn create_digest(
    notifier: &Notifier,
    origin: &Origin,
    recipient: EmployeeId,
    ids: &[NotificationId],
) -> Result<i64> {
    let items = notifier.store.list_parked_for_digest(ids).await?;
    let Some(first) = items.first() else { return Ok(0) };
    let Some(person) = notifier.directory.person(recipient, origin.at).await? else {
        return suppress_items(notifier, origin, &items).await.map(|()| 0);
    };
    let language = notifier.store.preferences_or_defaults(recipient).await?.value.language;
    let context = digest_context(&person, &items);
    let rendered = notifier.render_current_or_builtin(TemplateName::Digest, language, &context).await?;
    let (version, rendered, html) =
        rendered.ok_or_else(|| Error::internal("the built-in template of digests cannot be rendered"))?;
    let id = notification_id(first.notification.event_id, recipient, NotificationType::Digest);
    let notification = Notification {
        id,
        event_id: first.notification.event_id,
        recipient_id: recipient,
        notification_type: NotificationType::Digest,
        title: rendered.title,
        body: rendered.text,
        html,
        template: TemplateName::Digest,
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
    let delivery = notification.queued_delivery(Channel::Email, origin.at);
    if !notifier.store.commit_digest(origin, &notification, &delivery, &items).await? {
        return Ok(0);
    }
    notifier.queues.enqueue(&[delivery.id()]).await?;
    Ok(i64::try_from(items.len()).unwrap_or(i64::MAX))
}

/// Suppresses the items of a recipient who is unknown.
async fn suppress_items(notifier: &Notifier, origin: &Origin, items: &[StoredDelivery]) -> Result<()> {
    for item in items {
        let suppressed = item.delivery.suppressed(DeliveryReason::NoAddress);
        notifier.store.update_delivery_if_unchanged(origin, &suppressed, item.version).await?;
    }
    Ok(())
}

fn digest_context(person: &Person, items: &[StoredDelivery]) -> Value {
    let items: Vec<_> = items
        .iter()
        .map(|item| json!({"title": item.notification.title, "type": item.notification.notification_type}))
        .collect();
    let name = format!("{} {}", person.first_name, person.last_name);
    json!({"recipient": {"first_name": person.first_name, "name": name}, "zone": person.time_zone, "items": items})
}
