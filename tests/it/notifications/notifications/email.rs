//! `POST /api/v1/notifications/email`

use serde_json::{Value, json};
use testkit::Answer;

use crate::notifications::{NotificationsFixture, TABLE, text};

async fn send(room: &NotificationsFixture, body: Value) -> Answer {
    let app = app!(room.world, NOTIFICATIONS_EMAIL);
    room.world.post(&app, "/api/v1/notifications/email", body).signed_in_as(room.hr()).await
}

#[tokio::test]
async fn words_reach_each_one_by_mail_alone_as_they_were_written() {
    let room = NotificationsFixture::open().await;
    let to = [room.employee().id, room.manager().id];
    let answer = send(&room, json!({"to": to, "subject": "Lift {{ x }}", "text": "Take the <stairs>."})).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let ids: Vec<_> = answer.body["items"].as_array().unwrap().iter().map(|item| text(item, "id").to_owned()).collect();
    assert_eq!(ids.len(), 2);
    room.hears(&room.carried("notification.requested").await).await;
    assert_eq!(room.inbox(room.employee()).await.len(), 0);
    let stored = room.world.list_items(TABLE).await;
    let first = format!("NOTIF#{}", ids[0]);
    let is_first = |item: &&store::Item| store::string_attribute(item, "pk") == Some(&first);
    let notification = stored.iter().filter(is_first).find(|item| item.contains_key("title")).unwrap();
    assert_eq!(store::string_attribute(notification, "title"), Some("Lift {{ x }}"), "words are no template");
    assert_eq!(store::string_attribute(notification, "body"), Some("Take the <stairs>."));
    assert!(!notification.contains_key("html"), "it follows from the text");
    let tickets = room.world.cloud.take_queued();
    let bodies = tickets.iter().map(|ticket| serde_json::from_value(ticket.body.clone()).unwrap()).collect::<Vec<_>>();
    assert_eq!(
        crate::notifications::delivery_fixture::work(&room.world, ::notifications::job::deliver_email::build, &bodies)
            .await,
        0
    );
    let mails = room.world.cloud.mails();
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().all(|mail| mail.part("text/html").contains("<p>Take the &lt;stairs&gt;.</p>")));
}

#[tokio::test]
async fn an_html_part_of_ones_own_is_sent_as_it_is() {
    let room = NotificationsFixture::open().await;
    let html = "<h1>Lift</h1>";
    send(&room, json!({"to": [room.employee().id], "subject": "Lift", "text": "Out of order.", "html": html})).await;
    room.hears(&room.carried("notification.requested").await).await;
    let stored = room.world.list_items(TABLE).await;
    assert!(stored.iter().any(|item| store::string_attribute(item, "sk") == Some("NOTIFICATION")
        && store::string_attribute(item, "html") == Some(html)));
}

#[tokio::test]
async fn it_says_either_words_or_a_template() {
    let room = NotificationsFixture::open().await;
    let before = room.world.snapshot().await;
    let to = json!([room.employee().id]);
    let gone = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (body, pointer) in [
        (json!({"to": to, "subject": "a"}), "/text"),
        (json!({"to": to, "text": "a"}), "/subject"),
        (json!({"to": to}), "/template"),
        (json!({"to": to, "subject": "a", "text": "b", "template": "message"}), "/template"),
        (json!({"to": to, "template": "nothing"}), "/template"),
        (json!({"to": [], "subject": "a", "text": "b"}), "/to"),
        (json!({"to": [room.employee().id, room.employee().id], "subject": "a", "text": "b"}), "/to"),
        (json!({"to": [room.employee().id, gone], "subject": "a", "text": "b"}), "/to/1"),
        (json!({"to": to, "subject": "a\nBcc: x@example.com", "text": "b"}), "/subject"),
    ] {
        let answer = send(&room, body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec![pointer]), "{body}: {}", answer.body);
    }
    assert_eq!(room.world.snapshot().await, before);
}
