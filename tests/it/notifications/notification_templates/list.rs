//! `GET /api/v1/notification-templates`

use serde_json::json;

use crate::notifications::NotificationsFixture;

#[tokio::test]
async fn list_has_every_template_in_every_language() {
    let fixture = NotificationsFixture::new().await;
    let app = app!(fixture.world, NOTIFICATION_TEMPLATES_LIST);
    let answer = fixture.world.get(&app, "/api/v1/notification-templates").signed_in_as(fixture.hr()).await;
    let items = answer.body["items"].as_array().unwrap();
    assert_eq!(items.len(), ::notifications::domain::builtin_templates::TemplateName::ALL.len() * 2);
    assert!(items.iter().all(|item| item["version"] == json!(0)));
    assert_eq!(
        fixture.world.get(&app, "/api/v1/notification-templates").signed_in_as(fixture.employee()).await.status,
        403
    );
}
