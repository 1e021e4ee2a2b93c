//! Leave: decisions, balances, and what must follow from a request and from its approval.

use std::fmt::Display;

use serde_json::{Value, json};

use super::{
    Scenario,
    client::Answer,
    client::Person,
    json::{array, at, expect_fields, id_of, text},
};

const REQUESTED: &str = "leave.request_created";
const APPROVED: &str = "leave.request_approved";

/// Those who hear of a request.
#[derive(Debug, Clone, Copy)]
pub struct Parties<'a> {
    /// Whose leave.
    pub employee: &'a Person,
    pub manager: &'a Person,
    /// Sees everything.
    pub hr: &'a Person,
}

impl Scenario {
    /// Decides a request: `approve`, `reject`.
    pub async fn decide(&self, by: &Person, leave: &Value, decision: &str, body: Value) -> Result<Answer, String> {
        self.put(format!("/api/v1/leaves/{}/{decision}", id_of(leave)), body).by(by).send().await
    }

    /// Explains somebody's balance of a type on a day; the lines add up to it.
    pub async fn explain(&self, who: &Person, leave_type: &str, as_of: impl Display) -> Result<Value, String> {
        let path = format!("/api/v1/leave-balances/{}/explain?leave_type={leave_type}&as_of={as_of}", who.id);
        println!("  {}: GET {path}", who.name);
        let explained = self.get(path).by(who).expect(200).await?;
        let minutes = |line: &Value, name: &str| at(line, &format!("/{name}/minutes")).as_i64().unwrap_or_default();
        let mut sum = 0;
        for line in array(&explained, "/lines") {
            sum += minutes(line, "amount");
            let (amount, balance) = (minutes(line, "amount"), minutes(line, "balance"));
            println!("    {} {amount:>7} {balance:>7}  {}", text(line, "/on"), text(line, "/why"));
        }
        expect_fields(&explained, json!({"balance": {"minutes": sum}}))?;
        Ok(explained)
    }

    /// A request is pending, and is in the trail, the inboxes and the mailboxes; answers what manager, employee and HR were told.
    pub async fn expect_requested(
        &self,
        parties: Parties<'_>,
        leave: &Value,
    ) -> Result<(Value, Value, Option<Value>), String> {
        let (Parties { employee, manager, hr }, id) = (parties, id_of(leave));
        expect_fields(
            leave,
            json!({"status": "pending", "employee_id": employee.id, "created_by": employee.id, "approved_by": null}),
        )?;
        let record = self.recorded(hr, id, "created").await?;
        expect_fields(
            &record,
            json!({
                "log_type": "leave_request_created", "entity_type": "LeaveRequest", "user_id": employee.id,
                "service_name": "leave-management-service", "status": "success", "old_values": null,
                "new_values": {
                    "status": "pending", "start_date": at(leave, "/start_date"), "end_date": at(leave, "/end_date"),
                },
            }),
        )?;
        let asked = self.notified(manager, REQUESTED, id).await?;
        expect_fields(&asked, json!({"template": "leave_request_approval_needed"}))?;
        let confirmed = self.notified(employee, REQUESTED, id).await?;
        expect_fields(&confirmed, json!({"template": "leave_request_confirmation"}))?;
        let seen = self.notified_or_collapsed(hr, REQUESTED, id, text(&asked, "/event_id")).await?;
        for (who, notification) in [(manager, &asked), (employee, &confirmed)] {
            if !self.expect_mail(who, text(notification, "/title")).await?.is_null() {
                self.recorded(hr, id_of(notification), "sent").await?;
            }
        }
        Ok((asked, confirmed, seen))
    }

    /// The manager approves: decided once, booked once, and told to employee and HR; answers what the employee was told.
    pub async fn approve(&self, parties: Parties<'_>, leave: &Value) -> Result<Value, String> {
        let (Parties { employee, manager, hr }, id) = (parties, id_of(leave));
        let body = json!({"comments": "Approved"});
        let decided = json!({"id": id, "status": "approved", "approved_by": manager.id});
        let approved = self.put(format!("/api/v1/leaves/{id}/approve"), body).by(manager).step(200).await?;
        expect_fields(&approved, decided.clone())?;
        if !at(&approved, "/approved_at").is_string() {
            return Err(format!("`approved_at` must be a time: {approved}"));
        }
        let again = self.decide(manager, leave, "approve", json!({})).await?.expect(409)?;
        expect_fields(&again, json!({"current": decided}))?;
        let explained = self.explain(employee, text(leave, "/leave_type"), text(leave, "/end_date")).await?;
        expect_lines(&explained, leave, &["hold", "release", "consume"])?;

        let record = self.recorded(hr, id, "approved").await?;
        expect_fields(
            &record,
            json!({
                "log_type": "leave_request_approved", "user_id": manager.id, "old_values": {"status": "pending"},
                "new_values": {"status": "approved", "approved_by": manager.id},
            }),
        )?;
        let told = self.notified(employee, APPROVED, id).await?;
        self.notified_or_collapsed(hr, APPROVED, id, text(&told, "/event_id")).await?;
        self.expect_mail(employee, text(&told, "/title")).await?;
        match self.inbox(manager, APPROVED, id).await?.first() {
            Some(told) => Err(format!("{} decided and need not be told: {told}", manager.name)),
            None => Ok(told),
        }
    }
}

/// Insists on the kinds of the lines of an explanation that belong to a request, in order.
pub fn expect_lines(explained: &Value, leave: &Value, kinds: &[&str]) -> Result<(), String> {
    let own = array(explained, "/lines").iter().filter(|line| text(line, "/leave_id") == id_of(leave));
    let found: Vec<_> = own.map(|line| text(line, "/kind")).collect();
    if found == kinds { Ok(()) } else { Err(format!("lines of {found:?}, not {kinds:?}: {explained}")) }
}
