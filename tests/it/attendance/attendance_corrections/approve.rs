//! `PUT /api/v1/attendance-corrections/{correction_id}/approve`

use access::{Role, Roles};
use attendance::domain::day::Day;
use directory::Person;
use policy::attendance::{Punch, PunchKind, PunchSource};
use serde_json::{Value, json};

use crate::attendance::{
    correction_fixture::{missing_check_out, path, punch, punch_id},
    fixture::{AttendanceFixture, attendance_rules, instant},
};

#[tokio::test]
async fn approval_corrects_the_day_and_keeps_originals() {
    let fixture = AttendanceFixture::new().await;
    let employee = fixture.employee().clone();
    let punches = [(PunchKind::CheckIn, "2024-06-07T07:00:00Z"), (PunchKind::CheckOut, "2024-06-07T10:00:00Z")];
    fixture.store_punches(&employee, "2024-06-07", &punches).await;
    let mut body = missing_check_out("2024-06-07T15:30:00Z");
    body["void"] = json!([punch_id(2)]);
    let requested = fixture.request_correction(&employee, body).await.body;
    let before = fixture.find_day(&employee, "2024-06-07").await.unwrap();
    let answer = fixture.approve(fixture.manager(), &requested).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!((&answer.body["status"], &answer.body["comments"]), (&json!("approved"), &json!("I was there")));
    assert_eq!(answer.body["approved_by"], json!(fixture.manager().id));
    let day = fixture.find_day(&employee, "2024-06-07").await.unwrap();
    assert_eq!(day.punches[0], before.punches[0]);
    let voided = policy::attendance::Punch {
        voided_by: Some(serde_json::from_value(requested["id"].clone()).unwrap()),
        ..before.punches[1].clone()
    };
    assert_eq!(day.punches[1], voided, "a voided punch stays");
    let added = &day.punches[2];
    assert_eq!(
        (added.kind, added.at, added.source),
        (PunchKind::CheckOut, instant("2024-06-07T15:30:00Z"), PunchSource::Correction)
    );
    assert_eq!((added.reason.as_deref(), added.offset.as_str()), (Some("The terminal was dead"), "+02:00"));
    assert_eq!((json!(added.correction_id), &added.by), (requested["id"].clone(), &kernel::Actor::Person(employee.id)));
    assert_eq!(day.check_out_time, Some(instant("2024-06-07T15:30:00Z")));
    assert_eq!(
        fixture.published_types("ATTENDANCE_TABLE").await,
        ["attendance.correction"],
        "one event for the correction and its day"
    );
    let stamp = &fixture.stamps("ATTENDANCE_TABLE").await[0];
    assert_eq!(stamp.data, Some(json!({"employee_id": employee.id, "date": "2024-06-07"})));
}

/// Stores a day with one imported punch.
async fn store_imported(fixture: &AttendanceFixture, on: &str, number: u128, kind: PunchKind, at: &str) {
    let employee = fixture.employee();
    let punch = Punch { source: PunchSource::Import, ..punch(number, kind, at, employee) };
    let day = fixture.find_day(employee, on).await;
    let day = day.unwrap_or_else(|| Day::new(employee.id, on.parse().unwrap(), fixture.now()));
    let punches = day.punches.iter().cloned().chain([punch]).collect();
    fixture.store_day(&day.with_punches(punches, fixture.now())).await;
}

