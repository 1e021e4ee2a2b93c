//! `POST /api/v1/attendance/break-end`

use serde_json::json;

use crate::attendance::punch_fixture::PunchClient;

#[tokio::test]
async fn break_end_resumes_work() {
    let client = PunchClient::new().await;
    client.punch_refused("break-end", "2024-06-10T07:00:00Z", 409, "not_on_break").await;
    client.punch_accepted("check-in", "2024-06-10T07:00:00Z").await;
    client.punch_refused("break-end", "2024-06-10T08:00:00Z", 409, "not_on_break").await;
    client.punch_accepted("break-start", "2024-06-10T10:00:00Z").await;
    let punched = client.punch_accepted("break-end", "2024-06-10T10:30:00Z").await;
    assert_eq!((&punched["state"], &punched["worked_minutes"]), (&json!("in"), &json!(180)));
    assert_eq!(client.published_events().await, ["attendance.break_ended"]);
    let check_out = client.punch_accepted("check-out", "2024-06-10T15:30:00Z").await;
    assert_eq!(check_out["worked_minutes"], 480);
    let day = client.fixture.find_day(client.fixture.employee(), "2024-06-10").await.unwrap();
    assert_eq!(day.punches.len(), 4);
}

#[tokio::test]
async fn night_shift_break_belongs_to_its_start_date() {
    let client = PunchClient::new().await;
    client.fixture.assign_shifts(client.fixture.employee(), 9, "2024-06-10", &["night"]).await;
    client.punch_accepted("check-in", "2024-06-10T20:00:00Z").await;
    let started = client.punch_accepted("break-start", "2024-06-10T23:50:00Z").await;
    let ended = client.punch_accepted("break-end", "2024-06-11T00:20:00Z").await;
    assert_eq!((&started["date"], &ended["date"]), (&json!("2024-06-10"), &json!("2024-06-10")));
}
