//! A storm of one type: twenty lines, and one that stands for the rest.

use events::EventType;
use serde_json::json;

use crate::notifications::{NotificationsFixture, text};

fn changes(room: &NotificationsFixture, number: usize) -> Vec<events::Event> {
    let policy = |_| {
        let values = json!({"name": "Annual leave", "policy_version": 2});
        room.event(EventType::CompliancePolicyUpdated, ("Policy", "pol_1"), room.employee(), values)
    };
    (0..number).map(policy).collect()
}

#[tokio::test]
async fn more_than_twenty_of_a_type_become_one_and_the_trace_says_so() {
    let room = NotificationsFixture::open().await;
    let events = changes(&room, 25);
    room.hears(&events[..21]).await;
    assert_eq!(room.inbox(room.hr()).await.len(), 21);
    room.hears(&events[21..]).await;
    let inbox = room.inbox(room.hr()).await;
    assert_eq!(inbox.len(), 21, "twenty, and one for the rest");
    let rest: Vec<_> = inbox.iter().filter(|item| item["template"] == "more").collect();
    assert_eq!(rest.len(), 1);
    assert_eq!((text(rest[0], "title"), &rest[0]["more"]), ("5 more: changed policies", &json!(5)));
    let decision = room.decision(&events[24], room.hr()).await;
    assert_eq!((&decision["reason"], &decision["notification_id"]), (&json!("storm"), &rest[0]["id"]));

    let before = room.world.snapshot().await;
    room.hears(&events).await;
    assert_eq!(room.world.snapshot().await, before, "however often they come");
}

#[tokio::test]
async fn the_next_window_begins_anew_and_others_are_not_affected() {
    let room = NotificationsFixture::open().await;
    room.hears(&changes(&room, 22)).await;
    room.later(600);
    room.hears(&changes(&room, 1)).await;
    room.later(1);
    let titles: Vec<_> = room.inbox(room.hr()).await.iter().map(|item| text(item, "template").to_owned()).collect();
    assert_eq!(titles[0], "compliance_policy_updated");
    room.hears(&[room.leave(EventType::LeaveRequestApproved, room.manager(), "approved")]).await;
    assert_eq!(room.told(room.hr()).await[0], "leave_request_approved", "another type");
}

#[tokio::test]
async fn what_was_read_is_unread_again_when_it_stands_for_more() {
    let room = NotificationsFixture::open().await;
    room.hears(&changes(&room, 21)).await;
    let inbox = room.inbox(room.hr()).await;
    let rest = inbox.iter().find(|item| item["template"] == "more").unwrap();
    let app = app!(room.world, NOTIFICATIONS_MARK_READ);
    let path = format!("/api/v1/notifications/{}/mark-read", text(rest, "id"));
    room.world.ask(&app, axum::http::Method::PUT, &path).signed_in_as(room.hr()).await;
    room.hears(&changes(&room, 1)).await;
    let unread = room.get(&format!("/api/v1/notifications/{}/unread?limit=100", room.hr().id), room.hr()).await;
    assert!(unread.body["items"].as_array().unwrap().iter().any(|item| item["template"] == "more"));
}
