//! `notifications-job-due`: nothing depends on a message.

use jiff::SignedDuration;
use notifications::{
    domain::{channel::Channel, delivery::Delivery, delivery::Status},
    job::{deliver_email, due::build},
};
use serde_json::json;
use testkit::world;

use crate::notifications::delivery_fixture::{
    delivery, keep, notification, outcome, posted, queued, run, standing, work,
};
use ::notifications::domain::delivery::DeliveryId;

#[tokio::test]
async fn a_delivery_whose_message_got_lost_is_queued_again_and_not_before() {
    let world = world().await;
    let ticket = posted(&world, 1, Channel::Email).await;
    for (minutes, again) in [(14, 0), (2, 1), (5, 0), (11, 1)] {
        world.clock.advance(SignedDuration::from_mins(minutes));
        assert_eq!(run(&world, build).await["queued"], again, "after {minutes} more minutes");
        assert_eq!(queued(&world).len(), again);
    }
    work(&world, deliver_email::build, &[ticket]).await;
    world.clock.advance(SignedDuration::from_hours(5));
    assert_eq!(run(&world, build).await["queued"], 0, "sent is settled");
    assert_eq!(world.cloud.mails().len(), 1);
}

#[tokio::test]
async fn what_is_parked_goes_out_when_it_is_due() {
    let world = world().await;
    let told = notification(&world, 1, &[Channel::Email, Channel::Sms, Channel::Push]);
    let until = world.now() + SignedDuration::from_hours(9);
    let parked: Vec<Delivery> =
        told.channels.iter().map(|channel| delivery(&told, *channel).parked("quiet_hours", until)).collect();
    keep(&world, &told, &parked).await;
    world.clock.advance(SignedDuration::from_hours(8));
    assert_eq!(run(&world, build).await["queued"], 0);
    world.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(
        run(&world, build).await,
        json!({"queued": 3, "waiting": 0,
        "breakers": {"email": "closed", "sms": "closed", "push": "closed"}})
    );
    let mut queues: Vec<_> =
        queued(&world).into_iter().map(|(queue, id, delay)| (queue, id == told.id, delay)).collect();
    queues.sort();
    assert_eq!(queues, ["email", "push", "sms"].map(|queue| (queue.to_owned(), true, 0)));
    let ticket = DeliveryId { notification_id: told.id, channel: Channel::Email };
    work(&world, deliver_email::build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await.0, Status::Sent);
}

#[tokio::test]
async fn what_waits_behind_an_open_breaker_is_left_where_it_stands() {
    let world = world().await;
    world.cloud.fail_calls("SES");
    let mut tickets = Vec::new();
    for number in 0..6 {
        tickets.push(posted(&world, number, Channel::Email).await);
        work(&world, deliver_email::build, &[tickets[usize::from(number)]]).await;
    }
    queued(&world);
    world.clock.advance(SignedDuration::from_mins(4));
    let before = world.snapshot().await;
    let summary = run(&world, build).await;
    assert_eq!((&summary["queued"], &summary["breakers"]["email"]), (&json!(0), &json!("open")));
    assert_eq!(summary["waiting"], 5);
    assert_eq!(world.snapshot().await, before);
    assert!(queued(&world).is_empty());
    world.clock.advance(SignedDuration::from_mins(3));
    assert_eq!(run(&world, build).await["queued"], 6);
}

#[tokio::test]
async fn a_queue_that_does_not_take_them_loses_none() {
    let world = world().await;
    let ticket = posted(&world, 1, Channel::Email).await;
    world.clock.advance(SignedDuration::from_mins(16));
    world.cloud.fail_calls("AmazonSQS");
    let job = build(&world.shell).unwrap();
    let failed = job(world.shell.system_origin("job", "req_job"), json!({})).await.unwrap_err();
    assert!(failed.retryable());
    world.cloud.recover();
    world.clock.advance(SignedDuration::from_mins(16));
    assert_eq!(run(&world, build).await["queued"], 1);
    assert_eq!(queued(&world), [("email".to_owned(), ticket.notification_id, 0)]);
    assert_eq!(standing(&world, &ticket).await.attempts, 0);
}

#[tokio::test]
async fn two_runs_at_once_queue_everything_once() {
    let world = world().await;
    for number in 0..25 {
        posted(&world, number, Channel::Email).await;
    }
    world.clock.advance(SignedDuration::from_mins(16));
    let (one, two) = futures::join!(run(&world, build), run(&world, build));
    assert_eq!(one["queued"].as_u64().unwrap() + two["queued"].as_u64().unwrap(), 25);
    assert_eq!(queued(&world).len(), 25);
}