#[tokio::test]
async fn approved_check_in_fetches_the_imported_check_out() {
    let fixture = AttendanceFixture::new().await;
    let employee = fixture.employee().clone();
    fixture.assign_shifts(&employee, 9, "2024-06-06", &["night"]).await;
    fixture.assign_shifts(&employee, 10, "2024-06-07", &[]).await;
    store_imported(&fixture, "2024-06-07", 1, PunchKind::CheckOut, "2024-06-07T05:30:00Z").await;
    let add = json!([{"kind": "check_in", "at": "2024-06-06T19:50:00Z"}]);
    let body = json!({"date": "2024-06-06", "reason": "No network", "add": add});
    let requested = fixture.request_correction(&employee, body).await.body;
    assert_eq!(fixture.approve(fixture.manager(), &requested).await.status, 200);
    let night = fixture.find_day(&employee, "2024-06-06").await.unwrap();
    let punches: Vec<_> = night.punches.iter().map(|punch| (punch.source, punch.kind)).collect();
    assert_eq!(punches, [(PunchSource::Correction, PunchKind::CheckIn), (PunchSource::Import, PunchKind::CheckOut)]);
    assert_eq!((night.open_since, night.check_out_time), (None, Some(instant("2024-06-07T05:30:00Z"))));
    assert!(fixture.find_day(&employee, "2024-06-07").await.unwrap().punches.is_empty());
    let published = fixture.published_types("ATTENDANCE_TABLE").await;
    assert_eq!(published, ["attendance.correction", "attendance.punches_received"], "the other day is derived again");

    let void = json!({"date": "2024-06-06", "reason": "Not I", "void": [night.punches[0].id],
        "add": [{"kind": "check_in", "at": "2024-06-06T12:00:00Z"}, {"kind": "check_out", "at": "2024-06-06T13:00:00Z"}]});
    let requested = fixture.request_correction(&employee, void).await;
    assert_eq!(requested.status, 422, "without its check-in, the check-out has none: {}", requested.body);
}

#[tokio::test]
async fn approval_reads_repeated_taps_by_the_seconds_of_the_policy() {
    let fixture = AttendanceFixture::new().await;
    let mut rules = attendance_rules();
    rules["debounce_seconds"] = json!(600);
    fixture.put_policy(1, "attendance", rules).await;
    let employee = fixture.employee().clone();
    let punches = [(PunchKind::CheckIn, "2024-06-07T07:00:00Z"), (PunchKind::CheckOut, "2024-06-07T15:25:00Z")];
    fixture.store_punches(&employee, "2024-06-07", &punches).await;
    let requested = fixture.request_correction(&employee, missing_check_out("2024-06-07T15:30:00Z")).await;
    assert_eq!(requested.status, 201, "one tap in 600 seconds: {}", requested.body);
    assert_eq!(fixture.approve(fixture.manager(), &requested.body).await.status, 200);
    let day = fixture.find_day(&employee, "2024-06-07").await.unwrap();
    let repeated: Vec<_> = day.punches.iter().map(Punch::is_repeated).collect();
    assert_eq!((repeated, day.check_out_time), (vec![false, true, false], Some(instant("2024-06-07T15:30:00Z"))));
}

#[tokio::test]
async fn correction_of_a_day_a_year_ago_can_only_be_rejected() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let requested = fixture.requested_correction().await;
    fixture.set_time("2025-06-09T10:30:45Z");
    let answer = fixture.approve(fixture.manager(), &requested).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (409, "too_old"), "{}", answer.body);
    assert_eq!(fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap().punches.len(), 1);
    assert_eq!(fixture.reject(fixture.manager(), &requested).await.status, 200);
}

#[tokio::test]
async fn approval_creates_a_day_without_record() {
    let fixture = AttendanceFixture::new().await;
    let add = json!([{"kind": "check_in", "at": "2024-06-06T07:00:00Z"}, {"kind": "check_out", "at": "2024-06-06T15:30:00Z"}]);
    let requested = fixture
        .request_correction(fixture.employee(), json!({"date": "2024-06-06", "reason": "No network", "add": add}))
        .await
        .body;
    assert_eq!(fixture.find_day(fixture.employee(), "2024-06-06").await, None);
    assert_eq!(fixture.approve(fixture.hr(), &requested).await.status, 200);
    let day = fixture.find_day(fixture.employee(), "2024-06-06").await.unwrap();
    assert_eq!((day.punches.len(), day.check_in_time), (2, Some(instant("2024-06-06T07:00:00Z"))));
}

#[tokio::test]
async fn subject_requester_and_unrelated_managers_cannot_approve() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let people = fixture.world.people.clone();
    let requested = fixture.requested_correction().await;
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_APPROVE);
    let approve = |correction: &Value, by: &Person| {
        fixture.world.put(&app, path(correction, "/approve"), json!({})).signed_in_as(by)
    };
    fixture.refused(approve(&requested, &people.employee), 403, "forbidden", &[]).await;
    fixture.refused(approve(&requested, &people.auditor), 403, "forbidden", &[]).await;
    fixture.refused(approve(&requested, &people.other_manager), 404, "not_found", &[]).await;
    let both: Roles = [Role::Employee, Role::Hr, Role::Manager].into_iter().collect();
    fixture.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let promoted = fixture.update_person(Person { roles: both, ..people.employee.clone() }).await;
    fixture.refused(approve(&requested, &promoted), 403, "self_approval", &[]).await;
    let mut body = missing_check_out("2024-06-07T15:30:00Z");
    body["employee_id"] = json!(people.employee.id);
    let by_manager = fixture.request_correction(&people.manager, body).await.body;
    fixture.refused(approve(&by_manager, &people.manager), 403, "own_request", &[]).await;
    assert_eq!(approve(&by_manager, &people.hr).await.status, 200);
    let unknown = json!({"id": "corr_018f6b0e4a3b7c21a5d4c3b2a1f0e9ff"});
    fixture.refused(approve(&unknown, &people.hr), 404, "not_found", &[]).await;
}

