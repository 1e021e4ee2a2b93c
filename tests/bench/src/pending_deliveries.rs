//! Pending deliveries for the delivery workers: a mail, a text message, and a push message to the proxy.

use jiff::SignedDuration;
use serde_json::json;
use stage::{Organisation, deliver, relay_stream};
use testkit::Queued;

use crate::{Result, requests::create};

/// A delivery that no worker has claimed is queued again after this time.
const REQUEUE_AFTER: SignedDuration = SignedDuration::from_mins(30);

/// Notifies one person by text message and another in the browser; the messages of all pending deliveries.
pub(crate) async fn create_pending_deliveries(stage: &Organisation, push_service: &str) -> Result<Vec<Queued>> {
    let (employee, now) = (&stage.world.people.employee, stage.world.clock.now());
    // The messages are queued again, and must be due for it once more at the present.
    stage.world.clock.set(now - REQUEUE_AFTER - REQUEUE_AFTER);
    let browser = json!({"endpoint": format!("{push_service}/push")});
    create(stage, &access::NOTIFICATION_SUBSCRIPTIONS_CREATE, browser, employee).await?;
    for (person, channel) in [(&stage.foreigner, "sms"), (employee, "push")] {
        let message = json!({"recipient_id": person.id, "channels": [channel]});
        create(stage, &access::NOTIFICATIONS_SEND, message, &stage.hr).await?;
    }
    let events = relay_stream(&stage.world, "NOTIFICATIONS_TABLE").await;
    deliver(&notifications::on::event::build(&stage.world.shell)?, &events).await;
    stage.world.clock.advance(REQUEUE_AFTER);
    let (shell, due) = (&stage.world.shell, notifications::job::due::build(&stage.world.shell)?);
    due(shell.system_origin("notifications-job-due", "req_job"), json!({})).await.map_err(|error| error.to_string())?;
    stage.world.clock.set(now);
    Ok(stage.world.cloud.take_queued())
}
