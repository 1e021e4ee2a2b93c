//! Flow 2: an employee checks in and out, and a late check-in notifies the manager at once.

use jiff::{
    ToSpan,
    civil::{Date, Time, time},
    tz::TimeZone,
};
use serde_json::json;

use super::DemoSession;
use crate::scenario::{
    client::Person,
    json::{at, expect_fields, id_of},
    unique,
};

/// Time zone of the late employee's site, where a shift is in progress at any time and no holiday applies.
const FIELD_ZONE: &str = "America/New_York";

pub(super) async fn run(session: &DemoSession, late: &Person) -> Result<(), String> {
    println!("\nFlow 2: an employee checks in");
    let DemoSession { scenario, employee, hr, .. } = session;
    ensure_checked_out(session).await?;
    let verified =
        scenario.get(format!("/api/v1/employees/{}/verify", employee.id)).by(employee).expect_and_print(200).await?;
    expect_fields(&verified, json!({"exists": true}))?;

    let (path, key) = ("/api/v1/attendance/check-in", format!("demo-{}", unique()));
    let body = json!({"employee_id": employee.id, "location": "Office", "device": "Mobile"});
    let check_in = scenario.post(path, body.clone()).by(employee).idempotency_key(&key).expect_and_print(201).await?;
    let repeated = scenario.post(path, body).by(employee).idempotency_key(&key).expect_and_print(201).await?;
    expect_fields(&repeated, check_in.clone())?;
    scenario.expect_checked_in(employee, hr, &check_in).await?;
    scenario.expect_check_out(employee, hr, &check_in).await?;
    check_in_late(session, late).await
}

/// Checks the employee out if an earlier manual call left them checked in.
async fn ensure_checked_out(session: &DemoSession) -> Result<(), String> {
    let answer = session.scenario.post("/api/v1/attendance/check-out", json!({})).by(&session.employee).send().await?;
    if answer.status == 409 { Ok(()) } else { answer.expect(200).map(drop) }
}

/// Assigns a shift that started more than ten minutes ago and checks in now.
async fn check_in_late(session: &DemoSession, late: &Person) -> Result<(), String> {
    println!("  (an employee checks in late)");
    let DemoSession { scenario, manager, hr, .. } = session;
    let local = scenario.origin().at.to_zoned(TimeZone::get(FIELD_ZONE).map_err(|error| error.to_string())?);
    let (shift, date) = current_shift(local.date(), local.time());
    let assigned = json!({"employee_id": late.id, "shifts": [shift], "from": date, "to": date});
    scenario.post("/api/v1/shift-assignments", assigned).by(manager).expect_and_print(201).await?;

    let body = json!({"employee_id": late.id, "location": "Field", "device": "Mobile"});
    let check_in = scenario.post("/api/v1/attendance/check-in", body).by(late).expect_and_print(201).await?;
    expect_fields(&check_in, json!({"date": date}))?;
    if at(&check_in, "/late_minutes").as_i64().is_none_or(|minutes| minutes < 1) {
        return Err(format!("the check-in of {} must be late for the shift {shift}: {check_in}", late.name));
    }
    let record = scenario.expect_audit_record(hr, id_of(&check_in), "late").await?;
    expect_fields(&record, json!({"log_type": "attendance_exception"}))?;
    let notification = scenario.expect_notification(manager, "attendance.late", id_of(&check_in)).await?;
    expect_fields(&notification, json!({"template": "attendance_late"}))?;
    scenario.post("/api/v1/attendance/check-out", json!({})).by(late).expect_and_print(200).await.map(drop)
}

/// Shift of the demo policies that started more than ten minutes ago and whose window is still open, with its date.
fn current_shift(today: Date, now: Time) -> (&'static str, Date) {
    if now < time(6, 15, 0, 0) {
        ("night", today.saturating_sub(1.day()))
    } else if now < time(13, 45, 0, 0) {
        ("early", today)
    } else if now < time(22, 15, 0, 0) {
        ("late", today)
    } else {
        ("night", today)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_shift_is_in_progress_at_any_time() {
        let today = date(2026, 11, 22);
        for (now, shift, date_of_shift) in [
            (time(0, 0, 0, 0), "night", date(2026, 11, 21)),
            (time(6, 14, 59, 0), "night", date(2026, 11, 21)),
            (time(6, 15, 0, 0), "early", today),
            (time(13, 45, 0, 0), "late", today),
            (time(22, 14, 59, 0), "late", today),
            (time(22, 15, 0, 0), "night", today),
        ] {
            assert_eq!(current_shift(today, now), (shift, date_of_shift), "{now}");
        }
    }
}
