//! `POST /api/v1/attendance/punches`

use axum::Router;
use directory::Person;
use futures::future::join_all;
use policy::attendance::{PunchFlag, PunchSource};
use serde_json::{Value, json};
use testkit::TestRequest;

use crate::attendance::{
    fixture::AttendanceFixture,
    punch_fixture::{PunchClient, punch_body},
};

const PUNCHES: &str = "/api/v1/attendance/punches";

fn app(fixture: &AttendanceFixture) -> Router {
    app!(fixture.world, ATTENDANCE_PUNCHES_CREATE)
}

fn submit<'a>(fixture: &'a AttendanceFixture, app: &'a Router, punches: &[(&str, &str)]) -> TestRequest<'a> {
    let punch =
        |(kind, at): &(&str, &str)| json!({"kind": kind, "captured_at": at, "location": "Site 7", "device": "Tablet"});
    let punches: Vec<Value> = punches.iter().map(punch).collect();
    fixture.post(app, PUNCHES, json!({"punches": punches})).signed_in_as(fixture.employee())
}

fn statuses(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["status"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn unordered_batch_is_assigned_to_its_shift_days() {
    let fixture = AttendanceFixture::new().await;
    fixture.set_time("2024-06-12T10:00:00Z");
    fixture.assign_shifts(fixture.employee(), 9, "2024-06-10", &["night"]).await;
    let app = app(&fixture);
    let answer = submit(
        &fixture,
        &app,
        &[
            ("check_out", "2024-06-11T04:10:00.7Z"),
            ("check_in", "2024-06-10T19:50:00Z"),
            ("check_in", "2024-06-12T07:00:00Z"),
            ("break_start", "2024-06-10T23:50:00Z"),
            ("break_end", "2024-06-11T00:20:00Z"),
        ],
    )
    .await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    assert_eq!(
        (&answer.body["accepted"], &answer.body["duplicates"], &answer.body["refused"]),
        (&json!(5), &json!(0), &json!(0))
    );
    let item = &answer.body["items"][0];
    assert_eq!(
        (&item["pointer"], &item["date"], &item["warnings"]),
        (&json!("/punches/0"), &json!("2024-06-10"), &json!([]))
    );
    let night = fixture.find_day(fixture.employee(), "2024-06-10").await.unwrap();
    assert_eq!(night.punches.len(), 4);
    assert_eq!((night.open_since, night.check_out_time.unwrap().to_string().as_str()), (None, "2024-06-11T04:10:00Z"));
    for punch in &night.punches {
        assert_eq!((punch.source, punch.flags.as_slice()), (PunchSource::Offline, [PunchFlag::Offline].as_slice()));
        assert!(punch.captured_at.is_some() && punch.received_at == fixture.now());
    }
    assert_eq!(fixture.find_day(fixture.employee(), "2024-06-12").await.unwrap().punches.len(), 1);
    assert!(fixture.find_day(fixture.employee(), "2024-06-11").await.is_none());
    let stamps = fixture.stamps("ATTENDANCE_TABLE").await;
    let received: Vec<_> = stamps.iter().filter(|stamp| stamp.event == "attendance.punches_received").collect();
    assert_eq!(received.len(), 2, "one event per day");
    let data = received[0].data.as_ref().unwrap();
    assert_eq!((&data["source"], data["punches"].as_array().unwrap().len()), (&json!("offline"), 4));
}

#[tokio::test]
async fn invalid_punches_do_not_affect_other_punches() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let all = [
        ("check_in", "2024-06-10T07:00:00Z"),
        ("check_in", "2024-06-10T07:00:00.4Z"),
        ("check_out", "2024-06-10T10:32:46Z"),
        ("check_out", "2024-06-10T10:33:46Z"),
        ("check_in", "2024-06-07T10:30:44Z"),
        ("check_in", "2024-06-07T10:30:45Z"),
    ];
    let answer = submit(&fixture, &app, &all).await;
    assert_eq!(
        statuses(&answer.body),
        ["accepted", "duplicate", "refused", "refused", "refused", "accepted"],
        "{}",
        answer.body
    );
    for (nth, pointer, code) in [
        (2, "/punches/2/captured_at", "in_the_future"),
        (3, "/punches/3/captured_at", "in_the_future"),
        (4, "/punches/4/captured_at", "too_old"),
    ] {
        let item = &answer.body["items"][nth];
        assert_eq!((&item["pointer"], &item["code"], &item["punch_id"]), (&json!(pointer), &json!(code), &json!(null)));
    }
    assert_eq!(
        answer.body["items"][0]["punch_id"], answer.body["items"][1]["punch_id"],
        "a duplicate names the recorded punch"
    );
    let before = fixture.snapshot().await;
    let again = submit(&fixture, &app, &all).await;
    assert_eq!(statuses(&again.body), ["duplicate", "duplicate", "refused", "refused", "refused", "duplicate"]);
    assert!(before == fixture.snapshot().await, "a repeated batch changes nothing");
}

#[tokio::test]
async fn offline_check_out_of_the_last_night_is_accepted() {
    let fixture = AttendanceFixture::new().await;
    for (number, on) in [(9, "2024-06-08"), (10, "2024-06-09")] {
        fixture.assign_shifts(fixture.employee(), number, on, &["night"]).await;
    }
    let termination_date = Some("2024-06-08".parse().unwrap());
    fixture.update_person(Person { termination_date, ..fixture.employee().clone() }).await;
    fixture.set_time("2024-06-10T10:31:00Z");
    let punches = [
        ("check_in", "2024-06-08T19:50:00Z"),
        ("check_out", "2024-06-09T04:10:00Z"),
        ("check_in", "2024-06-09T19:50:00Z"),
    ];
    let answer = submit(&fixture, &app(&fixture), &punches).await;
    assert_eq!(statuses(&answer.body), ["accepted", "accepted", "refused"], "{}", answer.body);
    let refused = &answer.body["items"][2];
    assert_eq!((&refused["code"], &refused["pointer"]), (&json!("terminated"), &json!("/punches/2/captured_at")));
    assert_eq!(fixture.find_day(fixture.employee(), "2024-06-08").await.unwrap().punches.len(), 2);
}

#[tokio::test]
async fn offline_punches_that_alternate_within_one_second_are_all_kept() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let all = [
        ("check_in", "2024-06-10T07:00:00.1Z"),
        ("check_out", "2024-06-10T07:00:00.4Z"),
        ("check_in", "2024-06-10T07:00:00.8Z"),
    ];
    let answer = submit(&fixture, &app, &all).await;
    assert_eq!(statuses(&answer.body), ["accepted"; 3], "{}", answer.body);
    let day = fixture.find_day(fixture.employee(), "2024-06-10").await.unwrap();
    assert_eq!((day.punches.len(), day.open_since.is_some()), (3, true));
    let before = fixture.snapshot().await;
    assert_eq!(statuses(&submit(&fixture, &app, &all).await.body), ["duplicate"; 3]);
    assert!(before == fixture.snapshot().await);
}

