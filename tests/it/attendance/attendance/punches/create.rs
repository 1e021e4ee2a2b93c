//! `POST /api/v1/attendance/punches`

use axum::Router;
use futures::future::join_all;
use policy::attendance::{PunchFlag, PunchSource};
use serde_json::{Value, json};
use testkit::Ask;

use crate::attendance::{
    fixture::Plant,
    punch_fixture::{Clock, seed},
};

const PUNCHES: &str = "/api/v1/attendance/punches";

fn app(plant: &Plant) -> Router {
    app!(plant.world, ATTENDANCE_PUNCHES_CREATE)
}

fn hands<'a>(plant: &'a Plant, app: &'a Router, punches: &[(&str, &str)]) -> Ask<'a> {
    let punch =
        |(kind, at): &(&str, &str)| json!({"kind": kind, "captured_at": at, "location": "Site 7", "device": "Tablet"});
    let punches: Vec<Value> = punches.iter().map(punch).collect();
    plant.post(app, PUNCHES, json!({"punches": punches})).signed_in_as(plant.employee())
}

fn fates(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["fate"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_batch_lands_on_its_days_in_whatever_order_it_comes() {
    let plant = Plant::open().await;
    plant.at("2024-06-12T10:00:00Z");
    plant.shifts(plant.employee(), 9, "2024-06-10", &["night"]).await;
    let app = app(&plant);
    let answer = hands(
        &plant,
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
    let night = plant.day(plant.employee(), "2024-06-10").await.unwrap();
    assert_eq!(night.punches.len(), 4);
    assert_eq!((night.open_since, night.check_out_time.unwrap().to_string().as_str()), (None, "2024-06-11T04:10:00Z"));
    for punch in &night.punches {
        assert_eq!((punch.source, punch.flags.as_slice()), (PunchSource::Offline, [PunchFlag::Offline].as_slice()));
        assert!(punch.captured_at.is_some() && punch.received_at == plant.now());
    }
    assert_eq!(plant.day(plant.employee(), "2024-06-12").await.unwrap().punches.len(), 1);
    assert!(plant.day(plant.employee(), "2024-06-11").await.is_none());
    let stamps = plant.stamps("ATTENDANCE_TABLE").await;
    let told: Vec<_> = stamps.iter().filter(|stamp| stamp.event == "attendance.punches_received").collect();
    assert_eq!(told.len(), 2, "one event a day");
    let data = told[0].data.as_ref().unwrap();
    assert_eq!((&data["source"], data["punches"].as_array().unwrap().len()), (&json!("offline"), 4));
}

#[tokio::test]
async fn each_punch_meets_its_own_fate() {
    let plant = Plant::open().await;
    let app = app(&plant);
    let all = [
        ("check_in", "2024-06-10T07:00:00Z"),
        ("check_in", "2024-06-10T07:00:00.4Z"),
        ("check_out", "2024-06-10T10:32:46Z"),
        ("check_out", "2024-06-10T10:33:46Z"),
        ("check_in", "2024-06-07T10:30:44Z"),
        ("check_in", "2024-06-07T10:30:45Z"),
    ];
    let answer = hands(&plant, &app, &all).await;
    assert_eq!(
        fates(&answer.body),
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
    assert_eq!(answer.body["items"][0]["punch_id"], answer.body["items"][1]["punch_id"], "the one that is there");
    let before = plant.snapshot().await;
    let again = hands(&plant, &app, &all).await;
    assert_eq!(fates(&again.body), ["duplicate", "duplicate", "refused", "refused", "refused", "duplicate"]);
    assert!(before == plant.snapshot().await, "a second time changes nothing");
}

#[tokio::test]
async fn what_was_taken_live_is_not_taken_again() {
    let clock = Clock::open().await;
    clock.plant.at("2024-06-10T06:55:03Z");
    let mut body = seed();
    body["captured_at"] = json!("2024-06-10T06:55:01.250Z");
    let live = clock.ask("check-in", clock.plant.employee(), body).await;
    let app = app(&clock.plant);
    let answer = hands(&clock.plant, &app, &[("check_in", "2024-06-10T06:55:01.250Z")]).await;
    assert_eq!(fates(&answer.body), ["duplicate"], "its answer was lost, and the device kept it");
    assert_eq!(answer.body["items"][0]["punch_id"], live.body["punch"]["id"]);
}

#[tokio::test]
async fn a_key_gets_the_first_answer_again() {
    let plant = Plant::open().await;
    let app = app(&plant);
    let batch = [("check_in", "2024-06-10T07:00:00Z"), ("check_in", "2024-06-20T07:00:00Z")];
    let ask = || hands(&plant, &app, &batch).header("idempotency-key", "batch");
    let first = ask().await;
    assert_eq!(fates(&first.body), ["accepted", "refused"]);
    let again = ask().await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body));
    let other = hands(&plant, &app, &batch[..1]).header("idempotency-key", "batch");
    plant.refused(other, 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}

#[tokio::test]
async fn the_same_batch_at_once_is_taken_once() {
    let plant = Plant::open().await;
    let app = app(&plant);
    let batch = [
        ("check_in", "2024-06-10T07:00:00Z"),
        ("check_out", "2024-06-10T09:00:00Z"),
        ("check_in", "2024-06-09T07:00:00Z"),
    ];
    let answers = join_all((0..8).map(|_| async { hands(&plant, &app, &batch).await })).await;
    let accepted: i64 = answers.iter().map(|answer| answer.body["accepted"].as_i64().unwrap_or_default()).sum();
    assert_eq!(
        accepted,
        3,
        "each punch is accepted once: {:?}",
        answers.iter().map(|a| a.body.to_string()).collect::<Vec<_>>()
    );
    assert_eq!(plant.day(plant.employee(), "2024-06-10").await.unwrap().punches.len(), 2);
    assert_eq!(plant.day(plant.employee(), "2024-06-09").await.unwrap().punches.len(), 1);
}

#[tokio::test]
async fn a_batch_that_cannot_be_read_is_refused_as_a_whole() {
    let plant = Plant::open().await;
    let app = app(&plant);
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
        let ask = plant.post(&app, PUNCHES, body).signed_in_as(plant.employee());
        plant.refused(ask, status, problem, &[pointer]).await;
    }
}
