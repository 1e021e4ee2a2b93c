//! Flow 2 of the HRMS seed: an employee checks in, and out again. The manager of somebody who comes late is told at once.

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

/// Zone of the site of the person who comes late: a shift is on there at any time, and no holiday is in the way.
const FIELD_ZONE: &str = "America/New_York";

/// Flow 2.
pub(super) async fn run(session: &DemoSession, late: &Person) -> Result<(), String> {
    println!("\nFlow 2: an employee checks in");
    let DemoSession { scenario, employee, hr, .. } = session;
    ensure_checked_out(session).await?;
    let verified = scenario.get(format!("/api/v1/employees/{}/verify", employee.id)).by(employee).step(200).await?;
    expect_fields(&verified, json!({"exists": true}))?;

    let (path, key) = ("/api/v1/attendance/check-in", format!("demo-{}", unique()));
    let body = json!({"employee_id": employee.id, "location": "Office", "device": "Mobile"});
    let came = scenario.post(path, body.clone()).by(employee).once(&key).step(201).await?;
    let clicked_twice = scenario.post(path, body).by(employee).once(&key).step(201).await?;
    expect_fields(&clicked_twice, came.clone())?;
    scenario.expect_checked_in(employee, hr, &came).await?;
    scenario.check_out(employee, hr, &came).await?;
    check_in_late(session, late).await
}

/// Whoever tried the API by hand may be checked in.
async fn ensure_checked_out(session: &DemoSession) -> Result<(), String> {
    let gone = session.scenario.post("/api/v1/attendance/check-out", json!({})).by(&session.employee).send().await?;
    if gone.status == 409 { Ok(()) } else { gone.expect(200).map(drop) }
}

/// Assigns a shift that began a while ago, and checks in now.
async fn check_in_late(session: &DemoSession, late: &Person) -> Result<(), String> {
    println!("  (somebody comes late)");
    let DemoSession { scenario, manager, hr, .. } = session;
    let there = scenario.origin().at.to_zoned(TimeZone::get(FIELD_ZONE).map_err(|error| error.to_string())?);
    let (shift, date) = shift_on(there.date(), there.time());
    let assigned = json!({"employee_id": late.id, "shifts": [shift], "from": date, "to": date});
    scenario.post("/api/v1/shift-assignments", assigned).by(manager).step(201).await?;

    let body = json!({"employee_id": late.id, "location": "Field", "device": "Mobile"});
    let came = scenario.post("/api/v1/attendance/check-in", body).by(late).step(201).await?;
    expect_fields(&came, json!({"date": date}))?;
    if at(&came, "/late_minutes").as_i64().is_none_or(|minutes| minutes < 1) {
        return Err(format!("{} comes after the grace of the shift {shift}: {came}", late.name));
    }
    let record = scenario.recorded(hr, id_of(&came), "late").await?;
    expect_fields(&record, json!({"log_type": "attendance_exception"}))?;
    let told = scenario.notified(manager, "attendance.late", id_of(&came)).await?;
    expect_fields(&told, json!({"template": "attendance_late"}))?;
    scenario.post("/api/v1/attendance/check-out", json!({})).by(late).step(200).await.map(drop)
}

/// The shift of the demo policies that began more than ten minutes ago and whose window is still open, and its date.
fn shift_on(today: Date, now: Time) -> (&'static str, Date) {
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
    fn a_shift_is_on_at_any_time() {
        let today = date(2026, 11, 22);
        for (now, shift, began) in [
            (time(0, 0, 0, 0), "night", date(2026, 11, 21)),
            (time(6, 14, 59, 0), "night", date(2026, 11, 21)),
            (time(6, 15, 0, 0), "early", today),
            (time(13, 45, 0, 0), "late", today),
            (time(22, 14, 59, 0), "late", today),
            (time(22, 15, 0, 0), "night", today),
        ] {
            assert_eq!(shift_on(today, now), (shift, began), "{now}");
        }
    }
}
