//! Flow 2 of the HRMS seed: an employee checks in, and out again. And somebody who comes late: their manager hears of it at once.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time, time},
    tz::TimeZone,
};
use lambda::{Clock, SystemClock};
use serde_json::{Value, json};

use super::{
    crew::Crew,
    follows::event_of,
    stage::{Player, Stage, as_the_seed_says, at, text},
};

/// Where somebody comes late: a shift is on there at any time, and no holiday is in the way.
const FIELD_ZONE: &str = "America/New_York";

/// Plays it.
///
/// # Errors
/// The sentence that says what is not as the seed says.
pub(crate) async fn play(stage: &Stage, crew: &Crew) -> Result<(), String> {
    println!("\nFlow 2: an employee checks in");
    let employee = &stage.employee;
    is_out(stage, employee).await?;
    let verified = stage.step(employee, "GET", &format!("/api/v1/employees/{}/verify", employee.id), None, 200).await?;
    as_the_seed_says(&verified, "/exists", &json!(true))?;

    let (path, key) = ("/api/v1/attendance/check-in", format!("demo-{}", stage.unique));
    let body = json!({"employee_id": employee.id, "location": "Office", "device": "Mobile"});
    let came = stage.step_once(employee, "POST", path, Some(&key), Some(body.clone()), 201).await?;
    as_the_seed_says(&came, "/status", &json!("success"))?;
    as_the_seed_says(&came, "/employee_id", &json!(employee.id))?;
    let check_in: Timestamp =
        text(&came, "/punch/at").parse().map_err(|error| format!("A punch is to have a time: {error}: {came}"))?;
    let clicked_twice = stage.step_once(employee, "POST", path, Some(&key), Some(body.clone()), 201).await?;
    if clicked_twice != came {
        return Err(format!("A double click is to get the first answer: {clicked_twice} {came}"));
    }
    let again = stage.step(employee, "POST", path, Some(body), 409).await?;
    if at(&again, "/current").is_null() {
        return Err(format!("A second check-in is to be told of the open one: {again}"));
    }
    check_in_followed(stage, &came, check_in).await?;

    let path = "/api/v1/attendance/check-out";
    let gone = stage.step(employee, "POST", path, Some(json!({"location": "Office", "device": "Mobile"})), 200).await?;
    let left = text(&gone, "/check_out_time").to_owned();
    let is = |record: &Value| text(record, "/new_values/check_out_time") == left;
    let record = stage.audited_as(text(&gone, "/id"), "check_out", is).await?;
    as_the_seed_says(&record, "/log_type", &json!("attendance_check_out"))?;
    stage.told(employee, "attendance.checked_out", &event_of(&record)).await?;
    stage.step(employee, "POST", path, Some(json!({})), 409).await?;

    comes_late(stage, crew).await
}

/// Somebody may have tried the API by hand: whoever is in goes out first.
async fn is_out(stage: &Stage, who: &Player) -> Result<(), String> {
    let path = "/api/v1/attendance/check-out";
    let gone = stage.ask(who, "POST", path, Some(json!({})), 200).await;
    match gone {
        Err(complaint) if !complaint.contains("answered 409") => Err(complaint),
        Ok(_) | Err(_) => Ok(()),
    }
}

async fn check_in_followed(stage: &Stage, came: &Value, check_in: Timestamp) -> Result<(), String> {
    let employee = &stage.employee;
    let punched = text(came, "/punch/id").to_owned();
    let is = |record: &Value| !punched.is_empty() && at(record, "/new_values/punches").to_string().contains(&punched);
    let record = stage.audited_as(text(came, "/id"), "check_in", is).await?;
    for (pointer, expected) in [
        ("/log_type", json!("attendance_check_in")),
        ("/user_id", json!(employee.id)),
        ("/entity_type", json!("Attendance")),
        ("/service_name", json!("attendance-management-service")),
        ("/new_values/location", json!("Office")),
    ] {
        as_the_seed_says(&record, pointer, &expected)?;
    }
    let first: Timestamp = text(&record, "/new_values/check_in_time")
        .parse()
        .map_err(|error| format!("`check_in_time` of the audit record is to be a time: {error}"))?;
    if first > check_in {
        return Err(format!("The day begins with {first}, but somebody was in at {check_in}."));
    }
    let told = stage.told(employee, "attendance.checked_in", &event_of(&record)).await?;
    as_the_seed_says(&told, "/context/location", &json!("Office"))
}

/// A shift that began a while ago is somebody's for today; they come now.
async fn comes_late(stage: &Stage, crew: &Crew) -> Result<(), String> {
    println!("  (somebody comes late)");
    let late = &crew.late;
    let there = SystemClock.now().to_zoned(TimeZone::get(FIELD_ZONE).map_err(|error| error.to_string())?);
    let (shift, date) = shift_on(there.date(), there.time());
    let assigned = json!({"employee_id": late.id, "shifts": [shift], "from": date, "to": date});
    stage.step(&stage.manager, "POST", "/api/v1/shift-assignments", Some(assigned), 201).await?;

    let body = json!({"employee_id": late.id, "location": "Field", "device": "Mobile"});
    let came = stage.step(late, "POST", "/api/v1/attendance/check-in", Some(body), 201).await?;
    as_the_seed_says(&came, "/date", &json!(date))?;
    if at(&came, "/late_minutes").as_i64().is_none_or(|minutes| minutes < 1) {
        return Err(format!("{} comes after the grace of the shift {shift}: {came}", late.name));
    }
    let record = stage.audited(text(&came, "/id"), "late").await?;
    as_the_seed_says(&record, "/log_type", &json!("attendance_exception"))?;
    let told = stage.told(&stage.manager, "attendance.late", &event_of(&record)).await?;
    as_the_seed_says(&told, "/template", &json!("attendance_late"))?;
    stage.step(late, "POST", "/api/v1/attendance/check-out", Some(json!({})), 200).await?;
    Ok(())
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
