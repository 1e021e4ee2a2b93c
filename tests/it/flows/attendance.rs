//! Attendance from the punch to the settled day, which is settled again after a change of its inputs.

use futures::future::join_all;
use muster::scenario::{json::expect_fields, unique};
use serde_json::{Value, json};

use super::cloud::{Cloud, Outcome, id_of};

#[tokio::test]
async fn repeated_check_in_is_stored_audited_and_notified_once() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let (who, hr, path) = (&people.employee, &people.hr, "/api/v1/attendance/check-in");
    let body = json!({"employee_id": who.id, "location": "Office", "device": "Mobile"});
    let key = format!("click-{}", unique());
    let answers = (0..10).map(|_| cloud.post(path, body.clone()).by(who).idempotency_key(&key).expect(201));
    let answers = join_all(answers).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let check_in = &answers[0];
    assert!(answers.iter().all(|answer| answer == check_in), "{answers:#?}");
    assert!(check_in["check_in_time"].is_string() && check_in["punch"]["zone"] == "Europe/Berlin", "{check_in:#}");
    let record = cloud.expect_checked_in(who, hr, check_in).await?;
    let values = json!({"check_in_time": check_in["check_in_time"], "_once_keys": null});
    expect_fields(&record, json!({"old_values": null, "new_values": values}))?;

    cloud.post("/api/v1/attendance/break-start", json!({})).by(who).expect(200).await?;
    cloud.post("/api/v1/attendance/break-end", json!({})).by(who).expect(200).await?;
    cloud.expect_check_out(who, hr, check_in).await?;
    let trail = cloud.audit_records(hr, id_of(check_in)).await?;
    for action in ["check_in", "break_start", "break_end", "check_out"] {
        assert_eq!(trail.iter().filter(|record| record["action"] == action).count(), 1, "{action}: {trail:#?}");
    }
    Ok(())
}

#[tokio::test]
async fn correction_settles_the_day_again_and_keeps_its_punches() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?;
    let who = cloud.worker(&team, "day").await?;
    cloud.enter(&team, &who, "08:58", None).await?;
    cloud.settle_team(&team).await?;
    let day = cloud.team_day(&team, &who, "incomplete").await?;
    let corrected = cloud.request_and_approve_correction(team.parties(&who), &day, team.at("17:31")).await?;
    assert_eq!(corrected["worked_minutes"], json!(483), "08:58 to 17:31 minus the break is 483 minutes: {corrected:#}");
    assert_eq!(corrected["punches"].as_array().map(Vec::len), Some(2));
    Ok(())
}

#[tokio::test]
async fn approved_and_cancelled_leave_settles_the_day_again() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?.on_future_day();
    let who = cloud.worker(&team, "day").await?;
    cloud.settle_team(&team).await?;
    let day = cloud.team_day(&team, &who, "absent").await?;
    cloud.expect_notification(&team.hr, "attendance.absent", id_of(&day)).await?;

    let date = team.date.to_string();
    let leave = cloud.request_leave(&who, "annual", &date, &date).await?;
    cloud.decide_leave(&team.manager, &leave, "approve", json!({})).await?.expect(200)?;
    let on_leave = cloud.team_day(&team, &who, "leave").await?;
    assert_eq!((id_of(&on_leave), &on_leave["leaves"][0]["leave_id"]), (id_of(&day), &leave["id"]), "{on_leave:#}");

    let body = json!({"reason": "I can come after all"});
    cloud.post(format!("/api/v1/leaves/{}/cancel", id_of(&leave)), body).by(&who).expect(200).await?;
    cloud.team_day(&team, &who, "absent").await?;
    let shows_leave = |record: &Value| record["new_values"]["outcome"]["status"] == "leave";
    cloud.expect_matching_audit_record(&team.hr, id_of(&day), "processed", shows_leave).await?;
    assert_eq!(cloud.count_records(&team, &day, "absent").await?, 1, "the absence must be published once");
    Ok(())
}

#[tokio::test]
async fn offline_punches_settle_the_day_again() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let team = cloud.team().await?;
    let who = cloud.worker(&team, "day").await?;
    cloud.settle_team(&team).await?;
    let day = cloud.team_day(&team, &who, "absent").await?;

    let punches = json!({"punches": [
        {"kind": "check_in", "captured_at": team.at("09:30"), "location": "Field", "device": "Mobile"},
        {"kind": "check_out", "captured_at": team.at("17:30"), "location": "Field", "device": "Mobile"},
    ]});
    let first = cloud.post("/api/v1/attendance/punches", punches.clone()).by(&who).expect(200).await?;
    assert_eq!((&first["accepted"], &first["refused"]), (&json!(2), &json!(0)), "{first:#}");
    let settled = cloud.team_day(&team, &who, "present").await?;
    assert_eq!(settled["late_minutes"], json!(30), "{settled:#}");
    let notification = cloud.expect_notification(&team.manager, "attendance.late", id_of(&day)).await?;
    assert_eq!(notification["context"]["late_minutes"], json!(30));
    let second = cloud.post("/api/v1/attendance/punches", punches).by(&who).expect(200).await?;
    assert_eq!((&second["accepted"], &second["duplicates"]), (&json!(0), &json!(2)), "{second:#}");
    Ok(())
}

#[tokio::test]
async fn shift_change_settles_the_day_again() -> Outcome {
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
