//! `notifications-job-bulk`: a message to many, page by page, once each.

use kernel::EmployeeId;
use lambda::queue::QueueMessage;
use serde_json::{Value, json};
use testkit::Queued;
use uuid::Uuid;

use crate::notifications::{NotificationsFixture, notifications::bulk::create::send, text};

/// Hands pages to the worker; answers those that are to come again.
async fn work(room: &NotificationsFixture, pages: &[Queued]) -> Vec<String> {
    let worker = ::notifications::job::bulk::build(&room.world.shell).unwrap();
    let delivery = |(at, page): (usize, &Queued)| QueueMessage {
        message_id: at.to_string(),
        event: Err("no event".to_owned()),
        raw: page.body.to_string(),
    };
    worker(pages.iter().enumerate().map(delivery).collect()).await
}

fn pages(room: &NotificationsFixture) -> Vec<Queued> {
    room.world.cloud.take_queued().into_iter().filter(|message| message.queue == "bulk").collect()
}

async fn progress(room: &NotificationsFixture, id: &str) -> Value {
    room.get(&format!("/api/v1/notifications/bulk/{id}"), room.hr()).await.body
}

#[tokio::test]
async fn everybody_of_a_department_is_told_once_and_nobody_else() {
    let room = NotificationsFixture::open().await;
    room.prefers(
        &room.world.people.auditor,
        json!({"channels": {"notification.message": {"in_app": false, "email": false}}}),
    )
    .await;
    let department = testkit::department();
    let id = text(&send(&room, json!({"department": department})).await.body, "id").to_owned();
    let events = room.carried("notification.bulk_requested").await;
    room.hears(&events).await;
    let first = pages(&room);
    assert_eq!(first.len(), 1);
    assert_eq!(work(&room, &first).await, Vec::<String>::new());
    let seen = progress(&room, &id).await;
    let counts = ["status", "total", "done", "skipped", "failed", "pages"].map(|name| seen[name].clone());
    assert_eq!(counts, [json!("done"), json!(5), json!(4), json!(1), json!(0), json!(1)], "{seen}");
    assert_eq!(room.told(room.employee()).await, ["message"]);
    assert_eq!(room.told(&room.world.people.outsider).await, Vec::<String>::new());
    room.world.cloud.take_queued();

    let before = room.world.snapshot().await;
    room.hears(&events).await;
    assert_eq!(pages(&room), [], "it began before");
    assert_eq!(work(&room, &first).await, Vec::<String>::new(), "and a page that comes again");
    assert_eq!(room.world.snapshot().await, before);
    let reasons = room.decisions(&events[0]).await;
    assert_eq!(reasons.len(), 5, "the trace has everybody");
}

#[tokio::test]
async fn many_are_told_page_by_page() {
    let room = NotificationsFixture::open().await;
    let mut crowd = Vec::new();
    for number in 0..70_u128 {
        let mut person = room.employee().clone();
        person.id = EmployeeId::new(Uuid::from_u128(0x018c_0000_0000_7000_8000_0000_0001_0000 + number));
        person.site = "stadium".to_owned();
        person.email = format!("p{number}@example.com");
        person.employee_code = format!("S{number}");
        crowd.push(person);
    }
    room.world.add_people(&crowd.iter().collect::<Vec<_>>()).await;
    for person in &crowd {
        room.knows(person, 1).await;
    }
    let id = text(&send(&room, json!({"site": "stadium"})).await.body, "id").to_owned();
    room.hears(&room.carried("notification.bulk_requested").await).await;
    assert_eq!(work(&room, &pages(&room)).await, Vec::<String>::new());
    let seen = progress(&room, &id).await;
    assert_eq!((&seen["status"], &seen["total"], &seen["done"]), (&json!("running"), &json!(70), &json!(50)), "{seen}");
    assert_eq!(work(&room, &pages(&room)).await, Vec::<String>::new());
    let seen = progress(&room, &id).await;
    assert_eq!((&seen["status"], &seen["done"], &seen["pages"]), (&json!("done"), &json!(70), &json!(2)), "{seen}");
    assert_eq!(room.told(&crowd[69]).await, ["message"]);
}

#[tokio::test]
async fn a_page_that_meets_an_outage_comes_again_and_nonsense_fails() {
    let room = NotificationsFixture::open().await;
    send(&room, json!({"all": true})).await;
    room.hears(&room.carried("notification.bulk_requested").await).await;
    let first = pages(&room);
    room.world.cloud.fail_calls("AmazonSQS");
    assert_eq!(work(&room, &first).await, ["0"]);
    room.world.cloud.recover();
    assert_eq!(work(&room, &first).await, Vec::<String>::new());
    assert_eq!(room.told(room.employee()).await, ["message"]);
    let nonsense = Queued { body: json!({"page": 1}), ..first[0].clone() };
    assert_eq!(work(&room, &[nonsense]).await, ["0"]);
}
