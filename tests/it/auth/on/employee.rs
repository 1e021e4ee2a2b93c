//! `auth-on-employee`

use events::{Event, EventType, Fact, Stamp};
use kernel::EventId;
use lambda::queue::QueueMessage;
use serde_json::{Value, json};
use testkit::origin;

use crate::auth::AuthFixture;

fn event(fixture: &AuthFixture, kind: EventType, version: u64, new_values: Value) -> Event {
    let id = EventId::new(uuid::Uuid::from_u128(u128::from(version)));
    Event {
        stamp: Stamp::new(id, Fact::new(kind, "Employee", fixture.employee().id), &origin()),
        service: "employee-management-service".to_owned(),
        version,
        old_values: None,
        new_values: Some(new_values),
        republished: false,
    }
}

async fn deliver(fixture: &AuthFixture, events: Vec<Event>) -> Vec<String> {
    let handler = ::auth::on::employee::build(&fixture.world.shell).unwrap();
    let delivery = |(number, event): (usize, Event)| QueueMessage {
        message_id: number.to_string(),
        event: Ok(event),
        raw: String::new(),
    };
    handler(events.into_iter().enumerate().map(delivery).collect()).await
}

#[tokio::test]
async fn suspension_termination_and_role_changes_end_sessions() {
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
        let fixture = AuthFixture::open().await;
        let pair = fixture.sign_in().await;
        assert_eq!(deliver(&fixture, vec![event(&fixture, kind, 5, values)]).await, Vec::<String>::new());
        assert_eq!(fixture.try_refresh(&pair).await.status, 401, "case {number}");
        let stamps = fixture.world.stamps("AUTH_TABLE").await;
        let revoked = stamps.iter().find(|stamp| stamp.event == "user.session_revoked").unwrap();
        assert_eq!(revoked.actor.to_string(), "system:auth-on-employee");
        assert_eq!(revoked.data.as_ref().unwrap()["cause"], json!(kind));
    }
}

#[tokio::test]
async fn harmless_events_change_nothing() {
    let fixture = AuthFixture::open().await;
    let pair = fixture.sign_in().await;
    let before = fixture.world.snapshot().await;
    let harmless = vec![
        event(&fixture, EventType::EmployeeStatusChanged, 5, json!({"status": "on_leave"})),
        event(&fixture, EventType::EmployeeStatusChanged, 6, json!({"status": "active"})),
        event(&fixture, EventType::EmployeeUpdated, 7, json!({"status": "active"})),
    ];
    assert_eq!(deliver(&fixture, harmless).await, Vec::<String>::new());
    assert_eq!(fixture.world.snapshot().await, before);
    fixture.refresh_tokens(&pair).await;
}

#[tokio::test]
async fn repeated_and_late_events_change_nothing() {
    let fixture = AuthFixture::open().await;
    let roles = |version| event(&fixture, EventType::EmployeeRolesChanged, version, json!({"status": "active"}));
    deliver(&fixture, vec![roles(6)]).await;
    let pair = fixture.sign_in().await;
    let before = fixture.world.snapshot().await;
    assert_eq!(deliver(&fixture, vec![roles(6), roles(5), roles(6)]).await, Vec::<String>::new());
    assert_eq!(fixture.world.snapshot().await, before);
    fixture.refresh_tokens(&pair).await;
}

#[tokio::test]
async fn employee_without_credential_is_ignored_and_invalid_message_fails() {
    let fixture = AuthFixture::open().await;
    let mut stranger = event(&fixture, EventType::EmployeeDeleted, 5, json!({}));
    stranger.stamp.entity_id = fixture.world.people.hr.id.to_string();
    let mut nonsense = event(&fixture, EventType::EmployeeDeleted, 5, json!({}));
    nonsense.stamp.entity_id = "dep_1".to_owned();
    let before = fixture.world.snapshot().await;
    assert_eq!(deliver(&fixture, vec![stranger, nonsense]).await, ["1"]);
    assert_eq!(fixture.world.snapshot().await, before);
}
