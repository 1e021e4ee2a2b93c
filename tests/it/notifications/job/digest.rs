//! `notifications-job-digest`

use jiff::{SignedDuration, Timestamp};
use notifications::{
    domain::{
        channel::Channel,
        delivery::{DeliveryId, DeliveryStatus},
        language::Language,
        preference::Preferences,
        reasons::DeliveryReason,
    },
    job::{deliver_email, digest::build, due},
};
use serde_json::json;
use testkit::{World, origin, world};

use crate::notifications::delivery_fixture::{
    delivery, get_delivery, notification, run_job, run_worker, store, store_notification, take_queued,
};

/// 08:00 on the next day in Berlin.
fn morning() -> Timestamp {
    "2024-06-11T06:00:00Z".parse().unwrap()
}

/// Creates a notification whose mail is parked for the digest.
async fn create_parked_item(world: &World, number: u8) -> DeliveryId {
    let notification = notification(world, number, &[Channel::InApp, Channel::Email]);
    store_notification(
        world,
        &notification,
        &[delivery(&notification, Channel::Email).parked(DeliveryReason::Digest, morning())],
    )
    .await;
    DeliveryId { notification_id: notification.id, channel: Channel::Email }
}

#[tokio::test]
async fn daily_items_become_one_mail_at_the_digest_hour() {
    let world = world().await;
    let mut delivery_ids = Vec::new();
    for number in 0..3 {
        delivery_ids.push(create_parked_item(&world, number).await);
        world.clock.advance(SignedDuration::from_mins(10));
    }
    world.clock.set(morning() - SignedDuration::from_secs(1));
    assert_eq!(run_job(&world, build).await, json!({"digests": 0, "members": 0}));
    assert_eq!(run_job(&world, due::build).await["queued"], 0, "items of a digest are not queued by the due job");
    run_worker(&world, deliver_email::build, &delivery_ids).await;
    assert!(world.cloud.mails().is_empty());

    world.clock.set(morning());
    assert_eq!(run_job(&world, build).await, json!({"digests": 1, "members": 3}));
    let [(queue, id, 0)] = &take_queued(&world)[..] else { panic!("one message") };
    assert_eq!(queue, "email");
    let digest = DeliveryId { notification_id: *id, channel: Channel::Email };
    run_worker(&world, deliver_email::build, &[digest, digest]).await;
    let [mail] = world.cloud.mails().try_into().unwrap();
    assert_eq!(mail.header("Subject"), "Your daily digest: 3 notifications");
    let text = mail.part("text/plain");
    let titles: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("- ")).collect();
    assert_eq!(
        titles,
        [0, 1, 2].map(|number| format!("Your leave is approved: Grüße {number}")),
        "the oldest item is first"
    );
    for delivery_id in &delivery_ids {
        let item = get_delivery(&world, delivery_id).await;
        assert_eq!((item.status, item.reason), (DeliveryStatus::Sent, Some(DeliveryReason::Digest)));
        assert_eq!((item.digest_id, item.sent_at), (Some(digest.notification_id), Some(morning())));
    }
    assert_eq!(run_job(&world, build).await, json!({"digests": 0, "members": 0}), "the second call has no effect");
    assert!(world.cloud.mails().len() == 1 && take_queued(&world).is_empty());
    let sent = world.published_types("NOTIFICATIONS_TABLE").await;
    assert_eq!(sent, ["notification.sent"], "one mail was sent; inbox notifications publish nothing");
}

#[tokio::test]
async fn concurrent_runs_send_every_item_once() {
    let world = world().await;
    for number in 0..5 {
        create_parked_item(&world, number).await;
    }
    world.clock.set(morning());
    let runs = futures::future::join_all((0..4).map(|_| run_job(&world, build))).await;
    assert_eq!(runs.iter().map(|summary| summary["members"].as_i64().unwrap()).sum::<i64>(), 5);
    assert_eq!(take_queued(&world).len(), 1);
}

#[tokio::test]
async fn ninety_one_items_become_two_mails() {
    let world = world().await;
    for number in 0..91 {
        create_parked_item(&world, number).await;
    }
    world.clock.set(morning());
    assert_eq!(run_job(&world, build).await["members"], 91);
    assert_eq!(take_queued(&world).len(), 2);
}

#[tokio::test]
async fn digest_uses_the_recipients_language_and_survives_an_unavailable_queue() {
    let world = world().await;
    let preferences = Preferences { language: Language::De, ..Preferences::initial() };
    store(&world).save_preferences(&origin(), world.people.employee.id, &preferences, 0).await.unwrap();
    create_parked_item(&world, 1).await;
    world.clock.set(morning());
    world.cloud.fail_calls("AmazonSQS");
    build(&world.shell).unwrap()(world.shell.system_origin("job", "req_job"), json!({})).await.unwrap_err();
    world.cloud.recover();
    world.clock.advance(SignedDuration::from_mins(16));
    assert_eq!(run_job(&world, build).await["members"], 0, "the digest exists already");
    assert_eq!(run_job(&world, due::build).await["queued"], 1, "the due job queues its delivery");
    let [(_, id, _)] = &take_queued(&world)[..] else { panic!("one message") };
    run_worker(&world, deliver_email::build, &[DeliveryId { notification_id: *id, channel: Channel::Email }]).await;
    assert_eq!(world.cloud.mails()[0].header("Subject"), "Ihre Tagesübersicht: 1 Benachrichtigung");
}
