//! `notifications-job-deliver-sms`

use notifications::{
    domain::{channel::Channel, delivery::DeliveryStatus},
    job::deliver_sms::build,
};
use serde_json::json;
use store::{Key, Write};
use testkit::{World, origin, world, world_with};

use crate::notifications::delivery_fixture::{create_delivery, get_delivery, run_worker, status_and_reason};

/// Stores a telephone number, like the consumer of employee events.
async fn store_phone(world: &World, number: &str) {
    let key = Key::new(format!("EMP#{}", world.people.employee.id), "MEMBER");
    let table = world.shell.table("NOTIFICATIONS_TABLE").unwrap();
    table.commit(&origin(), Write::put(key, &json!({"phone": number}))).await.unwrap();
}

#[tokio::test]
async fn text_message_is_sent_to_the_telephone_once() {
    let world = world().await;
    store_phone(&world, "+4915112345678").await;
    let delivery_id = create_delivery(&world, 1, Channel::Sms).await;
    assert_eq!(run_worker(&world, build, &[delivery_id, delivery_id]).await, 0);
    let text = "Your leave is approved: Grüße 1\nHello Erin, your leave is approved.".to_owned();
    assert_eq!(world.cloud.text_messages(), [("+4915112345678".to_owned(), text)]);
    assert_eq!(status_and_reason(&world, &delivery_id).await.0, DeliveryStatus::Sent);
    assert_eq!(world.published_types("NOTIFICATIONS_TABLE").await, ["notification.sent"]);
    let stamps = format!("{:?}", world.stamps("NOTIFICATIONS_TABLE").await);
    assert!(!stamps.contains("4915112345678"), "no telephone number is published");
}

#[tokio::test]
async fn person_without_telephone_gets_no_text_message() {
    let world = world().await;
    let delivery_id = create_delivery(&world, 1, Channel::Sms).await;
    assert_eq!(run_worker(&world, build, &[delivery_id]).await, 0);
    assert_eq!(status_and_reason(&world, &delivery_id).await, (DeliveryStatus::Suppressed, "no_address".to_owned()));
    assert!(world.cloud.text_messages().is_empty());
}

#[tokio::test]
async fn stack_without_text_messages_suppresses_as_not_configured() {
    let world = world_with(&[("SMS_ENABLED", "false")]).await;
    store_phone(&world, "+4915112345678").await;
    let delivery_id = create_delivery(&world, 1, Channel::Sms).await;
    run_worker(&world, build, &[delivery_id]).await;
    assert_eq!(
        status_and_reason(&world, &delivery_id).await,
        (DeliveryStatus::Suppressed, "not_configured".to_owned())
    );
    assert!(world.cloud.text_messages().is_empty());
}

#[tokio::test]
async fn refused_number_fails_and_unavailable_provider_parks() {
    let world = world().await;
    store_phone(&world, "+1").await;
    let (refused, parked) =
        (create_delivery(&world, 1, Channel::Sms).await, create_delivery(&world, 2, Channel::Sms).await);
    let refusal = json!({"code": "InvalidParameter", "message": "Invalid parameter: PhoneNumber +1"});
    world.cloud.answer_next("SNS.Publish", 400, refusal);
    run_worker(&world, build, &[refused]).await;
    let failed = get_delivery(&world, &refused).await;
    assert_eq!((failed.status, failed.error.as_deref()), (DeliveryStatus::Failed, Some("InvalidParameter")));
    world.cloud.fail_calls("SNS");
    run_worker(&world, build, &[parked]).await;
    assert_eq!(status_and_reason(&world, &parked).await, (DeliveryStatus::Parked, "provider_unavailable".to_owned()));
}
