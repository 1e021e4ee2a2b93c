//! `notifications-on-event`: collapsing of many notifications of one type.

use events::EventType;
use serde_json::json;

use crate::notifications::{NotificationsFixture, text};

fn changes(fixture: &NotificationsFixture, number: usize) -> Vec<events::Event> {
    let policy = |_| {
        let values = json!({"name": "Annual leave", "policy_version": 2});
        fixture.event(EventType::CompliancePolicyUpdated, ("Policy", "pol_1"), fixture.employee(), values)
    };
    (0..number).map(policy).collect()
}

#[tokio::test]
async fn notifications_above_twenty_collapse_and_are_traced() {
    let fixture = NotificationsFixture::new().await;
    let events = changes(&fixture, 25);
    fixture.deliver(&events[..21]).await;
    assert_eq!(fixture.inbox(fixture.hr()).await.len(), 21);
    fixture.deliver(&events[21..]).await;
    let inbox = fixture.inbox(fixture.hr()).await;
    assert_eq!(inbox.len(), 21, "twenty notifications and one collapsed one");
    let collapsed: Vec<_> = inbox.iter().filter(|item| item["template"] == "more").collect();
    assert_eq!(collapsed.len(), 1);
    assert_eq!((text(collapsed[0], "title"), &collapsed[0]["more"]), ("5 more: changed policies", &json!(5)));
    let decision = fixture.decision(&events[24], fixture.hr()).await;
    assert_eq!((&decision["reason"], &decision["notification_id"]), (&json!("storm"), &collapsed[0]["id"]));

    let before = fixture.world.snapshot().await;
    fixture.deliver(&events).await;
    assert_eq!(fixture.world.snapshot().await, before, "redelivered events change nothing");
}

#[tokio::test]
async fn collapsing_is_limited_to_window_and_type() {
    let fixture = NotificationsFixture::new().await;
    fixture.deliver(&changes(&fixture, 22)).await;
    fixture.advance(600);
    fixture.deliver(&changes(&fixture, 1)).await;
    fixture.advance(1);
    let titles: Vec<_> =
        fixture.inbox(fixture.hr()).await.iter().map(|item| text(item, "template").to_owned()).collect();
    assert_eq!(titles[0], "compliance_policy_updated");
    fixture.deliver(&[fixture.leave_event(EventType::LeaveRequestApproved, fixture.manager(), "approved")]).await;
    assert_eq!(
        fixture.templates_in_inbox(fixture.hr()).await[0],
        "leave_request_approved",
        "another type does not collapse"
    );
}

#[tokio::test]
async fn collapsed_notification_is_unread_again_when_its_count_rises() {
    let fixture = NotificationsFixture::new().await;
    fixture.deliver(&changes(&fixture, 21)).await;
    let inbox = fixture.inbox(fixture.hr()).await;
    let collapsed = inbox.iter().find(|item| item["template"] == "more").unwrap();
    let app = app!(fixture.world, NOTIFICATIONS_MARK_READ);
    let path = format!("/api/v1/notifications/{}/mark-read", text(collapsed, "id"));
    fixture.world.request(&app, axum::http::Method::PUT, &path).signed_in_as(fixture.hr()).await;
    fixture.deliver(&changes(&fixture, 1)).await;
    let unread =
        fixture.get(&format!("/api/v1/notifications/{}/unread?limit=100", fixture.hr().id), fixture.hr()).await;
    assert!(unread.body["items"].as_array().unwrap().iter().any(|item| item["template"] == "more"));
}
