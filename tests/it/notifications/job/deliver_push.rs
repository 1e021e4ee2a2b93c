//! `notifications-job-deliver-push`, with real browsers behind a stub of a push service.

use access::{NOTIFICATION_SUBSCRIPTIONS_CREATE, NOTIFICATION_SUBSCRIPTIONS_LIST};
use jiff::SignedDuration;
use notifications::{
    api::notification_subscriptions::{create, list},
    domain::{channel::Channel, delivery::Status},
    job::deliver_push::build,
};
use serde_json::{Value, json};
use testkit::{World, world, world_with};

use crate::notifications::{
    browser::{Browser, vapid},
    delivery_fixture::{notification, outcome, posted, queued, standing, work},
};

const PATH: &str = "/api/v1/notification-subscriptions";

/// Registers a browser of `employee`.
async fn subscribed(world: &World) -> Browser {
    let browser = Browser::open().await;
    let app = world.app(&NOTIFICATION_SUBSCRIPTIONS_CREATE, create::router);
    let answer = world.post(&app, PATH, browser.subscription()).signed_in_as(&world.people.employee).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    browser
}

async fn listed(world: &World) -> Value {
    let app = world.app(&NOTIFICATION_SUBSCRIPTIONS_LIST, list::router);
    world.get(&app, PATH).signed_in_as(&world.people.employee).await.body
}

#[tokio::test]
async fn every_browser_of_the_person_can_open_what_it_gets_and_see_who_sent_it() {
    let world = world().await;
    let (laptop, phone) = (subscribed(&world).await, subscribed(&world).await);
    let ticket = posted(&world, 1, Channel::Push).await;
    assert_eq!(work(&world, build, &[ticket, ticket]).await, 0);
    for browser in [&laptop, &phone] {
        let (messages, headers) = browser.read();
        let told = notification(&world, 1, &[Channel::Push]);
        let expected = json!({"id": told.id, "type": told.notification_type, "title": told.title, "body": told.body});
        assert_eq!(messages, [expected], "once");
        assert_eq!(headers["content-encoding"], "aes128gcm");
        assert_eq!(headers["ttl"], "86400");
        let (key, claims) = vapid(headers["authorization"].to_str().unwrap());
        let service = browser.endpoint.trim_end_matches("/send/abc");
        assert_eq!((&claims["aud"], &claims["sub"]), (&json!(service), &json!("mailto:hr@hr.example")));
        assert_eq!(claims["exp"], json!(world.now().as_second() + 12 * 3600));
        assert_eq!(listed(&world).await["public_key"], json!(key), "the key that browsers subscribed with");
    }
    assert_eq!(outcome(&world, &ticket).await.0, Status::Sent);
}

#[tokio::test]
async fn a_browser_that_is_no_more_is_forgotten() {
    for status in [404, 410] {
        let world = world().await;
        let browser = subscribed(&world).await;
        browser.answers(status);
        let ticket = posted(&world, 1, Channel::Push).await;
        work(&world, build, &[ticket]).await;
        let failed = standing(&world, &ticket).await;
        assert_eq!((failed.status, failed.error), (Status::Failed, Some(format!("HTTP {status}"))));
        assert_eq!(listed(&world).await["items"], json!([]));
        let announced = world.published_types("NOTIFICATIONS_TABLE").await;
        assert!(announced.contains(&"notification.subscription_deleted".to_owned()), "{announced:?}");
        let ticket = posted(&world, 2, Channel::Push).await;
        work(&world, build, &[ticket]).await;
        assert_eq!(outcome(&world, &ticket).await, (Status::Suppressed, "no_address".to_owned()));
        assert_eq!(browser.asked(), 1);
    }
}

#[tokio::test]
async fn one_browser_that_took_it_is_enough() {
    let world = world().await;
    let (gone, there) = (subscribed(&world).await, subscribed(&world).await);
    gone.answers(503);
    let ticket = posted(&world, 1, Channel::Push).await;
    work(&world, build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await.0, Status::Sent);
    assert_eq!(there.read().0.len(), 1);
    assert!(queued(&world).is_empty());
}

#[tokio::test]
async fn a_push_service_that_is_down_parks_and_one_that_refuses_fails() {
    let world = world().await;
    let browser = subscribed(&world).await;
    for status in [503, 429] {
        browser.answers(status);
        let ticket = posted(&world, u8::try_from(status - 400).unwrap(), Channel::Push).await;
        work(&world, build, &[ticket]).await;
        assert_eq!(outcome(&world, &ticket).await, (Status::Parked, "provider_unavailable".to_owned()), "{status}");
        browser.answers(201);
        world.clock.advance(SignedDuration::from_mins(1));
        work(&world, build, &[ticket]).await;
        assert_eq!(outcome(&world, &ticket).await.0, Status::Sent);
    }
    browser.answers(403);
    let ticket = posted(&world, 3, Channel::Push).await;
    work(&world, build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await, (Status::Failed, "rejected".to_owned()));
    assert_eq!(listed(&world).await["items"].as_array().unwrap().len(), 1, "refused is not gone");
}

#[tokio::test]
async fn a_stack_without_push_messages_says_so_and_calls_nobody() {
    let world = world_with(&[("PUSH_SUBJECT", "")]).await;
    let browser = subscribed(&world).await;
    let ticket = posted(&world, 1, Channel::Push).await;
    work(&world, build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await, (Status::Suppressed, "not_configured".to_owned()));
    assert_eq!(browser.asked(), 0);
}
