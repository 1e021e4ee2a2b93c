//! `PUT /api/v1/notification-preferences/{user_id}`

use serde_json::{Value, json};
use testkit::Answer;

use crate::notifications::NotificationsFixture;

async fn put(room: &NotificationsFixture, body: Value, etag: Option<&str>) -> Answer {
    let app = app!(room.world, NOTIFICATION_PREFERENCES_UPDATE);
    let path = format!("/api/v1/notification-preferences/{}", room.employee().id);
    let ask = room.world.put(&app, path, body).signed_in_as(room.employee());
    match etag {
        Some(etag) => ask.header("if-match", etag).await,
        None => ask.await,
    }
}

fn wishes() -> Value {
    json!({
        "language": "de",
        "channels": {"employee.updated": {"in_app": true, "email": false}, "all": {"push": true}},
        "quiet_hours": {"from": "22:00:00", "to": "07:00:00"},
        "digest": {"all": "daily"},
        "digest_hour": 18,
    })
}

#[tokio::test]
async fn what_is_set_is_what_is_read_and_published_once() {
    let room = NotificationsFixture::open().await;
    let first = put(&room, wishes(), Some("\"0\"")).await;
    assert_eq!((first.status.as_u16(), first.header("etag")), (200, "\"1\""), "{}", first.body);
    assert_eq!(first.body, wishes());
    assert_eq!(put(&room, wishes(), None).await.header("etag"), "\"1\"", "nothing new");
    assert_eq!(room.announced("notification.preferences_changed").await, 1);
    assert_eq!(put(&room, json!({}), Some("\"0\"")).await.status, 412);
    let second = put(&room, json!({}), Some("\"1\"")).await;
    assert_eq!(second.header("etag"), "\"2\"");
    assert_eq!(second.body["quiet_hours"], Value::Null, "all of them");
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_with_a_pointer_and_nothing_is_stored() {
    let room = NotificationsFixture::open().await;
    let before = room.world.snapshot().await;
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
        let answer = put(&room, body.clone(), None).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{body}: {}", answer.body);
    }
    assert_eq!(room.world.snapshot().await, before);
}

#[tokio::test]
async fn nobody_sets_what_somebody_else_wants() {
    let room = NotificationsFixture::open().await;
    let app = app!(room.world, NOTIFICATION_PREFERENCES_UPDATE);
    let path = format!("/api/v1/notification-preferences/{}", room.employee().id);
    let before = room.world.snapshot().await;
    assert_eq!(room.world.put(&app, path, wishes()).signed_in_as(room.hr()).await.status, 404);
    assert_eq!(room.world.snapshot().await, before);
}
