//! `POST /api/v1/notifications/send`

use serde_json::{Value, json};
use testkit::TestResponse;

use crate::notifications::{NotificationsFixture, text};

async fn send(fixture: &NotificationsFixture, body: Value, key: Option<&str>) -> TestResponse {
    let app = app!(fixture.world, NOTIFICATIONS_SEND);
    let ask = fixture.world.post(&app, "/api/v1/notifications/send", body).signed_in_as(fixture.hr());
    match key {
        Some(key) => ask.header("idempotency-key", key).await,
        None => ask.await,
    }
}

/// Example request of `docs/api.md`, to the manager.
fn body(fixture: &NotificationsFixture) -> Value {
    json!({
        "recipient_type": "user",
        "recipient_id": fixture.manager().id,
        "notification_type": "leave.request_created",
        "template": "leave_request_approval_needed",
        "context": {
            "employee_name": "John Doe",
            "leave_type": "Annual Leave",
            "start_date": "2024-01-15",
            "end_date": "2024-01-20",
            "leave_request_id": "leave_456",
        },
    })
}

#[tokio::test]
async fn accepted_message_is_notified_under_the_promised_id() {
    let fixture = NotificationsFixture::new().await;
    let answer = send(&fixture, body(&fixture), None).await;
    assert_eq!((answer.status.as_u16(), text(&answer.body, "status")), (202, "queued"), "{}", answer.body);
    assert_eq!(fixture.inbox(fixture.manager()).await.len(), 0, "the request itself notifies nobody");
    assert_eq!(fixture.queued(), []);
    let events = fixture.published_events("notification.requested").await;
    fixture.deliver(&events).await;
    fixture.deliver(&events).await;
    let inbox = fixture.inbox(fixture.manager()).await;
    assert_eq!((inbox.len(), text(&inbox[0], "id")), (1, text(&answer.body, "id")));
    assert_eq!(text(&inbox[0], "title"), "John Doe requests Annual Leave: Jan 15–20, 2024");
    assert_eq!(fixture.queued().len(), 2, "the mail is queued again because its message may be lost");
}

#[tokio::test]
async fn message_without_template_uses_that_of_its_type() {
    let fixture = NotificationsFixture::new().await;
    let check_in = json!({
        "recipient_type": "user",
        "recipient_id": fixture.employee().id,
        "notification_type": "attendance.checked_in",
        "context": {"check_in_time": "09:00 AM", "location": "Office"},
        "channels": ["in_app"],
    });
    let answer = send(&fixture, check_in, None).await;
    assert_eq!(text(&answer.body, "template"), "attendance_checked_in", "{}", answer.body);
    fixture.deliver(&fixture.published_events("notification.requested").await).await;
    assert_eq!(text(&fixture.inbox(fixture.employee()).await[0], "body"), "You checked in at 09:00 AM (Office).");
    assert_eq!(fixture.queued(), []);
}

#[tokio::test]
async fn repeated_key_returns_the_same_answer_and_sends_once() {
    let fixture = NotificationsFixture::new().await;
    let first = send(&fixture, body(&fixture), Some("key-1")).await;
    fixture.advance(60);
    let second = send(&fixture, body(&fixture), Some("key-1")).await;
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(fixture.count_published("notification.requested").await, 1);
    let mut other = body(&fixture);
    other["recipient_id"] = json!(fixture.employee().id);
    assert_eq!(send(&fixture, other, Some("key-1")).await.status, 422);
}

#[tokio::test]
async fn invalid_message_is_refused_with_a_pointer_and_not_stored() {
    let fixture = NotificationsFixture::new().await;
    let before = fixture.world.snapshot().await;
    let with = |field: &str, value: Value| {
        let mut body = body(&fixture);
        body[field] = value;
        body
    };
    let deep = (0..16).fold(json!(1), |inner, _| json!([inner]));
    for (body, status, pointer) in [
        (with("recipient_id", json!("emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8")), 422, "/recipient_id"),
        (with("notification_type", json!("leave.teleported")), 422, "/notification_type"),
        (with("notification_type", json!("user.password_reset_requested")), 422, "/notification_type"),
        (with("template", json!("nothing")), 422, "/template"),
        (with("template", json!("password_reset")), 422, "/template"),
        (with("template", json!("message")), 422, "/context/title"),
        (with("channels", json!([])), 422, "/channels"),
        (with("channels", json!(["email", "email"])), 422, "/channels"),
        (with("context", json!({"x": "y".repeat(9000)})), 422, "/context"),
        (with("context", json!({"x": [{"y": 1e126}]})), 422, "/context"),
        (with("context", json!({"x": deep})), 422, "/context"),
        (with("recipient_type", json!("group")), 400, "/recipient_type"),
        (with("urgent", json!(true)), 400, "/urgent"),
    ] {
        let answer = send(&fixture, body.clone(), None).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{body}: {}", answer.body);
    }
    assert_eq!(fixture.world.snapshot().await, before);
}
