//! `PUT /api/v1/notifications/{notification_id}/mark-read`

use axum::http::Method;
use directory::Person;
use events::EventType;
use serde_json::{Value, json};
use testkit::TestResponse;

use crate::notifications::{NotificationsFixture, text};

async fn mark_read(fixture: &NotificationsFixture, id: &str, by: &Person, etag: Option<&str>) -> TestResponse {
    let app = app!(fixture.world, NOTIFICATIONS_MARK_READ);
    let mut ask =
        fixture.world.request(&app, Method::PUT, format!("/api/v1/notifications/{id}/mark-read")).signed_in_as(by);
    if let Some(etag) = etag {
        ask = ask.header("if-match", etag);
    }
    ask.await
}

async fn notify(fixture: &NotificationsFixture) -> Value {
    fixture.deliver(&[fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending")]).await;
    fixture.inbox(fixture.employee()).await[0].clone()
}

#[tokio::test]
async fn second_mark_read_keeps_the_first_time() {
    let fixture = NotificationsFixture::new().await;
    let item = notify(&fixture).await;
    fixture.advance(60);
    let first = mark_read(&fixture, text(&item, "id"), fixture.employee(), None).await;
    assert_eq!(
        (first.status.as_u16(), &first.body["read_at"]),
        (200, &json!("2024-06-10T10:31:45Z")),
        "{}",
        first.body
    );
    let before = fixture.world.snapshot().await;
    fixture.advance(60);
    let second = mark_read(&fixture, text(&item, "id"), fixture.employee(), None).await;
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(fixture.world.snapshot().await, before);
    assert!(fixture.world.published_types(crate::notifications::TABLE).await.is_empty(), "reading publishes nothing");
}

#[tokio::test]
async fn notification_of_another_person_is_not_found_and_stays_unread() {
    let fixture = NotificationsFixture::new().await;
    let item = notify(&fixture).await;
    let before = fixture.world.snapshot().await;
    for other in [fixture.manager(), fixture.hr()] {
        assert_eq!(mark_read(&fixture, text(&item, "id"), other, None).await.status, 404);
    }
    let unknown = "notif_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    assert_eq!(mark_read(&fixture, unknown, fixture.employee(), None).await.status, 404);
    assert_eq!(fixture.world.snapshot().await, before);
}

#[tokio::test]
async fn if_match_must_name_the_current_version() {
    let fixture = NotificationsFixture::new().await;
    let item = notify(&fixture).await;
    assert_eq!(mark_read(&fixture, text(&item, "id"), fixture.employee(), Some("\"7\"")).await.status, 412);
    assert_eq!(mark_read(&fixture, text(&item, "id"), fixture.manager(), Some("\"1\"")).await.status, 404);
    let answer = mark_read(&fixture, text(&item, "id"), fixture.employee(), Some("\"1\"")).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
}
