//! Attendance, from the punch to what came of the day, and again whenever something changes that it came from.

use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    cloud::{Cloud, eventually},
    people::id_of,
    team::Team,
    trail::AUDITED_WITHIN,
};

const CHECK_IN: &str = "/api/v1/attendance/check-in";
const CHECK_OUT: &str = "/api/v1/attendance/check-out";

#[tokio::test]
async fn a_check_in_is_stored_audited_and_told_once_however_often_it_is_clicked() {
    let Some(cloud) = Cloud::from_env() else { return };
    let crew = cloud.crew().await;
    let who = &crew.employee;
    let body = json!({"employee_id": who.id, "location": "Office", "device": "Mobile"});
    let key = format!("click-{}", cloud.unique());
    let answers = join_all((0..10).map(async |_| cloud.post(CHECK_IN, body.clone()).by(who).once(&key).await)).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (201, &answers[0].body));
    }
    let came = &answers[0].body;
    assert_eq!((&came["status"], &came["state"]), (&json!("success"), &json!("in")), "{came:#}");
    assert!(came["check_in_time"].is_string() && came["punch"]["zone"] == "Europe/Berlin", "{came:#}");
    let again = cloud.post(CHECK_IN, body).by(who).await;
    assert_eq!((again.status, &again.body["current"]["punch"]["id"]), (409, &came["punch"]["id"]), "{}", again.body);

    let record = cloud.recorded(&crew.hr, id_of(came), "check_in").await;
    assert_eq!(
        (&record["log_type"], &record["entity_type"], &record["service_name"]),
        (&json!("attendance_check_in"), &json!("Attendance"), &json!("attendance-management-service"))
    );
    assert_eq!((&record["user_id"], &record["old_values"]), (&json!(who.id), &Value::Null));
    assert_eq!(record["new_values"]["check_in_time"], came["check_in_time"]);
    assert_eq!(record["new_values"]["location"], "Office");
    assert!(record["new_values"].get("_once_keys").is_none(), "technical: {record:#}");
    let told = cloud.told(who, "attendance.checked_in", id_of(came)).await;
    assert_eq!((&told["template"], &told["context"]["location"]), (&json!("attendance_checked_in"), &json!("Office")));

    cloud.post("/api/v1/attendance/break-start", json!({})).by(who).await.expect(200);
    cloud.post("/api/v1/attendance/break-end", json!({})).by(who).await.expect(200);
    let gone = cloud.post(CHECK_OUT, json!({"location": "Office"})).by(who).await.expect(200);
    assert_eq!((&gone["state"], id_of(&gone)), (&json!("out"), id_of(came)));
    let record = cloud.recorded(&crew.hr, id_of(came), "check_out").await;
    assert_eq!(record["log_type"], "attendance_check_out");
    assert_eq!(record["old_values"]["state"], "in");
    assert_eq!(record["new_values"]["check_out_time"], gone["check_out_time"]);
    cloud.told(who, "attendance.checked_out", id_of(came)).await;
    let twice = cloud.post(CHECK_OUT, json!({})).by(who).await;
    assert_eq!(twice.status, 409, "{}", twice.body);

    let trail = cloud.trail(&crew.hr, id_of(came)).await;
    for action in ["check_in", "break_start", "break_end", "check_out"] {
        assert_eq!(trail.iter().filter(|record| record["action"] == action).count(), 1, "{action}: {trail:#?}");
    }
}

#[tokio::test]
async fn a_correction_settles_the_day_again_and_keeps_what_was() {
    let Some(cloud) = Cloud::from_env() else { return };
    let team = cloud.team().await;
    let who = cloud.worker_at_hand(&team, "day").await;
    cloud.entered(&team, &who, "08:58", None).await;
    cloud.settle(&team).await;
    let day = cloud.day_as(&team, &who, "incomplete").await;

    let body = json!({"date": team.date, "reason": "I forgot", "add": [{"kind": "check_out", "at": team.at("17:31")}]});
    let correction = cloud.post("/api/v1/attendance-corrections", body).by(&who).await.expect(201);
    cloud.told(&team.manager, "attendance.correction_requested", id_of(&correction)).await;
    let path = format!("/api/v1/attendance-corrections/{}/approve", id_of(&correction));
    let own = cloud.put(&path, json!({})).by(&who).await;
    assert!(matches!(own.status, 403 | 404), "nobody approves their own: {}", own.body);
    cloud.put(&path, json!({"comments": "Yes"})).by(&team.manager).await.expect(200);
    let twice = cloud.put(&path, json!({})).by(&team.hr).await;
    assert_eq!(twice.status, 409, "{}", twice.body);

    let corrected = cloud.day_as(&team, &who, "present").await;
    assert_eq!(corrected["worked_minutes"], json!(483), "08:58 to 17:31 without the break: {corrected:#}");
    assert_eq!(corrected["punches"].as_array().map(Vec::len), Some(2));
    let record = derived(&cloud, &team, &day, "present").await;
    assert_eq!(record["old_values"]["outcome"]["status"], "incomplete");
    cloud.told(&who, "attendance.correction", id_of(&correction)).await;
}

