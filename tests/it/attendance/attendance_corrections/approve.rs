//! `PUT /api/v1/attendance-corrections/{correction_id}/approve`

use access::{Role, Roles};
use directory::Person;
use policy::attendance::{PunchKind, PunchSource};
use serde_json::{Value, json};

use crate::attendance::{
    correction_fixture::{gone, path, punch, punch_id},
    fixture::{Plant, instant},
};

#[tokio::test]
async fn a_yes_corrects_the_day_and_keeps_the_original() {
    let plant = Plant::open().await;
    let employee = plant.employee().clone();
    let punches = [(PunchKind::CheckIn, "2024-06-07T07:00:00Z"), (PunchKind::CheckOut, "2024-06-07T10:00:00Z")];
    plant.punched(&employee, "2024-06-07", &punches).await;
    let mut body = gone("2024-06-07T15:30:00Z");
    body["void"] = json!([punch_id(2)]);
    let asked = plant.wants(&employee, body).await.body;
    let before = plant.day(&employee, "2024-06-07").await.unwrap();
    let answer = plant.approves(plant.manager(), &asked).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!((&answer.body["status"], &answer.body["comments"]), (&json!("approved"), &json!("I was there")));
    assert_eq!(answer.body["approved_by"], json!(plant.manager().id));
    let day = plant.day(&employee, "2024-06-07").await.unwrap();
    assert_eq!(day.punches[0], before.punches[0]);
    let voided = policy::attendance::Punch {
        voided_by: Some(serde_json::from_value(asked["id"].clone()).unwrap()),
        ..before.punches[1].clone()
    };
    assert_eq!(day.punches[1], voided, "what was wrong stays, void");
    let added = &day.punches[2];
    assert_eq!(
        (added.kind, added.at, added.source),
        (PunchKind::CheckOut, instant("2024-06-07T15:30:00Z"), PunchSource::Correction)
    );
    assert_eq!((added.reason.as_deref(), added.offset.as_str()), (Some("The terminal was dead"), "+02:00"));
    assert_eq!((json!(added.correction_id), &added.by), (asked["id"].clone(), &kernel::Actor::Person(employee.id)));
    assert_eq!(day.check_out_time, Some(instant("2024-06-07T15:30:00Z")));
    assert_eq!(
        plant.published_types("ATTENDANCE_TABLE").await,
        ["attendance.correction"],
        "one event for the correction and its day"
    );
    let stamp = &plant.stamps("ATTENDANCE_TABLE").await[0];
    assert_eq!(stamp.data, Some(json!({"employee_id": employee.id, "date": "2024-06-07"})));
}

#[tokio::test]
async fn a_day_of_which_nothing_was_known_begins_with_its_correction() {
    let plant = Plant::open().await;
    let add = json!([{"kind": "check_in", "at": "2024-06-06T07:00:00Z"}, {"kind": "check_out", "at": "2024-06-06T15:30:00Z"}]);
    let asked =
        plant.wants(plant.employee(), json!({"date": "2024-06-06", "reason": "No network", "add": add})).await.body;
    assert_eq!(plant.day(plant.employee(), "2024-06-06").await, None);
    assert_eq!(plant.approves(plant.hr(), &asked).await.status, 200);
    let day = plant.day(plant.employee(), "2024-06-06").await.unwrap();
    assert_eq!((day.punches.len(), day.check_in_time), (2, Some(instant("2024-06-06T07:00:00Z"))));
}

#[tokio::test]
async fn nobody_decides_about_themselves_their_own_request_or_the_people_of_others() {
    let plant = Plant::open().await;
    plant.forgotten().await;
    let people = plant.world.people.clone();
    let asked = plant.asked().await;
    let app = app!(plant.world, ATTENDANCE_CORRECTIONS_APPROVE);
    let approve = |correction: &Value, by: &Person| {
        plant.world.put(&app, path(correction, "/approve"), json!({})).signed_in_as(by)
    };
    plant.refused(approve(&asked, &people.employee), 403, "forbidden", &[]).await;
    plant.refused(approve(&asked, &people.auditor), 403, "forbidden", &[]).await;
    plant.refused(approve(&asked, &people.other_manager), 404, "not_found", &[]).await;
    let both: Roles = [Role::Employee, Role::Hr, Role::Manager].into_iter().collect();
    plant.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let promoted = plant.moved(Person { roles: both, ..people.employee.clone() }).await;
    plant.refused(approve(&asked, &promoted), 403, "self_approval", &[]).await;
    let mut body = gone("2024-06-07T15:30:00Z");
    body["employee_id"] = json!(people.employee.id);
    let by_manager = plant.wants(&people.manager, body).await.body;
    plant.refused(approve(&by_manager, &people.manager), 403, "own_request", &[]).await;
    assert_eq!(approve(&by_manager, &people.hr).await.status, 200);
    let unknown = json!({"id": "corr_018f6b0e4a3b7c21a5d4c3b2a1f0e9ff"});
    plant.refused(approve(&unknown, &people.hr), 404, "not_found", &[]).await;
}

