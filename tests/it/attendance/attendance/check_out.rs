//! `POST /api/v1/attendance/check-out`

use futures::future::join_all;
use serde_json::json;

use crate::attendance::{
    fixture::attendance_rules,
    punch_fixture::{PunchClient, punch_body},
};

#[tokio::test]
async fn check_out_returns_worked_time_so_far() {
    let client = PunchClient::new().await;
    client.punch_accepted("check-in", "2024-06-10T07:00:00Z").await;
    let answer = client.punch("check-out", "2024-06-10T15:30:40Z").await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    for (field, value) in [
        ("date", json!("2024-06-10")),
        ("check_in_time", json!("2024-06-10T07:00:00Z")),
        ("check_out_time", json!("2024-06-10T15:30:40Z")),
        ("status", json!("success")),
        ("state", json!("out")),
        ("worked_minutes", json!(510)),
        ("worked_hours", json!(8.5)),
        ("warnings", json!([])),
    ] {
        assert_eq!(answer.body[field], value, "{field}");
    }
    let day = client.fixture.find_day(client.fixture.employee(), "2024-06-10").await.unwrap();
    assert_eq!((day.open_since, day.punches.len()), (None, 2));
    assert!(day.check_in_time.is_some() && day.check_out_time.is_some());
    assert_eq!(client.published_events().await, ["attendance.checked_out"]);
}

#[tokio::test]
async fn check_out_without_check_in_conflicts() {
    let client = PunchClient::new().await;
    assert_eq!(client.punch_refused("check-out", "2024-06-10T15:30:00Z", 409, "not_checked_in").await, json!(null));
    client.punch_accepted("check-in", "2024-06-10T07:00:00Z").await;
    client.punch_accepted("check-out", "2024-06-10T15:30:00Z").await;
    let standing = client.punch_refused("check-out", "2024-06-10T15:31:00Z", 409, "not_checked_in").await;
    assert_eq!((&standing["date"], &standing["state"]), (&json!("2024-06-10"), &json!("out")));
}

#[tokio::test]
async fn concurrent_check_outs_with_one_key_get_one_answer() {
    let client = PunchClient::new().await;
    client.punch_accepted("check-in", "2024-06-10T07:00:00Z").await;
    client.fixture.set_time("2024-06-10T15:30:00Z");
    let request = || async {
        client.request("check-out", client.fixture.employee(), punch_body()).header("idempotency-key", "out").await
    };
    let answers = join_all((0..12).map(|_| request())).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == answers[0].body), "{}", answers[0].body);
    let again = answers.iter().filter(|answer| answer.header("idempotent-replayed") == "true").count();
    assert_eq!(again, 11);
    assert_eq!(client.fixture.find_day(client.fixture.employee(), "2024-06-10").await.unwrap().punches.len(), 2);
}

#[tokio::test]
async fn night_shift_check_out_belongs_to_its_start_date() {
    let client = PunchClient::new().await;
    client.fixture.assign_shifts(client.fixture.employee(), 9, "2024-06-10", &["night"]).await;
    let check_in = client.punch_accepted("check-in", "2024-06-10T19:50:00Z").await;
    assert_eq!((&check_in["date"], &check_in["warnings"]), (&json!("2024-06-10"), &json!([])), "21:50");
    let check_out = client.punch_accepted("check-out", "2024-06-11T04:10:00Z").await;
    assert_eq!(
        (&check_out["date"], &check_out["worked_minutes"]),
        (&json!("2024-06-10"), &json!(500)),
        "06:10 on Tuesday"
    );
    assert_eq!(check_out["warnings"], json!([]));
    assert_eq!(check_out["punch"]["local"], "2024-06-11T06:10:00");
    assert!(client.fixture.find_day(client.fixture.employee(), "2024-06-11").await.is_none());
}

#[tokio::test]
async fn check_out_after_the_window_closes_the_open_day() {
    let client = PunchClient::new().await;
    client.punch_accepted("check-in", "2024-06-10T07:00:00Z").await;
    let check_out = client.punch_accepted("check-out", "2024-06-10T22:30:00Z").await;
    assert_eq!(
        (&check_out["date"], &check_out["worked_minutes"]),
        (&json!("2024-06-10"), &json!(930)),
        "00:30 on Tuesday"
    );
    assert_eq!(check_out["warnings"][0]["code"], "outside_window");
    assert!(client.fixture.find_day(client.fixture.employee(), "2024-06-11").await.is_none());
}

