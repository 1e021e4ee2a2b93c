//! `GET /api/v1/notification-preferences/{user_id}`

use serde_json::json;

use crate::notifications::NotificationsFixture;

#[tokio::test]
async fn unset_preferences_have_version_0_and_defaults() {
    let fixture = NotificationsFixture::new().await;
    let app = app!(fixture.world, NOTIFICATION_PREFERENCES_GET);
    let path = format!("/api/v1/notification-preferences/{}", fixture.employee().id);
    let answer = fixture.world.get(&app, &path).signed_in_as(fixture.employee()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"0\""));
    assert_eq!(answer.body, json!({"language": "en", "channels": {}, "digest": {}, "digest_hour": 8}));
    assert_eq!(fixture.world.get(&app, &path).signed_in_as(fixture.hr()).await.status, 404);
}
