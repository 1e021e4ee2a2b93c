//! Flow 4 of the HRMS seed: the overnight run. What a terminal kept of a day is taken in, the run settles the day once, whoever must
//! hear of it hears of it once, and a correction settles the day again by itself.

use jiff::{Timestamp, ToSpan, civil::Date};
use serde_json::{Value, json};

use super::{
    crew::Crew,
    follows::event_of,
    operator::Operator,
    stage::{Player, Stage, as_the_seed_says, at, items, text},
};

/// When the last window of the day has closed everywhere: the clock that the run is given, on the day after, in UTC.
const CLOCK: &str = "T02:30:00Z";

/// Plays it.
///
/// # Errors
/// The sentence that says what is not as the seed says.
pub(crate) async fn play(stage: &Stage, operator: &Operator, crew: &Crew) -> Result<(), String> {
    let date = crew.date;
    println!("\nFlow 4: the overnight run over {date}");
    half_a_day_off(stage, crew).await?;
    let night = json!({"employee_id": crew.night.id, "shifts": ["night"], "from": date, "to": date});
    stage.step(&stage.hr, "POST", "/api/v1/shift-assignments", Some(night), 201).await?;
    taken_in(stage, crew).await?;

    let before = stage.mails()?;
    let run = run(stage, operator, crew).await?;
    let days = daily_records(stage, crew).await?;
    let [late, forgetful, night, _, absent] = &days;
    settled(stage, &days).await?;

    let record = stage.audited(text(late, "/id"), "late").await?;
    let told = stage.told(&stage.manager, "attendance.late", &event_of(&record)).await?;
    as_the_seed_says(&told, "/context/late_minutes", &json!(24))?;
    let record = stage.audited(text(absent, "/id"), "absent").await?;
    stage.heard(&stage.hr, "attendance.absent", &event_of(&record), &event_of(&record)).await?;
    let record = stage.audited(text(forgetful, "/id"), "incomplete").await?;
    let told = stage.told(&crew.forgetful, "attendance.incomplete", &event_of(&record)).await?;
    stage.mailed(&crew.forgetful, text(&told, "/title"), &before).await?;
    registered(stage, &crew.night.id, date, night).await?;

    again(stage, operator, crew, &run).await?;
    corrected(stage, crew, forgetful).await
}

/// Sick in the afternoon: by the policy nobody is asked, and the event brings it to the day.
async fn half_a_day_off(stage: &Stage, crew: &Crew) -> Result<(), String> {
    let (who, date) = (&crew.half, crew.date);
    let body = json!({"employee_id": who.id, "leave_type": "Sick", "start_date": date, "end_date": date, "half": "pm",
        "reason": "At the dentist's"});
    let leave = stage.step(&stage.hr, "POST", "/api/v1/leaves", Some(body), 201).await?;
    as_the_seed_says(&leave, "/status", &json!("approved"))?;
    let look = async || {
        let day = stage.look(&stage.hr, &day_path(&who.id, date)).await?;
        Ok(day.to_string().contains(text(&leave, "/id")).then_some(()))
    };
    stage.followed(&format!("the leave on the day of {}", who.name), look).await
}

/// What the terminals kept: first what would become of each row, then in earnest. The row of somebody unknown harms nobody else's.
async fn taken_in(stage: &Stage, crew: &Crew) -> Result<(), String> {
    let [late, forgetful, night, half, _] = &crew.codes;
    let (date, next) = (crew.date, crew.date.saturating_add(1.day()));
    let rows = [
        "employee_code,kind,time,device,location".to_owned(),
        format!("{late},in,{date} 09:24:00,Terminal 3,Field"),
        format!("{late},out,{date} 17:30:00,Terminal 3,Field"),
        format!("{forgetful},in,{date} 08:57:30,Terminal 1,Office"),
        format!("E-0000,in,{date} 08:58:00,Terminal 1,Office"),
        format!("{night},in,{date} 21:05:00,Terminal 2,Plant"),
        format!("{night},out,{next} 06:55:00,Terminal 2,Plant"),
        format!("{half},in,{date} 08:58:40,Terminal 1,Office"),
        format!("{half},out,{date} 13:16:10,Terminal 1,Office"),
    ];
    println!("  (what the terminals kept)\n    {}", rows.join("\n    "));
    for dry_run in [true, false] {
        let body = json!({"csv": rows.join("\n"), "dry_run": dry_run});
        let taken = stage.step(&stage.hr, "POST", "/api/v1/attendance/import", Some(body), 200).await?;
        as_the_seed_says(&taken, "/accepted", &json!(7))?;
        as_the_seed_says(&taken, "/refused", &json!(1))?;
    }
    Ok(())
}

/// Starts the run with a clock of its own, and waits until it is closed.
async fn run(stage: &Stage, operator: &Operator, crew: &Crew) -> Result<Value, String> {
    let clock = format!("{}{CLOCK}", crew.date.saturating_add(1.day()));
    let input = json!({"at": clock, "department": crew.department});
    println!("  operator: attendance-job-dispatch {input}");
    let answer = operator.dispatch(&input).await?;
    println!("  {answer}");
    let id = text(&answer, "/runs/0/run").to_owned();
    if id.is_empty() {
        return Err(format!("Somebody is due at {clock}, but there is no run: {answer}"));
    }
    let path = format!("/api/v1/attendance/runs/{id}");
    let look = async || {
        let run = stage.look(&stage.hr, &path).await?;
        Ok((text(&run, "/state") == "closed").then_some(run))
    };
    let run = stage.followed(&format!("the end of {id}"), look).await?;
    println!("  {}: GET {path}\n  200 {run}", stage.hr.name);
    Ok(run)
}

