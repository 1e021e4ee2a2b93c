//! `PUT /api/v1/notification-templates/{template}`

use events::EventType;
use serde_json::{Value, json};
use testkit::Answer;

use crate::notifications::{NotificationsFixture, text};

const PATH: &str = "/api/v1/notification-templates/leave_request_approved";

async fn put(room: &NotificationsFixture, body: Value, etag: Option<&str>) -> Answer {
    let app = app!(room.world, NOTIFICATION_TEMPLATES_UPDATE);
    let ask = room.world.put(&app, PATH, body).signed_in_as(room.hr());
    match etag {
        Some(etag) => ask.header("if-match", etag).await,
        None => ask.await,
    }
}

fn words(title: &str) -> Value {
    json!({"language": "en", "title": title, "text": "Enjoy {{ leave_type }}!", "html": "<p>{{ employee_name }}</p>"})
}

#[tokio::test]
async fn a_new_version_is_what_people_read_from_then_on_and_the_old_ones_stay() {
    let room = NotificationsFixture::open().await;
    let first = put(&room, words("Yes: {{ leave_type }}"), Some("\"0\"")).await;
    assert_eq!(
        (first.status.as_u16(), first.header("etag"), &first.body["version"]),
        (200, "\"1\"", &json!(1)),
        "{}",
        first.body
    );
    let second = put(&room, words("Approved: {{ leave_type }}"), None).await;
    assert_eq!((second.header("etag"), &second.body["created_by"]), ("\"2\"", &json!(room.hr().id)));
    assert_eq!(put(&room, words("Late"), Some("\"1\"")).await.status, 412);
    room.hears(&[room.leave(EventType::LeaveRequestApproved, room.manager(), "approved")]).await;
    let item = &room.inbox(room.employee()).await[0];
    assert_eq!(
        (text(item, "title"), text(item, "body"), &item["template_version"]),
        ("Approved: Annual Leave", "Enjoy Annual Leave!", &json!(2))
    );
    let get = app!(room.world, NOTIFICATION_TEMPLATES_GET);
    let read = room.world.get(&get, PATH).signed_in_as(room.hr()).await.body;
    let titles: Vec<_> = read["versions"].as_array().unwrap().iter().map(|one| text(one, "title")).collect();
    assert_eq!(titles[1..], ["Yes: {{ leave_type }}", "Approved: {{ leave_type }}"]);
    assert_eq!(room.announced("notification.template_updated").await, 1, "the last stamp of the current version");
}

#[tokio::test]
async fn what_does_not_compile_is_refused_with_part_and_line_and_nothing_is_stored() {
    let room = NotificationsFixture::open().await;
    let before = room.world.snapshot().await;
    for (part, source, line) in [
        ("title", "{{ leave_type", "line 1"),
        ("text", "one\ntwo {% if %}", "line 2"),
        ("html", "<p>{{ a | no_such_filter }}</p>", "line 1"),
    ] {
        let mut body = words("fine");
        body[part] = json!(source);
        let answer = put(&room, body, None).await;
        assert_eq!(
            (answer.status.as_u16(), answer.pointers()),
            (422, vec![format!("/{part}").as_str()]),
            "{}",
            answer.body
        );
        let error = &answer.body["errors"][0];
        assert_eq!(error["code"], "template_broken");
        assert!(text(error, "detail").starts_with(line), "{error}");
    }
    for (field, value) in [("title", json!("two\nlines")), ("title", json!("")), ("text", json!("x".repeat(10_001)))] {
        let mut body = words("fine");
        body[field] = value;
        let answer = put(&room, body, None).await;
        assert_eq!(
            (answer.status.as_u16(), answer.pointers()),
            (422, vec![format!("/{field}").as_str()]),
            "{}",
            answer.body
        );
    }
    let app = app!(room.world, NOTIFICATION_TEMPLATES_UPDATE);
    let unknown =
        room.world.put(&app, "/api/v1/notification-templates/nothing", words("fine")).signed_in_as(room.hr()).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(room.world.snapshot().await, before);
}

#[tokio::test]
async fn what_is_filled_in_is_escaped_in_the_mail() {
    let room = NotificationsFixture::open().await;
    put(&room, words("{{ employee_name }}"), None).await;
    let mut person = room.employee().clone();
    person.first_name = "<script>".to_owned();
    room.world.add_people(&[&person]).await;
    room.later(60);
    room.hears(&[room.leave(EventType::LeaveRequestApproved, room.manager(), "approved")]).await;
    let stored = room.world.list_items(crate::notifications::TABLE).await;
    let notification = stored
        .iter()
        .find(|item| item.get("html").is_some() && store::string_attribute(item, "sk") == Some("NOTIFICATION"));
    assert_eq!(store::string_attribute(notification.unwrap(), "html"), Some("<p>&lt;script&gt; Doe</p>"));
    assert_eq!(text(&room.inbox(room.employee()).await[0], "title"), "<script> Doe", "text is not HTML");
}
