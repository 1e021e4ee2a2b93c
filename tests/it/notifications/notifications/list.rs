//! `GET /api/v1/notifications/{user_id}`

use events::EventType;

use crate::notifications::{NotificationsFixture, text};

#[tokio::test]
async fn inbox_pages_are_newest_first() {
    let fixture = NotificationsFixture::new().await;
    for kind in [EventType::LeaveRequestCreated, EventType::LeaveRequestApproved, EventType::LeaveRequestCancelled] {
        fixture.advance(60);
        fixture.deliver(&[fixture.leave_event(kind, fixture.hr(), "approved")]).await;
    }
    let path = format!("/api/v1/notifications/{}?limit=2", fixture.employee().id);
    let first = fixture.get(&path, fixture.employee()).await;
    let templates = |answer: &testkit::TestResponse| -> Vec<String> {
        answer.body["items"].as_array().unwrap().iter().map(|item| text(item, "template").to_owned()).collect()
    };
    assert_eq!(templates(&first), ["leave_request_cancelled", "leave_request_approved"]);
    let next = fixture.get(&format!("{path}&cursor={}", text(&first.body, "next_cursor")), fixture.employee()).await;
    assert_eq!(templates(&next), ["leave_request_confirmation"]);
    assert!(next.body.get("next_cursor").is_none());
}

#[tokio::test]
async fn inbox_of_another_person_is_not_found() {
    let fixture = NotificationsFixture::new().await;
    fixture.deliver(&[fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending")]).await;
    for other in [fixture.manager(), fixture.hr(), &fixture.world.people.admin] {
        let answer = fixture.get(&format!("/api/v1/notifications/{}", fixture.employee().id), other).await;
        assert_eq!(answer.status, 404, "{}", answer.body);
    }
    let path = format!("/api/v1/notifications/{}?limit=1", fixture.manager().id);
    let cursor = fixture.get(&path, fixture.manager()).await.body["next_cursor"].clone();
    assert!(cursor.is_null());
}
