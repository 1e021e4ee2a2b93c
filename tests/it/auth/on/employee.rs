//! `auth-on-employee`

use events::{Event, EventType, Fact, Stamp};
use kernel::EventId;
use lambda::queue::QueueMessage;
use serde_json::{Value, json};
use testkit::origin;

use crate::auth::AuthFixture;

fn event(desk: &AuthFixture, kind: EventType, version: u64, new_values: Value) -> Event {
    let id = EventId::new(uuid::Uuid::from_u128(u128::from(version)));
    Event {
        stamp: Stamp::new(id, Fact::new(kind, "Employee", desk.employee().id), &origin()),
        service: "employee-management-service".to_owned(),
        version,
        old_values: None,
        new_values: Some(new_values),
        republished: false,
    }
}

async fn deliver(desk: &AuthFixture, events: Vec<Event>) -> Vec<String> {
    let handler = ::auth::on::employee::build(&desk.world.shell).unwrap();
    let delivery = |(number, event): (usize, Event)| QueueMessage {
        message_id: number.to_string(),
        event: Ok(event),
        raw: String::new(),
    };
    handler(events.into_iter().enumerate().map(delivery).collect()).await
}

#[tokio::test]
async fn sessions_end_when_somebody_is_disabled_leaves_or_gets_other_roles() {
    for (number, (kind, values)) in [
        (EventType::EmployeeStatusChanged, json!({"status": "suspended"})),
        (EventType::EmployeeStatusChanged, json!({"status": "terminated"})),
        (EventType::EmployeeStatusChanged, json!({})),
        (EventType::EmployeeDeleted, json!({"status": "terminated"})),
        (EventType::EmployeeRolesChanged, json!({"status": "active", "roles": ["employee", "hr"]})),
    ]
    .into_iter()
    .enumerate()
    {
        let desk = AuthFixture::open().await;
        let pair = desk.signed_in().await;
        assert_eq!(deliver(&desk, vec![event(&desk, kind, 5, values)]).await, Vec::<String>::new());
        assert_eq!(desk.try_refresh(&pair).await.status, 401, "case {number}");
        let stamps = desk.world.stamps("AUTH_TABLE").await;
        let told = stamps.iter().find(|stamp| stamp.event == "user.session_revoked").unwrap();
        assert_eq!(told.actor.to_string(), "system:auth-on-employee");
        assert_eq!(told.data.as_ref().unwrap()["cause"], json!(kind));
    }
}

#[tokio::test]
async fn what_ends_no_session_changes_nothing() {
    let desk = AuthFixture::open().await;
    let pair = desk.signed_in().await;
    let before = desk.world.snapshot().await;
    let harmless = vec![
        event(&desk, EventType::EmployeeStatusChanged, 5, json!({"status": "on_leave"})),
        event(&desk, EventType::EmployeeStatusChanged, 6, json!({"status": "active"})),
        event(&desk, EventType::EmployeeUpdated, 7, json!({"status": "active"})),
    ];
    assert_eq!(deliver(&desk, harmless).await, Vec::<String>::new());
    assert_eq!(desk.world.snapshot().await, before);
    desk.refreshed(&pair).await;
}

#[tokio::test]
async fn a_second_or_a_late_delivery_changes_nothing() {
    let desk = AuthFixture::open().await;
    let roles = |version| event(&desk, EventType::EmployeeRolesChanged, version, json!({"status": "active"}));
    deliver(&desk, vec![roles(6)]).await;
    let pair = desk.signed_in().await;
    let before = desk.world.snapshot().await;
    assert_eq!(deliver(&desk, vec![roles(6), roles(5), roles(6)]).await, Vec::<String>::new());
    assert_eq!(desk.world.snapshot().await, before);
    desk.refreshed(&pair).await;
}

#[tokio::test]
async fn somebody_without_a_password_is_no_failure_and_nonsense_is_one() {
    let desk = AuthFixture::open().await;
    let mut stranger = event(&desk, EventType::EmployeeDeleted, 5, json!({}));
    stranger.stamp.entity_id = desk.world.people.hr.id.to_string();
    let mut nonsense = event(&desk, EventType::EmployeeDeleted, 5, json!({}));
    nonsense.stamp.entity_id = "dep_1".to_owned();
    let before = desk.world.snapshot().await;
    assert_eq!(deliver(&desk, vec![stranger, nonsense]).await, ["1"]);
    assert_eq!(desk.world.snapshot().await, before);
}
