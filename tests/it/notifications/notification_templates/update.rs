//! `PUT /api/v1/notification-templates/{template}`

use events::EventType;
use serde_json::{Value, json};
use testkit::TestResponse;

use crate::notifications::{NotificationsFixture, text};

const PATH: &str = "/api/v1/notification-templates/leave_request_approved";

async fn put(fixture: &NotificationsFixture, body: Value, etag: Option<&str>) -> TestResponse {
    let app = app!(fixture.world, NOTIFICATION_TEMPLATES_UPDATE);
    let ask = fixture.world.put(&app, PATH, body).signed_in_as(fixture.hr());
    match etag {
        Some(etag) => ask.header("if-match", etag).await,
        None => ask.await,
    }
}

fn version(title: &str) -> Value {
    json!({"language": "en", "title": title, "text": "Enjoy {{ leave_type }}!", "html": "<p>{{ employee_name }}</p>"})
}

#[tokio::test]
async fn new_version_renders_notifications_and_old_versions_remain() {
    let fixture = NotificationsFixture::new().await;
    let first = put(&fixture, version("Yes: {{ leave_type }}"), Some("\"0\"")).await;
    assert_eq!(
        (first.status.as_u16(), first.header("etag"), &first.body["version"]),
        (200, "\"1\"", &json!(1)),
        "{}",
        first.body
    );
    let second = put(&fixture, version("Approved: {{ leave_type }}"), None).await;
    assert_eq!((second.header("etag"), &second.body["created_by"]), ("\"2\"", &json!(fixture.hr().id)));
    assert_eq!(put(&fixture, version("Late"), Some("\"1\"")).await.status, 412);
    fixture.deliver(&[fixture.leave_event(EventType::LeaveRequestApproved, fixture.manager(), "approved")]).await;
    let item = &fixture.inbox(fixture.employee()).await[0];
    assert_eq!(
        (text(item, "title"), text(item, "body"), &item["template_version"]),
        ("Approved: Annual Leave", "Enjoy Annual Leave!", &json!(2))
    );
    let get = app!(fixture.world, NOTIFICATION_TEMPLATES_GET);
    let read = fixture.world.get(&get, PATH).signed_in_as(fixture.hr()).await.body;
    let titles: Vec<_> = read["versions"].as_array().unwrap().iter().map(|one| text(one, "title")).collect();
    assert_eq!(titles[1..], ["Yes: {{ leave_type }}", "Approved: {{ leave_type }}"]);
    assert_eq!(
        fixture.count_published("notification.template_updated").await,
        1,
        "only the last stamp of the current version is published"
    );
}

#[tokio::test]
async fn invalid_template_is_refused_with_part_and_line() {
    let fixture = NotificationsFixture::new().await;
    let before = fixture.world.snapshot().await;
    for (part, source, line) in [
        ("title", "{{ leave_type", "Line 1 "),
        ("text", "one\ntwo {% if %}", "Line 2 "),
        ("html", "<p>{{ a | no_such_filter }}</p>", "Line 1 "),
    ] {
        let mut body = version("fine");
        body[part] = json!(source);
        let answer = put(&fixture, body, None).await;
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
        let mut body = version("fine");
        body[field] = value;
        let answer = put(&fixture, body, None).await;
        assert_eq!(
            (answer.status.as_u16(), answer.pointers()),
            (422, vec![format!("/{field}").as_str()]),
            "{}",
            answer.body
        );
    }
    let app = app!(fixture.world, NOTIFICATION_TEMPLATES_UPDATE);
    let unknown = fixture
        .world
        .put(&app, "/api/v1/notification-templates/nothing", version("fine"))
        .signed_in_as(fixture.hr())
        .await;
    assert_eq!(unknown.status, 404);
    assert_eq!(fixture.world.snapshot().await, before);
}

#[tokio::test]
async fn values_are_escaped_in_the_html_part() {
    let fixture = NotificationsFixture::new().await;
    put(&fixture, version("{{ employee_name }}"), None).await;
    let mut person = fixture.employee().clone();
    person.first_name = "<script>".to_owned();
    fixture.world.add_people(&[&person]).await;
    fixture.advance(60);
    fixture.deliver(&[fixture.leave_event(EventType::LeaveRequestApproved, fixture.manager(), "approved")]).await;
    let stored = fixture.world.list_items(crate::notifications::TABLE).await;
    let notification = stored
        .iter()
        .find(|item| item.get("html").is_some() && store::string_attribute(item, "sk") == Some("NOTIFICATION"));
    assert_eq!(store::string_attribute(notification.unwrap(), "html"), Some("<p>&lt;script&gt; Doe</p>"));
    assert_eq!(text(&fixture.inbox(fixture.employee()).await[0], "title"), "<script> Doe", "the title is not escaped");
}
