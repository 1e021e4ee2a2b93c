//! The overnight run: every shift-day of a team settled once, whatever became of it, and told once to whoever must hear of it.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    cloud::{Cloud, eventually},
    people::{Someone, id_of},
    team::Team,
    trail::AUDITED_WITHIN,
};

/// If a second event were on its way, it would be in the trail after so long.
const QUIET_FOR: Duration = Duration::from_secs(4);

/// Who plays, and what becomes of their day.
struct Cast {
    late: Someone,
    forgetful: Someone,
    night: Someone,
    absent: Someone,
}

#[tokio::test]
async fn every_day_is_settled_once_and_told_once() {
    let Some(cloud) = Cloud::from_env() else { return };
    let team = cloud.team().await;
    let cast = Cast {
        late: cloud.worker(&team, "day").await,
        forgetful: cloud.worker_at_hand(&team, "day").await,
        night: cloud.worker(&team, "night").await,
        absent: cloud.worker(&team, "day").await,
    };
    terminals(&cloud, &team, &cast).await;

    let run = cloud.settle(&team).await;
    // The manager is in the department, too, and did not come.
    assert_eq!((&run["kind"], &run["pages"], &run["pages_open"]), (&json!("nightly"), &json!(1), &json!(0)), "{run:#}");
    let counts = &run["counts"];
    assert_eq!((&counts["late"], &counts["incomplete"]), (&json!(1), &json!(1)), "{run:#}");
    let late = present(&cloud, &team, &cast.late, (24, 456)).await;
    let night = present(&cloud, &team, &cast.night, (0, 510)).await;
    assert_eq!(
        (&night["check_in_time"], &night["check_out_time"]),
        (&json!(team.at("21:55")), &json!(team.at("+06:55"))),
        "one day, from one date into the next: {night:#}"
    );
    let forgetful = cloud.day_as(&team, &cast.forgetful, "incomplete").await;
    let absent = cloud.day_as(&team, &cast.absent, "absent").await;
    let days = [&late, &night, &forgetful, &absent];
    join_all(days.map(|day| is_audited(&cloud, &team, day))).await;
    is_told(&cloud, &team, &cast, days).await;
    is_registered(&cloud, &team, &cast.night, &night).await;

    let again = cloud.settle(&team).await;
    assert_eq!(
        (&again["counts"]["looked_at"], &again["counts"]["changed"]),
        (&counts["looked_at"], &json!(0)),
        "{again:#}"
    );
    tokio::time::sleep(QUIET_FOR).await;
    for day in days {
        assert_eq!(cloud.times(&team, day, "processed").await, 1, "{day:#}");
    }
    for (day, action) in [(&late, "late"), (&forgetful, "incomplete"), (&absent, "absent")] {
        assert_eq!(cloud.times(&team, day, action).await, 1, "{action}");
    }
}

/// What the terminals kept, in one file with a row that nobody knows.
async fn terminals(cloud: &Cloud, team: &Team, cast: &Cast) {
    let code = async |who: &Someone| {
        let record = cloud.get(format!("/api/v1/employees/{}", who.id)).by(&team.hr).await.expect(200);
        record["employee_code"].as_str().expect("a code").to_owned()
    };
    let (late, forgetful, night) = (code(&cast.late).await, code(&cast.forgetful).await, code(&cast.night).await);
    let (date, next) = (team.date, team.date.tomorrow().unwrap());
    let csv = [
        "employee_code,kind,time".to_owned(),
        format!("{late},in,{date} 09:24:00"),
        format!("{late},out,{date} 17:30:00"),
        format!("nobody-knows,in,{date} 09:00:00"),
        format!("{forgetful},in,{date} 08:57:30"),
        format!("{night},in,{date} 21:55:00"),
        format!("{night},out,{next} 06:55:00"),
    ]
    .join("\n");
    for dry_run in [true, false] {
        let body = json!({"csv": csv, "dry_run": dry_run});
        let taken = cloud.post("/api/v1/attendance/import", body).by(&team.hr).await.expect(200);
        assert_eq!((&taken["accepted"], &taken["refused"]), (&json!(5), &json!(1)), "{taken:#}");
    }
}

async fn present(cloud: &Cloud, team: &Team, who: &Someone, (late, worked): (i64, i64)) -> Value {
    let day = cloud.day_as(team, who, "present").await;
    assert_eq!((&day["late_minutes"], &day["worked_minutes"]), (&json!(late), &json!(worked)), "{day:#}");
    day
}

async fn is_audited(cloud: &Cloud, team: &Team, day: &Value) {
    let record = cloud.recorded(&team.hr, id_of(day), "processed").await;
    assert_eq!((&record["log_type"], &record["entity_type"]), (&json!("attendance_processed"), &json!("Attendance")));
    assert_eq!(record["user_id"], "system:attendance-job-settle", "{record:#}");
    assert_eq!(record["old_values"]["outcome"], Value::Null);
    assert_eq!(record["new_values"]["outcome"]["status"], day["status"]);
    assert_eq!(record["new_values"]["outcome"]["worked_minutes"], json!(day["worked_minutes"].as_i64().unwrap_or(0)));
}

