//! `POST /api/v1/attendance/check-out`

use futures::future::join_all;
use serde_json::json;

use crate::attendance::punch_fixture::{Clock, seed};

#[tokio::test]
async fn whoever_leaves_hears_what_was_worked_so_far() {
    let clock = Clock::open().await;
    clock.punched("check-in", "2024-06-10T07:00:00Z").await;
    let answer = clock.punch("check-out", "2024-06-10T15:30:40Z").await;
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
    let day = clock.plant.day(clock.plant.employee(), "2024-06-10").await.unwrap();
    assert_eq!((day.open_since, day.punches.len()), (None, 2));
    assert!(day.check_in_time.is_some() && day.check_out_time.is_some());
    assert_eq!(clock.said().await, ["attendance.checked_out"]);
}

#[tokio::test]
async fn without_a_check_in_there_is_nothing_to_leave() {
    let clock = Clock::open().await;
    assert_eq!(clock.refused("check-out", "2024-06-10T15:30:00Z", 409, "not_checked_in").await, json!(null));
    clock.punched("check-in", "2024-06-10T07:00:00Z").await;
    clock.punched("check-out", "2024-06-10T15:30:00Z").await;
    let standing = clock.refused("check-out", "2024-06-10T15:31:00Z", 409, "not_checked_in").await;
    assert_eq!((&standing["date"], &standing["state"]), (&json!("2024-06-10"), &json!("out")));
}

#[tokio::test]
async fn of_many_identical_clicks_one_counts_and_all_hear_the_same() {
    let clock = Clock::open().await;
    clock.punched("check-in", "2024-06-10T07:00:00Z").await;
    clock.plant.at("2024-06-10T15:30:00Z");
    let click =
        || async { clock.ask("check-out", clock.plant.employee(), seed()).header("idempotency-key", "out").await };
    let answers = join_all((0..12).map(|_| click())).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == answers[0].body), "{}", answers[0].body);
    let again = answers.iter().filter(|answer| answer.header("idempotent-replayed") == "true").count();
    assert_eq!(again, 11);
    assert_eq!(clock.plant.day(clock.plant.employee(), "2024-06-10").await.unwrap().punches.len(), 2);
}

#[tokio::test]
async fn a_night_shift_ends_on_the_day_on_which_it_began() {
    let clock = Clock::open().await;
    clock.plant.shifts(clock.plant.employee(), 9, "2024-06-10", &["night"]).await;
    let came = clock.punched("check-in", "2024-06-10T19:50:00Z").await;
    assert_eq!((&came["date"], &came["warnings"]), (&json!("2024-06-10"), &json!([])), "21:50");
    let went = clock.punched("check-out", "2024-06-11T04:10:00Z").await;
    assert_eq!((&went["date"], &went["worked_minutes"]), (&json!("2024-06-10"), &json!(500)), "06:10 on Tuesday");
    assert_eq!(went["warnings"], json!([]));
    assert_eq!(went["punch"]["local"], "2024-06-11T06:10:00");
    assert!(clock.plant.day(clock.plant.employee(), "2024-06-11").await.is_none());
}

#[tokio::test]
async fn overtime_beyond_the_window_ends_the_day_that_is_open() {
    let clock = Clock::open().await;
    clock.punched("check-in", "2024-06-10T07:00:00Z").await;
    let went = clock.punched("check-out", "2024-06-10T22:30:00Z").await;
    assert_eq!((&went["date"], &went["worked_minutes"]), (&json!("2024-06-10"), &json!(930)), "00:30 on Tuesday");
    assert_eq!(went["warnings"][0]["code"], "outside_window");
    assert!(clock.plant.day(clock.plant.employee(), "2024-06-11").await.is_none());
}

#[tokio::test]
async fn what_is_open_for_too_long_was_forgotten() {
    let clock = Clock::open().await;
    clock.punched("check-in", "2024-06-10T07:00:00Z").await;
    let standing = clock.refused("check-out", "2024-06-10T23:30:00Z", 409, "open_too_long").await;
    assert_eq!((&standing["date"], &standing["open_since"]), (&json!("2024-06-10"), &json!("2024-06-10T07:00:00Z")));
    clock.punched("check-in", "2024-06-11T07:00:00Z").await;
    let went = clock.punched("check-out", "2024-06-11T15:30:00Z").await;
    assert_eq!(went["date"], "2024-06-11", "a forgotten check-out keeps nobody from the next day");
}

#[tokio::test]
async fn whoever_leaves_from_a_break_has_ended_it() {
    let clock = Clock::open().await;
    clock.punched("check-in", "2024-06-10T07:00:00Z").await;
    clock.punched("break-start", "2024-06-10T11:00:00Z").await;
    let went = clock.punched("check-out", "2024-06-10T12:00:00Z").await;
    assert_eq!((&went["state"], &went["worked_minutes"]), (&json!("out"), &json!(240)));
}
