//! Leave steps: decisions and balances, with checks of the effects of a request and of its approval.

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

/// People involved in a request.
#[derive(Debug, Clone, Copy)]
pub struct Parties<'a> {
    /// Subject of the request.
    pub employee: &'a Person,
    pub manager: &'a Person,
    pub hr: &'a Person,
}

impl Scenario {
    /// Decides a request; `decision` is `approve` or `reject`.
    pub async fn decide_leave(
        &self,
        by: &Person,
        leave: &Value,
        decision: &str,
        body: Value,
    ) -> Result<Answer, String> {
        self.put(format!("/api/v1/leaves/{}/{decision}", id_of(leave)), body).by(by).send().await
    }

    /// Explains an employee's balance of a leave type on a date, and checks that the lines add up to it.
    pub async fn explain_balance(&self, who: &Person, leave_type: &str, as_of: impl Display) -> Result<Value, String> {
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

    /// Checks that a request is pending and has an audit record, notifications and mails. Returns the notifications of manager,
    /// employee and HR; the last is `None` if it was collapsed.
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
        let record = self.expect_audit_record(hr, id, "created").await?;
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
        let to_manager = self.expect_notification(manager, REQUESTED, id).await?;
        expect_fields(&to_manager, json!({"template": "leave_request_approval_needed"}))?;
        let to_employee = self.expect_notification(employee, REQUESTED, id).await?;
        expect_fields(&to_employee, json!({"template": "leave_request_confirmation"}))?;
        let event_id = text(&to_manager, "/event_id");
        let to_hr = self.expect_notification_or_collapse(hr, REQUESTED, id, event_id).await?;
        for (who, notification) in [(manager, &to_manager), (employee, &to_employee)] {
            if !self.expect_mail(who, text(notification, "/title")).await?.is_null() {
                self.expect_audit_record(hr, id_of(notification), "sent").await?;
            }
        }
        Ok((to_manager, to_employee, to_hr))
    }

    /// Approves a request as the manager. Checks that a second approval conflicts, that the days are booked once, and that employee
    /// and HR are notified but not the manager. Returns the employee's notification.
    pub async fn approve_and_expect_effects(&self, parties: Parties<'_>, leave: &Value) -> Result<Value, String> {
        let (Parties { employee, manager, hr }, id) = (parties, id_of(leave));
        let body = json!({"comments": "Approved"});
        let decided = json!({"id": id, "status": "approved", "approved_by": manager.id});
        let approved = self.put(format!("/api/v1/leaves/{id}/approve"), body).by(manager).expect_and_print(200).await?;
        expect_fields(&approved, decided.clone())?;
        if !at(&approved, "/approved_at").is_string() {
            return Err(format!("`approved_at` must be an RFC 3339 time: {approved}"));
        }
        let again = self.decide_leave(manager, leave, "approve", json!({})).await?.expect(409)?;
        expect_fields(&again, json!({"current": decided}))?;
        let explained = self.explain_balance(employee, text(leave, "/leave_type"), text(leave, "/end_date")).await?;
        expect_lines(&explained, leave, &["hold", "release", "consume"])?;

        let record = self.expect_audit_record(hr, id, "approved").await?;
        expect_fields(
            &record,
            json!({
                "log_type": "leave_request_approved", "user_id": manager.id, "old_values": {"status": "pending"},
                "new_values": {"status": "approved", "approved_by": manager.id},
            }),
        )?;
        let notification = self.expect_notification(employee, APPROVED, id).await?;
        self.expect_notification_or_collapse(hr, APPROVED, id, text(&notification, "/event_id")).await?;
        self.expect_mail(employee, text(&notification, "/title")).await?;
        match self.notifications_about(manager, APPROVED, id).await?.first() {
            Some(unexpected) => Err(format!("{} decided and must not be notified: {unexpected}", manager.name)),
            None => Ok(notification),
        }
    }
}

/// Checks the kinds of an explanation's lines that belong to a request, in order.
pub fn expect_lines(explained: &Value, leave: &Value, kinds: &[&str]) -> Result<(), String> {
    let own = array(explained, "/lines").iter().filter(|line| text(line, "/leave_id") == id_of(leave));
    let found: Vec<_> = own.map(|line| text(line, "/kind")).collect();
    if found == kinds {
        Ok(())
    } else {
        Err(format!("the kinds of the lines are {found:?} instead of {kinds:?}: {explained}"))
    }
}
