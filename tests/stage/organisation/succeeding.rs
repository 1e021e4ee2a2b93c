//! To every row a request that succeeds: who asks, about what, with which body, and what happened before.

use access::Operation;
use directory::Person;
use jiff::SignedDuration;
use kernel::ResetId;
use lambda::{FromShell, mac::MacKey};
use serde_json::{Value, json};
use testkit::Ask;

use super::{
    FOREIGN_PASSWORD, Organisation,
    attendance::DAY,
    leave::{annual, text},
    method, sample_body, with_query,
};

/// Ids of the sample events, and what they become on the stage: the name of a foreign one.
const SAMPLED: &[(&str, &str)] = &[
    ("emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "employee_id"),
    ("emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d9", "employee_id"),
    ("dep_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "department_id"),
    ("roster_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "worked_roster_id"),
    ("leave_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "leave_id"),
];

/// An hour is sealed by then.
const TO_BE_SEALED: SignedDuration = SignedDuration::from_mins(90);

/// Somebody asks a row.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked.
    pub row: &'static Operation,
    /// Who asks; nobody at an open endpoint.
    pub who: Option<Person>,
    /// About what.
    pub path: String,
    /// The body; null where there is none.
    pub body: Value,
}

impl Organisation {
    /// A request to a row that succeeds. What must have happened before it has happened then; requests of different rows do not
    /// disturb each other's preparation.
    pub async fn succeeding(&self, row: &'static Operation) -> Request {
        let body = self.changed(sample_body(row), self.body_of(row).await);
        let path = self.path_of(row).await;
        self.before(row).await;
        Request { row, who: self.who_asks(row), path, body }
    }

    /// The same as it is sent to an endpoint.
    pub fn send<'a>(&'a self, app: &'a axum::Router, request: &Request) -> Ask<'a> {
        let ask = self.world.ask(app, method(request.row), &request.path);
        let ask = match &request.who {
            Some(person) => ask.signed_in_as(person),
            None => ask,
        };
        if request.body.is_null() { ask } else { ask.json(&request.body) }
    }

    /// Whoever may most, but for what is done about oneself, or decided by whoever leads somebody.
    fn who_asks(&self, row: &Operation) -> Option<Person> {
        let person = match row.name {
            "attendance-check-out" => &self.employee,
            "attendance-break-start" => &self.manager,
            "attendance-break-end" => &self.auditor,
            "leaves-create" | "leaves-cancel" => &self.foreigner,
            "leaves-approve" | "leaves-reject" | "attendance-corrections-approve" | "attendance-corrections-reject" => {
                &self.other_manager
            }
            _ => return self.allowed(row).cloned(),
        };
        Some(person.clone())
    }

    /// What must have happened.
    async fn before(&self, row: &Operation) {
        let needed: &[&str] = match row.name {
            "attendance-check-out" | "attendance-break-start" => &["attendance-check-in"],
            "attendance-break-end" => &["attendance-check-in", "attendance-break-start"],
            "audit-logs-proof" => return self.seal().await,
            _ => &[],
        };
        for needed in needed {
            let who = self.who_asks(row).unwrap();
            self.create(needed, sample_body(super::row(needed)), &who).await;
        }
    }

    /// The hour of the foreigner's records is over, and sealed.
    async fn seal(&self) {
        let (now, shell) = (self.world.now(), &self.world.shell);
        self.world.clock.advance(TO_BE_SEALED);
        let job = audit::job::seal::build(shell).unwrap();
        job(shell.system_origin("audit-job-seal", "req_job"), json!({})).await.unwrap();
        self.world.clock.set(now);
    }

    /// The path about the foreigner, or about something that nobody uses.
    async fn path_of(&self, row: &Operation) -> String {
        let path = self.foreign_path(row);
        match row.name {
            "departments-delete" => {
                let unused = self.create_id("departments-create", json!({"name": "Unused"})).await;
                path.replace(&self.foreign["department_id"], &unused)
            }
            "job-roles-delete" => {
                let unused = self.create_id("job-roles-create", json!({"title": "Unused"})).await;
                path.replace(&self.foreign["job_role_id"], &unused)
            }
            "attendance-list" => with_query(&path, "date", DAY),
            "leave-feeds-calendar" => {
                let feed = self.create("leave-feeds-create", json!({"scope": "own"}), &self.foreigner).await;
                text(&feed, "url")
            }
            _ => path,
        }
    }

    /// What the body has in place of the sample's.
    async fn body_of(&self, row: &Operation) -> Value {
        let (login, password) = (&self.foreigner.email, FOREIGN_PASSWORD);
        match row.name {
            "auth-login" => json!({"login": login, "password": password}),
            "auth-password-forgot" => json!({"login": login}),
            "auth-password-update" => json!({"current_password": password}),
            "auth-refresh" => {
                let sign_in = json!({"login": login, "password": password});
                let pair = self.world.post(self.app(&access::AUTH_LOGIN), access::AUTH_LOGIN.path, sign_in).await;
                json!({"refresh_token": text(&pair.body, "refresh_token")})
            }
            "auth-password-reset" => json!({"token": self.reset_token().await}),
            "leave-types-create" => json!({"code": "parental"}),
            "leaves-credits-create" => json!({"leave_type": "annual"}),
            "compliance-policies-update" => json!({"kind": "leave", "rules": annual()}),
            "attendance-manual-entry" => json!({
                "date": "2024-06-05", "check_in_time": "2024-06-05T07:00:00Z", "check_out_time": "2024-06-05T15:30:00Z",
            }),
            "attendance-import" => json!({
                "csv": "employee_code,kind,time\nC-Zebulonia,in,2024-06-05 08:59:12\nC-Zebulonia,out,2024-06-05 17:31:40\n",
                "dry_run": false,
            }),
            "rosters-create" => json!({"cycle": [["day"], ["day"], []]}),
            "shift-assignments-create" => json!({"from": "2024-10-01"}),
            "shift-assignments-update" => json!({"to": "2024-09-02"}),
            "sites-update" => json!({"name": "Berlin on the Spree"}),
            _ => Value::Null,
        }
    }

    /// What the mail would carry to the foreigner, who has forgotten the password.
    async fn reset_token(&self) -> String {
        let forgot = json!({"login": self.foreigner.email});
        self.world.post(self.app(&access::AUTH_PASSWORD_FORGOT), access::AUTH_PASSWORD_FORGOT.path, forgot).await;
        let stamps = self.world.stamps("AUTH_TABLE").await;
        let asked = stamps.iter().rev().find(|stamp| stamp.event == "user.password_reset_requested").unwrap();
        let id: ResetId = serde_json::from_value(asked.data.as_ref().unwrap()["reset_id"].clone()).unwrap();
        let mac = MacKey::from_shell(&self.world.shell)
            .unwrap()
            .derive(&auth::app::reset_token::mac_input(id))
            .await
            .unwrap();
        auth::app::reset_token::encode(id, &mac)
    }

    /// A sample body with the stage's ids, and with some members in place of its own.
    fn changed(&self, sample: Value, members: Value) -> Value {
        let mut text = sample.to_string();
        for (id, name) in SAMPLED {
            text = text.replace(id, self.foreign.get(name).map_or(id, String::as_str));
        }
        let mut body: Value = serde_json::from_str(&text).unwrap();
        if let (Some(body), Value::Object(members)) = (body.as_object_mut(), members) {
            body.extend(members);
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use access::{Method, OPERATIONS};

    use super::*;
    use crate::undo::restore;

    #[tokio::test]
    async fn every_row_has_a_request_that_succeeds() {
        let stage = Organisation::build().await;
        let mut refused = Vec::new();
        for row in OPERATIONS.iter().copied() {
            let request = stage.succeeding(row).await;
            let changes = row.method != Method::Get;
            let before = if changes { Some(stage.world.snapshot().await) } else { None };
            let answer = stage.send(stage.app(row), &request).await;
            if !(answer.status.is_success() || answer.status.is_redirection()) {
                refused.push(format!("{}: {} {}", row.name, answer.status, answer.body));
            }
            if let Some(before) = before {
                restore(&stage.world, &before).await;
            }
        }
        assert!(refused.is_empty(), "{}", refused.join("\n"));
    }
}
