//! Compliance service: each endpoint, job and consumer against a real database in process.

use std::ops::Deref;

use axum::Router;
use directory::Person;
use events::{Event, EventType, Fact, Stamp};
use jiff::civil::Date;
use kernel::EventId;
use lambda::queue::QueueMessage;
use serde_json::{Value, json};
use testkit::{TestResponse, World, origin, world};

pub(crate) use testkit::with;

pub(crate) mod compliance;
pub(crate) mod job;
pub(crate) mod on;

const TABLE: &str = "COMPLIANCE_TABLE";
const POLICIES: &str = "/api/v1/compliance/policies";
const CALENDARS: &str = "/api/v1/compliance/calendars";
const VIOLATIONS: &str = "/api/v1/compliance/violations";
const TRAININGS: &str = "/api/v1/compliance/training";

/// World with the endpoint that creates policies.
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
        for code in ["annual", "sick"] {
            let app = app!(world, LEAVE_TYPES_CREATE);
            let body = json!({"code": code, "name": code, "paid": true});
            let answer = world.post(&app, "/api/v1/leave-types", body).signed_in_as(world.hr()).await;
            assert_eq!(answer.status, 201, "{}", answer.body);
        }
        let create = app!(world, COMPLIANCE_POLICIES_CREATE);
        Self { world, create }
    }

    /// Creates a policy and returns its id.
    async fn create_policy(&self, body: Value) -> String {
        let answer = self.world.post(&self.create, POLICIES, body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        id(&answer)
    }

    /// Stores a version of a site's calendar with these holidays; Monday to Friday are worked.
    async fn put_calendar(&self, site: &str, holidays: Value) -> TestResponse {
        let app = app!(self.world, COMPLIANCE_CALENDARS_UPDATE);
        let body = json!({"week": week(), "holidays": holidays});
        let answer = self.world.put(&app, format!("{CALENDARS}/{site}"), body).signed_in_as(self.hr()).await;
        assert!(answer.status.is_success(), "{}", answer.body);
        answer
    }

    /// Assigns a training to an employee and returns it.
    async fn assign_training(&self, person: &Person, course: &str, due: Date) -> Value {
        let app = app!(self.world, COMPLIANCE_TRAINING_CREATE);
        let body = json!({"employee_id": person.id, "course": course, "due_date": due});
        let answer = self.world.post(&app, TRAININGS, body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["items"][0].clone()
    }

    /// Event about an employee with violations of these codes.
    fn event_with_violations(&self, number: u128, kind: &str, person: &Person, codes: &[&str]) -> Event {
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

    /// Delivers events to the consumer and returns the ids of the messages that failed.
    async fn deliver(&self, events: Vec<Event>) -> Vec<String> {
        let handler = ::compliance::on::event::build(&self.world.shell).unwrap();
        let delivery = |(number, event): (usize, Event)| QueueMessage {
            message_id: number.to_string(),
            event: Ok(event),
            raw: String::new(),
        };
        handler(events.into_iter().enumerate().map(delivery).collect()).await
    }

    /// Registers one violation of an employee and returns its id.
    async fn register_violation(&self, number: u128, person: &Person, code: &str) -> String {
        let before = self.registered().await;
        let event = self.event_with_violations(number, "leave.request_created", person, &[code]);
        assert_eq!(self.deliver(vec![event]).await, Vec::<String>::new());
        self.registered().await.into_iter().find(|id| !before.contains(id)).unwrap()
    }

    /// Ids of all registered violations.
    async fn registered(&self) -> Vec<String> {
        let items = self.world.list_items(TABLE).await;
        let violation_id = |item: &store::Item| {
            store::string_attribute(item, "id").filter(|id| id.starts_with("viol_")).map(str::to_owned)
        };
        items.iter().filter_map(violation_id).collect()
    }

    /// Runs the daily reminder job.
    async fn run_reminder_job(&self) -> Value {
        let job = ::compliance::job::training::build(&self.world.shell).unwrap();
        job(self.world.shell.system_origin("compliance-job-training", "req_job"), json!({})).await.unwrap()
    }

    /// Number of published events of a type, by the last stamps of the table's items.
    async fn count_events(&self, kind: &str) -> usize {
        self.world.published_types(TABLE).await.iter().filter(|published| *published == kind).count()
    }
}

/// Violation as it is stored in an event.
fn violation(code: &str) -> Value {
    let figures = match code {
        "notice_too_short" => {
            json!({"today": "2024-06-10", "notice_days": 2, "notice_days_needed": 7, "minutes": 480, "day_minutes": 480})
        }
        "blackout" => {
            json!({"from": "2024-12-01", "to": "2024-12-31", "reason": "Stocktaking", "dates": ["2024-12-02"]})
        }
        "attachment_required" => json!({"attachment_above_days": 3, "minutes": 1920, "day_minutes": 480}),
        "daily_maximum" => json!({"date": "2024-06-10", "worked_minutes": 660, "daily_max_minutes": 600}),
        "daily_rest" => json!({"date": "2024-06-10", "rest_minutes": 600, "daily_rest_minutes": 660}),
        other => panic!("no figures for the violation {other}"),
    };
    json!({
        "code": code, "policy_id": "pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "policy_version": 2, "blocking": false,
        "explanation": "The policy does not allow this.", "figures": figures, "pointer": "/start_date",
    })
}

/// Working week from Monday to Friday, 09:00 to 17:00 with an hour of break.
fn week() -> Value {
    let full = json!({"pattern": "full", "hours": [["09:00", "12:00"], ["13:00", "17:00"]]});
    let off = json!({"pattern": "off"});
    json!({
        "monday": full, "tuesday": full, "wednesday": full, "thursday": full, "friday": full, "saturday": off, "sunday": off,
    })
}

/// Training policy with these fields changed; null removes a field.
fn training_policy(fields: Value) -> Value {
    with(
        json!({
            "name": "Fire safety", "effective_from": "2024-01-01", "kind": "training",
            "rules": {"course": "fire-safety", "due_after_days": 30, "repeat_months": 12, "remind_days_before": 14},
        }),
        fields,
    )
}

/// Policy of annual leave with these fields changed; null removes a field.
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

fn id(answer: &TestResponse) -> String {
    answer.body["id"].as_str().unwrap().to_owned()
}

/// Values of one field of all items.
fn all<'a>(answer: &'a TestResponse, field: &str) -> Vec<&'a str> {
    answer.body["items"].as_array().unwrap().iter().filter_map(|item| item[field].as_str()).collect()
}
