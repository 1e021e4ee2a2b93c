//! `GET /api/v1/leaves/recounts/{recount_id}`

use serde_json::json;

use crate::leave::LeaveFixture;

#[tokio::test]
async fn recount_shows_its_progress_until_it_has_ended() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    office.request_annual_leave(&person, "2024-07-01", "2024-07-05").await;
    office.publish_calendar(2, &["2024-07-03"]).await;
    let requested = office.request_recount(json!({})).await;
    let location = requested.header("location").to_owned();
    let started = office.read_recount(&location).await;
    assert_eq!((&started, &started["finished_at"], &started["examined"]), (&requested.body, &json!(null), &json!(0)));
    office.deliver_to_recount().await;
    let ended = office.read_recount(&location).await;
    assert!(ended["finished_at"].is_string(), "{ended}");
    assert_eq!((&ended["examined"], &ended["changed"], &ended["refused"]), (&json!(1), &json!(1), &json!(0)));
}
