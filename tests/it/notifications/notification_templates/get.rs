//! `GET /api/v1/notification-templates/{template}`

use serde_json::json;

use crate::notifications::NotificationsFixture;

#[tokio::test]
async fn built_in_template_is_version_0() {
    let fixture = NotificationsFixture::new().await;
    let app = app!(fixture.world, NOTIFICATION_TEMPLATES_GET);
    let path = "/api/v1/notification-templates/leave_request_confirmation";
    let answer = fixture.world.get(&app, path).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"0\""), "{}", answer.body);
    assert_eq!(answer.body["title"], "Leave request submitted");
    assert_eq!(answer.body["versions"].as_array().unwrap().len(), 1);
    let german = fixture.world.get(&app, format!("{path}?language=de")).signed_in_as(fixture.hr()).await;
    assert_eq!((&german.body["language"], &german.body["title"]), (&json!("de"), &json!("Urlaubsantrag eingereicht")));
    let unknown = fixture.world.get(&app, "/api/v1/notification-templates/nothing").signed_in_as(fixture.hr()).await;
    assert_eq!(unknown.status, 404);
}
