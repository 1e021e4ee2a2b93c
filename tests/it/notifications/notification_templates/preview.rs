//! `POST /api/v1/notification-templates/{template}/preview`

use serde_json::{Value, json};
use testkit::TestResponse;

use crate::notifications::NotificationsFixture;

async fn preview(fixture: &NotificationsFixture, name: &str, body: Value) -> TestResponse {
    let app = app!(fixture.world, NOTIFICATION_TEMPLATES_PREVIEW);
    fixture
        .world
        .post(&app, format!("/api/v1/notification-templates/{name}/preview"), body)
        .signed_in_as(fixture.hr())
        .await
}

#[tokio::test]
async fn preview_renders_example_or_given_context_and_writes_nothing() {
    let fixture = NotificationsFixture::new().await;
    let before = fixture.world.snapshot().await;
    let example = preview(&fixture, "leave_request_approval_needed", json!({})).await;
    assert_eq!(example.status, 200, "{}", example.body);
    assert_eq!(example.body["title"], "Erin Doe requests Annual Leave: Jan 15–20, 2024");
    let context =
        json!({"employee_name": "<b>", "leave_type": "Urlaub", "start_date": "2024-12-30", "end_date": "2025-01-02"});
    let given =
        preview(&fixture, "leave_request_approval_needed", json!({"language": "de", "context": context, "version": 0}))
            .await;
    assert_eq!(given.body["title"], "<b> beantragt Urlaub: 30.12.2024 – 02.01.2025");
    assert!(given.body["html"].as_str().unwrap().contains("&lt;b&gt; beantragt"), "{}", given.body);
    assert_eq!(preview(&fixture, "nothing", json!({})).await.status, 404);
    assert_eq!(preview(&fixture, "message", json!({"version": 7})).await.status, 404);
    assert_eq!(fixture.world.snapshot().await, before);
}
