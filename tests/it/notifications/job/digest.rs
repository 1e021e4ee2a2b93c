//! `notifications-job-digest`

use jiff::{SignedDuration, Timestamp};
use notifications::{
    domain::{
        channel::Channel,
        delivery::{DeliveryId, Status},
        language::Language,
        preference::Preferences,
        reason,
    },
    job::{deliver_email, digest::build, due},
};
use serde_json::json;
use testkit::{World, origin, world};

use crate::notifications::delivery_fixture::{delivery, keep, notification, queued, run, standing, store, work};

/// 8 in the morning of the next day in Berlin.
fn morning() -> Timestamp {
    "2024-06-11T06:00:00Z".parse().unwrap()
}

/// A notification whose mail waits for the summary.
async fn waiting(world: &World, number: u8) -> DeliveryId {
    let told = notification(world, number, &[Channel::InApp, Channel::Email]);
    keep(world, &told, &[delivery(&told, Channel::Email).parked(reason::DIGEST, morning())]).await;
    DeliveryId { notification_id: told.id, channel: Channel::Email }
}

#[tokio::test]
async fn a_day_becomes_one_mail_at_the_hour_that_was_chosen() {
    let world = world().await;
    let mut tickets = Vec::new();
    for number in 0..3 {
        tickets.push(waiting(&world, number).await);
        world.clock.advance(SignedDuration::from_mins(10));
    }
    world.clock.set(morning() - SignedDuration::from_secs(1));
    assert_eq!(run(&world, build).await, json!({"digests": 0, "members": 0}));
    assert_eq!(run(&world, due::build).await["queued"], 0, "what waits for a summary does not go out by itself");
    work(&world, deliver_email::build, &tickets).await;
    assert!(world.cloud.mails().is_empty());

    world.clock.set(morning());
    assert_eq!(run(&world, build).await, json!({"digests": 1, "members": 3}));
    let [(queue, id, 0)] = &queued(&world)[..] else { panic!("one message") };
    assert_eq!(queue, "email");
    let digest = DeliveryId { notification_id: *id, channel: Channel::Email };
    work(&world, deliver_email::build, &[digest, digest]).await;
    let [mail] = world.cloud.mails().try_into().unwrap();
    assert_eq!(mail.header("Subject"), "Your day in 3 notifications");
    let text = mail.part("text/plain");
    let titles: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("- ")).collect();
    assert_eq!(titles, [0, 1, 2].map(|number| format!("Your leave is approved: Grüße {number}")), "the oldest first");
    for ticket in &tickets {
        let member = standing(&world, ticket).await;
        assert_eq!((member.status, member.reason.as_deref()), (Status::Sent, Some("digest")));
        assert_eq!((member.digest_id, member.sent_at), (Some(digest.notification_id), Some(morning())));
    }
    assert_eq!(run(&world, build).await, json!({"digests": 0, "members": 0}), "once");
    assert!(world.cloud.mails().len() == 1 && queued(&world).is_empty());
    let sent = world.published_types("NOTIFICATIONS_TABLE").await;
    assert_eq!(sent, ["notification.sent"], "one mail; what lies in the inbox was sent nowhere");
}

#[tokio::test]
async fn runs_at_once_tell_everything_once() {
    let world = world().await;
    for number in 0..5 {
        waiting(&world, number).await;
    }
    world.clock.set(morning());
    let runs = futures::future::join_all((0..4).map(|_| run(&world, build))).await;
    assert_eq!(runs.iter().map(|summary| summary["members"].as_i64().unwrap()).sum::<i64>(), 5);
    assert_eq!(queued(&world).len(), 1);
}

#[tokio::test]
async fn more_than_fits_into_one_transaction_becomes_two_mails() {
    let world = world().await;
    for number in 0..91 {
        waiting(&world, number).await;
    }
    world.clock.set(morning());
    assert_eq!(run(&world, build).await["members"], 91);
    assert_eq!(queued(&world).len(), 2);
}

#[tokio::test]
async fn a_summary_speaks_its_readers_language_and_survives_a_queue_that_is_away() {
    let world = world().await;
    let wants = Preferences { language: Language::De, ..Preferences::initial() };
    store(&world).update_preferences(&origin(), world.people.employee.id, &wants, 0).await.unwrap();
    waiting(&world, 1).await;
    world.clock.set(morning());
    world.cloud.fail_calls("AmazonSQS");
    build(&world.shell).unwrap()(world.shell.system_origin("job", "req_job"), json!({})).await.unwrap_err();
    world.cloud.recover();
    world.clock.advance(SignedDuration::from_mins(16));
    assert_eq!(run(&world, build).await["members"], 0, "it is made");
    assert_eq!(run(&world, due::build).await["queued"], 1, "and will be found");
    let [(_, id, _)] = &queued(&world)[..] else { panic!("one message") };
    work(&world, deliver_email::build, &[DeliveryId { notification_id: *id, channel: Channel::Email }]).await;
    assert_eq!(world.cloud.mails()[0].header("Subject"), "Ihr Tag in 1 Benachrichtigung");
}
