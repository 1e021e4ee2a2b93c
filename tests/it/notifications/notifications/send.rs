//! `POST /api/v1/notifications/send`

use serde_json::{Value, json};
use testkit::Answer;

use crate::notifications::{NotificationsFixture, text};

async fn send(room: &NotificationsFixture, body: Value, key: Option<&str>) -> Answer {
    let app = app!(room.world, NOTIFICATIONS_SEND);
    let ask = room.world.post(&app, "/api/v1/notifications/send", body).signed_in_as(room.hr());
    match key {
        Some(key) => ask.header("idempotency-key", key).await,
        None => ask.await,
    }
}

/// The body of the seed, to the manager.
fn body(room: &NotificationsFixture) -> Value {
    json!({
        "recipient_type": "user",
        "recipient_id": room.manager().id,
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
async fn it_is_promised_with_its_id_and_told_by_its_event() {
    let room = NotificationsFixture::open().await;
    let answer = send(&room, body(&room), None).await;
    assert_eq!((answer.status.as_u16(), text(&answer.body, "status")), (202, "queued"), "{}", answer.body);
    assert_eq!(room.inbox(room.manager()).await.len(), 0, "not by the request itself");
    assert_eq!(room.queued(), []);
    let events = room.carried("notification.requested").await;
    room.hears(&events).await;
    room.hears(&events).await;
    let inbox = room.inbox(room.manager()).await;
    assert_eq!((inbox.len(), text(&inbox[0], "id")), (1, text(&answer.body, "id")));
    assert_eq!(text(&inbox[0], "title"), "John Doe asks for Annual Leave: Jan 15–20, 2024");
    assert_eq!(room.queued().len(), 2, "the mail, and again as it may have got lost");
}

#[tokio::test]
async fn a_type_has_a_template_of_its_own() {
    let room = NotificationsFixture::open().await;
    let check_in = json!({
        "recipient_type": "user",
        "recipient_id": room.employee().id,
        "notification_type": "attendance.checked_in",
        "context": {"check_in_time": "09:00 AM", "location": "Office"},
        "channels": ["in_app"],
    });
    let answer = send(&room, check_in, None).await;
    assert_eq!(text(&answer.body, "template"), "attendance_checked_in", "{}", answer.body);
    room.hears(&room.carried("notification.requested").await).await;
    assert_eq!(text(&room.inbox(room.employee()).await[0], "body"), "You are checked in since 09:00 AM (Office).");
    assert_eq!(room.queued(), []);
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer_and_sends_once() {
    let room = NotificationsFixture::open().await;
    let first = send(&room, body(&room), Some("once")).await;
    room.later(60);
    let second = send(&room, body(&room), Some("once")).await;
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(room.announced("notification.requested").await, 1);
    let mut other = body(&room);
    other["recipient_id"] = json!(room.employee().id);
    assert_eq!(send(&room, other, Some("once")).await.status, 422);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_with_a_pointer_and_nothing_is_stored() {
    let room = NotificationsFixture::open().await;
    let before = room.world.snapshot().await;
    let with = |field: &str, value: Value| {
        let mut body = body(&room);
        body[field] = value;
        body
    };
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
        (with("recipient_type", json!("group")), 400, "/recipient_type"),
        (with("urgent", json!(true)), 400, "/urgent"),
    ] {
        let answer = send(&room, body.clone(), None).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{body}: {}", answer.body);
    }
    assert_eq!(room.world.snapshot().await, before);
}
