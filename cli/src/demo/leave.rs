//! Flows 1 and 3: an employee requests leave, and the manager approves it.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use serde_json::{Value, json};

use super::DemoSession;
use crate::scenario::json::{at, expect_fields, id_of, pick_members, text};

/// Reason of the request, which identifies the request of an earlier demo.
const REASON: &str = "Vacation";
/// Least number of days until the first requested leave day, more than the notice of any demo policy.
const NOTICE_DAYS: i32 = 21;
/// Number of weeks that are searched for free days.
const WEEKS_MAX: i32 = 20;

/// Requests leave, checks its effects and returns the request.
pub(super) async fn request_leave(session: &DemoSession) -> Result<Value, String> {
    println!("\nFlow 1: an employee creates a leave request");
    let DemoSession { scenario, employee, .. } = session;
    let (first, last) = free_up_days(session).await?;
    let verified =
        scenario.get(format!("/api/v1/employees/{}/verify", employee.id)).by(employee).expect_and_print(200).await?;
    expect_fields(&verified, json!({"exists": true, "status": "active"}))?;

    let body = json!({"policy": "leave_request", "employee_id": employee.id, "leave_type": "Annual", "start_date": first,
        "end_date": last});
    let valid = scenario.post("/api/v1/compliance/validate", body).by(employee).expect_and_print(200).await?;
    expect_fields(&valid, json!({"valid": true}))?;
    if !at(&valid, "/balance").is_number() || !at(&valid, "/required").is_number() {
        return Err(format!("`balance` and `required` must be numbers: {valid}"));
    }

    let body = json!({"employee_id": employee.id, "leave_type": "Annual", "start_date": first, "end_date": last,
        "reason": REASON});
    let leave = scenario.post("/api/v1/leaves", body).by(employee).expect_and_print(201).await?;
    let days = at(&valid, "/required");
    expect_fields(&leave, json!({"start_date": first, "end_date": last, "reason": REASON, "duration_days": days}))?;
    scenario.expect_requested(session.parties(), &leave).await?;
    Ok(leave)
}

/// Approves the request and checks that the held days become booked days.
pub(super) async fn approve_leave(session: &DemoSession, leave: &Value) -> Result<(), String> {
    println!("\nFlow 3: the manager approves the leave request");
    let DemoSession { scenario, employee, .. } = session;
    let before = annual_balance(session, leave).await?;
    let notification = scenario.approve_and_expect_effects(session.parties(), leave).await?;
    let after = annual_balance(session, leave).await?;
    let available = at(&before, "/available/minutes");
    expect_fields(&after, json!({"available": {"minutes": available}, "held": {"minutes": 0}}))?;
    let trace = format!("/api/v1/notifications/{}/trace", id_of(&notification));
    scenario.get(trace).by(employee).expect_and_print(200).await.map(drop)
}

/// Employee's balance of annual leave on the last day of the request.
async fn annual_balance(session: &DemoSession, leave: &Value) -> Result<Value, String> {
    let DemoSession { scenario, employee, .. } = session;
    let last = text(leave, "/end_date");
    let path = format!("/api/v1/leave-balances/{}?leave_type=annual&as_of={last}", employee.id);
    let balances = scenario.get(path).by(employee).expect_and_print(200).await?;
    Ok(at(&balances, "/balances/0").clone())
}

/// Cancels the request of an earlier demo and returns the first and last day of the new one: 15 to 20 January if they are free, or
/// the same weekdays some weeks later.
async fn free_up_days(session: &DemoSession) -> Result<(Date, Date), String> {
    let DemoSession { scenario, employee, today, .. } = session;
    let earliest = today.saturating_add(NOTICE_DAYS.days());
    let this_year = date(today.year(), 1, 15);
    let start = if this_year >= earliest { this_year } else { date(today.year().saturating_add(1), 1, 15) };
    for week in 0..WEEKS_MAX {
        let first = start.saturating_add(week.weeks());
        let last = first.saturating_add(5.days());
        let path = format!("/api/v1/leaves?employee_id={}&from={first}&to={last}", employee.id);
        let mut taken = scenario.list_all_pages(employee, path).await?;
        taken.retain(|leave| matches!(text(leave, "/status"), "pending" | "approved"));
        let is_earlier_demo =
            |leave: &Value| expect_fields(leave, json!({"reason": REASON, "start_date": first})).is_ok();
        if !taken.iter().all(is_earlier_demo) {
            continue;
        }
        for leave in taken {
            println!(
                "  (request of an earlier demo: {})",
                pick_members(&leave, &["id", "status", "start_date", "end_date"])
            );
            let path = format!("/api/v1/leaves/{}/cancel", id_of(&leave));
            let cancelled =
                scenario.post(path, json!({"reason": "Demo repeated"})).by(employee).expect_and_print(200).await?;
            expect_fields(&cancelled, json!({"status": "cancelled"}))?;
        }
        return Ok((first, last));
    }
    Err(format!("{} has no free days in the {WEEKS_MAX} weeks from {start}.", employee.name))
}
