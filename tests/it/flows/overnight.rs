//! The overnight run: every shift-day of a team settled once, whatever became of it, and told once to whoever must hear of it.

use std::time::Duration;

use futures::future::join_all;
use muster::scenario::{
    client::Person,
    json::{expect_fields, text},
    unique,
};
use serde_json::json;

use super::{
    cloud::{Cloud, Outcome, id_of},
    team::Team,
};

/// If a second event were on its way, it would be in the trail after so long.
const QUIET_FOR: Duration = Duration::from_secs(4);

#[tokio::test]
async fn every_day_is_settled_once_and_told_once() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?;
    let mut people = Vec::new();
    for shift in ["day", "day", "night", "day"] {
        people.push(cloud.worker(&team, shift).await?);
    }
    let [late, forgetful, night, absent] = &people[..] else { unreachable!("four people") };
    import_punches(&cloud, &team, [late, forgetful, night]).await?;

    let run = cloud.settle_team(&team).await?;
    // The manager is in the department, too, and did not come.
    let counts = &run["counts"];
    expect_fields(
        &run,
        json!({"kind": "nightly", "pages": 1, "pages_open": 0, "counts": {"late": 1, "incomplete": 1}}),
    )?;
    let late_day = cloud.team_day(&team, late, "present").await?;
    expect_fields(&late_day, json!({"late_minutes": 24, "worked_minutes": 456}))?;
    let night_day = cloud.team_day(&team, night, "present").await?;
    // One day, from one date into the next.
    let (came, left) = (team.at("21:55"), team.at("+06:55"));
    let expected = json!({"late_minutes": 0, "worked_minutes": 510, "check_in_time": came, "check_out_time": left});
    expect_fields(&night_day, expected)?;
    let open_day = cloud.team_day(&team, forgetful, "incomplete").await?;
    let absent_day = cloud.team_day(&team, absent, "absent").await?;
    let days = [&late_day, &night_day, &open_day, &absent_day];
    join_all(days.map(|day| cloud.expect_settled(&team.hr, day))).await.into_iter().collect::<Result<(), _>>()?;
    cloud.expect_told(team.parties(forgetful), &late_day, &absent_day, &open_day).await?;
    cloud.notified(&team.hr, "attendance.absent", id_of(&absent_day)).await?;
    // Too little rest for so long a night: a violation in the register, once.
    let violations = night_day["violations"].as_array().expect("violations");
    assert_eq!(violations.iter().map(|one| text(one, "/code")).collect::<Vec<_>>(), ["break_missing"], "{night_day:#}");
    assert_eq!(cloud.violations(&team.hr, night).await?, ["break_missing"]);

    let again = cloud.settle_team(&team).await?;
    expect_fields(&again, json!({"counts": {"looked_at": counts["looked_at"], "changed": 0}}))?;
    tokio::time::sleep(QUIET_FOR).await;
    for day in days {
        assert_eq!(cloud.count_records(&team, day, "processed").await?, 1, "{day:#}");
    }
    for (day, action) in [(&late_day, "late"), (&open_day, "incomplete"), (&absent_day, "absent")] {
        assert_eq!(cloud.count_records(&team, day, action).await?, 1, "{action}");
    }
    Ok(())
}

/// What the terminals kept, in one file with a row that nobody knows.
async fn import_punches(cloud: &Cloud, team: &Team, people: [&Person; 3]) -> Outcome {
    let ([late, forgetful, night], date) = (people.map(|person| &person.code), team.date);
    let rows = [
        "employee_code,kind,time".to_owned(),
        format!("{late},in,{date} 09:24:00"),
        format!("{late},out,{date} 17:30:00"),
        format!("nobody-knows,in,{date} 09:00:00"),
        format!("{forgetful},in,{date} 08:57:30"),
        format!("{night},in,{date} 21:55:00"),
        format!("{night},out,{} 06:55:00", date.tomorrow().unwrap()),
    ];
    Ok(cloud.import(&team.hr, &rows, 5, 1).await?)
}

#[tokio::test]
async fn hr_replays_a_day_and_hears_what_differs_and_why() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?;
    let who = cloud.worker(&team, "day").await?;
    cloud.enter(&team, &who, "09:00", Some("17:30")).await?;
    let path = |dry: bool| {
        let Team { date, .. } = team;
        format!("/api/v1/attendance/process?from={date}&to={date}&employee_id={}&dry_run={dry}", who.id)
    };
    let key = format!("replay-{}", unique());
    let asked = cloud.api.call("POST", path(true), None).by(&team.hr).once(&key).expect(202).await?;
    let again = cloud.api.call("POST", path(true), None).by(&team.hr).once(&key).expect(202).await?;
    assert_eq!(id_of(&asked), id_of(&again), "one run");
    let dry = cloud.closed(&team.hr, id_of(&asked)).await?;
    let differs = json!({"status": "present", "worked_minutes": 480, "late_minutes": 0, "overtime_minutes": 0});
    assert_eq!((&dry["kind"], &dry["dry_run"]), (&json!("replay"), &json!(true)), "{dry:#}");
    assert_eq!(dry["differences"]["items"][0]["new"], differs, "{dry:#}");
    assert_eq!(dry["differences"]["items"][0]["why"], json!(["new"]), "{dry:#}");
    assert_eq!(cloud.day(&team.hr, who.id, team.date).await?["settled"], false, "nothing is written");

    let asked = cloud.api.call("POST", path(false), None).by(&team.hr).expect(202).await?;
    let real = cloud.closed(&team.hr, id_of(&asked)).await?;
    assert_eq!(real["differences"]["items"][0]["new"], differs, "{real:#}");
    cloud.recorded(&team.hr, id_of(&asked), "run_requested").await?;
    let day = cloud.team_day(&team, &who, "present").await?;
    assert_eq!(cloud.recorded(&team.hr, id_of(&day), "processed").await?["new_values"]["outcome"]["status"], "present");

    let asked = cloud.api.call("POST", path(false), None).by(&team.hr).expect(202).await?;
    let nothing = cloud.closed(&team.hr, id_of(&asked)).await?;
    assert_eq!(nothing["differences"]["items"], json!([]), "{nothing:#}");
    Ok(())
}

#[tokio::test]
async fn the_run_has_a_schedule_of_its_own() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let name = format!("{}-attendance-job-dispatch", cloud.output("Stack"));
    let schedule = cloud.schedule("default", &name).await.expect("a schedule");
    assert_eq!((&schedule["ScheduleExpression"], &schedule["State"]), (&json!("rate(1 hour)"), &json!("ENABLED")));
    let target = schedule["Target"]["Arn"].as_str().expect("a target");
    assert!(target.ends_with(cloud.function("attendance-job-dispatch")), "{target}");
    Ok(())
}
