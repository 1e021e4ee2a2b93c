//! `notifications-job-deliver-sms`

use notifications::{
    domain::{channel::Channel, delivery::Status},
    job::deliver_sms::build,
};
use serde_json::json;
use store::{Key, Write};
use testkit::{World, origin, world, world_with};

use crate::notifications::delivery_fixture::{outcome, posted, standing, work};

/// Lets the service know a telephone, as it does of the events of people.
async fn reachable(world: &World, number: &str) {
    let key = Key::new(format!("EMP#{}", world.people.employee.id), "MEMBER");
    let table = world.shell.table("NOTIFICATIONS_TABLE").unwrap();
    table.commit(&origin(), Write::put(key, &json!({"phone": number}))).await.unwrap();
}

#[tokio::test]
async fn a_text_message_goes_to_the_persons_telephone_once() {
    let world = world().await;
    reachable(&world, "+4915112345678").await;
    let ticket = posted(&world, 1, Channel::Sms).await;
    assert_eq!(work(&world, build, &[ticket, ticket]).await, 0);
    let text = "Your leave is approved: Grüße 1\nHello Erin, your leave is approved.".to_owned();
    assert_eq!(world.cloud.texts(), [("+4915112345678".to_owned(), text)]);
    assert_eq!(outcome(&world, &ticket).await.0, Status::Sent);
    assert_eq!(world.published_types("NOTIFICATIONS_TABLE").await, ["notification.sent"]);
    let stamps = format!("{:?}", world.stamps("NOTIFICATIONS_TABLE").await);
    assert!(!stamps.contains("4915112345678"), "no number is published");
}

#[tokio::test]
async fn whoever_has_no_telephone_is_not_tried() {
    let world = world().await;
    let ticket = posted(&world, 1, Channel::Sms).await;
    assert_eq!(work(&world, build, &[ticket]).await, 0);
    assert_eq!(outcome(&world, &ticket).await, (Status::Suppressed, "no_address".to_owned()));
    assert!(world.cloud.texts().is_empty());
}

#[tokio::test]
async fn a_stack_without_text_messages_says_so() {
    let world = world_with(&[("SMS_ENABLED", "false")]).await;
    reachable(&world, "+4915112345678").await;
    let ticket = posted(&world, 1, Channel::Sms).await;
    work(&world, build, &[ticket]).await;
    assert_eq!(outcome(&world, &ticket).await, (Status::Suppressed, "not_configured".to_owned()));
    assert!(world.cloud.texts().is_empty());
}

#[tokio::test]
async fn a_number_that_is_refused_fails_and_a_provider_that_is_down_does_not() {
    let world = world().await;
    reachable(&world, "+1").await;
    let (refused, parked) = (posted(&world, 1, Channel::Sms).await, posted(&world, 2, Channel::Sms).await);
    let refusal = json!({"code": "InvalidParameter", "message": "Invalid parameter: PhoneNumber +1"});
    world.cloud.answer_next("SNS.Publish", 400, refusal);
    work(&world, build, &[refused]).await;
    let failed = standing(&world, &refused).await;
    assert_eq!((failed.status, failed.error.as_deref()), (Status::Failed, Some("InvalidParameter")));
    world.cloud.fail_calls("SNS");
    work(&world, build, &[parked]).await;
    assert_eq!(outcome(&world, &parked).await, (Status::Parked, "provider_unavailable".to_owned()));
}
