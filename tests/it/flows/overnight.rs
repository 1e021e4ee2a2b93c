//! The overnight run settles each shift day of a team once and sends each notification once.

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

/// Time in which a duplicate event would reach the audit trail.
const DUPLICATE_WAIT: Duration = Duration::from_secs(4);

#[tokio::test]
async fn every_day_is_settled_and_notified_once() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?;
    let mut people = Vec::new();
    for shift in ["day", "day", "night", "day"] {
        people.push(cloud.worker(&team, shift).await?);
    }
    let [late, forgetful, night, absent] = &people[..] else { unreachable!("four people") };
    import_punches(&cloud, &team, [late, forgetful, night]).await?;

    let run = cloud.settle_team(&team).await?;
    // The counts include the manager, who is absent.
    let counts = &run["counts"];
    expect_fields(
        &run,
        json!({"kind": "nightly", "pages": 1, "pages_open": 0, "counts": {"late": 1, "incomplete": 1}}),
    )?;
    let late_day = cloud.team_day(&team, late, "present").await?;
    expect_fields(&late_day, json!({"late_minutes": 24, "worked_minutes": 456}))?;
    let night_day = cloud.team_day(&team, night, "present").await?;
    // The night shift is one day that ends on the next date.
    let (check_in, check_out) = (team.at("21:55"), team.at("+06:55"));
    let expected =
        json!({"late_minutes": 0, "worked_minutes": 510, "check_in_time": check_in, "check_out_time": check_out});
    expect_fields(&night_day, expected)?;
    let open_day = cloud.team_day(&team, forgetful, "incomplete").await?;
    let absent_day = cloud.team_day(&team, absent, "absent").await?;
    let days = [&late_day, &night_day, &open_day, &absent_day];
    join_all(days.map(|day| cloud.expect_settled(&team.hr, day))).await.into_iter().collect::<Result<(), _>>()?;
    cloud.expect_exception_notifications(team.parties(forgetful), &late_day, &absent_day, &open_day).await?;
    cloud.expect_notification(&team.hr, "attendance.absent", id_of(&absent_day)).await?;
    // The break is too short for the long night, so the register holds one violation.
    let violations = night_day["violations"].as_array().expect("violations");
    assert_eq!(violations.iter().map(|one| text(one, "/code")).collect::<Vec<_>>(), ["break_missing"], "{night_day:#}");
    assert_eq!(cloud.wait_for_violation_codes(&team.hr, night).await?, ["break_missing"]);

    let repeated = cloud.settle_team(&team).await?;
    expect_fields(&repeated, json!({"counts": {"examined": counts["examined"], "changed": 0}}))?;
    tokio::time::sleep(DUPLICATE_WAIT).await;
    for day in days {
        assert_eq!(cloud.count_records(&team, day, "processed").await?, 1, "{day:#}");
    }
    for (day, action) in [(&late_day, "late"), (&open_day, "incomplete"), (&absent_day, "absent")] {
        assert_eq!(cloud.count_records(&team, day, action).await?, 1, "{action}");
    }
    Ok(())
}

/// Imports punches of terminals in one file with a row of an unknown employee code.
async fn import_punches(cloud: &Cloud, team: &Team, people: [&Person; 3]) -> Outcome {
    let ([late, forgetful, night], date) = (people.map(|person| &person.code), team.date);
    let rows = [
        "employee_code,kind,time".to_owned(),
        format!("{late},in,{date} 09:24:00"),
        format!("{late},out,{date} 17:30:00"),
        format!("unknown,in,{date} 09:00:00"),
        format!("{forgetful},in,{date} 08:57:30"),
        format!("{night},in,{date} 21:55:00"),
        format!("{night},out,{} 06:55:00", date.tomorrow().unwrap()),
    ];
    Ok(cloud.import_with_dry_run(&team.hr, &rows, 5, 1).await?)
}

#[tokio::test]
async fn replay_of_a_day_reports_differences_and_their_causes() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?;
    let who = cloud.worker(&team, "day").await?;
    cloud.enter(&team, &who, "09:00", Some("17:30")).await?;
    let path = |dry: bool| {
        let Team { date, .. } = team;
        format!("/api/v1/attendance/process?from={date}&to={date}&employee_id={}&dry_run={dry}", who.id)
    };
    let key = format!("replay-{}", unique());
    let first = cloud.api.call("POST", path(true), None).by(&team.hr).idempotency_key(&key).expect(202).await?;
    let repeated = cloud.api.call("POST", path(true), None).by(&team.hr).idempotency_key(&key).expect(202).await?;
    assert_eq!(id_of(&first), id_of(&repeated), "the same idempotency key must start one run");
    let dry = cloud.wait_for_closed_run(&team.hr, id_of(&first)).await?;
    let differs = json!({"status": "present", "worked_minutes": 480, "late_minutes": 0, "overtime_minutes": 0});
    assert_eq!((&dry["kind"], &dry["dry_run"]), (&json!("replay"), &json!(true)), "{dry:#}");
    assert_eq!(dry["differences"]["items"][0]["new"], differs, "{dry:#}");
    assert_eq!(dry["differences"]["items"][0]["why"], json!(["first_derivation"]), "{dry:#}");
    assert_eq!(
        cloud.attendance_day(&team.hr, who.id, team.date).await?["settled"],
        false,
        "a dry run must write nothing"
    );

    let replay = cloud.api.call("POST", path(false), None).by(&team.hr).expect(202).await?;
    let real = cloud.wait_for_closed_run(&team.hr, id_of(&replay)).await?;
    assert_eq!(real["differences"]["items"][0]["new"], differs, "{real:#}");
    cloud.expect_audit_record(&team.hr, id_of(&replay), "run_requested").await?;
    let day = cloud.team_day(&team, &who, "present").await?;
    assert_eq!(
        cloud.expect_audit_record(&team.hr, id_of(&day), "processed").await?["new_values"]["outcome"]["status"],
        "present"
    );

    let replay = cloud.api.call("POST", path(false), None).by(&team.hr).expect(202).await?;
    let unchanged = cloud.wait_for_closed_run(&team.hr, id_of(&replay)).await?;
    assert_eq!(unchanged["differences"]["items"], json!([]), "{unchanged:#}");
    Ok(())
}

#[tokio::test]
async fn overnight_run_has_an_hourly_schedule() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let name = format!("{}-attendance-job-dispatch", cloud.output("Stack"));
    let schedule = cloud.schedule("default", &name).await.expect("a schedule");
    assert_eq!((&schedule["ScheduleExpression"], &schedule["State"]), (&json!("rate(1 hour)"), &json!("ENABLED")));
    let target = schedule["Target"]["Arn"].as_str().expect("a target");
    assert!(target.ends_with(cloud.function("attendance-job-dispatch")), "{target}");
    Ok(())
}
