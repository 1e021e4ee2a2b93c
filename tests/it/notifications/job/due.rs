//! `notifications-job-due`

use jiff::SignedDuration;
use notifications::{
    domain::{
        channel::Channel,
        delivery::{Delivery, DeliveryId, DeliveryStatus},
        reasons::DeliveryReason,
    },
    job::{deliver_email, due::build},
};
use serde_json::json;
use testkit::world;

use crate::notifications::delivery_fixture::{
    create_delivery, delivery, get_delivery, notification, run_job, run_worker, status_and_reason, store_notification,
    take_queued,
};

#[tokio::test]
async fn lost_message_is_queued_again_after_fifteen_minutes() {
    let world = world().await;
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    for (minutes, again) in [(14, 0), (2, 1), (5, 0), (11, 1)] {
        world.clock.advance(SignedDuration::from_mins(minutes));
        assert_eq!(run_job(&world, build).await["queued"], again, "after {minutes} more minutes");
        assert_eq!(take_queued(&world).len(), again);
    }
    run_worker(&world, deliver_email::build, &[delivery_id]).await;
    world.clock.advance(SignedDuration::from_hours(5));
    assert_eq!(run_job(&world, build).await["queued"], 0, "a sent delivery is not queued again");
    assert_eq!(world.cloud.mails().len(), 1);
}

#[tokio::test]
async fn parked_deliveries_are_queued_when_due() {
    let world = world().await;
    let notification = notification(&world, 1, &[Channel::Email, Channel::Sms, Channel::Push]);
    let until = world.now() + SignedDuration::from_hours(9);
    let parked: Vec<Delivery> = notification
        .channels
        .iter()
        .map(|channel| delivery(&notification, *channel).parked(DeliveryReason::QuietHours, until))
        .collect();
    store_notification(&world, &notification, &parked).await;
    world.clock.advance(SignedDuration::from_hours(8));
    assert_eq!(run_job(&world, build).await["queued"], 0);
    world.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(
        run_job(&world, build).await,
        json!({"queued": 3, "waiting": 0,
        "breakers": {"email": "closed", "sms": "closed", "push": "closed"}})
    );
    let mut queues: Vec<_> =
        take_queued(&world).into_iter().map(|(queue, id, delay)| (queue, id == notification.id, delay)).collect();
    queues.sort();
    assert_eq!(queues, ["email", "push", "sms"].map(|queue| (queue.to_owned(), true, 0)));
    let delivery_id = DeliveryId { notification_id: notification.id, channel: Channel::Email };
    run_worker(&world, deliver_email::build, &[delivery_id]).await;
    assert_eq!(status_and_reason(&world, &delivery_id).await.0, DeliveryStatus::Sent);
}

#[tokio::test]
async fn deliveries_behind_an_open_breaker_stay_parked() {
    let world = world().await;
    world.cloud.fail_calls("SES");
    let mut delivery_ids = Vec::new();
    for number in 0..6 {
        delivery_ids.push(create_delivery(&world, number, Channel::Email).await);
        run_worker(&world, deliver_email::build, &[delivery_ids[usize::from(number)]]).await;
    }
    take_queued(&world);
    world.clock.advance(SignedDuration::from_mins(4));
    let before = world.snapshot().await;
    let summary = run_job(&world, build).await;
    assert_eq!((&summary["queued"], &summary["breakers"]["email"]), (&json!(0), &json!("open")));
    assert_eq!(summary["waiting"], 5);
    assert_eq!(world.snapshot().await, before);
    assert!(take_queued(&world).is_empty());
    world.clock.advance(SignedDuration::from_mins(3));
    assert_eq!(run_job(&world, build).await["queued"], 6);
}

#[tokio::test]
async fn unavailable_queue_loses_no_delivery() {
    let world = world().await;
    let delivery_id = create_delivery(&world, 1, Channel::Email).await;
    world.clock.advance(SignedDuration::from_mins(16));
    world.cloud.fail_calls("AmazonSQS");
    let job = build(&world.shell).unwrap();
    let failed = job(world.shell.system_origin("job", "req_job"), json!({})).await.unwrap_err();
    assert!(failed.is_retryable());
    world.cloud.recover();
    world.clock.advance(SignedDuration::from_mins(16));
    assert_eq!(run_job(&world, build).await["queued"], 1);
    assert_eq!(take_queued(&world), [("email".to_owned(), delivery_id.notification_id, 0)]);
    assert_eq!(get_delivery(&world, &delivery_id).await.attempts, 0);
}

#[tokio::test]
async fn concurrent_runs_queue_every_delivery_once() {
    let world = world().await;
    for number in 0..25 {
        create_delivery(&world, number, Channel::Email).await;
    }
    world.clock.advance(SignedDuration::from_mins(16));
    let (one, two) = futures::join!(run_job(&world, build), run_job(&world, build));
    assert_eq!(one["queued"].as_u64().unwrap() + two["queued"].as_u64().unwrap(), 25);
    assert_eq!(take_queued(&world).len(), 25);
}
