//! Tests of the leave service, endpoint by endpoint, against a real database in this process.

use std::ops::Deref;

use directory::Person;
use kernel::EmployeeId;
use policy::{
    Calendar, Policy, calendar_key,
    leave::{Account, LedgerEntry, account_key},
    policy_key,
};
use serde::Serialize;
use serde_json::{Value, json};
use store::{Key, Write, from_item};
use testkit::{TestResponse, World, origin, world};
use uuid::Uuid;

pub(crate) use testkit::with;

pub(crate) mod balance_fixture;
pub(crate) mod credit_fixture;
pub(crate) mod hours_fixture;
pub(crate) mod job;
pub(crate) mod leave_balances;
pub(crate) mod leave_credits;
pub(crate) mod leave_delegations;
pub(crate) mod leave_feeds;
pub(crate) mod leave_types;
pub(crate) mod leaves;
pub(crate) mod on;
pub(crate) mod recount_fixture;

const LEAVES: &str = "/api/v1/leaves";
const TYPES: &str = "/api/v1/leave-types";
const DELEGATIONS: &str = "/api/v1/leave-delegations";

/// World with a calendar for its site, leave types and policies.
pub(crate) struct LeaveFixture {
    pub(crate) world: World,
}

impl Deref for LeaveFixture {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl LeaveFixture {
    /// Leave types: `annual` (30 days a year, posted on the first day, approved by the manager), `sick` (no limit, no
    /// approval step) and `casual` (5 days, 3 days of notice).
    pub(crate) async fn open() -> Self {
        Self::in_world(world().await).await
    }

    /// Leave types and policies as from [`Self::open`], in a given world.
    pub(crate) async fn in_world(world: World) -> Self {
        let office = Self { world };
        office.put_calendar(&[]).await;
        for (code, name) in [("annual", "Annual"), ("sick", "Sick leave"), ("casual", "Casual")] {
            office.put_leave_type(code, name).await;
        }
        office.put_policy(1, json!({"leave_type": "annual", "entitlement_days": 30, "unit": "hour"})).await;
        office.put_policy(2, json!({"leave_type": "sick", "backdate_days": 30, "approval": []})).await;
        let casual = json!({"leave_type": "casual", "entitlement_days": 5, "notice_days": 3, "run_days_max": 3});
        office.put_policy(3, casual).await;
        office
    }

    async fn put(&self, table: &str, key: Key, body: &impl Serialize) {
        self.table(table).commit(&origin(), Write::create(key, body)).await.unwrap();
    }

