//! Attendance, from the punch to what came of the day, and again whenever something changes that it came from.

use futures::future::join_all;
use muster::scenario::{json::expect_fields, unique};
use serde_json::{Value, json};

use super::cloud::{Cloud, Outcome, id_of};

#[tokio::test]
async fn a_check_in_is_stored_audited_and_told_once_however_often_it_is_clicked() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let (who, hr, path) = (&people.employee, &people.hr, "/api/v1/attendance/check-in");
    let body = json!({"employee_id": who.id, "location": "Office", "device": "Mobile"});
    let key = format!("click-{}", unique());
    let answers = (0..10).map(|_| cloud.post(path, body.clone()).by(who).once(&key).expect(201));
    let answers = join_all(answers).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let came = &answers[0];
    assert!(answers.iter().all(|answer| answer == came), "{answers:#?}");
    assert!(came["check_in_time"].is_string() && came["punch"]["zone"] == "Europe/Berlin", "{came:#}");
    let record = cloud.expect_checked_in(who, hr, came).await?;
    let values = json!({"check_in_time": came["check_in_time"], "_once_keys": null});
    expect_fields(&record, json!({"old_values": null, "new_values": values}))?;

    cloud.post("/api/v1/attendance/break-start", json!({})).by(who).expect(200).await?;
    cloud.post("/api/v1/attendance/break-end", json!({})).by(who).expect(200).await?;
    cloud.check_out(who, hr, came).await?;
    let trail = cloud.trail(hr, id_of(came)).await?;
    for action in ["check_in", "break_start", "break_end", "check_out"] {
        assert_eq!(trail.iter().filter(|record| record["action"] == action).count(), 1, "{action}: {trail:#?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_correction_settles_the_day_again_and_keeps_what_was() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?;
    let who = cloud.worker(&team, "day").await?;
    cloud.enter(&team, &who, "08:58", None).await?;
    cloud.settle_team(&team).await?;
    let day = cloud.team_day(&team, &who, "incomplete").await?;
    let corrected = cloud.correct(team.parties(&who), &day, team.at("17:31")).await?;
    assert_eq!(corrected["worked_minutes"], json!(483), "08:58 to 17:31 without the break: {corrected:#}");
    assert_eq!(corrected["punches"].as_array().map(Vec::len), Some(2));
    Ok(())
}

#[tokio::test]
async fn leave_that_comes_or_goes_settles_the_day_again() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?.ahead();
    let who = cloud.worker(&team, "day").await?;
    cloud.settle_team(&team).await?;
    let day = cloud.team_day(&team, &who, "absent").await?;
    cloud.notified(&team.hr, "attendance.absent", id_of(&day)).await?;

    let date = team.date.to_string();
    let leave = cloud.ask_leave(&who, "annual", &date, &date).await?;
    cloud.decide(&team.manager, &leave, "approve", json!({})).await?.expect(200)?;
    let away = cloud.team_day(&team, &who, "leave").await?;
    assert_eq!((id_of(&away), &away["leaves"][0]["leave_id"]), (id_of(&day), &leave["id"]), "{away:#}");

    let body = json!({"reason": "I can come after all"});
    cloud.post(format!("/api/v1/leaves/{}/cancel", id_of(&leave)), body).by(&who).expect(200).await?;
    cloud.team_day(&team, &who, "absent").await?;
    let on_leave = |record: &Value| record["new_values"]["outcome"]["status"] == "leave";
    cloud.recorded_as(&team.hr, id_of(&day), "processed", on_leave).await?;
    assert_eq!(cloud.count_records(&team, &day, "absent").await?, 1, "told once");
    Ok(())
}

#[tokio::test]
async fn punches_that_a_device_kept_settle_the_day_again() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?;
    let who = cloud.worker(&team, "day").await?;
    cloud.settle_team(&team).await?;
    let day = cloud.team_day(&team, &who, "absent").await?;

    let punches = json!({"punches": [
        {"kind": "check_in", "captured_at": team.at("09:30"), "location": "Field", "device": "Mobile"},
        {"kind": "check_out", "captured_at": team.at("17:30"), "location": "Field", "device": "Mobile"},
    ]});
    let taken = cloud.post("/api/v1/attendance/punches", punches.clone()).by(&who).expect(200).await?;
    assert_eq!((&taken["accepted"], &taken["refused"]), (&json!(2), &json!(0)), "{taken:#}");
    let settled = cloud.team_day(&team, &who, "present").await?;
    assert_eq!(settled["late_minutes"], json!(30), "{settled:#}");
    let told = cloud.notified(&team.manager, "attendance.late", id_of(&day)).await?;
    assert_eq!(told["context"]["late_minutes"], json!(30));
    let again = cloud.post("/api/v1/attendance/punches", punches).by(&who).expect(200).await?;
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(2)), "{again:#}");
    Ok(())
}

#[tokio::test]
async fn other_shifts_settle_the_day_again() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?;
    let who = cloud.worker(&team, "day").await?;
    cloud.settle_team(&team).await?;
    cloud.team_day(&team, &who, "absent").await?;
    let path = format!("/api/v1/shift-assignments?employee_id={}", who.id);
    let assigned = cloud.get(path).by(&team.hr).expect(200).await?;
    let assignment = format!("/api/v1/shift-assignments/{}", id_of(&assigned["items"][0]));
    cloud.put(&assignment, json!({"shifts": []})).by(&team.manager).expect(200).await?;
    cloud.team_day(&team, &who, "rest_day").await?;
    Ok(())
}
