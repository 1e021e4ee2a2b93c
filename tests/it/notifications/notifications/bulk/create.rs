//! `POST /api/v1/notifications/bulk`

use serde_json::{Value, json};
use testkit::TestResponse;

use crate::notifications::{NotificationsFixture, text};

pub(crate) async fn send(fixture: &NotificationsFixture, audience: Value) -> TestResponse {
    let app = app!(fixture.world, NOTIFICATIONS_BULK_CREATE);
    let body = json!({
        "audience": audience,
        "template": "message",
        "context": {"title": "The lift is out of order", "text": "Please take the stairs."},
    });
    fixture.world.post(&app, "/api/v1/notifications/bulk", body).signed_in_as(fixture.hr()).await
}

#[tokio::test]
async fn bulk_request_is_accepted_and_notifies_nobody_itself() {
    let fixture = NotificationsFixture::new().await;
    let answer = send(&fixture, json!({"site": "berlin"})).await;
    assert_eq!((answer.status.as_u16(), text(&answer.body, "status")), (202, "queued"), "{}", answer.body);
    assert_eq!(answer.body["audience"], json!({"site": "berlin"}));
    assert_eq!(fixture.queued(), []);
    assert_eq!(fixture.count_published("notification.bulk_requested").await, 1);
}

#[tokio::test]
async fn bulk_message_needs_exactly_one_audience() {
    let fixture = NotificationsFixture::new().await;
    let before = fixture.world.snapshot().await;
    for (audience, status, pointer) in [
        (json!({}), 422, "/audience"),
        (json!({"all": false}), 422, "/audience"),
        (json!({"all": true, "site": "berlin"}), 422, "/audience"),
        (json!({"site": "Not A Slug"}), 422, "/audience/site"),
        (json!({"department": "x"}), 400, "/audience/department"),
        (json!({"planet": "earth"}), 400, "/audience/planet"),
    ] {
        let answer = send(&fixture, audience.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{audience}: {}", answer.body);
    }
    assert_eq!(fixture.world.snapshot().await, before);
}
