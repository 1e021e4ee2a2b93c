//! `GET /api/v1/notifications/trace?event_id=`

use events::EventType;
use serde_json::json;

use crate::notifications::NotificationsFixture;

#[tokio::test]
async fn hr_sees_everybody_and_others_themselves() {
    let room = NotificationsFixture::open().await;
    let event = room.leave(EventType::LeaveRequestCreated, room.employee(), "pending");
    room.hears(std::slice::from_ref(&event)).await;
    let path = format!("/api/v1/notifications/trace?event_id={}", event.stamp.id);
    assert_eq!(room.decisions(&event).await.len(), 4);
    let own = room.get(&path, room.employee()).await;
    assert_eq!(own.body["decisions"].as_array().unwrap().len(), 1);
    assert_eq!(own.body["decisions"][0]["recipient_id"], json!(room.employee().id));
    assert_eq!(room.get(&path, &room.world.people.outsider).await.status, 404);
}

#[tokio::test]
async fn an_event_nobody_decided_about_is_not_found_and_no_event_is_refused() {
    let room = NotificationsFixture::open().await;
    let unknown = "/api/v1/notifications/trace?event_id=evt_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    assert_eq!(room.get(unknown, room.hr()).await.status, 404);
    let nonsense = room.get("/api/v1/notifications/trace?event_id=x", room.hr()).await;
    assert_eq!((nonsense.status.as_u16(), nonsense.pointers()), (400, vec!["query:event_id"]));
}
