//! Flow 3 of the HRMS seed: the manager approves; the balance says so to the minute, employee and HR hear of it.

use serde_json::{Value, json};

use super::{
    leave_request::Asked,
    stage::{Stage, as_the_seed_says, at, text},
};

/// Plays it.
///
/// # Errors
/// The sentence that says what is not as the seed says.
pub(crate) async fn play(stage: &Stage, asked: &Asked) -> Result<(), String> {
    println!("\nFlow 3: the manager approves the leave request");
    let (manager, id) = (&stage.manager, &asked.id);
    let held = balance(stage, asked).await?;
    let before = stage.mails()?;

    let path = format!("/api/v1/leaves/{id}/approve");
    let leave = stage.step(manager, "PUT", &path, Some(json!({"comments": "Approved"})), 200).await?;
    as_the_seed_says(&leave, "/id", &json!(id))?;
    as_the_seed_says(&leave, "/status", &json!("approved"))?;
    as_the_seed_says(&leave, "/approved_by", &json!(manager.id))?;
    if !at(&leave, "/approved_at").is_string() {
        return Err(format!("`approved_at` is to be a time: {leave}"));
    }

    let booked = balance(stage, asked).await?;
    if held.pointer("/available/minutes") != booked.pointer("/available/minutes") {
        return Err(format!("What was held is booked now, so as much is available as before: {held} {booked}"));
    }
    as_the_seed_says(&booked, "/held/minutes", &json!(0))?;
    explained(stage, asked).await?;

    let record = stage.audited(id, "approved").await?;
    as_the_seed_says(&record, "/log_type", &json!("leave_request_approved"))?;
    as_the_seed_says(&record, "/user_id", &json!(manager.id))?;
    as_the_seed_says(&record, "/old_values/status", &json!("pending"))?;
    as_the_seed_says(&record, "/new_values/status", &json!("approved"))?;

    let told = stage.told(&stage.employee, "leave.request_approved", id).await?;
    stage.heard(&stage.hr, "leave.request_approved", id, text(&told, "/event_id")).await?;
    stage.mailed(&stage.employee, text(&told, "/title"), &before).await?;
    let path = format!("/api/v1/notifications/{}/trace", text(&told, "/id"));
    stage.step(&stage.employee, "GET", &path, None, 200).await?;
    Ok(())
}

/// The balance of annual leave on the last day.
async fn balance(stage: &Stage, asked: &Asked) -> Result<Value, String> {
    let employee = &stage.employee;
    let path = format!("/api/v1/leave-balances/{}?leave_type=annual&as_of={}", employee.id, asked.last);
    let balances = stage.step(employee, "GET", &path, None, 200).await?;
    Ok(balances.pointer("/balances/0").cloned().unwrap_or_default())
}

/// Shows how the balance came about; the lines add up to it.
async fn explained(stage: &Stage, asked: &Asked) -> Result<(), String> {
    let employee = &stage.employee;
    let path = format!("/api/v1/leave-balances/{}/explain?leave_type=annual&as_of={}", employee.id, asked.last);
    println!("  {}: GET {path}", employee.name);
    let explained = stage.look(employee, &path).await?;
    let lines = at(&explained, "/lines").as_array().cloned().unwrap_or_default();
    let minutes = |line: &Value, pointer: &str| line.pointer(pointer).and_then(Value::as_i64).unwrap_or_default();
    for line in &lines {
        let (amount, balance) = (minutes(line, "/amount/minutes"), minutes(line, "/balance/minutes"));
        println!("    {} {amount:>7} {balance:>7}  {}", text(line, "/on"), text(line, "/why"));
    }
    let sum: i64 = lines.iter().map(|line| minutes(line, "/amount/minutes")).sum();
    as_the_seed_says(&explained, "/balance/minutes", &json!(sum))?;
    let taken = lines.iter().any(|line| text(line, "/leave_id") == asked.id);
    if taken {
        Ok(())
    } else {
        Err(format!("No line says what {} takes ({} days from {}).", asked.id, asked.required, asked.first))
    }
}
