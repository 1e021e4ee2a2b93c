//! `GET /api/v1/notifications/{user_id}/unread`

use axum::http::Method;
use events::EventType;

use crate::notifications::{NotificationsFixture, text};

#[tokio::test]
async fn what_is_read_is_no_longer_unread_and_stays_in_the_inbox() {
    let room = NotificationsFixture::open().await;
    room.hears(&[room.leave(EventType::LeaveRequestCreated, room.employee(), "pending")]).await;
    room.hears(&[room.leave(EventType::LeaveRequestApproved, room.manager(), "approved")]).await;
    let path = format!("/api/v1/notifications/{}/unread", room.employee().id);
    let unread = room.get(&path, room.employee()).await.body["items"].as_array().unwrap().clone();
    assert_eq!(unread.len(), 2);
    let app = app!(room.world, NOTIFICATIONS_MARK_READ);
    let read = format!("/api/v1/notifications/{}/mark-read", text(&unread[0], "id"));
    let answer = room.world.ask(&app, Method::PUT, &read).signed_in_as(room.employee()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let left = room.get(&path, room.employee()).await.body["items"].as_array().unwrap().clone();
    assert_eq!(left.iter().map(|item| text(item, "id")).collect::<Vec<_>>(), [text(&unread[1], "id")]);
    assert_eq!(room.inbox(room.employee()).await.len(), 2);
}

#[tokio::test]
async fn read_and_unread_are_one_list_page_by_page() {
    let room = NotificationsFixture::open().await;
    let app = app!(room.world, NOTIFICATIONS_MARK_READ);
    for number in 0..9 {
        room.hears(&[room.leave(EventType::LeaveRequestApproved, room.manager(), "approved")]).await;
        if number % 3 != 0 {
            let newest = room.inbox(room.employee()).await[0].clone();
            let read = format!("/api/v1/notifications/{}/mark-read", text(&newest, "id"));
            assert_eq!(room.world.ask(&app, Method::PUT, &read).signed_in_as(room.employee()).await.status, 200);
        }
        room.later(60);
    }
    let whole: Vec<_> = room.inbox(room.employee()).await.iter().map(|item| text(item, "id").to_owned()).collect();
    let sorted = {
        let mut ids = whole.clone();
        ids.sort();
        ids.reverse();
        ids
    };
    assert_eq!((whole.len(), &whole), (9, &sorted), "the newest first, read or not");
    for (which, expected) in [("", whole.clone()), ("/unread", whole.iter().rev().step_by(3).rev().cloned().collect())]
    {
        let path = format!("/api/v1/notifications/{}{which}?limit=2", room.employee().id);
        let (mut found, mut next) = (Vec::new(), path.clone());
        loop {
            let page = room.get(&next, room.employee()).await.body;
            found.extend(page["items"].as_array().unwrap().iter().map(|item| text(item, "id").to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            next = format!("{path}&cursor={cursor}");
        }
        assert_eq!(found, expected, "{which}");
    }
}

#[tokio::test]
async fn somebody_elses_is_not_found() {
    let room = NotificationsFixture::open().await;
    let path = format!("/api/v1/notifications/{}/unread", room.employee().id);
    assert_eq!(room.get(&path, room.hr()).await.status, 404);
}
