//! Helpers of the roster and assignment tests.

use directory::Person;
use policy::{Policy, attendance::Assignment, policy_key};
use serde_json::{Value, json};
use store::{Item, Key, Write};
use testkit::{TestResponse, origin};

use super::fixture::{AttendanceFixture, uuid};

pub(crate) const ROSTERS: &str = "/api/v1/rosters";
pub(crate) const ASSIGNMENTS: &str = "/api/v1/shift-assignments";

/// Early shifts from Monday to Friday, then a free weekend.
pub(crate) fn early_week() -> Value {
    json!({"name": "Early", "starts_on": "2024-06-03", "cycle": [["early"], ["early"], ["early"], ["early"], ["early"], [], []]})
}

/// The object with these members replaced.
pub(crate) fn with(mut body: Value, members: Value) -> Value {
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

/// Path of an object with an id.
pub(crate) fn path_of(path: &str, thing: &Value) -> String {
    format!("{path}/{}", thing["id"].as_str().unwrap())
}

impl AttendanceFixture {
    /// HR creates a roster.
    pub(super) async fn create_roster(&self, body: Value) -> Value {
        let app = app!(self.world, ROSTERS_CREATE);
        let made = self.world.post(&app, ROSTERS, body).signed_in_as(self.hr()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.body
    }

    pub(super) async fn create_assignment(&self, by: &Person, body: Value) -> TestResponse {
        let app = app!(self.world, SHIFT_ASSIGNMENTS_CREATE);
        self.world.post(&app, ASSIGNMENTS, body).signed_in_as(by).await
    }

    /// The manager assigns the employee to early shifts from a day on; returns roster and assignment.
    pub(super) async fn assign_employee_to_early(&self, from: &str) -> (Value, Value) {
        let roster = self.create_roster(early_week()).await;
        let body = json!({"employee_id": self.employee().id, "roster_id": roster["id"], "from": from});
        let assigned = self.create_assignment(self.manager(), body).await;
        assert_eq!(assigned.status, 201, "{}", assigned.body);
        (roster, assigned.body)
    }

    pub(super) async fn schedule(&self, person: &Person) -> Vec<Assignment> {
        self.store().members.get_consistent(person.id).await.unwrap().unwrap().value.schedule.0
    }

    /// Stores an attendance policy for one site.
    pub(super) async fn add_site_policy(&self, number: u128, site: &str, rules: Value) {
        let policy: Policy = serde_json::from_value(json!({
            "policy_id": kernel::PolicyId::new(uuid(number)), "policy_version": 1, "name": "A policy of a site",
            "effective_from": "2024-01-01", "scope": {"sites": [site]}, "kind": "attendance", "rules": rules,
            "created_at": "2020-01-01T00:00:00Z", "created_by": "system:test",
        }))
        .unwrap();
        let write = Write::put(policy_key(policy.reference), &policy);
        self.table("COMPLIANCE_TABLE").commit(&origin(), write).await.unwrap();
    }

    /// The stored item of an assignment, with its keys.
    pub(super) async fn assignment_item(&self, assignment: &Value) -> Item {
        let key = Key::new(format!("SHIFT#{}", assignment["id"].as_str().unwrap()), "ASSIGNMENT");
        self.table("ATTENDANCE_TABLE").get_consistent(&key).await.unwrap().unwrap()
    }

    /// Type and data of the last event.
    pub(super) async fn last_event(&self) -> (String, Value) {
        let stamp = self.world.stamps("ATTENDANCE_TABLE").await.pop().unwrap();
        (stamp.event, stamp.data.unwrap_or_default())
    }
}
