//! `GET /api/v1/notification-preferences/{user_id}`

use serde_json::json;

use crate::notifications::NotificationsFixture;

#[tokio::test]
async fn whoever_never_said_anything_has_version_0() {
    let room = NotificationsFixture::open().await;
    let app = app!(room.world, NOTIFICATION_PREFERENCES_GET);
    let path = format!("/api/v1/notification-preferences/{}", room.employee().id);
    let answer = room.world.get(&app, &path).signed_in_as(room.employee()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"0\""));
    assert_eq!(answer.body, json!({"language": "en", "channels": {}, "digest": {}, "digest_hour": 8}));
    assert_eq!(room.world.get(&app, &path).signed_in_as(room.hr()).await.status, 404);
}
