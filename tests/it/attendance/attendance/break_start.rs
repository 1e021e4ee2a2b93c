//! `POST /api/v1/attendance/break-start`

use serde_json::json;

use crate::attendance::punch_fixture::Clock;

#[tokio::test]
async fn a_break_begins_while_somebody_is_in() {
    let clock = Clock::open().await;
    clock.refused("break-start", "2024-06-10T07:00:00Z", 409, "not_checked_in").await;
    clock.punched("check-in", "2024-06-10T07:00:00Z").await;
    let punched = clock.punched("break-start", "2024-06-10T10:00:00Z").await;
    assert_eq!((&punched["state"], &punched["worked_minutes"]), (&json!("on_break"), &json!(180)));
    assert_eq!(punched["punch"]["kind"], "break_start");
    assert_eq!(clock.said().await, ["attendance.break_started"]);
    let standing = clock.refused("break-start", "2024-06-10T10:01:00Z", 409, "already_on_break").await;
    assert_eq!((&standing["state"], &standing["punch"]["kind"]), (&json!("on_break"), &json!("check_in")));
    clock.refused("check-in", "2024-06-10T10:02:00Z", 409, "already_checked_in").await;
}