async fn is_told(cloud: &Cloud, team: &Team, cast: &Cast, [late, _, forgetful, absent]: [&Value; 4]) {
    let told = cloud.told(&team.manager, "attendance.late", id_of(late)).await;
    assert_eq!((&told["template"], &told["context"]["late_minutes"]), (&json!("attendance_late"), &json!(24)));
    let told = cloud.told(&team.hr, "attendance.absent", id_of(absent)).await;
    assert_eq!(told["template"], "attendance_absent");
    let told = cloud.told(&cast.forgetful, "attendance.incomplete", id_of(forgetful)).await;
    assert_eq!(told["template"], "attendance_incomplete");
    cloud.the_mail(&cast.forgetful, told["title"].as_str().expect("a title")).await;
    for (kind, day) in [("attendance.absent", absent), ("attendance.incomplete", forgetful)] {
        assert_eq!(cloud.inbox(&team.manager, kind, id_of(day)).await.len(), 0, "{kind} is not theirs to hear");
    }
}

/// Too little rest for so long a night: a violation in the register, once.
async fn is_registered(cloud: &Cloud, team: &Team, who: &Someone, day: &Value) {
    let violations = day["violations"].as_array().expect("violations");
    assert_eq!(violations.iter().map(|one| &one["code"]).collect::<Vec<_>>(), ["break_missing"], "{day:#}");
    let path = format!("/api/v1/compliance/violations?employee_id={}", who.id);
    let look = async || {
        let register = cloud.get(&path).by(&team.hr).await.expect(200);
        let found: Vec<_> = register["items"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
        (!found.is_empty()).then_some(found)
    };
    let (found, _) = eventually("the violation", AUDITED_WITHIN, look).await;
    assert_eq!(found, ["break_missing"]);
}

#[tokio::test]
async fn hr_replays_a_day_and_hears_what_differs_and_why() {
    let Some(cloud) = Cloud::from_env() else { return };
    let team = cloud.team().await;
    let who = cloud.worker(&team, "day").await;
    cloud.entered(&team, &who, "09:00", Some("17:30")).await;
    let path = |dry: bool| {
        let Team { date, .. } = team;
        format!("/api/v1/attendance/process?from={date}&to={date}&employee_id={}&dry_run={dry}", who.id)
    };
    let key = format!("replay-{}", cloud.unique());
    let asked = cloud.call("POST", path(true), None).by(&team.hr).once(&key).await.expect(202);
    let again = cloud.call("POST", path(true), None).by(&team.hr).once(&key).await.expect(202);
    assert_eq!(id_of(&asked), id_of(&again), "one run");
    let dry = cloud.closed(&team, id_of(&asked)).await;
    let differs = json!({"status": "present", "worked_minutes": 480, "late_minutes": 0, "overtime_minutes": 0});
    assert_eq!((&dry["kind"], &dry["dry_run"]), (&json!("replay"), &json!(true)), "{dry:#}");
    assert_eq!(dry["differences"]["items"][0]["new"], differs, "{dry:#}");
    assert_eq!(dry["differences"]["items"][0]["why"], json!(["new"]), "{dry:#}");
    assert_eq!(cloud.day(&team, &who).await["settled"], false, "nothing is written");

    let asked = cloud.call("POST", path(false), None).by(&team.hr).await.expect(202);
    let real = cloud.closed(&team, id_of(&asked)).await;
    assert_eq!(real["differences"]["items"][0]["new"], differs, "{real:#}");
    cloud.recorded(&team.hr, id_of(&asked), "run_requested").await;
    let day = cloud.day_as(&team, &who, "present").await;
    assert_eq!(cloud.recorded(&team.hr, id_of(&day), "processed").await["new_values"]["outcome"]["status"], "present");

    let asked = cloud.call("POST", path(false), None).by(&team.hr).await.expect(202);
    let nothing = cloud.closed(&team, id_of(&asked)).await;
    assert_eq!(nothing["differences"]["items"], json!([]), "{nothing:#}");
}

#[tokio::test]
async fn the_run_has_a_schedule_of_its_own() {
    let Some(cloud) = Cloud::from_env() else { return };
    let name = format!("{}-attendance-job-dispatch", cloud.output("Stack"));
    let schedule = cloud.schedule("default", &name).await.expect("a schedule");
    assert_eq!((&schedule["ScheduleExpression"], &schedule["State"]), (&json!("rate(1 hour)"), &json!("ENABLED")));
    let target = schedule["Target"]["Arn"].as_str().expect("a target");
    assert!(target.ends_with(cloud.function("attendance-job-dispatch")), "{target}");
}