#[tokio::test]
async fn one_decision_stands_and_the_others_hear_which() {
    let plant = Plant::open().await;
    plant.forgotten().await;
    let asked = plant.asked().await;
    let (manager, hr) = (plant.manager(), plant.hr());
    let (yes, no, again) =
        tokio::join!(plant.approves(manager, &asked), plant.rejects(hr, &asked), plant.approves(hr, &asked));
    let mut statuses = [yes.status.as_u16(), no.status.as_u16(), again.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
    let stored = plant.reads(hr, &asked).await.body;
    for late in [&yes, &no, &again].into_iter().filter(|answer| answer.status == 409) {
        assert_eq!(late.problem(), "already_decided");
        assert_eq!(late.body["current"]["status"], stored["status"], "{}", late.body);
    }
    let day = plant.day(plant.employee(), "2024-06-07").await.unwrap();
    assert_eq!(day.punches.len(), if stored["status"] == "approved" { 2 } else { 1 });
}

#[tokio::test]
async fn a_decision_upon_an_old_version_is_refused() {
    let plant = Plant::open().await;
    plant.forgotten().await;
    let asked = plant.asked().await;
    let app = app!(plant.world, ATTENDANCE_CORRECTIONS_APPROVE);
    let ask = |etag: &str| plant.world.put(&app, path(&asked, "/approve"), json!({})).header("if-match", etag);
    plant.refused(ask("\"0\"").signed_in_as(plant.hr()), 412, "stale", &[]).await;
    assert_eq!(ask("\"1\"").signed_in_as(plant.hr()).await.status, 200);
}

#[tokio::test]
async fn punches_that_came_meanwhile_stay_and_a_punch_that_is_void_already_is_told() {
    let plant = Plant::open().await;
    plant.forgotten().await;
    let employee = plant.employee().clone();
    let mut body = gone("2024-06-07T15:30:00Z");
    (body["void"], body["add"][0]) = (json!([punch_id(1)]), json!({"kind": "check_in", "at": "2024-06-07T06:50:00Z"}));
    let (first, second) = (plant.wants(&employee, body.clone()).await.body, plant.wants(&employee, body).await.body);
    let day = plant.day(&employee, "2024-06-07").await.unwrap();
    let mut punches = day.punches.clone();
    punches.push(punch(5, PunchKind::CheckOut, "2024-06-07T15:00:00Z", &employee));
    plant.store_day(&day.with_punches(punches, plant.now())).await;
    assert_eq!(plant.approves(plant.manager(), &first).await.status, 200);
    let day = plant.day(&employee, "2024-06-07").await.unwrap();
    assert_eq!((day.punches.len(), day.check_out_time), (3, Some(instant("2024-06-07T15:00:00Z"))));
    let before = plant.snapshot().await;
    let answer = plant.approves(plant.manager(), &second).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (409, "punch_gone"), "{}", answer.body);
    assert_eq!(answer.body["current"], json!({"punch_id": punch_id(1), "voided_by": first["id"]}));
    assert!(before == plant.snapshot().await);
    assert_eq!(plant.rejects(plant.manager(), &second).await.status, 200, "it can still be rejected");
}

#[tokio::test]
async fn a_day_that_keeps_changing_is_corrected_as_it_then_is() {
    let plant = Plant::open().await;
    plant.forgotten().await;
    let employee = plant.employee().clone();
    let mut asked = Vec::new();
    for minute in 0..4 {
        asked.push(plant.wants(&employee, gone(&format!("2024-06-07T15:3{minute}:00Z"))).await.body);
    }
    let all = asked.iter().map(|correction| plant.approves(plant.hr(), correction));
    let answers = futures::future::join_all(all).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "each under the version it read");
    assert_eq!(plant.day(&employee, "2024-06-07").await.unwrap().punches.len(), 5, "none is lost");
}
