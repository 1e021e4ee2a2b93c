//! What the tests of deliveries share: notifications on their way, and workers that look after them.

use jiff::Timestamp;
use kernel::{EventId, NotificationId};
use lambda::{
    FromShell, InitError, Shell,
    queue::{BatchHandler, QueueMessage as Message},
};
use notifications::{
    domain::{
        channel::Channel,
        delivery::{Delivery, DeliveryId, Status},
        language::Language,
        notification::{Notification, notification_id},
    },
    store::NotificationStore,
};
use serde_json::{Value, json};
use testkit::{World, origin};
use uuid::Uuid;

/// What starts a worker.
pub(crate) type Build = fn(&Shell) -> Result<BatchHandler, InitError>;

/// An event at this time, the one of this number.
pub(crate) fn event(at: Timestamp, number: u8) -> EventId {
    let millis = u64::try_from(at.as_millisecond()).unwrap();
    EventId::new(uuid::Builder::from_unix_timestamp_millis(millis, &[number; 10]).into_uuid())
}

/// A notification to `employee`, by its number, through these channels.
pub(crate) fn notification(world: &World, number: u8, channels: &[Channel]) -> Notification {
    let (event_id, person) = (event(world.now(), number), &world.people.employee);
    Notification {
        id: notification_id(event_id, person.id, "leave.request_approved"),
        event_id,
        recipient_id: person.id,
        notification_type: "leave.request_approved".to_owned(),
        title: format!("Your leave is approved: Grüße {number}"),
        body: "Hello Erin,\n\nyour leave is approved.".to_owned(),
        html: Some("<p>Hello Erin, your <b>leave</b> is approved.</p>".to_owned()),
        template: "leave_request_approved".to_owned(),
        template_version: 0,
        language: Language::En,
        context: json!({}),
        channels: channels.to_vec(),
        rendered_at_send: false,
        collapsed_count: 0,
        decided: None,
        created_at: world.now(),
        read_at: None,
    }
}

/// Its delivery through one channel, queued.
pub(crate) fn delivery(notification: &Notification, channel: Channel) -> Delivery {
    Delivery {
        notification_id: notification.id,
        channel,
        recipient_id: notification.recipient_id,
        event_id: notification.event_id,
        notification_type: notification.notification_type.clone(),
        status: Status::Queued,
        reason: None,
        attempts: 0,
        due_at: None,
        error: None,
        created_at: notification.created_at,
        sent_at: None,
        digest_id: None,
    }
}

/// The store of the service.
pub(crate) fn store(world: &World) -> NotificationStore {
    NotificationStore::from_shell(&world.shell).unwrap()
}

/// Stores a notification with deliveries, as the consumer of events does.
pub(crate) async fn keep(world: &World, notification: &Notification, deliveries: &[Delivery]) {
    let origin = kernel::Origin { at: world.now(), ..origin() };
    store(world).create_notification(&origin, notification, deliveries).await.unwrap();
}

/// A queued delivery of a new notification through one channel.
pub(crate) async fn posted(world: &World, number: u8, channel: Channel) -> DeliveryId {
    let notification = notification(world, number, &[channel]);
    keep(world, &notification, &[delivery(&notification, channel)]).await;
    DeliveryId { notification_id: notification.id, channel }
}

/// Hands messages to a worker; answers how many are to come again.
pub(crate) async fn work(world: &World, build: Build, tickets: &[DeliveryId]) -> usize {
    let message = |(at, ticket): (usize, &DeliveryId)| Message {
        message_id: at.to_string(),
        event: Err("no event".to_owned()),
        raw: serde_json::to_string(ticket).unwrap(),
    };
    build(&world.shell).unwrap()(tickets.iter().enumerate().map(message).collect()).await.len()
}

/// Runs a job once.
pub(crate) async fn run(world: &World, build: fn(&Shell) -> Result<lambda::job::Handler, InitError>) -> Value {
    build(&world.shell).unwrap()(world.shell.system_origin("job", "req_job"), json!({})).await.unwrap()
}

/// A delivery as it stands.
pub(crate) async fn standing(world: &World, ticket: &DeliveryId) -> Delivery {
    store(world).get_delivery(ticket).await.unwrap().delivery
}

/// Where a delivery stands, and why.
pub(crate) async fn outcome(world: &World, ticket: &DeliveryId) -> (Status, String) {
    let delivery = standing(world, ticket).await;
    (delivery.status, delivery.reason.unwrap_or_default())
}

/// The deliveries that stand in queues, with how long they are held back, taken out.
pub(crate) fn queued(world: &World) -> Vec<(String, NotificationId, i64)> {
    let tickets = world.cloud.take_queued().into_iter().map(|message| {
        let ticket: DeliveryId = serde_json::from_value(message.body).unwrap();
        (message.queue, ticket.notification_id, message.delay_s)
    });
    tickets.collect()
}

/// An event id that belongs to no event.
pub(crate) fn nobody() -> NotificationId {
    NotificationId::new(Uuid::from_u128(1))
}
