//! `POST /api/v1/notification-subscriptions`

use axum::Router;
use serde_json::{Value, json};
use testkit::{World, world};

const PATH: &str = "/api/v1/notification-subscriptions";
/// Example key of RFC 8291.
const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn app(world: &World) -> Router {
    app!(world, NOTIFICATION_SUBSCRIPTIONS_CREATE)
}

/// Subscription with a numbered endpoint.
pub(crate) fn browser(number: u32) -> Value {
    json!({
        "endpoint": format!("https://fcm.googleapis.com/fcm/send/{number}"),
        "expirationTime": null,
        "keys": {"p256dh": P256DH, "auth": AUTH},
        "label": format!("laptop {number}"),
    })
}

async fn list_labels(world: &World, person: &directory::Person) -> Vec<String> {
    let app = app!(world, NOTIFICATION_SUBSCRIPTIONS_LIST);
    let answer = world.get(&app, PATH).signed_in_as(person).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let items = answer.body["items"].as_array().unwrap();
    items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn registered_browser_shows_no_secrets() {
    let world = world().await;
    let answer = world.post(&app(&world), PATH, browser(1)).signed_in_as(&world.people.employee).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let id = answer.body["id"].as_str().unwrap();
    assert!(id.starts_with("push_"));
    assert_eq!(answer.header("location"), format!("{PATH}/{id}"));
    assert_eq!((&answer.body["service"], &answer.body["label"]), (&json!("fcm.googleapis.com"), &json!("laptop 1")));
    let shown = answer.body.to_string() + &format!("{:?}", world.stamps("NOTIFICATIONS_TABLE").await);
    for secret in ["/send/1", P256DH, AUTH] {
        assert!(!shown.contains(secret), "{secret}");
    }
    assert_eq!(world.published_types("NOTIFICATIONS_TABLE").await, ["notification.subscription_created"]);
}

#[tokio::test]
async fn registering_the_same_browser_again_changes_nothing() {
    let world = world().await;
    let app = app(&world);
    let first = world.post(&app, PATH, browser(1)).signed_in_as(&world.people.employee).await;
    let before = world.snapshot().await;
    let second = world.post(&app, PATH, browser(1)).signed_in_as(&world.people.employee).await;
    assert_eq!((second.status.as_u16(), &second.body), (200, &first.body));
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn retry_returns_the_first_answer() {
    let world = world().await;
    let app = app(&world);
    let ask =
        || world.post(&app, PATH, browser(1)).signed_in_as(&world.people.employee).header("idempotency-key", "k1");
    let first = ask().await;
    let before = world.snapshot().await;
    let second = ask().await;
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(second.header("idempotent-replayed"), "true");
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn browser_belongs_to_the_person_who_registered_it_last() {
    let world = world().await;
    let app = app(&world);
    world.post(&app, PATH, browser(1)).signed_in_as(&world.people.employee).await;
    let taken_over = world.post(&app, PATH, browser(1)).signed_in_as(&world.people.outsider).await;
    assert_eq!(taken_over.status, 201);
    assert_eq!(
        list_labels(&world, &world.people.employee).await,
        [""; 0],
        "the previous owner of a shared computer gets nothing"
    );
    assert_eq!(list_labels(&world, &world.people.outsider).await, ["laptop 1"]);
}

#[tokio::test]
async fn eleventh_browser_is_refused() {
    let world = world().await;
    let app = app(&world);
    for number in 0..10 {
        assert_eq!(world.post(&app, PATH, browser(number)).signed_in_as(&world.people.employee).await.status, 201);
    }
    let before = world.snapshot().await;
    let refused = world.post(&app, PATH, browser(10)).signed_in_as(&world.people.employee).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (409, "too_many_subscriptions"));
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn invalid_subscription_is_refused_with_a_pointer_and_not_stored() {
    let world = world().await;
    let (app, before) = (app(&world), world.snapshot().await);
    let with = |change: fn(&mut Value)| {
        let mut body = browser(1);
        change(&mut body);
        body
    };
    for (body, status, pointer) in [
        (with(|body| body["endpoint"] = json!("https://169.254.169.254/latest/meta-data")), 422, "/endpoint"),
        (with(|body| body["endpoint"] = json!("http://fcm.googleapis.com/x")), 422, "/endpoint"),
        (with(|body| body["endpoint"] = json!("https://localhost/x")), 422, "/endpoint"),
        (with(|body| body["keys"]["p256dh"] = json!("AAAA")), 422, "/keys/p256dh"),
        (with(|body| body["keys"]["auth"] = json!("AAAA")), 422, "/keys/auth"),
        (with(|body| body["label"] = json!("")), 422, "/label"),
        (with(|body| body["label"] = json!("x".repeat(81))), 422, "/label"),
        (with(|body| body["employee_id"] = json!("x")), 400, "/employee_id"),
        (with(|body| drop(body.as_object_mut().unwrap().remove("keys"))), 400, "/keys"),
    ] {
        let answer = world.post(&app, PATH, body.clone()).signed_in_as(&world.people.employee).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{body} {:?}", answer.body);
    }
    assert_eq!(world.post(&app, PATH, browser(1)).await.status, 401);
    assert_eq!(world.snapshot().await, before);
}