    /// Calendar of Berlin: Monday to Friday, with these holidays.
    pub(crate) async fn put_calendar(&self, holidays: &[&str]) {
        let day = json!({"pattern": "full", "hours": [["09:00:00", "12:00:00"], ["13:00:00", "18:00:00"]]});
        let off = json!({"pattern": "off", "hours": []});
        let holidays: Vec<_> = holidays.iter().map(|day| json!({"name": "Holiday", "from": day})).collect();
        let calendar: Calendar = serde_json::from_value(json!({
            "site": "berlin", "version": 1, "created_at": "2020-01-01T00:00:00Z", "created_by": "system:test", "holidays": holidays,
            "week": {"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day, "saturday": off, "sunday": off},
        }))
        .unwrap();
        self.put("COMPLIANCE_TABLE", calendar_key("berlin", 1), &calendar).await;
    }

    pub(crate) async fn put_leave_type(&self, code: &str, name: &str) {
        let app = app!(self.world, LEAVE_TYPES_CREATE);
        let body = json!({"code": code, "name": name, "paid": true});
        let answer = self.world.post(&app, "/api/v1/leave-types", body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    /// Leave policy since 2024; defaults: posted yearly on the first day, approved by the manager.
    pub(crate) async fn put_policy(&self, number: u128, rules: Value) {
        self.put_policy_since(number, "2024-01-01", rules).await;
    }

    /// Leave policy since a given day, with the same defaults.
    pub(crate) async fn put_policy_since(&self, number: u128, since: &str, rules: Value) {
        let mut all = json!({
            "accrual": {"schedule": "yearly", "posted_at": "start", "round_to": "minute"},
            "approval": [{"by": "manager", "escalate_after_hours": 48}],
        });
        all.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
        let policy: Policy = serde_json::from_value(json!({
            "policy_id": kernel::PolicyId::new(Uuid::from_u128(number)), "policy_version": 1, "name": "A policy",
            "effective_from": since, "kind": "leave", "rules": all,
            "created_at": "2020-01-01T00:00:00Z", "created_by": "system:test",
        }))
        .unwrap();
        self.put("COMPLIANCE_TABLE", policy_key(policy.reference), &policy).await;
    }

    /// Attendance policy with the shifts `day` (09:00 to 17:30, half an hour of break) and `night` (22:00 to 06:00).
    pub(crate) async fn put_shifts(&self) {
        let shift = |code: &str, from: &str, to: &str, rest: i64| json!({"code": code, "from": from, "to": to, "break_minutes": rest});
        let rules = json!({
            "shifts": [shift("day", "09:00:00", "17:30:00", 30), shift("night", "22:00:00", "06:00:00", 0)],
            "window_before_minutes": 60, "window_after_minutes": 60, "grace_in_minutes": 5, "grace_out_minutes": 5,
            "breaks": [], "rounding": "none", "rounding_step_minutes": 1,
        });
        let policy: Policy = serde_json::from_value(json!({
            "policy_id": kernel::PolicyId::new(Uuid::from_u128(90)), "policy_version": 1, "name": "Shifts",
            "effective_from": "2024-01-01", "kind": "attendance", "rules": rules,
            "created_at": "2020-01-01T00:00:00Z", "created_by": "system:test",
        }))
        .unwrap();
        self.put("COMPLIANCE_TABLE", policy_key(policy.reference), &policy).await;
    }

    /// Shift assignments of a person, day by day, as the attendance service stores them: date and shift codes.
    pub(crate) async fn assign_shifts(&self, person: &Person, days: &[(&str, &[&str])]) {
        let assignment = |(number, (day, shifts)): (usize, &(&str, &[&str]))| {
            let id = kernel::AssignmentId::new(Uuid::from_u128(number as u128 + 1));
            json!({"id": id, "from": day, "to": day, "work": {"shifts": shifts}})
        };
        let schedule: Vec<Value> = days.iter().enumerate().map(assignment).collect();
        let member = json!({"person": person, "person_version": 1, "schedule": schedule});
        let write = Write::put(directory::members::member_key(person.id), &member);
        self.table("ATTENDANCE_TABLE").commit(&origin(), write).await.unwrap();
    }

    /// Copy of the employee with this number, name and manager.
    pub(crate) async fn add_person(&self, number: u128, name: &str, manager: Option<EmployeeId>) -> Person {
        let like = self.employee().clone();
        let person = Person {
            id: EmployeeId::new(Uuid::from_u128(0x018c_0000_0000_7000_8000_0000_0000_0000 | number)),
            employee_code: format!("X{number}"),
            first_name: name.to_owned(),
            email: format!("{}@example.com", name.to_lowercase()),
            manager_id: manager,
            ..like
        };
        self.world.add_people(&[&person]).await;
        person
    }

    /// Requests leave as a person.
    pub(crate) async fn request_leave(&self, person: &Person, body: Value) -> TestResponse {
        let app = app!(self.world, LEAVES_CREATE);
        self.world.post(&app, LEAVES, body).signed_in_as(person).await
    }

    /// Requests annual leave between two days; returns the request.
    pub(crate) async fn request_annual_leave(&self, person: &Person, start: &str, end: &str) -> Value {
        let body = json!({"leave_type": "annual", "start_date": start, "end_date": end});
        let answer = self.request_leave(person, body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    /// Approves a request as a person.
    pub(crate) async fn approve(&self, person: &Person, leave: &Value) -> TestResponse {
        let app = app!(self.world, LEAVES_APPROVE);
        self.world.put(&app, path(leave, "/approve"), json!({"comments": "Fine"})).signed_in_as(person).await
    }

    /// Rejects a request as a person.
    pub(crate) async fn reject(&self, person: &Person, leave: &Value) -> TestResponse {
        let app = app!(self.world, LEAVES_REJECT);
        self.world.put(&app, path(leave, "/reject"), json!({"reason": "Too many are away"})).signed_in_as(person).await
    }

    /// Cancels a request as a person.
    pub(crate) async fn cancel(&self, person: &Person, leave: &Value) -> TestResponse {
        let app = app!(self.world, LEAVES_CANCEL);
        self.world.post(&app, path(leave, "/cancel"), json!({})).signed_in_as(person).await
    }

    /// Reads a request as a person.
    pub(crate) async fn read_leave(&self, person: &Person, leave: &Value) -> TestResponse {
        let app = app!(self.world, LEAVES_GET);
        self.world.get(&app, path(leave, "")).signed_in_as(person).await
    }

    /// Body of a delegation to Otto for two weeks of July.
    pub(crate) fn delegation_body(&self) -> Value {
        json!({"delegate_id": self.world.people.other_manager.id, "from": "2024-07-01", "to": "2024-07-14", "reason": "Away"})
    }

    /// Creates that delegation as Mara.
    pub(crate) async fn create_delegation(&self) -> Value {
        let app = app!(self.world, LEAVE_DELEGATIONS_CREATE);
        let answer = self.world.post(&app, DELEGATIONS, self.delegation_body()).signed_in_as(self.manager()).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""), "{}", answer.body);
        answer.body
    }

    /// Stored account of a person and leave type.
    pub(crate) async fn account(&self, person: &Person, leave_type: &str) -> Account {
        let item = self.table("LEAVE_TABLE").get_consistent(&account_key(person.id, leave_type)).await.unwrap();
        item.map_or_else(|| Account::new(leave_type), |item| from_item(item).unwrap())
    }

    /// Stored ledger of a person and leave type.
    pub(crate) async fn ledger(&self, person: &Person, leave_type: &str) -> Vec<LedgerEntry> {
        let query = store::Query::partition(format!("EMP#{}", person.id));
        let query = query.begins_with(&format!("LEDGER#{leave_type}#")).consistent();
        let items = self.table("LEAVE_TABLE").query_all(query, 1000).await.unwrap();
        items.into_iter().map(|item| from_item(item).unwrap()).collect()
    }

    /// Minutes taken or held by the ledger. Asserts that the account agrees.
    pub(crate) async fn taken_minutes(&self, person: &Person, leave_type: &str) -> i64 {
        let ledger = self.ledger(person, leave_type).await;
        let account = self.account(person, leave_type).await;
        let far = jiff::civil::date(2030, 1, 1);
        let sum: i64 = ledger.iter().map(|entry| entry.minutes.0).sum();
        assert_eq!(account.posted_minutes_until(far).0, sum, "the account equals the fold of its ledger");
        -sum
    }
}

/// Path of a request, or of an action on it.
pub(crate) fn path(leave: &Value, about: &str) -> String {
    format!("{LEAVES}/{}{about}", leave["id"].as_str().unwrap())
}

fn delegation_path(delegation: &Value) -> String {
    format!("{DELEGATIONS}/{}", delegation["id"].as_str().unwrap())
}
