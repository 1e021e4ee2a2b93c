//! A site with rules of its own, where the flows of leave play: a calendar, leave types, policies, made once by HR through the API.

use std::time::Duration;

use access::Role;
use serde_json::{Value, json};

use super::{
    cloud::{Answer, Cloud, eventually},
    people::{Someone, id_of},
};

/// The site.
pub(crate) const YARD: &str = "yard";
/// Nobody here asks for casual leave so early: it is let pass, and recorded as a violation.
const NOTICE_DAYS: u16 = 366;
/// Functions remember policies for a minute.
const RULES_KNOWN_WITHIN: Duration = Duration::from_secs(90);

/// An employee of the yard, their manager, the manager's manager, and HR.
pub(crate) struct Crew {
    pub(crate) hr: Someone,
    /// Has not signed in.
    pub(crate) chief: Someone,
    pub(crate) manager: Someone,
    pub(crate) employee: Someone,
}

impl Cloud {
    /// A crew of their own, where the rules stand and HR is known to be HR.
    pub(crate) async fn crew(&self) -> Crew {
        let hr = self.someone_at(YARD, Role::Hr, None).await;
        self.rules_stand(&hr).await;
        let chief = self.settled_at(YARD, Role::Manager, None).await;
        let manager = self.someone_at(YARD, Role::Manager, Some(&chief)).await;
        let employee = self.someone_at(YARD, Role::Employee, Some(&manager)).await;
        self.is_audience(&hr, "role:hr").await;
        Crew { hr, chief, manager, employee }
    }

    /// Makes the rules of the yard where they do not stand yet. Another flow may be doing the same: the first one wins.
    pub(crate) async fn rules_stand(&self, hr: &Someone) {
        let calendar = format!("/api/v1/compliance/calendars/{YARD}");
        if self.get(&calendar).by(hr).await.status == 404 {
            let full = json!({"pattern": "full", "hours": [["09:00", "12:00"], ["13:00", "18:00"]]});
            let off = json!({"pattern": "off"});
            let week = json!({"monday": full, "tuesday": full, "wednesday": full, "thursday": full, "friday": full,
                "saturday": off, "sunday": off});
            made(self.put(&calendar, json!({"week": week, "holidays": []})).by(hr).await);
        }
        for (code, name) in [("annual", "Annual"), ("casual", "Casual")] {
            if self.get(format!("/api/v1/leave-types/{code}")).by(hr).await.status == 404 {
                made(self.post("/api/v1/leave-types", json!({"code": code, "name": name, "paid": true})).by(hr).await);
            }
        }
        let manager = json!({"by": "manager", "escalate_after_hours": 1});
        for policy in [
            policy("Annual leave of the yard", "annual", 0, &json!([manager])),
            policy("Casual leave of the yard", "casual", NOTICE_DAYS, &json!([manager, {"by": "hr"}])),
        ] {
            made(self.post("/api/v1/compliance/policies", policy).by(hr).await);
        }
        for policy in [shifts_of(YARD), overtime_of(YARD)] {
            made(self.post("/api/v1/compliance/policies", policy).by(hr).await);
        }
    }

    /// Asks for leave, as soon as every function knows the rules; answers the request.
    pub(crate) async fn ask_leave(&self, who: &Someone, leave_type: &str, first: &str, last: &str) -> Value {
        let body = leave(leave_type, first, last);
        let look = async || {
            let answer = self.post("/api/v1/leaves", body.clone()).by(who).await;
            let unknown = answer.status == 422 && answer.body.to_string().contains("no_policy")
                || answer.body.to_string().contains("no_calendar")
                || answer.body.to_string().contains("unknown_leave_type");
            (!unknown).then_some(answer)
        };
        let (answer, _) = eventually("the rules of the yard", RULES_KNOWN_WITHIN, look).await;
        answer.expect(201)
    }

    /// A request as it stands.
    pub(crate) async fn leave(&self, by: &Someone, leave: &Value) -> Value {
        self.get(format!("/api/v1/leaves/{}", id_of(leave))).by(by).await.expect(200)
    }

