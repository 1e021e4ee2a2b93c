//! Tests of the service `notifications` by endpoint, event and job, with a database in the same process.

use std::ops::Deref;

use directory::Person;
use events::{Event, EventType, Fact, Stamp};
use jiff::SignedDuration;
use kernel::{Actor, EventId, Origin};
use lambda::queue::{BatchHandler, QueueMessage};
use serde_json::{Value, json};
use testkit::{TestResponse, World, origin, world};

pub(crate) mod browser;
pub(crate) mod delivery_fixture;
pub(crate) mod job;
pub(crate) mod notification_preferences;
pub(crate) mod notification_subscriptions;
pub(crate) mod notification_templates;
pub(crate) mod notifications;
pub(crate) mod on;

const TABLE: &str = "NOTIFICATIONS_TABLE";

/// World with all people in their groups and without notifications.
pub(crate) struct NotificationsFixture {
    world: World,
    consumer: BatchHandler,
}

impl Deref for NotificationsFixture {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl NotificationsFixture {
    async fn new() -> Self {
        let world = world().await;
        let consumer = ::notifications::on::event::build(&world.shell).unwrap();
        let fixture = Self { world, consumer };
        for person in fixture.world.people.all() {
            fixture.update_person(person, 1).await;
        }
        fixture
    }

    fn advance(&self, seconds: i64) {
        self.world.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// Event at the current time.
    fn event(&self, kind: EventType, entity: (&'static str, &str), actor: &Person, values: Value) -> Event {
        let now = self.world.now();
        let by = Origin { actor: Actor::Person(actor.id), at: now, ..origin() };
        let stamp = Stamp::new(EventId::new(self.world.shell.ids.uuid(now)), Fact::new(kind, entity.0, entity.1), &by);
        Event {
            stamp,
            service: kind.service().as_str().to_owned(),
            version: 1,
            old_values: None,
            new_values: Some(values),
            republished: false,
        }
    }

    /// Event of a leave request of the employee.
    fn leave_event(&self, kind: EventType, actor: &Person, status: &str) -> Event {
        let values = json!({
            "id": LEAVE,
            "employee_id": self.employee().id,
            "leave_type": "annual",
            "leave_type_name": "Annual Leave",
            "start_date": "2024-07-15",
            "end_date": "2024-07-20",
            "duration": {"minutes": 2400, "days": 5.0},
            "reason": "a private matter",
            "status": status,
            "approval": {"steps": [{"by": "manager", "needed": 1}], "step": 0, "level": 0},
            "manager_id": self.manager().id,
        });
        self.event(kind, ("LeaveRequest", LEAVE), actor, values)
    }

    /// Event with the record of a person.
    fn person_event(&self, kind: EventType, person: &Person, version: u64) -> Event {
        let values = serde_json::to_value(person).unwrap();
        let event = self.event(kind, ("Employee", &person.id.to_string()), self.hr(), values);
        Event { version, ..event }
    }

    /// Delivers the record of a person to the consumer of the groups.
    async fn update_person(&self, person: &Person, version: u64) {
        let event = self.person_event(EventType::EmployeeUpdated, person, version);
        self.deliver_to_groups(vec![event]).await;
    }

    async fn deliver_to_groups(&self, events: Vec<Event>) {
        let consumer = ::notifications::on::employee::build(&self.world.shell).unwrap();
        assert_eq!(consumer(events.into_iter().enumerate().map(delivery).collect()).await, Vec::<String>::new());
    }

    /// Delivers events, all of which must succeed.
    async fn deliver(&self, events: &[Event]) {
        assert_eq!(self.try_deliver(events).await, Vec::<String>::new());
    }

    /// Delivers events and returns the ids of failed messages.
    async fn try_deliver(&self, events: &[Event]) -> Vec<String> {
        (self.consumer)(events.iter().cloned().enumerate().map(delivery).collect()).await
    }

    async fn get(&self, path: &str, by: &Person) -> TestResponse {
        let app = match path {
            path if path.starts_with("/api/v1/notifications/trace?") => {
                app!(self.world, NOTIFICATIONS_TRACE_LIST)
            }
            path if path.ends_with("/trace") => app!(self.world, NOTIFICATIONS_TRACE_GET),
            path if path.contains("/unread") => app!(self.world, NOTIFICATIONS_UNREAD),
            path if path.contains("/bulk/") => app!(self.world, NOTIFICATIONS_BULK_GET),
            _ => app!(self.world, NOTIFICATIONS_LIST),
        };
        self.world.get(&app, path).signed_in_as(by).await
    }

    /// All notifications in an inbox, newest first.
    async fn inbox(&self, of: &Person) -> Vec<Value> {
        let answer = self.get(&format!("/api/v1/notifications/{}?limit=100", of.id), of).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["items"].as_array().unwrap().clone()
    }

    /// Templates of the notifications in an inbox, newest first.
    async fn templates_in_inbox(&self, of: &Person) -> Vec<String> {
        self.inbox(of).await.iter().map(|item| text(item, "template").to_owned()).collect()
    }

    /// Decisions about an event, as HR sees them.
    async fn decisions(&self, event: &Event) -> Vec<Value> {
        let answer = self.get(&format!("/api/v1/notifications/trace?event_id={}", event.stamp.id), self.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["decisions"].as_array().unwrap().clone()
    }

    /// Decision about one person.
    async fn decision(&self, event: &Event, person: &Person) -> Value {
        let mut decisions = self.decisions(event).await;
        decisions.retain(|decision| decision["recipient_id"] == json!(person.id));
        assert_eq!(decisions.len(), 1, "one decision per person: {decisions:?}");
        decisions.remove(0)
    }

    async fn set_preferences(&self, person: &Person, preferences: Value) {
        let app = app!(self.world, NOTIFICATION_PREFERENCES_UPDATE);
        let answer = self
            .world
            .put(&app, format!("/api/v1/notification-preferences/{}", person.id), preferences)
            .signed_in_as(person)
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    async fn reset_preferences(&self, person: &Person) {
        self.set_preferences(person, json!({})).await;
    }

    /// Takes the messages for the workers: queue and channel.
    fn queued(&self) -> Vec<(String, String)> {
        let taken = self.world.cloud.take_queued().into_iter();
        let pair =
            |message: testkit::Queued| (message.queue, message.body["channel"].as_str().unwrap_or("-").to_owned());
        let mut queued: Vec<_> = taken.map(pair).collect();
        queued.sort();
        queued
    }

    /// Number of published events of a type.
    async fn count_published(&self, kind: &str) -> usize {
        self.world.published_types(TABLE).await.iter().filter(|event| *event == kind).count()
    }

    /// Published events of a type.
    async fn published_events(&self, kind: &str) -> Vec<Event> {
        let entries = fixtures::relay_stream(&self.world, TABLE).await;
        let ours = entries.iter().filter(|entry| entry["DetailType"] == kind);
        ours.map(|entry| serde_json::from_value(entry["Detail"].clone()).unwrap()).collect()
    }
}

const LEAVE: &str = "leave_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";

fn delivery((number, event): (usize, Event)) -> QueueMessage {
    QueueMessage { message_id: number.to_string(), event: Ok(event), raw: String::new() }
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}"))
}

/// Pairs of role and reason of decisions.
fn reasons(decisions: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    decisions.iter().map(|decision| (text(&decision["role"]), text(&decision["reason"]))).collect()
}
