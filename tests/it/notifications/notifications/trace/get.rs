//! `GET /api/v1/notifications/{notification_id}/trace`

use events::EventType;
use serde_json::json;

use crate::notifications::{NotificationsFixture, text};

#[tokio::test]
async fn a_recipient_sees_why_it_came_and_what_became_of_it_and_nobody_elses_part() {
    let room = NotificationsFixture::open().await;
    let event = room.leave(EventType::LeaveRequestCreated, room.employee(), "pending");
    room.hears(std::slice::from_ref(&event)).await;
    let id = text(&room.inbox(room.manager()).await[0], "id").to_owned();
    let answer = room.get(&format!("/api/v1/notifications/{id}/trace"), room.manager()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let decisions = answer.body["routing"]["decisions"].as_array().unwrap();
    assert!(decisions.iter().all(|decision| decision["recipient_id"] == json!(room.manager().id)));
    assert_eq!(answer.body["routing"]["event_id"], json!(event.stamp.id));
    let deliveries: Vec<_> = answer.body["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(one, "channel"), text(one, "status")))
        .collect();
    assert_eq!(deliveries, [("email", "queued"), ("in_app", "sent")]);
    for may in [room.hr(), &room.world.people.admin] {
        assert_eq!(room.get(&format!("/api/v1/notifications/{id}/trace"), may).await.status, 200);
    }
    for other in [room.employee(), &room.world.people.outsider] {
        assert_eq!(room.get(&format!("/api/v1/notifications/{id}/trace"), other).await.status, 404);
    }
}
