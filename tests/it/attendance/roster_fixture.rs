//! Putting people on rosters over HTTP, for the tests of rosters and assignments.

use directory::Person;
use policy::{Policy, attendance::Assignment, policy_key};
use serde_json::{Value, json};
use store::{Item, Key, Write};
use testkit::{Answer, origin};

use super::fixture::{Plant, uuid};

/// The path of the rosters.
pub(crate) const ROSTERS: &str = "/api/v1/rosters";
/// The path of the assignments.
pub(crate) const ASSIGNMENTS: &str = "/api/v1/shift-assignments";

/// Early shifts from Monday to Friday, then a free weekend.
pub(crate) fn early_week() -> Value {
    json!({"name": "Early", "starts_on": "2024-06-03", "cycle": [["early"], ["early"], ["early"], ["early"], ["early"], [], []]})
}

/// The same object with other members in it.
pub(crate) fn with(mut body: Value, members: Value) -> Value {
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

/// Where something with an id is.
pub(crate) fn at(path: &str, thing: &Value) -> String {
    format!("{path}/{}", thing["id"].as_str().unwrap())
}

impl Plant {
    /// A roster as HR makes it.
    pub(super) async fn makes_roster(&self, body: Value) -> Value {
        let app = app!(self.world, ROSTERS_CREATE);
        let made = self.world.post(&app, ROSTERS, body).signed_in_as(self.hr()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.body
    }

    /// An assignment as somebody asks for it.
    pub(super) async fn assigns(&self, by: &Person, body: Value) -> Answer {
        let app = app!(self.world, SHIFT_ASSIGNMENTS_CREATE);
        self.world.post(&app, ASSIGNMENTS, body).signed_in_as(by).await
    }

    /// The employee on a roster of early shifts from a day on, as their manager says.
    pub(super) async fn employee_on_early(&self, from: &str) -> (Value, Value) {
        let roster = self.makes_roster(early_week()).await;
        let body = json!({"employee_id": self.employee().id, "roster_id": roster["id"], "from": from});
        let assigned = self.assigns(self.manager(), body).await;
        assert_eq!(assigned.status, 201, "{}", assigned.body);
        (roster, assigned.body)
    }

    /// What somebody is assigned to.
    pub(super) async fn schedule(&self, person: &Person) -> Vec<Assignment> {
        self.records().members.get_fresh(person.id).await.unwrap().unwrap().value.schedule.0
    }

    /// A policy of attendance for the people of one site.
    pub(super) async fn policy_of_site(&self, number: u128, site: &str, rules: Value) {
        let policy: Policy = serde_json::from_value(json!({
            "policy_id": kernel::PolicyId::new(uuid(number)), "policy_version": 1, "name": "A policy of a site",
            "effective_from": "2024-01-01", "scope": {"sites": [site]}, "kind": "attendance", "rules": rules,
            "created_at": "2020-01-01T00:00:00Z", "created_by": "system:test",
        }))
        .unwrap();
        let write = Write::put(policy_key(policy.reference), &policy);
        self.table("COMPLIANCE_TABLE").commit(&origin(), write).await.unwrap();
    }

    /// An item of an assignment as it is stored, keys and all.
    pub(super) async fn stored_assignment(&self, assignment: &Value) -> Item {
        let key = Key::new(format!("SHIFT#{}", assignment["id"].as_str().unwrap()), "ASSIGNMENT");
        self.table("ATTENDANCE_TABLE").get_consistent(&key).await.unwrap().unwrap()
    }

    /// What the last event of the service told beside the images.
    pub(super) async fn last_told(&self) -> (String, Value) {
        let stamp = self.world.stamps("ATTENDANCE_TABLE").await.pop().unwrap();
        (stamp.event, stamp.data.unwrap_or_default())
    }
}
