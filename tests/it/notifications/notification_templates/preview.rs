//! `POST /api/v1/notification-templates/{template}/preview`

use serde_json::{Value, json};
use testkit::Answer;

use crate::notifications::NotificationsFixture;

async fn preview(room: &NotificationsFixture, name: &str, body: Value) -> Answer {
    let app = app!(room.world, NOTIFICATION_TEMPLATES_PREVIEW);
    room.world.post(&app, format!("/api/v1/notification-templates/{name}/preview"), body).signed_in_as(room.hr()).await
}

#[tokio::test]
async fn it_shows_an_example_or_what_is_given_and_writes_nothing() {
    let room = NotificationsFixture::open().await;
    let before = room.world.snapshot().await;
    let example = preview(&room, "leave_request_approval_needed", json!({})).await;
    assert_eq!(example.status, 200, "{}", example.body);
    assert_eq!(example.body["title"], "Erin Doe asks for Annual Leave: Jan 15–20, 2024");
    let context =
        json!({"employee_name": "<b>", "leave_type": "Urlaub", "start_date": "2024-12-30", "end_date": "2025-01-02"});
    let given =
        preview(&room, "leave_request_approval_needed", json!({"language": "de", "context": context, "version": 0}))
            .await;
    assert_eq!(given.body["title"], "<b> beantragt Urlaub: 30.12.2024 – 02.01.2025");
    assert!(given.body["html"].as_str().unwrap().contains("&lt;b&gt; beantragt"), "{}", given.body);
    assert_eq!(preview(&room, "nothing", json!({})).await.status, 404);
    assert_eq!(preview(&room, "message", json!({"version": 7})).await.status, 404);
    assert_eq!(room.world.snapshot().await, before);
}
