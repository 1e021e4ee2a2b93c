//! `POST /api/v1/attendance/break-start`

use serde_json::json;

use crate::attendance::punch_fixture::PunchClient;

#[tokio::test]
async fn break_starts_only_while_checked_in() {
    let client = PunchClient::new().await;
    client.punch_refused("break-start", "2024-06-10T07:00:00Z", 409, "not_checked_in").await;
    client.punch_accepted("check-in", "2024-06-10T07:00:00Z").await;
    let punched = client.punch_accepted("break-start", "2024-06-10T10:00:00Z").await;
    assert_eq!((&punched["state"], &punched["worked_minutes"]), (&json!("on_break"), &json!(180)));
    assert_eq!(punched["punch"]["kind"], "break_start");
    assert_eq!(client.published_events().await, ["attendance.break_started"]);
    let standing = client.punch_refused("break-start", "2024-06-10T10:01:00Z", 409, "already_on_break").await;
    assert_eq!((&standing["state"], &standing["punch"]["kind"]), (&json!("on_break"), &json!("check_in")));
    client.punch_refused("check-in", "2024-06-10T10:02:00Z", 409, "already_checked_in").await;
}