#[tokio::test]
async fn live_punch_makes_its_offline_copy_a_duplicate() {
    let client = PunchClient::new().await;
    client.fixture.set_time("2024-06-10T06:55:03Z");
    let mut body = punch_body();
    body["captured_at"] = json!("2024-06-10T06:55:01.250Z");
    let live = client.request("check-in", client.fixture.employee(), body).await;
    let app = app(&client.fixture);
    let answer = submit(&client.fixture, &app, &[("check_in", "2024-06-10T06:55:01.250Z")]).await;
    assert_eq!(statuses(&answer.body), ["duplicate"], "the device kept a punch whose answer was lost");
    assert_eq!(answer.body["items"][0]["punch_id"], live.body["punch"]["id"]);
}

#[tokio::test]
async fn repeated_key_replays_the_first_answer() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let batch = [("check_in", "2024-06-10T07:00:00Z"), ("check_in", "2024-06-20T07:00:00Z")];
    let ask = || submit(&fixture, &app, &batch).header("idempotency-key", "batch");
    let first = ask().await;
    assert_eq!(statuses(&first.body), ["accepted", "refused"]);
    let again = ask().await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body));
    let other = submit(&fixture, &app, &batch[..1]).header("idempotency-key", "batch");
    fixture.refused(other, 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}

#[tokio::test]
async fn concurrent_identical_batches_record_each_punch_once() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let batch = [
        ("check_in", "2024-06-10T07:00:00Z"),
        ("check_out", "2024-06-10T09:00:00Z"),
        ("check_in", "2024-06-09T07:00:00Z"),
    ];
    let answers = join_all((0..8).map(|_| async { submit(&fixture, &app, &batch).await })).await;
    let accepted: i64 = answers.iter().map(|answer| answer.body["accepted"].as_i64().unwrap_or_default()).sum();
    assert_eq!(
        accepted,
        3,
        "each punch is accepted once: {:?}",
        answers.iter().map(|a| a.body.to_string()).collect::<Vec<_>>()
    );
    assert_eq!(fixture.find_day(fixture.employee(), "2024-06-10").await.unwrap().punches.len(), 2);
    assert_eq!(fixture.find_day(fixture.employee(), "2024-06-09").await.unwrap().punches.len(), 1);
}

#[tokio::test]
async fn malformed_batch_is_rejected_as_a_whole() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let good = json!({"kind": "check_in", "captured_at": "2024-06-10T07:00:00Z"});
    let with = |field: &str, value: Value| {
        let mut bad = good.clone();
        bad[field] = value;
        json!({"punches": [good, bad]})
    };
    for (body, status, problem, pointer) in [
        (json!({"punches": []}), 422, "invalid", "/punches"),
        (json!({"punches": vec![good.clone(); 101]}), 422, "invalid", "/punches"),
        (with("kind", json!("jump")), 400, "malformed", "/punches/1/kind"),
        (with("captured_at", json!("2024-06-10 07:00")), 400, "malformed", "/punches/1/captured_at"),
        (with("employee_id", json!("x")), 400, "malformed", "/punches/1/employee_id"),
        (with("device", json!("")), 422, "invalid", "/punches/1/device"),
        (
            with("position", json!({"latitude": 91, "longitude": 0, "accuracy_m": 1})),
            422,
            "invalid",
            "/punches/1/position/latitude",
        ),
    ] {
        let ask = fixture.post(&app, PUNCHES, body).signed_in_as(fixture.employee());
        fixture.refused(ask, status, problem, &[pointer]).await;
    }
}