#[tokio::test]
async fn concurrent_decisions_keep_one_and_conflict_others() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let requested = fixture.requested_correction().await;
    let (manager, hr) = (fixture.manager(), fixture.hr());
    let (approved, rejected, approved_again) = tokio::join!(
        fixture.approve(manager, &requested),
        fixture.reject(hr, &requested),
        fixture.approve(hr, &requested)
    );
    let mut statuses = [approved.status.as_u16(), rejected.status.as_u16(), approved_again.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
    let stored = fixture.read_correction(hr, &requested).await.body;
    for late in [&approved, &rejected, &approved_again].into_iter().filter(|answer| answer.status == 409) {
        assert_eq!(late.problem(), "already_decided");
        assert_eq!(late.body["current"]["status"], stored["status"], "{}", late.body);
    }
    let day = fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap();
    assert_eq!(day.punches.len(), if stored["status"] == "approved" { 2 } else { 1 });
}

#[tokio::test]
async fn outdated_version_is_rejected_as_stale() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let requested = fixture.requested_correction().await;
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_APPROVE);
    let ask = |etag: &str| fixture.world.put(&app, path(&requested, "/approve"), json!({})).header("if-match", etag);
    fixture.refused(ask("\"0\"").signed_in_as(fixture.hr()), 412, "stale", &[]).await;
    assert_eq!(ask("\"1\"").signed_in_as(fixture.hr()).await.status, 200);
}

#[tokio::test]
async fn newer_punches_stay_and_voided_punch_conflicts() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let employee = fixture.employee().clone();
    let mut body = missing_check_out("2024-06-07T15:30:00Z");
    (body["void"], body["add"][0]) = (json!([punch_id(1)]), json!({"kind": "check_in", "at": "2024-06-07T06:50:00Z"}));
    let (first, second) = (
        fixture.request_correction(&employee, body.clone()).await.body,
        fixture.request_correction(&employee, body).await.body,
    );
    let day = fixture.find_day(&employee, "2024-06-07").await.unwrap();
    let mut punches = day.punches.clone();
    punches.push(punch(5, PunchKind::CheckOut, "2024-06-07T15:00:00Z", &employee));
    fixture.store_day(&day.with_punches(punches, fixture.now())).await;
    assert_eq!(fixture.approve(fixture.manager(), &first).await.status, 200);
    let day = fixture.find_day(&employee, "2024-06-07").await.unwrap();
    assert_eq!((day.punches.len(), day.check_out_time), (3, Some(instant("2024-06-07T15:00:00Z"))));
    let before = fixture.snapshot().await;
    let answer = fixture.approve(fixture.manager(), &second).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (409, "punch_gone"), "{}", answer.body);
    assert_eq!(answer.body["current"], json!({"punch_id": punch_id(1), "voided_by": first["id"]}));
    assert!(before == fixture.snapshot().await);
    assert_eq!(fixture.reject(fixture.manager(), &second).await.status, 200, "it can still be rejected");
}

#[tokio::test]
async fn concurrent_approvals_of_one_day_all_apply() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let employee = fixture.employee().clone();
    let mut requested = Vec::new();
    for minute in 0..4 {
        requested.push(
            fixture
                .request_correction(&employee, missing_check_out(&format!("2024-06-07T15:3{minute}:00Z")))
                .await
                .body,
        );
    }
    let all = requested.iter().map(|correction| fixture.approve(fixture.hr(), correction));
    let answers = futures::future::join_all(all).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "each approval writes the current version");
    assert_eq!(fixture.find_day(&employee, "2024-06-07").await.unwrap().punches.len(), 5, "no correction is lost");
}
