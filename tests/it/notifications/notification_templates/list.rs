//! `GET /api/v1/notification-templates`

use serde_json::json;

use crate::notifications::NotificationsFixture;

#[tokio::test]
async fn every_template_is_there_in_every_language() {
    let room = NotificationsFixture::open().await;
    let app = app!(room.world, NOTIFICATION_TEMPLATES_LIST);
    let answer = room.world.get(&app, "/api/v1/notification-templates").signed_in_as(room.hr()).await;
    let items = answer.body["items"].as_array().unwrap();
    assert_eq!(items.len(), ::notifications::domain::builtin_templates::NAMES.len() * 2);
    assert!(items.iter().all(|item| item["version"] == json!(0)));
    assert_eq!(room.world.get(&app, "/api/v1/notification-templates").signed_in_as(room.employee()).await.status, 403);
}
