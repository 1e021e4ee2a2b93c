//! People of the flows, and their site with its own calendar, leave types and policies, which HR creates once through the API.

use std::time::Duration;

use access::Role;
use kernel::DepartmentId;
use muster::scenario::{
    client::{Answer, Person},
    eventually,
    leave::Parties,
    people::NewPerson,
    unique,
};
use serde_json::{Value, json};

use super::cloud::{Cloud, Outcome};

/// Slug of the flows' site.
pub(crate) const YARD: &str = "yard";
/// Notice of casual leave, longer than any request keeps, so that each is accepted with a recorded violation.
const NOTICE_DAYS: u16 = 366;
/// Time limit until every function knows new rules; functions cache policies for a minute.
const RULES_TIMEOUT: Duration = Duration::from_secs(90);

/// Employee, manager, second manager and HR of a flow.
pub(crate) struct FlowPeople {
    pub(crate) hr: Person,
    pub(crate) chief: Person,
    pub(crate) manager: Person,
    pub(crate) employee: Person,
}

impl FlowPeople {
    pub(crate) const fn parties(&self) -> Parties<'_> {
        Parties { employee: &self.employee, manager: &self.manager, hr: &self.hr }
    }
}

impl Cloud {
    /// Hires an employee with a role in a new department.
    pub(crate) async fn new_person(&self, role: Role) -> Outcome<Person> {
        Ok(self.hire(NewPerson { role, ..NewPerson::default() }).await?)
    }

    /// Hires an employee with a role at a site, with an optional manager.
    pub(crate) async fn new_person_at(&self, site: &str, role: Role, manager: Option<&Person>) -> Outcome<Person> {
        Ok(self.hire(NewPerson { site, role, manager, ..NewPerson::default() }).await?)
    }

    /// Request body of a new employee with a unique e-mail address.
    pub(crate) fn new_employee(&self, department: DepartmentId) -> Value {
        let email = format!("ada-{}@flows.example.com", unique());
        json!({"first_name": "Ada", "last_name": "Lovelace", "email": email, "phone": "+44 20 7946 0100", "role": "Engineer",
            "department_id": department, "hire_date": "2024-01-15", "site": "berlin", "time_zone": "Europe/Berlin"})
    }

    /// Creates an employee through the API and returns the record.
    pub(crate) async fn create_employee(&self, hr: &Person) -> Outcome<Value> {
        Ok(self.post("/api/v1/employees", self.new_employee(hr.department)).by(hr).expect(201).await?)
    }

    /// Hires new people at the site after its rules exist, and waits until notifications list HR in its group.
    pub(crate) async fn flow_people(&self) -> Outcome<FlowPeople> {
        let hr = self.new_person_at(YARD, Role::Hr, None).await?;
        self.create_rules(&hr).await?;
        let chief = self.new_person_at(YARD, Role::Manager, None).await?;
        let manager = self.new_person_at(YARD, Role::Manager, Some(&chief)).await?;
        let employee = self.new_person_at(YARD, Role::Employee, Some(&manager)).await?;
        self.wait_until_in_group(&hr, "role:hr").await?;
        Ok(FlowPeople { hr, chief, manager, employee })
    }

    /// Creates the missing rules of the site. Flows may do so concurrently; the first write wins.
    pub(crate) async fn create_rules(&self, hr: &Person) -> Outcome {
        let calendar = format!("/api/v1/compliance/calendars/{YARD}");
        if self.get(&calendar).by(hr).send().await?.status == 404 {
            let full = json!({"pattern": "full", "hours": [["09:00", "12:00"], ["13:00", "18:00"]]});
            let off = json!({"pattern": "off"});
            let week = json!({"monday": full, "tuesday": full, "wednesday": full, "thursday": full, "friday": full,
                "saturday": off, "sunday": off});
            ensure_exists(&self.put(&calendar, json!({"week": week, "holidays": []})).by(hr).send().await?);
        }
        for (code, name) in [("annual", "Annual"), ("casual", "Casual")] {
            if self.get(format!("/api/v1/leave-types/{code}")).by(hr).send().await?.status == 404 {
                let body = json!({"code": code, "name": name, "paid": true});
                ensure_exists(&self.post("/api/v1/leave-types", body).by(hr).send().await?);
            }
        }
        let manager = json!({"by": "manager", "escalate_after_hours": 1});
        let annual = leave_rules("annual", 0, &json!([manager]));
        let casual = leave_rules("casual", NOTICE_DAYS, &json!([manager, {"by": "hr"}]));
        let notice = ["notice_too_short"];
        for policy in [
            policy("Annual leave of the yard", "leave", &annual, &notice),
            policy("Casual leave of the yard", "leave", &casual, &notice),
            policy("Attendance of yard", "attendance", &shift_rules(), &[]),
            policy("Overtime of yard", "overtime", &overtime_rules(), &[]),
        ] {
            ensure_exists(&self.post("/api/v1/compliance/policies", policy).by(hr).send().await?);
        }
        Ok(())
    }

