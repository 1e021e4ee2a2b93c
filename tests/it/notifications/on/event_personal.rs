//! Events of which only the one they are about may ever hear: one write, which says why it was made.

use events::EventType;
use futures::future::join_all;
use serde_json::json;

use crate::notifications::{NotificationsFixture, TABLE, text};

const ATTENDANCE: &str = "att_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";

/// The items that an event has left: what begins with this, and nothing that stood before.
async fn items(room: &NotificationsFixture, prefix: &str) -> Vec<store::Item> {
    let mut stored = room.world.list_items(TABLE).await;
    stored.retain(|item| store::string_attribute(item, "pk").is_some_and(|pk| pk.starts_with(prefix)));
    stored
}

#[tokio::test]
async fn what_one_person_finds_in_the_inbox_is_two_write_units_and_says_why() {
    let room = NotificationsFixture::open().await;
    room.world.calls.measure_capacity();
    room.world.calls.clear();
    let day = json!({"employee_id": room.employee().id, "date": "2024-06-10", "check_in_time": "2024-06-10T07:12:00Z", "location": "Office"});
    let event = room.event(EventType::AttendanceCheckedIn, ("Attendance", ATTENDANCE), room.employee(), day);
    room.hears(std::slice::from_ref(&event)).await;
    let written = room.world.calls.recorded().into_iter().filter(|call| !call.is_read());
    let written: Vec<_> = written.map(|call| (call.operation, call.half_units)).collect();
    assert_eq!(written, [("PutItem".to_owned(), 4)], "an item, and its place in the inbox, each within a kilobyte");
    assert_eq!(items(&room, "NOTIF#").await.len(), 1);
    for (prefix, why) in [("TRACE#", "the notification says it"), ("STORM#", "nobody storms themselves")] {
        assert!(items(&room, prefix).await.is_empty(), "{why}");
    }
    let decision = room.decision(&event, room.employee()).await;
    let told = json!({
        "role": "subject", "recipient_id": room.employee().id, "template": "attendance_checked_in", "told": true,
        "notification_id": room.inbox(room.employee()).await[0]["id"], "channels": [{"channel": "in_app", "status": "sent"}],
    });
    assert_eq!(decision, told);
    let trace = room.get(&format!("/api/v1/notifications/trace?event_id={}", event.stamp.id), room.employee()).await;
    assert_eq!(
        (text(&trace.body, "event_type"), text(&trace.body, "entity_type"), text(&trace.body, "entity_id")),
        ("attendance.checked_in", "Attendance", ATTENDANCE)
    );
    assert_eq!((&trace.body["at"], &trace.body["decided_at"]), (&json!(event.stamp.at), &json!(room.world.now())));
    assert!(room.world.published_types(TABLE).await.is_empty());

    let before = room.world.snapshot().await;
    room.later(60);
    for failed in join_all((0..20).map(|_| room.tries(std::slice::from_ref(&event)))).await {
        assert!(failed.is_empty());
    }
    room.hears(&[event.clone(), event]).await;
    assert_eq!(room.world.snapshot().await, before, "however often and at once it comes");
}

#[tokio::test]
async fn whoever_did_not_want_to_hear_of_their_own_check_in_finds_out_why_and_stays_untold() {
    let room = NotificationsFixture::open().await;
    room.prefers(room.employee(), json!({"channels": {"attendance.checked_in": {"in_app": false}}})).await;
    let day = json!({"employee_id": room.employee().id, "date": "2024-06-10"});
    let silent = room.event(EventType::AttendanceCheckedIn, ("Attendance", ATTENDANCE), room.employee(), day.clone());
    room.hears(std::slice::from_ref(&silent)).await;
    assert_eq!(room.decision(&silent, room.employee()).await["reason"], "preference");

    room.wants_everything(room.employee()).await;
    room.later(1);
    let told = room.event(EventType::AttendanceCheckedIn, ("Attendance", ATTENDANCE), room.employee(), day);
    room.hears(&[silent, told.clone()]).await;
    assert_eq!(room.inbox(room.employee()).await.len(), 1, "what was decided stays, whatever they want since");

    room.prefers(room.employee(), json!({"channels": {"attendance.checked_in": {"in_app": false}}})).await;
    let before = room.world.snapshot().await;
    room.hears(std::slice::from_ref(&told)).await;
    let again = events::Event { republished: true, ..told.clone() };
    room.later(24 * 60 * 60 + 1);
    room.hears(&[again]).await;
    assert_eq!(room.world.snapshot().await, before);
    assert_eq!(room.decision(&told, room.employee()).await["told"], true);
}

#[tokio::test]
async fn what_somebody_does_themselves_is_confirmed_each_time_and_never_a_storm() {
    let room = NotificationsFixture::open().await;
    let day = json!({"employee_id": room.employee().id, "date": "2024-06-10"});
    let one = |_| room.event(EventType::AttendanceCheckedIn, ("Attendance", ATTENDANCE), room.employee(), day.clone());
    let many: Vec<_> = (0..25).map(one).collect();
    room.hears(&many).await;
    assert_eq!(room.told(room.employee()).await, ["attendance_checked_in"; 25]);
}
