//! `GET /api/v1/notifications/trace?event_id=`

use events::EventType;
use serde_json::json;

use crate::notifications::NotificationsFixture;

#[tokio::test]
async fn hr_sees_all_decisions_and_others_their_own() {
    let fixture = NotificationsFixture::new().await;
    let event = fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending");
    fixture.deliver(std::slice::from_ref(&event)).await;
    let path = format!("/api/v1/notifications/trace?event_id={}", event.stamp.id);
    assert_eq!(fixture.decisions(&event).await.len(), 4);
    let own = fixture.get(&path, fixture.employee()).await;
    assert_eq!(own.body["decisions"].as_array().unwrap().len(), 1);
    assert_eq!(own.body["decisions"][0]["recipient_id"], json!(fixture.employee().id));
    assert_eq!(fixture.get(&path, &fixture.world.people.outsider).await.status, 404);
}

#[tokio::test]
async fn unknown_event_is_not_found_and_invalid_id_is_malformed() {
    let fixture = NotificationsFixture::new().await;
    let unknown = "/api/v1/notifications/trace?event_id=evt_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    assert_eq!(fixture.get(unknown, fixture.hr()).await.status, 404);
    let invalid = fixture.get("/api/v1/notifications/trace?event_id=x", fixture.hr()).await;
    assert_eq!((invalid.status.as_u16(), invalid.pointers()), (400, vec!["query:event_id"]));
}
