//! Fixture of the delivery tests: notifications, deliveries and workers.

use jiff::Timestamp;
use kernel::{EventId, NotificationId};
use lambda::{
    FromShell, InitError, Shell,
    queue::{BatchHandler, QueueMessage as Message},
};
use notifications::{
    domain::{
        builtin_templates::TemplateName,
        channel::Channel,
        delivery::{Delivery, DeliveryId, DeliveryStatus},
        language::Language,
        notification::{Notification, notification_id},
        notification_type::NotificationType,
    },
    store::NotificationStore,
};
use serde_json::{Value, json};
use testkit::{World, origin};
use uuid::Uuid;

/// Builder of a worker.
pub(crate) type Build = fn(&Shell) -> Result<BatchHandler, InitError>;

/// Event id with a time and a number.
pub(crate) fn event(at: Timestamp, number: u8) -> EventId {
    let millis = u64::try_from(at.as_millisecond()).unwrap();
    EventId::new(uuid::Builder::from_unix_timestamp_millis(millis, &[number; 10]).into_uuid())
}

/// Notification to the employee through these channels.
pub(crate) fn notification(world: &World, number: u8, channels: &[Channel]) -> Notification {
    let (event_id, person) = (event(world.now(), number), &world.people.employee);
    Notification {
        id: notification_id(event_id, person.id, NotificationType::LeaveRequestApproved),
        event_id,
        recipient_id: person.id,
        notification_type: NotificationType::LeaveRequestApproved,
        title: format!("Your leave is approved: Grüße {number}"),
        body: "Hello Erin,\n\nyour leave is approved.".to_owned(),
        html: Some("<p>Hello Erin, your <b>leave</b> is approved.</p>".to_owned()),
        template: TemplateName::LeaveRequestApproved,
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

/// Queued delivery through one channel.
pub(crate) fn delivery(notification: &Notification, channel: Channel) -> Delivery {
    Delivery {
        notification_id: notification.id,
        channel,
        recipient_id: notification.recipient_id,
        event_id: notification.event_id,
        notification_type: notification.notification_type,
        status: DeliveryStatus::Queued,
        reason: None,
        attempts: 0,
        due_at: None,
        error: None,
        created_at: notification.created_at,
        sent_at: None,
        digest_id: None,
    }
}

pub(crate) fn store(world: &World) -> NotificationStore {
    NotificationStore::from_shell(&world.shell).unwrap()
}

/// Stores a notification with deliveries, like the event consumer.
pub(crate) async fn store_notification(world: &World, notification: &Notification, deliveries: &[Delivery]) {
    let origin = kernel::Origin { at: world.now(), ..origin() };
    store(world).create_notification_if_missing(&origin, notification, deliveries).await.unwrap();
}

/// Creates a notification with a queued delivery through one channel.
pub(crate) async fn create_delivery(world: &World, number: u8, channel: Channel) -> DeliveryId {
    let notification = notification(world, number, &[channel]);
    store_notification(world, &notification, &[delivery(&notification, channel)]).await;
    DeliveryId { notification_id: notification.id, channel }
}

/// Runs a worker with messages and returns the number of failed ones.
pub(crate) async fn run_worker(world: &World, build: Build, delivery_ids: &[DeliveryId]) -> usize {
    let message = |(at, delivery_id): (usize, &DeliveryId)| Message {
        message_id: at.to_string(),
        event: Err("no event".to_owned()),
        raw: serde_json::to_string(delivery_id).unwrap(),
    };
    build(&world.shell).unwrap()(delivery_ids.iter().enumerate().map(message).collect()).await.len()
}

/// Runs a job once and returns its result.
pub(crate) async fn run_job(world: &World, build: fn(&Shell) -> Result<lambda::job::Handler, InitError>) -> Value {
    build(&world.shell).unwrap()(world.shell.system_origin("job", "req_job"), json!({})).await.unwrap()
}

pub(crate) async fn get_delivery(world: &World, delivery_id: &DeliveryId) -> Delivery {
    store(world).get_delivery(delivery_id).await.unwrap().delivery
}

pub(crate) async fn status_and_reason(world: &World, delivery_id: &DeliveryId) -> (DeliveryStatus, String) {
    let delivery = get_delivery(world, delivery_id).await;
    (delivery.status, delivery.reason.map(|reason| reason.to_string()).unwrap_or_default())
}

/// Takes all deliveries out of the queues: queue, notification and delay in seconds.
pub(crate) fn take_queued(world: &World) -> Vec<(String, NotificationId, i64)> {
    let deliveries = world.cloud.take_queued().into_iter().map(|message| {
        let delivery_id: DeliveryId = serde_json::from_value(message.body).unwrap();
        (message.queue, delivery_id.notification_id, message.delay_s)
    });
    deliveries.collect()
}

/// Id of no notification.
pub(crate) fn unknown_id() -> NotificationId {
    NotificationId::new(Uuid::from_u128(1))
}
