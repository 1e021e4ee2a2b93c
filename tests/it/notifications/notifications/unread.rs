//! `GET /api/v1/notifications/{user_id}/unread`

use axum::http::Method;
use events::EventType;

use crate::notifications::{NotificationsFixture, text};

#[tokio::test]
async fn read_notification_leaves_only_the_unread_list() {
    let fixture = NotificationsFixture::new().await;
    fixture.deliver(&[fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending")]).await;
    fixture.deliver(&[fixture.leave_event(EventType::LeaveRequestApproved, fixture.manager(), "approved")]).await;
    let path = format!("/api/v1/notifications/{}/unread", fixture.employee().id);
    let unread = fixture.get(&path, fixture.employee()).await.body["items"].as_array().unwrap().clone();
    assert_eq!(unread.len(), 2);
    let app = app!(fixture.world, NOTIFICATIONS_MARK_READ);
    let read = format!("/api/v1/notifications/{}/mark-read", text(&unread[0], "id"));
    let answer = fixture.world.request(&app, Method::PUT, &read).signed_in_as(fixture.employee()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let left = fixture.get(&path, fixture.employee()).await.body["items"].as_array().unwrap().clone();
    assert_eq!(left.iter().map(|item| text(item, "id")).collect::<Vec<_>>(), [text(&unread[1], "id")]);
    assert_eq!(fixture.inbox(fixture.employee()).await.len(), 2);
}

#[tokio::test]
async fn read_and_unread_notifications_form_one_paged_list() {
    let fixture = NotificationsFixture::new().await;
    let app = app!(fixture.world, NOTIFICATIONS_MARK_READ);
    for number in 0..9 {
        fixture.deliver(&[fixture.leave_event(EventType::LeaveRequestApproved, fixture.manager(), "approved")]).await;
        if number % 3 != 0 {
            let newest = fixture.inbox(fixture.employee()).await[0].clone();
            let read = format!("/api/v1/notifications/{}/mark-read", text(&newest, "id"));
            assert_eq!(
                fixture.world.request(&app, Method::PUT, &read).signed_in_as(fixture.employee()).await.status,
                200
            );
        }
        fixture.advance(60);
    }
    let whole: Vec<_> =
        fixture.inbox(fixture.employee()).await.iter().map(|item| text(item, "id").to_owned()).collect();
    let sorted = {
        let mut ids = whole.clone();
        ids.sort();
        ids.reverse();
        ids
    };
    assert_eq!((whole.len(), &whole), (9, &sorted), "read and unread notifications are newest first");
    for (which, expected) in [("", whole.clone()), ("/unread", whole.iter().rev().step_by(3).rev().cloned().collect())]
    {
        let path = format!("/api/v1/notifications/{}{which}?limit=2", fixture.employee().id);
        let (mut found, mut next) = (Vec::new(), path.clone());
        loop {
            let page = fixture.get(&next, fixture.employee()).await.body;
            found.extend(page["items"].as_array().unwrap().iter().map(|item| text(item, "id").to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            next = format!("{path}&cursor={cursor}");
        }
        assert_eq!(found, expected, "{which}");
    }
}

#[tokio::test]
async fn unread_list_of_another_person_is_not_found() {
    let fixture = NotificationsFixture::new().await;
    let path = format!("/api/v1/notifications/{}/unread", fixture.employee().id);
    assert_eq!(fixture.get(&path, fixture.hr()).await.status, 404);
}
