//! `notifications-job-deliver-push`, with a stub of browsers and push service.

use jiff::SignedDuration;
use notifications::{
    domain::{channel::Channel, delivery::DeliveryStatus},
    job::deliver_push::build,
};
use serde_json::{Value, json};
use testkit::{World, world, world_with};

use crate::notifications::{
    browser::{Browser, vapid},
    delivery_fixture::{create_delivery, get_delivery, notification, run_worker, status_and_reason, take_queued},
};

const PATH: &str = "/api/v1/notification-subscriptions";

/// Registers a browser of the employee.
async fn register_browser(world: &World) -> Browser {
    let browser = Browser::open().await;
    let app = app!(world, NOTIFICATION_SUBSCRIPTIONS_CREATE);
    let answer = world.post(&app, PATH, browser.subscription()).signed_in_as(&world.people.employee).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    browser
}

async fn list_subscriptions(world: &World) -> Value {
    let app = app!(world, NOTIFICATION_SUBSCRIPTIONS_LIST);
    world.get(&app, PATH).signed_in_as(&world.people.employee).await.body
}

#[tokio::test]
async fn every_browser_decrypts_the_message_and_verifies_the_sender() {
    let world = world().await;
    let (laptop, phone) = (register_browser(&world).await, register_browser(&world).await);
    let delivery_id = create_delivery(&world, 1, Channel::Push).await;
    assert_eq!(run_worker(&world, build, &[delivery_id, delivery_id]).await, 0);
    for browser in [&laptop, &phone] {
        let (messages, headers) = browser.read();
        let sent = notification(&world, 1, &[Channel::Push]);
        let expected = json!({"id": sent.id, "type": sent.notification_type, "title": sent.title, "body": sent.body});
        assert_eq!(messages, [expected], "the message is sent once");
        assert_eq!(headers["content-encoding"], "aes128gcm");
        assert_eq!(headers["ttl"], "86400");
        let (key, claims) = vapid(headers["authorization"].to_str().unwrap());
        let service = browser.endpoint.trim_end_matches("/send/abc");
        assert_eq!((&claims["aud"], &claims["sub"]), (&json!(service), &json!("mailto:hr@hr.example")));
        assert_eq!(claims["exp"], json!(world.now().as_second() + 12 * 3600));
        assert_eq!(
            list_subscriptions(&world).await["public_key"],
            json!(key),
            "the token is signed with the public key of the list"
        );
    }
    assert_eq!(status_and_reason(&world, &delivery_id).await.0, DeliveryStatus::Sent);
}

#[tokio::test]
async fn subscription_ends_when_the_push_service_reports_it_gone() {
    for status in [404, 410] {
        let world = world().await;
        let browser = register_browser(&world).await;
        browser.set_status(status);
        let delivery_id = create_delivery(&world, 1, Channel::Push).await;
        run_worker(&world, build, &[delivery_id]).await;
        let failed = get_delivery(&world, &delivery_id).await;
        assert_eq!((failed.status, failed.error), (DeliveryStatus::Failed, Some(format!("HTTP {status}"))));
        assert_eq!(list_subscriptions(&world).await["items"], json!([]));
        let announced = world.published_types("NOTIFICATIONS_TABLE").await;
        assert!(announced.contains(&"notification.subscription_deleted".to_owned()), "{announced:?}");
        let delivery_id = create_delivery(&world, 2, Channel::Push).await;
        run_worker(&world, build, &[delivery_id]).await;
        assert_eq!(
            status_and_reason(&world, &delivery_id).await,
            (DeliveryStatus::Suppressed, "no_address".to_owned())
        );
        assert_eq!(browser.received(), 1);
    }
}

#[tokio::test]
async fn one_accepting_browser_completes_the_delivery() {
    let world = world().await;
    let (failing, accepting) = (register_browser(&world).await, register_browser(&world).await);
    failing.set_status(503);
    let delivery_id = create_delivery(&world, 1, Channel::Push).await;
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(status_and_reason(&world, &delivery_id).await.0, DeliveryStatus::Sent);
    assert_eq!(accepting.read().0.len(), 1);
    assert!(take_queued(&world).is_empty());
}

#[tokio::test]
async fn unavailable_push_service_parks_and_refusing_one_fails() {
    let world = world().await;
    let browser = register_browser(&world).await;
    for status in [503, 429] {
        browser.set_status(status);
        let delivery_id = create_delivery(&world, u8::try_from(status - 400).unwrap(), Channel::Push).await;
        run_worker(&world, build, &[delivery_id]).await;
        assert_eq!(
            status_and_reason(&world, &delivery_id).await,
            (DeliveryStatus::Parked, "provider_unavailable".to_owned()),
            "{status}"
        );
        browser.set_status(201);
        world.clock.advance(SignedDuration::from_mins(1));
        run_worker(&world, build, &[delivery_id]).await;
        assert_eq!(status_and_reason(&world, &delivery_id).await.0, DeliveryStatus::Sent);
    }
    browser.set_status(403);
    let delivery_id = create_delivery(&world, 3, Channel::Push).await;
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(status_and_reason(&world, &delivery_id).await, (DeliveryStatus::Failed, "rejected".to_owned()));
    assert_eq!(
        list_subscriptions(&world).await["items"].as_array().unwrap().len(),
        1,
        "a refused message does not end the subscription"
    );
}

#[tokio::test]
async fn stack_without_push_messages_suppresses_as_not_configured() {
    let world = world_with(&[("PUSH_SUBJECT", "")]).await;
    let browser = register_browser(&world).await;
    let delivery_id = create_delivery(&world, 1, Channel::Push).await;
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(
        status_and_reason(&world, &delivery_id).await,
        (DeliveryStatus::Suppressed, "not_configured".to_owned())
    );
    assert_eq!(browser.received(), 0);
}
