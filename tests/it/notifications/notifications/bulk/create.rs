//! `POST /api/v1/notifications/bulk`

use serde_json::{Value, json};
use testkit::Answer;

use crate::notifications::{NotificationsFixture, text};

pub(crate) async fn send(room: &NotificationsFixture, audience: Value) -> Answer {
    let app = app!(room.world, NOTIFICATIONS_BULK_CREATE);
    let body = json!({
        "audience": audience,
        "template": "message",
        "context": {"title": "The lift is out of order", "text": "Please take the stairs."},
    });
    room.world.post(&app, "/api/v1/notifications/bulk", body).signed_in_as(room.hr()).await
}

#[tokio::test]
async fn it_is_promised_with_an_id_and_nobody_is_told_by_the_request() {
    let room = NotificationsFixture::open().await;
    let answer = send(&room, json!({"site": "berlin"})).await;
    assert_eq!((answer.status.as_u16(), text(&answer.body, "status")), (202, "queued"), "{}", answer.body);
    assert_eq!(answer.body["audience"], json!({"site": "berlin"}));
    assert_eq!(room.queued(), []);
    assert_eq!(room.announced("notification.bulk_requested").await, 1);
}

#[tokio::test]
async fn an_audience_is_exactly_one() {
    let room = NotificationsFixture::open().await;
    let before = room.world.snapshot().await;
    for (audience, status, pointer) in [
        (json!({}), 422, "/audience"),
        (json!({"all": false}), 422, "/audience"),
        (json!({"all": true, "site": "berlin"}), 422, "/audience"),
        (json!({"site": "Not A Slug"}), 422, "/audience/site"),
        (json!({"department": "x"}), 400, "/audience/department"),
        (json!({"planet": "earth"}), 400, "/audience/planet"),
    ] {
        let answer = send(&room, audience.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{audience}: {}", answer.body);
    }
    assert_eq!(room.world.snapshot().await, before);
}