    /// Decides a request: `approve`, `reject`.
    pub(crate) async fn decide(&self, by: &Someone, leave: &Value, what: &str, body: Value) -> Answer {
        self.put(format!("/api/v1/leaves/{}/{what}", id_of(leave)), body).by(by).await
    }

    /// The lines that explain somebody's balance of a type on a day.
    pub(crate) async fn explained(&self, who: &Someone, leave_type: &str, as_of: &str) -> Value {
        let path = format!("/api/v1/leave-balances/{}/explain?leave_type={leave_type}&as_of={as_of}", who.id);
        self.get(path).by(who).await.expect(200)
    }
}

/// The body of a request for leave, as the seed writes it.
pub(crate) fn leave(leave_type: &str, first: &str, last: &str) -> Value {
    json!({"leave_type": leave_type, "start_date": first, "end_date": last, "reason": "Vacation"})
}

/// The kinds of the lines of an explanation that belong to a request, in order.
pub(crate) fn kinds_of(explained: &Value, leave: &Value) -> Vec<String> {
    let lines = explained["lines"].as_array().expect("lines");
    let own = lines.iter().filter(|line| line["leave_id"] == leave["id"]);
    own.map(|line| line["kind"].as_str().expect("a kind").to_owned()).collect()
}

fn policy(name: &str, leave_type: &str, notice_days: u16, approval: &Value) -> Value {
    json!({
        "name": name,
        "effective_from": "2026-01-01",
        "scope": {"sites": [YARD]},
        "kind": "leave",
        "rules": {
            "leave_type": leave_type,
            "entitlement_days": 30,
            "accrual": {"schedule": "monthly", "posted_at": "start", "round_to": "minute"},
            "carry_over": {"cap_days": 10, "expires_after_months": 3},
            "notice_days": notice_days,
            "encashment": {"max_days": 5, "keep_days": 0},
            "approval": approval,
        },
        "warn_only": ["notice_too_short"],
    })
}

/// Two shifts; whoever is on no roster works by day, and whoever works for more than 500 minutes rests for 45.
pub(crate) fn shifts_of(site: &str) -> Value {
    json!({
        "name": format!("Attendance of {site}"),
        "effective_from": "2026-01-01",
        "scope": {"sites": [site]},
        "kind": "attendance",
        "rules": {
            "shifts": [
                {"code": "day", "from": "09:00", "to": "17:30", "break_minutes": 30},
                {"code": "night", "from": "22:00", "to": "06:00", "break_minutes": 30},
            ],
            "window_before_minutes": 60,
            "window_after_minutes": 60,
            "grace_in_minutes": 5,
            "grace_out_minutes": 5,
            "breaks": [{"worked_over_minutes": 500, "break_minutes": 45}],
            "rounding": "none",
            "rounding_step_minutes": 1,
            "default_shift": "day",
        },
    })
}

/// Half as much again, and from two hours on twice as much; at most three hours a day.
pub(crate) fn overtime_of(site: &str) -> Value {
    json!({
        "name": format!("Overtime of {site}"),
        "effective_from": "2026-01-01",
        "scope": {"sites": [site]},
        "kind": "overtime",
        "rules": {
            "night": {"from": "23:00", "to": "06:00", "extra_bp": 2500},
            "tiers": [{"from_minutes": 0, "rate_bp": 15_000}, {"from_minutes": 120, "rate_bp": 20_000}],
            "rest_day_rate_bp": 15_000,
            "holiday_rate_bp": 20_000,
            "minimum_block_minutes": 15,
            "daily_cap_minutes": 180,
            "weekly_cap_minutes": 900,
        },
    })
}

/// Insists that it stands now, whoever made it.
pub(crate) fn made(answer: Answer) {
    let stands = matches!(answer.status, 200 | 201 | 409 | 412);
    let overlaps = answer.status == 422 && answer.body.to_string().contains("policy_overlaps");
    assert!(stands || overlaps, "{}: {}", answer.status, answer.body);
}
