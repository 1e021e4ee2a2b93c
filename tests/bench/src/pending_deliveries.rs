//! Pending deliveries for the delivery workers: a mail, a text message and a push message to the proxy.

use fixtures::{Organisation, deliver, relay_stream};
use jiff::SignedDuration;
use serde_json::json;
use testkit::Queued;

use crate::{Result, requests::create_object};

/// Time after which an unclaimed delivery is requeued.
const REQUEUE_AFTER: SignedDuration = SignedDuration::from_mins(30);

/// Notifies one person by text message and another by push message, and returns the queue messages of all pending deliveries.
pub(crate) async fn create_pending_deliveries(organisation: &Organisation, push_service: &str) -> Result<Vec<Queued>> {
    let (employee, now) = (&organisation.world.people.employee, organisation.world.clock.now());
    // The deliveries are requeued below and must be due again at the current time.
    organisation.world.clock.set(now - REQUEUE_AFTER - REQUEUE_AFTER);
    let browser = json!({"endpoint": format!("{push_service}/push")});
    create_object(organisation, &access::NOTIFICATION_SUBSCRIPTIONS_CREATE, browser, employee).await?;
    for (person, channel) in [(&organisation.outsider, "sms"), (employee, "push")] {
        let message = json!({"recipient_id": person.id, "channels": [channel]});
        create_object(organisation, &access::NOTIFICATIONS_SEND, message, &organisation.hr).await?;
    }
    let events = relay_stream(&organisation.world, "NOTIFICATIONS_TABLE").await;
    deliver(&notifications::on::event::build(&organisation.world.shell)?, &events).await;
    organisation.world.clock.advance(REQUEUE_AFTER);
    let (shell, due) = (&organisation.world.shell, notifications::job::due::build(&organisation.world.shell)?);
    due(shell.system_origin("notifications-job-due", "req_job"), json!({})).await.map_err(|error| error.to_string())?;
    organisation.world.clock.set(now);
    Ok(organisation.world.cloud.take_queued())
}
