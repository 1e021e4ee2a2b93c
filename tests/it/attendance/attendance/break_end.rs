//! `POST /api/v1/attendance/break-end`

use serde_json::json;

use crate::attendance::punch_fixture::Clock;

#[tokio::test]
async fn a_break_ends_and_work_goes_on() {
    let clock = Clock::open().await;
    clock.refused("break-end", "2024-06-10T07:00:00Z", 409, "not_on_break").await;
    clock.punched("check-in", "2024-06-10T07:00:00Z").await;
    clock.refused("break-end", "2024-06-10T08:00:00Z", 409, "not_on_break").await;
    clock.punched("break-start", "2024-06-10T10:00:00Z").await;
    let punched = clock.punched("break-end", "2024-06-10T10:30:00Z").await;
    assert_eq!((&punched["state"], &punched["worked_minutes"]), (&json!("in"), &json!(180)));
    assert_eq!(clock.said().await, ["attendance.break_ended"]);
    let went = clock.punched("check-out", "2024-06-10T15:30:00Z").await;
    assert_eq!(went["worked_minutes"], 480);
    let day = clock.plant.day(clock.plant.employee(), "2024-06-10").await.unwrap();
    assert_eq!(day.punches.len(), 4);
}

#[tokio::test]
async fn the_break_of_a_night_shift_belongs_to_its_evening() {
    let clock = Clock::open().await;
    clock.plant.shifts(clock.plant.employee(), 9, "2024-06-10", &["night"]).await;
    clock.punched("check-in", "2024-06-10T20:00:00Z").await;
    let began = clock.punched("break-start", "2024-06-10T23:50:00Z").await;
    let ended = clock.punched("break-end", "2024-06-11T00:20:00Z").await;
    assert_eq!((&began["date"], &ended["date"]), (&json!("2024-06-10"), &json!("2024-06-10")));
}
