//! The rules of the stage, and who is away on it.

use access::Role;
use directory::Person;
use serde_json::{Value, json};

use super::{Organisation, REASON, REASON_OF_OTHERS};

impl Organisation {
    /// Calendars of two sites, leave types, policies. Asking late is only warned of, so that there are violations.
    pub(super) async fn create_rules(&mut self) {
        let hr = self.hr.clone();
        for site in ["quarry", "berlin"] {
            self.foreign.insert("site", site.to_owned());
            self.create("compliance-calendars-update", calendar(), &hr).await;
        }
        for (code, name) in [("annual", "Annual leave"), ("sick", "Sick leave"), ("unused", "Unused leave")] {
            self.create("leave-types-create", json!({"code": code, "name": name, "paid": true}), &hr).await;
        }
        self.foreign.insert("leave_type", "unused".to_owned());
        let sick = json!({
            "leave_type": "sick", "accrual": {"schedule": "yearly", "posted_at": "start", "round_to": "minute"},
            "approval": [{"by": "manager"}],
        });
        self.create("compliance-policies-create", policy("Sick leave", "leave", sick), &hr).await;
        let annual = self.create("compliance-policies-create", policy("Annual leave", "leave", annual()), &hr).await;
        self.foreign.insert("policy_id", annual["policy_id"].as_str().unwrap().to_owned());
        self.world.clock.advance(super::CACHE_EXPIRY);
    }

    /// Everybody has asked for leave, decides in somebody's place, and has a link to a calendar; the foreigner twice.
    pub(super) async fn create_leave(&mut self) {
        for person in self.everybody().map(Clone::clone) {
            let foreign = person.id == self.foreigner.id;
            let reason = if foreign { REASON } else { REASON_OF_OTHERS };
            let twice = [("2024-07-01", "2024-07-03"), ("2024-07-22", "2024-07-23")];
            for (start_date, end_date) in &twice[..if foreign { 2 } else { 1 }] {
                let leave = json!({
                    "leave_type": "annual", "start_date": start_date, "end_date": end_date, "reason": reason,
                });
                let leave = text(&self.create("leaves-create", leave, &person).await, "id");
                self.register_id("leave_id", person.id, leave.clone());
                self.register_id("id", person.id, leave);
                let feed = self.create("leave-feeds-create", json!({"scope": "own"}), &person).await;
                self.register_id("feed_id", person.id, text(&feed, "id"));
            }
            self.delegate(&person).await;
        }
        let forged = format!("{}.{}", self.foreign["feed_id"], "A".repeat(43));
        self.foreign.insert("token", forged);
    }

    /// A manager has let an assistant decide; everybody else may decide for an assistant, for whom nobody waits.
    async fn delegate(&mut self, person: &Person) {
        let elsewhere = person.department_id == self.foreigner.department_id;
        let assistant = if elsewhere { self.other_assistant.id } else { self.assistant.id };
        let leads = person.roles.has(Role::Manager);
        let (delegator, delegate) = if leads { (person.id, assistant) } else { (assistant, person.id) };
        let delegation = json!({
            "delegator_id": delegator, "delegate_id": delegate, "from": "2024-06-10", "to": "2024-06-30",
        });
        let delegation = self.create("leave-delegations-create", delegation, &self.hr).await;
        self.register_id("delegation_id", person.id, text(&delegation, "id"));
    }
}

/// A member of an answer that is a text.
pub(super) fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
}

pub(super) fn policy(name: &str, kind: &str, rules: Value) -> Value {
    json!({
        "name": name, "effective_from": "2024-01-01", "kind": kind, "rules": rules, "warn_only": ["notice_too_short"],
    })
}

/// The rules of annual leave.
pub(super) fn annual() -> Value {
    json!({
        "leave_type": "annual", "entitlement_days": 30, "notice_days": 60, "unit": "half_day",
        "accrual": {"schedule": "yearly", "posted_at": "start", "round_to": "minute"},
        "encashment": {"max_days": 5, "keep_days": 10}, "approval": [{"by": "manager"}, {"by": "hr"}],
    })
}

/// Monday to Friday, and the first day of the year off.
fn calendar() -> Value {
    let worked = json!({"pattern": "full", "hours": [["09:00", "12:00"], ["13:00", "18:00"]]});
    let off = json!({"pattern": "off"});
    json!({
        "week": {
            "monday": worked, "tuesday": worked, "wednesday": worked, "thursday": worked, "friday": worked,
            "saturday": off, "sunday": off,
        },
        "holidays": [{"name": "New Year", "from": "2024-01-01", "yearly": true}],
    })
}