#[tokio::test]
async fn check_out_after_sixteen_hours_conflicts() {
    let client = PunchClient::new().await;
    client.punch_accepted("check-in", "2024-06-10T07:00:00Z").await;
    let standing = client.punch_refused("check-out", "2024-06-10T23:30:00Z", 409, "open_too_long").await;
    assert_eq!((&standing["date"], &standing["open_since"]), (&json!("2024-06-10"), &json!("2024-06-10T07:00:00Z")));
    client.punch_accepted("check-in", "2024-06-11T07:00:00Z").await;
    let check_out = client.punch_accepted("check-out", "2024-06-11T15:30:00Z").await;
    assert_eq!(check_out["date"], "2024-06-11", "a forgotten check-out does not block the next day");
}

#[tokio::test]
async fn duty_of_24_hours_ends_at_its_end_or_soon_after() {
    for (instant, warnings) in [("2024-06-11T06:00:00Z", 0), ("2024-06-11T06:10:00Z", 1), ("2024-06-11T09:59:59Z", 1)] {
        let client = PunchClient::new().await;
        let mut rules = attendance_rules();
        let duty = json!({"code": "duty", "from": "08:00:00", "to": "08:00:00", "break_minutes": 0});
        rules["shifts"].as_array_mut().unwrap().push(duty);
        client.fixture.put_policy(1, "attendance", rules).await;
        for (number, on) in [(9, "2024-06-10"), (10, "2024-06-11")] {
            client.fixture.assign_shifts(client.fixture.employee(), number, on, &["duty"]).await;
        }
        client.punch_accepted("check-in", "2024-06-10T05:55:00Z").await;
        let check_out = client.punch_accepted("check-out", instant).await;
        assert_eq!(check_out["date"], "2024-06-10", "{instant}");
        assert_eq!(check_out["warnings"].as_array().unwrap().len(), warnings, "{check_out}");
        assert!(client.fixture.find_day(client.fixture.employee(), "2024-06-11").await.is_none());
    }
    let client = PunchClient::new().await;
    client.punch_accepted("check-in", "2024-06-10T07:00:00Z").await;
    client.punch_refused("check-out", "2024-06-10T23:00:00Z", 409, "open_too_long").await;
}

/// Checked in at a duty from 22:00 on Monday, before a free Tuesday.
async fn with_open_evening_duty() -> PunchClient {
    let client = PunchClient::new().await;
    let mut rules = attendance_rules();
    let watch = json!({"code": "watch", "from": "22:00:00", "to": "22:00:00", "break_minutes": 0});
    rules["shifts"].as_array_mut().unwrap().push(watch);
    client.fixture.put_policy(1, "attendance", rules).await;
    client.fixture.assign_shifts(client.fixture.employee(), 9, "2024-06-10", &["watch"]).await;
    client.fixture.assign_shifts(client.fixture.employee(), 10, "2024-06-11", &[]).await;
    client.punch_accepted("check-in", "2024-06-10T19:55:00Z").await;
    client
}

#[tokio::test]
async fn late_duty_takes_a_check_out_after_the_next_midnight() {
    let client = with_open_evening_duty().await;
    client.fixture.set_time("2024-06-11T23:59:00Z");
    let request = || client.request("check-out", client.fixture.employee(), punch_body());
    let answer = request().header("idempotency-key", "late").await;
    assert_eq!((answer.status.as_u16(), &answer.body["date"]), (200, &json!("2024-06-10")), "{}", answer.body);
    client.fixture.set_time("2024-06-12T00:05:00Z");
    let again = request().header("idempotency-key", "late").await;
    let replayed = again.header("idempotent-replayed");
    assert_eq!((replayed, &again.body), ("true", &answer.body), "also after the day has closed");
    let too_late = with_open_evening_duty().await;
    too_late.punch_refused("check-out", "2024-06-12T00:00:00Z", 409, "open_too_long").await;
}

#[tokio::test]
async fn check_out_ends_an_open_break() {
    let client = PunchClient::new().await;
    client.punch_accepted("check-in", "2024-06-10T07:00:00Z").await;
    client.punch_accepted("break-start", "2024-06-10T11:00:00Z").await;
    let check_out = client.punch_accepted("check-out", "2024-06-10T12:00:00Z").await;
    assert_eq!((&check_out["state"], &check_out["worked_minutes"]), (&json!("out"), &json!(240)));
}
