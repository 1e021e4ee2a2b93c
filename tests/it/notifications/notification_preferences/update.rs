//! `PUT /api/v1/notification-preferences/{user_id}`

use serde_json::{Value, json};
use testkit::TestResponse;

use crate::notifications::NotificationsFixture;

async fn put(fixture: &NotificationsFixture, body: Value, etag: Option<&str>) -> TestResponse {
    let app = app!(fixture.world, NOTIFICATION_PREFERENCES_UPDATE);
    let path = format!("/api/v1/notification-preferences/{}", fixture.employee().id);
    let ask = fixture.world.put(&app, path, body).signed_in_as(fixture.employee());
    match etag {
        Some(etag) => ask.header("if-match", etag).await,
        None => ask.await,
    }
}

fn preferences() -> Value {
    json!({
        "language": "de",
        "channels": {"employee.updated": {"in_app": true, "email": false}, "all": {"push": true}},
        "quiet_hours": {"from": "22:00:00", "to": "07:00:00"},
        "digest": {"all": "daily"},
        "digest_hour": 18,
    })
}

#[tokio::test]
async fn update_returns_and_publishes_new_preferences_once() {
    let fixture = NotificationsFixture::new().await;
    let first = put(&fixture, preferences(), Some("\"0\"")).await;
    assert_eq!((first.status.as_u16(), first.header("etag")), (200, "\"1\""), "{}", first.body);
    assert_eq!(first.body, preferences());
    assert_eq!(
        put(&fixture, preferences(), None).await.header("etag"),
        "\"1\"",
        "unchanged preferences keep their version"
    );
    assert_eq!(fixture.count_published("notification.preferences_changed").await, 1);
    assert_eq!(put(&fixture, json!({}), Some("\"0\"")).await.status, 412);
    let second = put(&fixture, json!({}), Some("\"1\"")).await;
    assert_eq!(second.header("etag"), "\"2\"");
    assert_eq!(second.body["quiet_hours"], Value::Null, "omitted fields are reset");
}

#[tokio::test]
async fn invalid_preferences_are_refused_with_a_pointer_and_not_stored() {
    let fixture = NotificationsFixture::new().await;
    let before = fixture.world.snapshot().await;
    for (body, status, pointer) in [
        (json!({"channels": {"leave.teleported": {"email": true}}}), 422, "/channels/leave.teleported"),
        (
            json!({"channels": {"user.password_reset_requested": {"email": false}}}),
            422,
            "/channels/user.password_reset_requested",
        ),
        (json!({"digest": {"x/y": "daily"}}), 422, "/digest/x~1y"),
        (json!({"digest_hour": 24}), 422, "/digest_hour"),
        (json!({"quiet_hours": {"from": "22:00", "to": "22:00"}}), 422, "/quiet_hours/to"),
        (json!({"quiet_hours": {"from": "25:00", "to": "22:00"}}), 400, "/quiet_hours/from"),
        (json!({"language": "xx"}), 400, "/language"),
        (json!({"channels": {"all": {"pigeon": true}}}), 400, "/channels/all"),
        (json!({"sounds": true}), 400, "/sounds"),
    ] {
        let answer = put(&fixture, body.clone(), None).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{body}: {}", answer.body);
    }
    assert_eq!(fixture.world.snapshot().await, before);
}

#[tokio::test]
async fn preferences_of_another_person_are_not_found() {
    let fixture = NotificationsFixture::new().await;
    let app = app!(fixture.world, NOTIFICATION_PREFERENCES_UPDATE);
    let path = format!("/api/v1/notification-preferences/{}", fixture.employee().id);
    let before = fixture.world.snapshot().await;
    assert_eq!(fixture.world.put(&app, path, preferences()).signed_in_as(fixture.hr()).await.status, 404);
    assert_eq!(fixture.world.snapshot().await, before);
}
