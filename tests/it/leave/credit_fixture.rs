//! Common parts of the tests of compensatory credits: an overtime policy, settled days off, and decisions.

use attendance::domain::day::day_id;
use directory::Person;
use events::{Event, EventType, Fact, Stamp};
use kernel::EventId;
use lambda::queue::QueueMessage;
use policy::{Policy, policy_key};
use serde_json::{Value, json};
use testkit::{TestResponse, origin};
use uuid::Uuid;

use super::LeaveFixture;

pub(crate) const CREDITS: &str = "/api/v1/leave-credits";
/// Rest day of the tests, two days before today.
pub(crate) const SATURDAY: &str = "2024-06-08";

/// Number of the overtime policy.
const OVERTIME: u128 = 70;

impl LeaveFixture {
    /// Fixture with the leave type `compensatory`, whose credits expire after 90 days, and an overtime policy that credits
    /// work on days off to it in this mode.
    pub(crate) async fn with_credits(mode: &str) -> Self {
        let office = Self::open().await;
        office.put_leave_type("compensatory", "Compensatory leave").await;
        let rules = json!({"leave_type": "compensatory", "entitlement_days": 0, "credit_expires_days": 90});
        office.put_policy(11, rules).await;
        office.put_overtime(json!({"mode": mode, "leave_type": "compensatory", "share_bp": 15_000})).await;
        office
    }

    async fn put_overtime(&self, credit: Value) {
        let policy: Policy = serde_json::from_value(json!({
            "policy_id": kernel::PolicyId::new(Uuid::from_u128(OVERTIME)), "policy_version": 1, "name": "Overtime",
            "effective_from": "2024-01-01", "kind": "overtime",
            "created_at": "2020-01-01T00:00:00Z", "created_by": "system:test",
            "rules": {
                "tiers": [{"from_minutes": 0, "rate_bp": 12_500}], "rest_day_rate_bp": 15_000, "holiday_rate_bp": 20_000,
                "minimum_block_minutes": 0, "daily_cap_minutes": 600, "weekly_cap_minutes": 900,
                "rest_day_credit": credit,
            },
        }))
        .unwrap();
        self.put("COMPLIANCE_TABLE", policy_key(policy.reference), &policy).await;
    }

    /// Delivers events of settled days; none may fail.
    pub(crate) async fn settle(&self, events: Vec<Event>) {
        let handler = ::leave::on::attendance::build(&self.world.shell).unwrap();
        let delivery = |(number, event): (usize, Event)| QueueMessage {
            message_id: number.to_string(),
            event: Ok(event),
            raw: String::new(),
        };
        assert_eq!(handler(events.into_iter().enumerate().map(delivery).collect()).await, Vec::<String>::new());
    }

    /// Credit of a person's day, as HR reads it.
    pub(crate) async fn credit(&self, person: &Person, date: &str) -> Value {
        let app = app!(self.world, LEAVE_CREDITS_GET);
        let answer = self.world.get(&app, credit_path(person, date, "")).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Approves the credit of a person's day.
    pub(crate) async fn approve_credit(&self, by: &Person, person: &Person, date: &str, body: Value) -> TestResponse {
        let app = app!(self.world, LEAVE_CREDITS_APPROVE);
        self.world.put(&app, credit_path(person, date, "/approve"), body).signed_in_as(by).await
    }

    /// Rejects the credit of a person's day.
    pub(crate) async fn reject_credit(&self, by: &Person, person: &Person, date: &str) -> TestResponse {
        let app = app!(self.world, LEAVE_CREDITS_REJECT);
        let body = json!({"reason": "It was paid"});
        self.world.put(&app, credit_path(person, date, "/reject"), body).signed_in_as(by).await
    }

    /// Types of all events that the service published about credits and balances.
    pub(crate) async fn credit_events(&self) -> Vec<String> {
        let stamps = self.stamps("LEAVE_TABLE").await;
        let of_credit = |name: &str| name.starts_with("leave.credit") || name == "leave.balance_changed";
        stamps.into_iter().map(|stamp| stamp.event).filter(|name| of_credit(name)).collect()
    }
}

/// Path of the credit of a person's day, or of an action on it.
pub(crate) fn credit_path(person: &Person, date: &str, about: &str) -> String {
    let id = kernel::CreditId::new(day_id(person.id, date.parse().unwrap()).uuid());
    format!("{CREDITS}/{id}{about}")
}

/// Event of a rest day on which a person worked these minutes.
pub(crate) fn rest_day(person: &Person, date: &str, version: u64, minutes: i64) -> Event {
    let data = json!({"run": null, "causes": ["new"], "counts_for_leave": true, "counts_for_credit": true});
    settled_day(person, date, version, ("rest", minutes), data)
}

/// Event of a settled day of a kind on which a person worked these minutes.
pub(super) fn settled_day(
    person: &Person,
    date: &str,
    version: u64,
    (kind, minutes): (&str, i64),
    data: Value,
) -> Event {
    let id = day_id(person.id, date.parse().unwrap());
    let piece = json!({
        "date": date, "kind": kind, "night": false, "overtime": kind == "rest", "minutes": minutes, "rate_bp": 15_000,
    });
    let policy = json!({"policy_id": kernel::PolicyId::new(Uuid::from_u128(OVERTIME)), "policy_version": 1});
    let day = json!({
        "id": id, "employee_id": person.id, "date": date,
        "outcome": {
            "status": "present", "kind": kind, "spans": [], "expected_minutes": 0, "worked_seconds": minutes * 60,
            "worked_minutes": minutes, "break_minutes": 0, "late_minutes": 0, "early_minutes": 0, "missing_minutes": 0,
            "leave_minutes": 0, "overtime": {"minutes": 0, "not_counted_minutes": 0}, "pieces": [piece],
            "totals": {"week_worked_minutes": minutes, "week_overtime_minutes": 0}, "policies": [policy],
        },
    });
    let fact = Fact::new(EventType::AttendanceProcessed, "Attendance", id).with_data(data);
    Event {
        stamp: Stamp::new(EventId::new(Uuid::from_u128(u128::from(version))), fact, &origin()),
        service: "attendance-management-service".to_owned(),
        version,
        old_values: None,
        new_values: Some(day),
        republished: false,
    }
}