/// Shows everybody's day, and insists on what became of it.
async fn daily_records(stage: &Stage, crew: &Crew) -> Result<[Value; 5], String> {
    println!("  daily records:");
    let mut days: [Value; 5] = Default::default();
    let expected = ["present", "incomplete", "present", "half_leave", "absent"];
    for (((day, id), name), status) in days.iter_mut().zip(crew.ids()).zip(crew.names()).zip(expected) {
        *day = stage.look(&stage.hr, &day_path(id, crew.date)).await?;
        shown(name, day);
        as_the_seed_says(day, "/status", &json!(status))?;
        as_the_seed_says(day, "/date", &json!(crew.date))?;
    }
    let [late, _, night, half, _] = &days;
    as_the_seed_says(late, "/late_minutes", &json!(24))?;
    as_the_seed_says(late, "/worked_minutes", &json!(456))?;
    as_the_seed_says(half, "/late_minutes", &json!(0))?;
    let (came, left) = (instant(night, "/check_in_time")?, instant(night, "/check_out_time")?);
    if left.duration_since(came).as_mins() != 590 {
        return Err(format!("The night is one day, from one date into the next: {night}"));
    }
    Ok(days)
}

/// Every day is in the audit trail, as the system's doing.
async fn settled(stage: &Stage, days: &[Value]) -> Result<(), String> {
    for day in days {
        let record = stage.audited(text(day, "/id"), "processed").await?;
        as_the_seed_says(&record, "/log_type", &json!("attendance_processed"))?;
        as_the_seed_says(&record, "/service_name", &json!("attendance-management-service"))?;
        as_the_seed_says(&record, "/new_values/outcome/status", at(day, "/status"))?;
        as_the_seed_says(&record, "/old_values/outcome", &Value::Null)?;
        if !text(&record, "/user_id").starts_with("system") {
            return Err(format!("Nobody but the system settles days: {record}"));
        }
    }
    Ok(())
}

/// A night of more than nine hours is a violation there, and in the register.
async fn registered(stage: &Stage, who: &str, date: Date, day: &Value) -> Result<(), String> {
    let path = format!("/api/v1/compliance/violations?employee_id={who}");
    let look = async || {
        let register = stage.look(&stage.hr, &path).await?;
        Ok(items(&register).find(|violation| text(violation, "/code") == "daily_maximum").cloned())
    };
    let violation = stage.followed(&format!("the violation of {who} on {date}: {day}"), look).await?;
    println!("  register of violations: {}", text(&violation, "/explanation"));
    Ok(())
}

/// The same run once more settles nothing again.
async fn again(stage: &Stage, operator: &Operator, crew: &Crew, first: &Value) -> Result<(), String> {
    println!("  (once more)");
    let second = run(stage, operator, crew).await?;
    as_the_seed_says(&second, "/counts/looked_at", at(first, "/counts/looked_at"))?;
    as_the_seed_says(&second, "/counts/changed", &json!(0))
}

/// Whoever forgot asks for a correction; with the manager's word the day is settled again by itself.
async fn corrected(stage: &Stage, crew: &Crew, day: &Value) -> Result<(), String> {
    println!("  (the forgotten check-out is put right)");
    let who = &crew.forgetful;
    let out =
        instant(day, "/check_in_time")?.saturating_add(8.hours().minutes(30)).map_err(|error| error.to_string())?;
    let body = json!({"date": crew.date, "reason": "I forgot to check out", "add": [{"kind": "check_out", "at": out}]});
    let correction = stage.step(who, "POST", "/api/v1/attendance-corrections", Some(body), 201).await?;
    let path = format!("/api/v1/attendance-corrections/{}/approve", text(&correction, "/id"));
    stage.step(&stage.manager, "PUT", &path, Some(json!({"comments": "I saw you leave"})), 200).await?;
    let again = |record: &Value| text(record, "/new_values/outcome/status") == "present";
    let record = stage.audited_as(text(day, "/id"), "processed", again).await?;
    as_the_seed_says(&record, "/old_values/outcome/status", &json!("incomplete"))?;
    is_present(stage, who, crew.date).await
}

async fn is_present(stage: &Stage, who: &Player, date: Date) -> Result<(), String> {
    let day = stage.look(who, &day_path(&who.id, date)).await?;
    shown(&who.name, &day);
    as_the_seed_says(&day, "/status", &json!("present"))
}

fn day_path(employee_id: &str, date: Date) -> String {
    format!("/api/v1/attendance/{employee_id}/days/{date}")
}

fn instant(day: &Value, pointer: &str) -> Result<Timestamp, String> {
    text(day, pointer).parse().map_err(|error| format!("{pointer} is to be a time: {error}: {day}"))
}

/// One day on some lines: the record, and how it came about.
fn shown(name: &str, day: &Value) {
    let field = |name: &str| at(day, name).to_string().replace('"', "");
    println!(
        "    {name} {}: {}, in {}, out {}, worked {} min, late {} min, overtime {} min",
        field("/date"),
        field("/status"),
        field("/check_in_time"),
        field("/check_out_time"),
        field("/worked_minutes"),
        field("/late_minutes"),
        field("/overtime_minutes"),
    );
    for line in at(day, "/explanation").as_array().into_iter().flatten() {
        println!("      {}", text(line, "/text"));
    }
}
