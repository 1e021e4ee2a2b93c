//! `GET /api/v1/notifications/{notification_id}/trace`

use events::EventType;
use serde_json::json;

use crate::notifications::{NotificationsFixture, text};

#[tokio::test]
async fn recipient_sees_own_decision_and_deliveries_only() {
    let fixture = NotificationsFixture::new().await;
    let event = fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending");
    fixture.deliver(std::slice::from_ref(&event)).await;
    let id = text(&fixture.inbox(fixture.manager()).await[0], "id").to_owned();
    let answer = fixture.get(&format!("/api/v1/notifications/{id}/trace"), fixture.manager()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let decisions = answer.body["routing"]["decisions"].as_array().unwrap();
    assert!(decisions.iter().all(|decision| decision["recipient_id"] == json!(fixture.manager().id)));
    assert_eq!(answer.body["routing"]["event_id"], json!(event.stamp.id));
    let deliveries: Vec<_> = answer.body["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(one, "channel"), text(one, "status")))
        .collect();
    assert_eq!(deliveries, [("email", "queued"), ("in_app", "sent")]);
    for may in [fixture.hr(), &fixture.world.people.admin] {
        assert_eq!(fixture.get(&format!("/api/v1/notifications/{id}/trace"), may).await.status, 200);
    }
    for other in [fixture.employee(), &fixture.world.people.outsider] {
        assert_eq!(fixture.get(&format!("/api/v1/notifications/{id}/trace"), other).await.status, 404);
    }
}