    /// Requests leave, repeated until every function knows the rules, and returns the request.
    pub(crate) async fn request_leave(
        &self,
        who: &Person,
        leave_type: &str,
        first: &str,
        last: &str,
    ) -> Outcome<Value> {
        let body = leave(leave_type, first, last);
        let look = async || {
            let answer = self.post("/api/v1/leaves", body.clone()).by(who).send().await?;
            let unknown = answer.status == 422 && answer.body.to_string().contains("no_policy")
                || answer.body.to_string().contains("no_calendar")
                || answer.body.to_string().contains("unknown_leave_type");
            Ok((!unknown).then_some(answer))
        };
        Ok(eventually("the rules of the yard", RULES_TIMEOUT, look).await?.expect(201)?)
    }
}

/// Request body of a leave request.
pub(crate) fn leave(leave_type: &str, first: &str, last: &str) -> Value {
    json!({"leave_type": leave_type, "start_date": first, "end_date": last, "reason": "Vacation"})
}

/// Policy for the site of the flows.
fn policy(name: &str, kind: &str, rules: &Value, warn_only: &[&str]) -> Value {
    json!({"name": name, "effective_from": "2026-01-01", "scope": {"sites": [YARD]}, "kind": kind, "rules": rules,
        "warn_only": warn_only})
}

fn leave_rules(leave_type: &str, notice_days: u16, approval: &Value) -> Value {
    json!({
        "leave_type": leave_type, "entitlement_days": 30, "notice_days": notice_days, "approval": approval,
        "accrual": {"schedule": "monthly", "posted_at": "start", "round_to": "minute"},
        "carry_over": {"cap_days": 10, "expires_after_months": 3},
        "encashment": {"max_days": 5, "keep_days": 0},
    })
}

/// Day and night shift, the day shift by default; more than 500 worked minutes require a break of 45 minutes.
fn shift_rules() -> Value {
    json!({
        "shifts": [
            {"code": "day", "from": "09:00", "to": "17:30", "break_minutes": 30},
            {"code": "night", "from": "22:00", "to": "06:00", "break_minutes": 30},
        ],
        "window_before_minutes": 60, "window_after_minutes": 60, "grace_in_minutes": 5, "grace_out_minutes": 5,
        "breaks": [{"worked_over_minutes": 500, "break_minutes": 45}],
        "rounding": "none", "rounding_step_minutes": 1, "default_shift": "day",
    })
}

/// Overtime at 150 %, from the third hour at 200 %, at most three hours a day.
fn overtime_rules() -> Value {
    json!({
        "night": {"from": "23:00", "to": "06:00", "extra_bp": 2500},
        "tiers": [{"from_minutes": 0, "rate_bp": 15_000}, {"from_minutes": 120, "rate_bp": 20_000}],
        "rest_day_rate_bp": 15_000, "holiday_rate_bp": 20_000, "minimum_block_minutes": 15,
        "daily_cap_minutes": 180, "weekly_cap_minutes": 900,
        "rest_day_credit": {"mode": "propose", "leave_type": "annual", "share_bp": 10_000, "expires_days": 90},
    })
}

/// Checks that the object exists now, created by this or another flow.
fn ensure_exists(answer: &Answer) {
    let exists = matches!(answer.status, 200 | 201 | 409 | 412);
    let overlaps = answer.status == 422 && answer.body.to_string().contains("policy_overlaps");
    assert!(exists || overlaps, "{}: {}", answer.status, answer.body);
}
