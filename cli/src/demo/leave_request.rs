//! Flow 1 of the HRMS seed: an employee asks for leave; the policies are asked, the request stands, everybody hears of it.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use serde_json::{Value, json};

use super::stage::{Stage, as_the_seed_says, at, items, part, text};

/// The seed's reason; by it an earlier play is known.
const REASON: &str = "Vacation";
/// Nobody plans a holiday for tomorrow: any notice period of the demo policies has room.
const AHEAD_DAYS: i32 = 21;
/// So many weeks are looked through for free days.
const WEEKS_MAX: i32 = 20;

/// The request that was made.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) id: String,
    pub(crate) first: Date,
    pub(crate) last: Date,
    /// What it takes, in days.
    pub(crate) required: Value,
}

/// Plays it.
///
/// # Errors
/// The sentence that says what is not as the seed says.
pub(crate) async fn play(stage: &Stage) -> Result<Asked, String> {
    println!("\nFlow 1: an employee creates a leave request");
    let employee = &stage.employee;
    let (first, last) = free_days(stage).await?;
    let verified = stage.step(employee, "GET", &format!("/api/v1/employees/{}/verify", employee.id), None, 200).await?;
    as_the_seed_says(&verified, "/exists", &json!(true))?;
    as_the_seed_says(&verified, "/status", &json!("active"))?;

    let mut body = json!({
        "policy": "leave_request",
        "employee_id": employee.id,
        "leave_type": "Annual",
        "start_date": first,
        "end_date": last,
    });
    let valid = stage.step(employee, "POST", "/api/v1/compliance/validate", Some(body.clone()), 200).await?;
    as_the_seed_says(&valid, "/valid", &json!(true))?;
    if !at(&valid, "/balance").is_number() || !at(&valid, "/required").is_number() {
        return Err(format!("`balance` and `required` are to be days: {valid}"));
    }

    let before = stage.mails()?;
    if let Some(members) = body.as_object_mut() {
        members.remove("policy");
        members.insert("reason".to_owned(), json!(REASON));
    }
    let leave = stage.step(employee, "POST", "/api/v1/leaves", Some(body.clone()), 201).await?;
    as_the_seed_says(&leave, "/status", &json!("pending"))?;
    for pointer in ["/employee_id", "/start_date", "/end_date", "/reason"] {
        as_the_seed_says(&leave, pointer, at(&body, pointer))?;
    }
    as_the_seed_says(&leave, "/duration_days", at(&valid, "/required"))?;
    as_the_seed_says(&leave, "/created_by", &json!(employee.id))?;
    as_the_seed_says(&leave, "/approved_by", &Value::Null)?;
    let id = text(&leave, "/id").to_owned();

    let record = stage.audited(&id, "created").await?;
    as_the_seed_says(&record, "/log_type", &json!("leave_request_created"))?;
    as_the_seed_says(&record, "/user_id", &json!(employee.id))?;
    as_the_seed_says(&record, "/entity_type", &json!("LeaveRequest"))?;
    as_the_seed_says(&record, "/service_name", &json!("leave-management-service"))?;
    as_the_seed_says(&record, "/old_values", &Value::Null)?;
    as_the_seed_says(&record, "/new_values/status", &json!("pending"))?;

    let manager = stage.told(&stage.manager, "leave.request_created", &id).await?;
    as_the_seed_says(&manager, "/template", &json!("leave_request_approval_needed"))?;
    stage.heard(&stage.hr, "leave.request_created", &id, text(&manager, "/event_id")).await?;
    let confirmation = stage.told(employee, "leave.request_created", &id).await?;
    as_the_seed_says(&confirmation, "/template", &json!("leave_request_confirmation"))?;
    stage.mailed(&stage.manager, text(&manager, "/title"), &before).await?;
    stage.mailed(employee, text(&confirmation, "/title"), &before).await?;
    Ok(Asked { id, first, last, required: at(&valid, "/required").clone() })
}

/// The seed's 15 to 20 January where they are free, or the same days some weeks later. An earlier play is taken back first.
async fn free_days(stage: &Stage) -> Result<(Date, Date), String> {
    let soon = stage.today.saturating_add(AHEAD_DAYS.days());
    let this_year = date(stage.today.year(), 1, 15);
    let begin = if this_year >= soon { this_year } else { date(stage.today.year().saturating_add(1), 1, 15) };
    for week in 0..WEEKS_MAX {
        let first = begin.saturating_add(week.weeks());
        let last = first.saturating_add(5.days());
        let path = format!("/api/v1/leaves?employee_id={}&from={first}&to={last}&limit=100", stage.employee.id);
        let standing = stage.look(&stage.employee, &path).await?;
        let standing: Vec<_> =
            items(&standing).filter(|leave| matches!(text(leave, "/status"), "pending" | "approved")).collect();
        let played =
            |leave: &&Value| text(leave, "/reason") == REASON && text(leave, "/start_date") == first.to_string();
        if !standing.iter().all(played) {
            continue;
        }
        for leave in standing {
            println!("  (an earlier play: {})", part(leave, &["id", "status", "start_date", "end_date"]));
            let path = format!("/api/v1/leaves/{}/cancel", text(leave, "/id"));
            let cancelled =
                stage.step(&stage.employee, "POST", &path, Some(json!({"reason": "played again"})), 200).await?;
            as_the_seed_says(&cancelled, "/status", &json!("cancelled"))?;
        }
        return Ok((first, last));
    }
    Err(format!("{} has no free days in {WEEKS_MAX} weeks from {begin} on.", stage.employee.name))
}
