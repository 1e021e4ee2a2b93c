//! `GET /api/v1/notifications/{user_id}`

use events::EventType;

use crate::notifications::{NotificationsFixture, text};

#[tokio::test]
async fn the_newest_come_first_page_by_page() {
    let room = NotificationsFixture::open().await;
    for kind in [EventType::LeaveRequestCreated, EventType::LeaveRequestApproved, EventType::LeaveRequestCancelled] {
        room.later(60);
        room.hears(&[room.leave(kind, room.hr(), "approved")]).await;
    }
    let path = format!("/api/v1/notifications/{}?limit=2", room.employee().id);
    let first = room.get(&path, room.employee()).await;
    let templates = |answer: &testkit::Answer| -> Vec<String> {
        answer.body["items"].as_array().unwrap().iter().map(|item| text(item, "template").to_owned()).collect()
    };
    assert_eq!(templates(&first), ["leave_request_cancelled", "leave_request_approved"]);
    let next = room.get(&format!("{path}&cursor={}", text(&first.body, "next_cursor")), room.employee()).await;
    assert_eq!(templates(&next), ["leave_request_confirmation"]);
    assert!(next.body.get("next_cursor").is_none());
}

#[tokio::test]
async fn an_inbox_is_its_owners_alone() {
    let room = NotificationsFixture::open().await;
    room.hears(&[room.leave(EventType::LeaveRequestCreated, room.employee(), "pending")]).await;
    for other in [room.manager(), room.hr(), &room.world.people.admin] {
        let answer = room.get(&format!("/api/v1/notifications/{}", room.employee().id), other).await;
        assert_eq!(answer.status, 404, "{}", answer.body);
    }
    let path = format!("/api/v1/notifications/{}?limit=1", room.manager().id);
    let cursor = room.get(&path, room.manager()).await.body["next_cursor"].clone();
    assert!(cursor.is_null());
}
