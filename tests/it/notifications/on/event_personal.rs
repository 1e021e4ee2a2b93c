//! `notifications-on-event`: events whose subject is the only possible recipient.

use events::EventType;
use futures::future::join_all;
use serde_json::json;

use crate::notifications::{NotificationsFixture, TABLE, text};

const ATTENDANCE: &str = "att_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";

/// Stored items whose partition key has a prefix.
async fn items(fixture: &NotificationsFixture, prefix: &str) -> Vec<store::Item> {
    let mut stored = fixture.world.list_items(TABLE).await;
    stored.retain(|item| store::string_attribute(item, "pk").is_some_and(|pk| pk.starts_with(prefix)));
    stored
}

#[tokio::test]
async fn personal_notification_costs_two_write_units_and_contains_its_decision() {
    let fixture = NotificationsFixture::new().await;
    fixture.world.calls.measure_capacity();
    fixture.world.calls.clear();
    let day = json!({"employee_id": fixture.employee().id, "date": "2024-06-10", "check_in_time": "2024-06-10T07:12:00Z", "location": "Office"});
    let event = fixture.event(EventType::AttendanceCheckedIn, ("Attendance", ATTENDANCE), fixture.employee(), day);
    fixture.deliver(std::slice::from_ref(&event)).await;
    let written = fixture.world.calls.recorded().into_iter().filter(|call| !call.is_read());
    let written: Vec<_> = written.map(|call| (call.operation, call.half_units)).collect();
    assert_eq!(written, [("PutItem".to_owned(), 4)], "the item and its index entry have at most 1 KB each");
    assert_eq!(items(&fixture, "NOTIF#").await.len(), 1);
    for (prefix, why) in
        [("TRACE#", "the notification contains the decision"), ("STORM#", "own actions are not counted")]
    {
        assert!(items(&fixture, prefix).await.is_empty(), "{why}");
    }
    let decision = fixture.decision(&event, fixture.employee()).await;
    let expected = json!({
        "role": "subject", "recipient_id": fixture.employee().id, "template": "attendance_checked_in", "told": true,
        "notification_id": fixture.inbox(fixture.employee()).await[0]["id"], "channels": [{"channel": "in_app", "status": "sent"}],
    });
    assert_eq!(decision, expected);
    let trace =
        fixture.get(&format!("/api/v1/notifications/trace?event_id={}", event.stamp.id), fixture.employee()).await;
    assert_eq!(
        (text(&trace.body, "event_type"), text(&trace.body, "entity_type"), text(&trace.body, "entity_id")),
        ("attendance.checked_in", "Attendance", ATTENDANCE)
    );
    assert_eq!((&trace.body["at"], &trace.body["decided_at"]), (&json!(event.stamp.at), &json!(fixture.world.now())));
    assert!(fixture.world.published_types(TABLE).await.is_empty());

    let before = fixture.world.snapshot().await;
    fixture.advance(60);
    for failed in join_all((0..20).map(|_| fixture.try_deliver(std::slice::from_ref(&event)))).await {
        assert!(failed.is_empty());
    }
    fixture.deliver(&[event.clone(), event]).await;
    assert_eq!(fixture.world.snapshot().await, before, "repeated and concurrent events change nothing");
}

#[tokio::test]
async fn preference_decision_of_a_personal_event_is_final() {
    let fixture = NotificationsFixture::new().await;
    fixture
        .set_preferences(fixture.employee(), json!({"channels": {"attendance.checked_in": {"in_app": false}}}))
        .await;
    let day = json!({"employee_id": fixture.employee().id, "date": "2024-06-10"});
    let skipped =
        fixture.event(EventType::AttendanceCheckedIn, ("Attendance", ATTENDANCE), fixture.employee(), day.clone());
    fixture.deliver(std::slice::from_ref(&skipped)).await;
    assert_eq!(fixture.decision(&skipped, fixture.employee()).await["reason"], "preference");

    fixture.reset_preferences(fixture.employee()).await;
    fixture.advance(1);
    let notified = fixture.event(EventType::AttendanceCheckedIn, ("Attendance", ATTENDANCE), fixture.employee(), day);
    fixture.deliver(&[skipped, notified.clone()]).await;
    assert_eq!(fixture.inbox(fixture.employee()).await.len(), 1, "later preferences do not change a decision");

    fixture
        .set_preferences(fixture.employee(), json!({"channels": {"attendance.checked_in": {"in_app": false}}}))
        .await;
    let before = fixture.world.snapshot().await;
    fixture.deliver(std::slice::from_ref(&notified)).await;
    let republished = events::Event { republished: true, ..notified.clone() };
    fixture.advance(24 * 60 * 60 + 1);
    fixture.deliver(&[republished]).await;
    assert_eq!(fixture.world.snapshot().await, before);
    assert_eq!(fixture.decision(&notified, fixture.employee()).await["told"], true);
}

#[tokio::test]
async fn confirmations_of_own_actions_never_collapse() {
    let fixture = NotificationsFixture::new().await;
    let day = json!({"employee_id": fixture.employee().id, "date": "2024-06-10"});
    let one =
        |_| fixture.event(EventType::AttendanceCheckedIn, ("Attendance", ATTENDANCE), fixture.employee(), day.clone());
    let many: Vec<_> = (0..25).map(one).collect();
    fixture.deliver(&many).await;
    assert_eq!(fixture.templates_in_inbox(fixture.employee()).await, ["attendance_checked_in"; 25]);
}
