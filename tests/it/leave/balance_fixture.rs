//! Common parts of the balance tests: hired people, jobs, and balances as the API returns them.

use directory::Person;
use events::{Event, EventType, Fact, Stamp};
use jiff::civil::Date;
use kernel::EventId;
use lambda::queue::QueueMessage;
use serde_json::{Value, json};
use testkit::origin;
use uuid::Uuid;

use super::LeaveFixture;

/// 10:00 UTC on a date.
pub(crate) fn noon(date: &str) -> jiff::Timestamp {
    format!("{date}T10:00:00Z").parse().unwrap()
}

impl LeaveFixture {
    /// Person hired on a day who reports to the manager.
    pub(super) async fn hire(&self, number: u128, name: &str, hire_date: &str) -> Person {
        let person = self.add_person(number, name, Some(self.manager().id)).await;
        let person = Person { hire_date: hire_date.parse().unwrap(), ..person };
        self.world.add_people(&[&person]).await;
        self.world.clock.advance(jiff::SignedDuration::from_secs(10));
        person
    }

    /// Balance of one leave type, as a person reads it.
    pub(super) async fn read_balance(&self, by: &Person, of: &Person, leave_type: &str, as_of: &str) -> Value {
        let app = app!(self.world, LEAVE_BALANCES_GET);
        let path = format!("/api/v1/leave-balances/{}?leave_type={leave_type}&as_of={as_of}", of.id);
        let answer = self.world.get(&app, path).signed_in_as(by).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body["balances"].as_array().unwrap().len(), 1);
        answer.body["balances"][0].clone()
    }

    /// Balance in minutes, as HR reads it.
    pub(super) async fn balance_minutes(&self, of: &Person, leave_type: &str, as_of: &str) -> i64 {
        self.read_balance(self.hr(), of, leave_type, as_of).await["balance"]["minutes"].as_i64().unwrap()
    }

    /// Explanation of a balance, as HR reads it.
    pub(super) async fn read_explanation(&self, of: &Person, leave_type: &str, as_of: &str) -> Value {
        let app = app!(self.world, LEAVE_BALANCES_EXPLAIN);
        let path = format!("/api/v1/leave-balances/{}/explain?leave_type={leave_type}&as_of={as_of}", of.id);
        let answer = self.world.get(&app, path).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Asserts that the explanation adds up to the balance of each of these days.
    pub(super) async fn assert_explanation_adds_up(&self, of: &Person, leave_type: &str, days: &[&str]) {
        for day in days {
            let explained = self.read_explanation(of, leave_type, day).await;
            let lines = explained["lines"].as_array().unwrap();
            let mut sum = 0;
            for line in lines {
                sum += line["amount"]["minutes"].as_i64().unwrap();
                assert_eq!(line["balance"]["minutes"], json!(sum), "{day}: {line}");
                assert!(line["why"].as_str().unwrap().len() > 8, "{line}");
                assert!(line["inputs"].is_object(), "{line}");
            }
            assert_eq!(explained["balance"]["minutes"], json!(sum), "{day}");
            assert_eq!(self.balance_minutes(of, leave_type, day).await, sum, "{day}: {explained:#}");
        }
    }

    /// Posts the due entries of these people like the worker; returns the failed messages.
    pub(super) async fn post_due(&self, people: &[&Person]) -> Vec<String> {
        let handler = ::leave::job::post::build(&self.world.shell).unwrap();
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        handler(vec![work(json!({"run": "req_run", "employee_ids": ids}))]).await
    }

    /// Delivers employee events; returns the failed messages.
    pub(super) async fn consume_events(&self, events: Vec<Event>) -> Vec<String> {
        let handler = ::leave::on::employee::build(&self.world.shell).unwrap();
        let delivery = |(number, event): (usize, Event)| QueueMessage {
            message_id: number.to_string(),
            event: Ok(event),
            raw: String::new(),
        };
        handler(events.into_iter().enumerate().map(delivery).collect()).await
    }

    /// Moves the clock to 10:00 UTC on a date.
    pub(super) fn set_date(&self, date: &str) {
        self.world.clock.set(noon(date));
    }

    /// Posted entries of a person: id, day and minutes.
    pub(super) async fn posted_entries(&self, of: &Person, leave_type: &str) -> Vec<(String, Date, i64)> {
        let ledger = self.ledger(of, leave_type).await;
        ledger.into_iter().map(|entry| (entry.id, entry.on, entry.minutes.0)).collect()
    }
}

/// Queue message of a posting batch.
pub(crate) fn work(body: Value) -> QueueMessage {
    QueueMessage { message_id: "m1".to_owned(), event: Err("work".to_owned()), raw: body.to_string() }
}

/// Employee event with an image of the person.
pub(crate) fn event(kind: EventType, version: u64, person: &Person) -> Event {
    let id = EventId::new(Uuid::from_u128(u128::from(version)));
    Event {
        stamp: Stamp::new(id, Fact::new(kind, "Employee", person.id), &origin()),
        service: "employee-management-service".to_owned(),
        version,
        old_values: None,
        new_values: Some(serde_json::to_value(person).unwrap()),
        republished: false,
    }
}