#[tokio::test]
async fn leave_that_comes_or_goes_settles_the_day_again() {
    let Some(cloud) = Cloud::from_env() else { return };
    let team = cloud.team().await.ahead();
    let who = cloud.worker_at_hand(&team, "day").await;
    cloud.settle(&team).await;
    let day = cloud.day_as(&team, &who, "absent").await;
    cloud.told(&team.hr, "attendance.absent", id_of(&day)).await;

    let date = team.date.to_string();
    let leave = cloud.ask_leave(&who, "annual", &date, &date).await;
    cloud.decide(&team.manager, &leave, "approve", json!({})).await.expect(200);
    let away = cloud.day_as(&team, &who, "leave").await;
    assert_eq!((id_of(&away), &away["leaves"][0]["leave_id"]), (id_of(&day), &leave["id"]), "{away:#}");

    let body = json!({"reason": "I can come after all"});
    cloud.post(format!("/api/v1/leaves/{}/cancel", id_of(&leave)), body).by(&who).await.expect(200);
    cloud.day_as(&team, &who, "absent").await;
    derived(&cloud, &team, &day, "leave").await;
    assert_eq!(cloud.times(&team, &day, "absent").await, 1, "told once");
}

#[tokio::test]
async fn punches_that_a_device_kept_settle_the_day_again() {
    let Some(cloud) = Cloud::from_env() else { return };
    let team = cloud.team().await;
    let who = cloud.worker_at_hand(&team, "day").await;
    cloud.settle(&team).await;
    let day = cloud.day_as(&team, &who, "absent").await;

    let punches = json!({"punches": [
        {"kind": "check_in", "captured_at": team.at("09:30"), "location": "Field", "device": "Mobile"},
        {"kind": "check_out", "captured_at": team.at("17:30"), "location": "Field", "device": "Mobile"},
    ]});
    let taken = cloud.post("/api/v1/attendance/punches", punches.clone()).by(&who).await.expect(200);
    assert_eq!((&taken["accepted"], &taken["refused"]), (&json!(2), &json!(0)), "{taken:#}");
    let settled = cloud.day_as(&team, &who, "present").await;
    assert_eq!(settled["late_minutes"], json!(30), "{settled:#}");
    let told = cloud.told(&team.manager, "attendance.late", id_of(&day)).await;
    assert_eq!(told["context"]["late_minutes"], json!(30));
    let again = cloud.post("/api/v1/attendance/punches", punches).by(&who).await.expect(200);
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(2)), "{again:#}");
}

#[tokio::test]
async fn other_shifts_settle_the_day_again() {
    let Some(cloud) = Cloud::from_env() else { return };
    let team = cloud.team().await;
    let who = cloud.worker(&team, "day").await;
    cloud.settle(&team).await;
    cloud.day_as(&team, &who, "absent").await;
    let path = format!("/api/v1/shift-assignments?employee_id={}", who.id);
    let assigned = cloud.get(path).by(&team.hr).await.expect(200);
    let assignment = format!("/api/v1/shift-assignments/{}", id_of(&assigned["items"][0]));
    cloud.put(&assignment, json!({"shifts": []})).by(&team.manager).await.expect(200);
    cloud.day_as(&team, &who, "rest_day").await;
}

/// The record of the run in which a day came out like this.
async fn derived(cloud: &Cloud, team: &Team, day: &Value, status: &str) -> Value {
    let look = async || {
        let trail = cloud.trail(&team.hr, id_of(day)).await;
        let is =
            |record: &Value| record["action"] == "processed" && record["new_values"]["outcome"]["status"] == status;
        trail.into_iter().find(is)
    };
    eventually(status, AUDITED_WITHIN, look).await.0
}
