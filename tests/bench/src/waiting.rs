//! Deliveries that wait on the stage: a mail, a text message, and a push for a browser that listens at the stub.

use access::Operation;
use directory::Person;
use jiff::SignedDuration;
use serde_json::{Value, json};
use stage::{Stage, carried, deliver, sample_body};
use testkit::Queued;

use crate::Result;

/// After so long, what was never fetched from a queue is put on it again.
const LOST: SignedDuration = SignedDuration::from_mins(30);

/// Tells somebody by text message and somebody else in the browser; answers the messages of all deliveries that wait.
pub(crate) async fn waiting(stage: &Stage, push_service: &str) -> Result<Vec<Queued>> {
    let (anybody, now) = (&stage.world.people.employee, stage.world.clock.now());
    // So that by today the messages are lost again.
    stage.world.clock.set(now - LOST - LOST);
    let browser = json!({"endpoint": format!("{push_service}/push")});
    asked(stage, &access::NOTIFICATION_SUBSCRIPTIONS_CREATE, browser, anybody).await?;
    for (who, channel) in [(&stage.foreigner, "sms"), (anybody, "push")] {
        let told = json!({"recipient_id": who.id, "channels": [channel]});
        asked(stage, &access::NOTIFICATIONS_SEND, told, &stage.hr).await?;
    }
    let events = carried(&stage.world, "NOTIFICATIONS_TABLE").await;
    deliver(&notifications::on::event::build(&stage.world.shell)?, &events).await;
    stage.world.clock.advance(LOST);
    let (shell, due) = (&stage.world.shell, notifications::job::due::build(&stage.world.shell)?);
    due(shell.system_origin("notifications-job-due", "req_job"), json!({})).await.map_err(|error| error.to_string())?;
    stage.world.clock.set(now);
    Ok(stage.world.cloud.take_queued())
}

/// Asks an endpoint with the sample's body, in which these members are in place of its own.
async fn asked(stage: &Stage, row: &'static Operation, members: Value, who: &Person) -> Result<()> {
    let mut body = sample_body(row);
    if let (Some(body), Value::Object(members)) = (body.as_object_mut(), members) {
        body.extend(members);
    }
    let answer = stage.world.post(stage.app(row), row.path, body).by(who).await;
    match answer.status.is_success() {
        true => Ok(()),
        false => Err(format!("{}: {} {}", row.name, answer.status, answer.body).into()),
    }
}
