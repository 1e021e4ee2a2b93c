//! `GET /api/v1/notifications/{user_id}/unread`

use axum::http::Method;
use events::EventType;

use super::{Room, text};

#[tokio::test]
async fn what_is_read_is_no_longer_unread_and_stays_in_the_inbox() {
    let room = Room::open().await;
    room.hears(&[room.leave(EventType::LeaveRequestCreated, room.employee(), "pending")]).await;
    room.hears(&[room.leave(EventType::LeaveRequestApproved, room.manager(), "approved")]).await;
    let path = format!("/api/v1/notifications/{}/unread", room.employee().id);
    let unread = room.get(&path, room.employee()).await.body["items"].as_array().unwrap().clone();
    assert_eq!(unread.len(), 2);
    let app = app!(room.world, NOTIFICATIONS_MARK_READ, notifications_mark_read);
    let read = format!("/api/v1/notifications/{}/mark-read", text(&unread[0], "id"));
    let answer = room.world.ask(&app, Method::PUT, &read).by(room.employee()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let left = room.get(&path, room.employee()).await.body["items"].as_array().unwrap().clone();
    assert_eq!(left.iter().map(|item| text(item, "id")).collect::<Vec<_>>(), [text(&unread[1], "id")]);
    assert_eq!(room.inbox(room.employee()).await.len(), 2);
}

#[tokio::test]
async fn somebody_elses_is_not_found() {
    let room = Room::open().await;
    let path = format!("/api/v1/notifications/{}/unread", room.employee().id);
    assert_eq!(room.get(&path, room.hr()).await.status, 404);
}
