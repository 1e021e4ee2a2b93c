//! Policies, calendars, violations and trainings, endpoint by endpoint, against a real database in this process.

use std::ops::Deref;

use axum::Router;
use directory::Person;
use events::{Event, EventType, Fact, Stamp};
use jiff::civil::Date;
use kernel::EventId;
use lambda::queue::QueueMessage;
use serde_json::{Value, json};
use testkit::{Answer, World, origin, world};

pub(crate) use testkit::with;

pub(crate) mod compliance;
pub(crate) mod job;
pub(crate) mod on;

const TABLE: &str = "COMPLIANCE_TABLE";
const POLICIES: &str = "/api/v1/compliance/policies";
const CALENDARS: &str = "/api/v1/compliance/calendars";
const VIOLATIONS: &str = "/api/v1/compliance/violations";
const TRAININGS: &str = "/api/v1/compliance/training";

/// A world in which HR may say what applies, with the endpoints that most tests need.
struct ComplianceFixture {
    world: World,
    create: Router,
}

impl Deref for ComplianceFixture {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl ComplianceFixture {
    async fn open() -> Self {
        let world = world().await;
        let create = app!(world, COMPLIANCE_POLICIES_CREATE);
        Self { world, create }
    }

    /// Adds a policy; answers its id.
    async fn policy(&self, body: Value) -> String {
        let answer = self.world.post(&self.create, POLICIES, body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        id(&answer)
    }

    /// Makes a version of a site's calendar: Monday to Friday, with these holidays.
    async fn calendar(&self, site: &str, holidays: Value) -> Answer {
        let app = app!(self.world, COMPLIANCE_CALENDARS_UPDATE);
        let body = json!({"week": week(), "holidays": holidays});
        let answer = self.world.put(&app, format!("{CALENDARS}/{site}"), body).signed_in_as(self.hr()).await;
        assert!(answer.status.is_success(), "{}", answer.body);
        answer
    }

    /// Assigns a training to somebody; answers it.
    async fn assigned(&self, person: &Person, course: &str, due: Date) -> Value {
        let app = app!(self.world, COMPLIANCE_TRAINING_CREATE);
        let body = json!({"employee_id": person.id, "course": course, "due_date": due});
        let answer = self.world.post(&app, TRAININGS, body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["items"][0].clone()
    }

    /// An event about somebody with violations of these codes.
    fn event(&self, number: u128, kind: &str, person: &Person, codes: &[&str]) -> Event {
        let fact = Fact::new(EventType::LeaveRequestCreated, "LeaveRequest", "leave_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8");
        let origin = kernel::Origin { at: self.world.now(), ..origin() };
        let mut stamp = Stamp::new(EventId::new(uuid::Uuid::from_u128(number)), fact, &origin);
        kind.clone_into(&mut stamp.event);
        let violations: Vec<_> = codes.iter().map(|code| violation(code)).collect();
        Event {
            stamp,
            service: "leave-management-service".to_owned(),
            version: 1,
            old_values: None,
            new_values: Some(json!({"employee_id": person.id, "status": "pending", "violations": violations})),
            republished: false,
        }
    }

    /// Delivers events to the consumer; answers the messages that failed.
    async fn deliver(&self, events: Vec<Event>) -> Vec<String> {
        let handler = ::compliance::on::event::build(&self.world.shell).unwrap();
        let delivery = |(number, event): (usize, Event)| QueueMessage {
            message_id: number.to_string(),
            event: Ok(event),
            raw: String::new(),
        };
        handler(events.into_iter().enumerate().map(delivery).collect()).await
    }

    /// Registers one violation of somebody; answers its id.
    async fn register_violation(&self, number: u128, person: &Person, code: &str) -> String {
        let before = self.registered().await;
        let event = self.event(number, "leave.request_created", person, &[code]);
        assert_eq!(self.deliver(vec![event]).await, Vec::<String>::new());
        self.registered().await.into_iter().find(|id| !before.contains(id)).unwrap()
    }

    /// The ids of all registered violations.
    async fn registered(&self) -> Vec<String> {
        let items = self.world.list_items(TABLE).await;
        let of = |item: &store::Item| {
            store::string_attribute(item, "id").filter(|id| id.starts_with("viol_")).map(str::to_owned)
        };
        items.iter().filter_map(of).collect()
    }

    /// Runs the daily job.
    async fn run(&self) -> Value {
        let job = ::compliance::job::training::build(&self.world.shell).unwrap();
        job(self.world.shell.system_origin("compliance-job-training", "req_job"), json!({})).await.unwrap()
    }

    /// How often each event of the table was said, as the last stamps tell.
    async fn count_events(&self, kind: &str) -> usize {
        self.world.published_types(TABLE).await.iter().filter(|said| *said == kind).count()
    }
}

/// What a violation looks like in an event.
fn violation(code: &str) -> Value {
    json!({
        "code": code, "policy_id": "pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "policy_version": 2, "blocking": false,
        "explanation": "2 days' notice, 7 are asked for.", "figures": {"notice_days": 2, "share": 0.5}, "pointer": "/start_date",
    })
}

/// Monday to Friday, nine to five with an hour's break.
fn week() -> Value {
    let full = json!({"pattern": "full", "hours": [["09:00", "12:00"], ["13:00", "17:00"]]});
    let off = json!({"pattern": "off"});
    json!({
        "monday": full, "tuesday": full, "wednesday": full, "thursday": full, "friday": full, "saturday": off, "sunday": off,
    })
}

/// A training policy, with these fields set (or, with null, left out).
fn training_policy(fields: Value) -> Value {
    with(
        json!({
            "name": "Fire safety", "effective_from": "2024-01-01", "kind": "training",
            "rules": {"course": "fire-safety", "due_after_days": 30, "repeat_months": 12, "remind_days_before": 14},
        }),
        fields,
    )
}

/// A policy of annual leave, with these fields set (or, with null, left out).
fn leave_policy(fields: Value) -> Value {
    with(
        json!({
            "name": "Annual leave", "effective_from": "2024-01-01", "kind": "leave",
            "rules": {
                "leave_type": "annual", "entitlement_days": 24,
                "accrual": {"schedule": "yearly", "posted_at": "start", "round_to": "half_day"},
                "approval": [{"by": "manager"}],
            },
        }),
        fields,
    )
}

fn id(answer: &Answer) -> String {
    answer.body["id"].as_str().unwrap().to_owned()
}

/// The values of one field of every item.
fn all<'a>(answer: &'a Answer, field: &str) -> Vec<&'a str> {
    answer.body["items"].as_array().unwrap().iter().filter_map(|item| item[field].as_str()).collect()
}
