//! `PUT /api/v1/notifications/{notification_id}/mark-read`

use axum::http::Method;
use directory::Person;
use events::EventType;
use serde_json::{Value, json};
use testkit::Answer;

use crate::notifications::{NotificationsFixture, text};

async fn read(room: &NotificationsFixture, id: &str, by: &Person, etag: Option<&str>) -> Answer {
    let app = app!(room.world, NOTIFICATIONS_MARK_READ);
    let mut ask = room.world.ask(&app, Method::PUT, format!("/api/v1/notifications/{id}/mark-read")).signed_in_as(by);
    if let Some(etag) = etag {
        ask = ask.header("if-match", etag);
    }
    ask.await
}

async fn told(room: &NotificationsFixture) -> Value {
    room.hears(&[room.leave(EventType::LeaveRequestCreated, room.employee(), "pending")]).await;
    room.inbox(room.employee()).await[0].clone()
}

#[tokio::test]
async fn whoever_reads_again_gets_the_time_of_the_first() {
    let room = NotificationsFixture::open().await;
    let item = told(&room).await;
    room.later(60);
    let first = read(&room, text(&item, "id"), room.employee(), None).await;
    assert_eq!(
        (first.status.as_u16(), &first.body["read_at"]),
        (200, &json!("2024-06-10T10:31:45Z")),
        "{}",
        first.body
    );
    let before = room.world.snapshot().await;
    room.later(60);
    let second = read(&room, text(&item, "id"), room.employee(), None).await;
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(room.world.snapshot().await, before);
    assert!(room.world.published_types(crate::notifications::TABLE).await.is_empty(), "reading says nothing");
}

#[tokio::test]
async fn somebody_elses_is_not_found_and_stays_unread() {
    let room = NotificationsFixture::open().await;
    let item = told(&room).await;
    let before = room.world.snapshot().await;
    for other in [room.manager(), room.hr()] {
        assert_eq!(read(&room, text(&item, "id"), other, None).await.status, 404);
    }
    let nobody = "notif_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    assert_eq!(read(&room, nobody, room.employee(), None).await.status, 404);
    assert_eq!(room.world.snapshot().await, before);
}

#[tokio::test]
async fn a_version_that_was_named_must_be_the_current_one() {
    let room = NotificationsFixture::open().await;
    let item = told(&room).await;
    assert_eq!(read(&room, text(&item, "id"), room.employee(), Some("\"7\"")).await.status, 412);
    assert_eq!(read(&room, text(&item, "id"), room.manager(), Some("\"1\"")).await.status, 404);
    let answer = read(&room, text(&item, "id"), room.employee(), Some("\"1\"")).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
}
