//! `GET /api/v1/notification-subscriptions`

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use testkit::world;

use super::create::browser;

const PATH: &str = "/api/v1/notification-subscriptions";

#[tokio::test]
async fn list_has_own_browsers_and_the_public_key() {
    let world = world().await;
    let create = app!(world, NOTIFICATION_SUBSCRIPTIONS_CREATE);
    for (person, number) in [(&world.people.employee, 1), (&world.people.outsider, 2), (&world.people.employee, 3)] {
        world.post(&create, PATH, browser(number)).signed_in_as(person).await;
        world.clock.advance(jiff::SignedDuration::from_secs(1));
    }
    let app = app!(world, NOTIFICATION_SUBSCRIPTIONS_LIST);
    let answer = world.get(&app, PATH).signed_in_as(&world.people.employee).await;
    assert_eq!(answer.status, 200);
    let labels: Vec<_> = answer.body["items"].as_array().unwrap().iter().map(|item| item["label"].clone()).collect();
    assert_eq!(labels, [json!("laptop 1"), json!("laptop 3")]);
    let key = URL_SAFE_NO_PAD.decode(answer.body["public_key"].as_str().unwrap()).unwrap();
    assert_eq!((key.len(), key[0]), (65, 4), "the key is an uncompressed point");
    assert!(!answer.body.to_string().contains("/send/"), "the list contains no endpoint");
}

#[tokio::test]
async fn list_needs_a_token_and_the_key_service() {
    let world = world().await;
    let app = app!(world, NOTIFICATION_SUBSCRIPTIONS_LIST);
    assert_eq!(world.get(&app, PATH).await.status, 401);
    world.cloud.fail_calls("TrentService");
    assert_eq!(world.get(&app, PATH).signed_in_as(&world.people.hr).await.status, 503);
}
