//! `POST /api/v1/notifications/email`

use serde_json::{Value, json};
use testkit::TestResponse;

use crate::notifications::{NotificationsFixture, TABLE, text};

async fn send(fixture: &NotificationsFixture, body: Value) -> TestResponse {
    let app = app!(fixture.world, NOTIFICATIONS_EMAIL);
    fixture.world.post(&app, "/api/v1/notifications/email", body).signed_in_as(fixture.hr()).await
}

#[tokio::test]
async fn plain_text_is_mailed_to_each_recipient_unchanged() {
    let fixture = NotificationsFixture::new().await;
    let to = [fixture.employee().id, fixture.manager().id];
    let answer = send(&fixture, json!({"to": to, "subject": "Lift {{ x }}", "text": "Take the <stairs>."})).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let ids: Vec<_> = answer.body["items"].as_array().unwrap().iter().map(|item| text(item, "id").to_owned()).collect();
    assert_eq!(ids.len(), 2);
    fixture.deliver(&fixture.published_events("notification.requested").await).await;
    assert_eq!(fixture.inbox(fixture.employee()).await.len(), 0);
    let stored = fixture.world.list_items(TABLE).await;
    let first = format!("NOTIF#{}", ids[0]);
    let is_first = |item: &&store::Item| store::string_attribute(item, "pk") == Some(&first);
    let notification = stored.iter().filter(is_first).find(|item| item.contains_key("title")).unwrap();
    assert_eq!(
        store::string_attribute(notification, "title"),
        Some("Lift {{ x }}"),
        "plain text is not rendered as a template"
    );
    assert_eq!(store::string_attribute(notification, "body"), Some("Take the <stairs>."));
    assert!(!notification.contains_key("html"), "the HTML part is generated from the text");
    let queued = fixture.world.cloud.take_queued();
    let bodies = queued.iter().map(|message| serde_json::from_value(message.body.clone()).unwrap()).collect::<Vec<_>>();
    assert_eq!(
        crate::notifications::delivery_fixture::run_worker(
            &fixture.world,
            ::notifications::job::deliver_email::build,
            &bodies
        )
        .await,
        0
    );
    let mails = fixture.world.cloud.mails();
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().all(|mail| mail.part("text/html").contains("<p>Take the &lt;stairs&gt;.</p>")));
}

#[tokio::test]
async fn given_html_part_is_stored_unchanged() {
    let fixture = NotificationsFixture::new().await;
    let html = "<h1>Lift</h1>";
    send(&fixture, json!({"to": [fixture.employee().id], "subject": "Lift", "text": "Out of order.", "html": html}))
        .await;
    fixture.deliver(&fixture.published_events("notification.requested").await).await;
    let stored = fixture.world.list_items(TABLE).await;
    assert!(stored.iter().any(|item| store::string_attribute(item, "sk") == Some("NOTIFICATION")
        && store::string_attribute(item, "html") == Some(html)));
}

#[tokio::test]
async fn mail_needs_either_text_or_template() {
    let fixture = NotificationsFixture::new().await;
    let before = fixture.world.snapshot().await;
    let to = json!([fixture.employee().id]);
    let unknown = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (body, pointer) in [
        (json!({"to": to, "subject": "a"}), "/text"),
        (json!({"to": to, "text": "a"}), "/subject"),
        (json!({"to": to}), "/template"),
        (json!({"to": to, "subject": "a", "text": "b", "template": "message"}), "/template"),
        (json!({"to": to, "template": "nothing"}), "/template"),
        (json!({"to": [], "subject": "a", "text": "b"}), "/to"),
        (json!({"to": [fixture.employee().id, fixture.employee().id], "subject": "a", "text": "b"}), "/to"),
        (json!({"to": [fixture.employee().id, unknown], "subject": "a", "text": "b"}), "/to/1"),
        (json!({"to": to, "subject": "a\nBcc: x@example.com", "text": "b"}), "/subject"),
    ] {
        let answer = send(&fixture, body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec![pointer]), "{body}: {}", answer.body);
    }
    assert_eq!(fixture.world.snapshot().await, before);
}
