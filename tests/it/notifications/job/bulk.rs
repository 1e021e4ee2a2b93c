//! `notifications-job-bulk`

use kernel::EmployeeId;
use lambda::queue::QueueMessage;
use serde_json::{Value, json};
use testkit::Queued;
use uuid::Uuid;

use crate::notifications::{NotificationsFixture, notifications::bulk::create::send, text};

/// Runs the worker with pages and returns the ids of failed messages.
async fn run_worker(fixture: &NotificationsFixture, pages: &[Queued]) -> Vec<String> {
    let worker = ::notifications::job::bulk::build(&fixture.world.shell).unwrap();
    let delivery = |(at, page): (usize, &Queued)| QueueMessage {
        message_id: at.to_string(),
        event: Err("no event".to_owned()),
        raw: page.body.to_string(),
    };
    worker(pages.iter().enumerate().map(delivery).collect()).await
}

fn pages(fixture: &NotificationsFixture) -> Vec<Queued> {
    fixture.world.cloud.take_queued().into_iter().filter(|message| message.queue == "bulk").collect()
}

async fn progress(fixture: &NotificationsFixture, id: &str) -> Value {
    fixture.get(&format!("/api/v1/notifications/bulk/{id}"), fixture.hr()).await.body
}

#[tokio::test]
async fn bulk_message_notifies_only_the_department_and_only_once() {
    let fixture = NotificationsFixture::new().await;
    fixture
        .set_preferences(
            &fixture.world.people.auditor,
            json!({"channels": {"notification.message": {"in_app": false, "email": false}}}),
        )
        .await;
    let department = testkit::department();
    let id = text(&send(&fixture, json!({"department": department})).await.body, "id").to_owned();
    let events = fixture.published_events("notification.bulk_requested").await;
    fixture.deliver(&events).await;
    let first = pages(&fixture);
    assert_eq!(first.len(), 1);
    assert_eq!(run_worker(&fixture, &first).await, Vec::<String>::new());
    let seen = progress(&fixture, &id).await;
    let counts = ["status", "total", "done", "skipped", "failed", "pages"].map(|name| seen[name].clone());
    assert_eq!(counts, [json!("done"), json!(5), json!(4), json!(1), json!(0), json!(1)], "{seen}");
    assert_eq!(fixture.templates_in_inbox(fixture.employee()).await, ["message"]);
    assert_eq!(fixture.templates_in_inbox(&fixture.world.people.outsider).await, Vec::<String>::new());
    fixture.world.cloud.take_queued();

    let before = fixture.world.snapshot().await;
    fixture.deliver(&events).await;
    assert_eq!(pages(&fixture), [], "a started message is not started again");
    assert_eq!(run_worker(&fixture, &first).await, Vec::<String>::new(), "a redelivered page changes nothing");
    assert_eq!(fixture.world.snapshot().await, before);
    let decisions = fixture.decisions(&events[0]).await;
    assert_eq!(decisions.len(), 5, "the trace has all recipients");
}

#[tokio::test]
async fn large_audience_is_notified_page_by_page() {
    let fixture = NotificationsFixture::new().await;
    let mut crowd = Vec::new();
    for number in 0..70_u128 {
        let mut person = fixture.employee().clone();
        person.id = EmployeeId::new(Uuid::from_u128(0x018c_0000_0000_7000_8000_0000_0001_0000 + number));
        person.site = "stadium".to_owned();
        person.email = format!("p{number}@example.com");
        person.employee_code = format!("S{number}");
        crowd.push(person);
    }
    fixture.world.add_people(&crowd.iter().collect::<Vec<_>>()).await;
    for person in &crowd {
        fixture.update_person(person, 1).await;
    }
    let id = text(&send(&fixture, json!({"site": "stadium"})).await.body, "id").to_owned();
    fixture.deliver(&fixture.published_events("notification.bulk_requested").await).await;
    assert_eq!(run_worker(&fixture, &pages(&fixture)).await, Vec::<String>::new());
    let seen = progress(&fixture, &id).await;
    assert_eq!((&seen["status"], &seen["total"], &seen["done"]), (&json!("running"), &json!(70), &json!(50)), "{seen}");
    assert_eq!(run_worker(&fixture, &pages(&fixture)).await, Vec::<String>::new());
    let seen = progress(&fixture, &id).await;
    assert_eq!((&seen["status"], &seen["done"], &seen["pages"]), (&json!("done"), &json!(70), &json!(2)), "{seen}");
    assert_eq!(fixture.templates_in_inbox(&crowd[69]).await, ["message"]);
}

#[tokio::test]
async fn failed_page_is_retried_and_invalid_message_fails() {
    let fixture = NotificationsFixture::new().await;
    send(&fixture, json!({"all": true})).await;
    fixture.deliver(&fixture.published_events("notification.bulk_requested").await).await;
    let first = pages(&fixture);
    fixture.world.cloud.fail_calls("AmazonSQS");
    assert_eq!(run_worker(&fixture, &first).await, ["0"]);
    fixture.world.cloud.recover();
    assert_eq!(run_worker(&fixture, &first).await, Vec::<String>::new());
    assert_eq!(fixture.templates_in_inbox(fixture.employee()).await, ["message"]);
    let invalid = Queued { body: json!({"page": 1}), ..first[0].clone() };
    assert_eq!(run_worker(&fixture, &[invalid]).await, ["0"]);
}
