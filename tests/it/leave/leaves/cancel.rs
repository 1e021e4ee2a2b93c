//! `POST /api/v1/leaves/{leave_id}/cancel`

use futures::future::join_all;
use serde_json::json;

use crate::leave::{LeaveFixture, path};

#[tokio::test]
async fn future_leave_is_returned_as_a_whole() {
    let office = LeaveFixture::open().await;
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    office.approve(office.manager(), &leave).await;
    let answer = office.cancel(office.employee(), &leave).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"3\""), "{}", answer.body);
    assert_eq!((&answer.body["status"], &answer.body["cancelled_from"]), (&json!("cancelled"), &json!("2024-07-15")));
    assert_eq!(answer.body["cancelled_at"], json!("2024-06-10T10:30:45Z"));
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 0);
    let ledger = office.ledger(office.employee(), "annual").await;
    assert!(
        ledger.iter().any(|entry| entry.id.starts_with("reversal#") && entry.minutes.0 == 2400),
        "the cancellation posts a reversal"
    );
    assert_eq!(office.published_types("LEAVE_TABLE").await.last().unwrap(), "leave.request_cancelled");
}

#[tokio::test]
async fn running_leave_is_returned_from_today_on() {
    let office = LeaveFixture::open().await;
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-26").await;
    office.approve(office.manager(), &leave).await;
    // Thursday 00:30 in Berlin.
    office.world.clock.set("2024-07-17T22:30:00Z".parse().unwrap());
    let answer = office.cancel(office.employee(), &leave).await;
    assert_eq!(answer.body["cancelled_from"], json!("2024-07-18"), "{}", answer.body);
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 3 * 480, "Monday to Wednesday stay taken");
    let app = app!(office.world, LEAVES_CREATE);
    let taken = json!({"leave_type": "sick", "start_date": "2024-07-17", "end_date": "2024-07-17"});
    let ask = office.post(&app, crate::leave::LEAVES, taken).signed_in_as(office.employee());
    office.refused(ask, 409, "overlap", &["/start_date"]).await;
    office.request_annual_leave(office.employee(), "2024-07-18", "2024-07-19").await;
}

#[tokio::test]
async fn ended_and_rejected_leave_cannot_be_cancelled() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CANCEL);
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    let other = office.request_annual_leave(office.employee(), "2024-08-15", "2024-08-16").await;
    office.approve(office.manager(), &leave).await;
    office.reject(office.manager(), &other).await;
    office.world.clock.set("2024-07-20T08:00:00Z".parse().unwrap());
    let ask = |leave| office.post(&app, path(leave, "/cancel"), json!({})).signed_in_as(office.employee());
    office.refused(ask(&leave), 409, "over", &[]).await;
    let answer = office.refused(ask(&other), 409, "already_decided", &[]).await;
    assert_eq!(answer.body["current"]["status"], json!("rejected"));
}

#[tokio::test]
async fn only_the_employee_and_hr_cancel_a_request() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CANCEL);
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    for foreign in [office.manager(), &office.world.people.outsider] {
        let ask = office.post(&app, path(&leave, "/cancel"), json!({})).signed_in_as(foreign);
        office.refused(ask, 404, "not_found", &[]).await;
    }
    let answer = office.cancel(office.hr(), &leave).await;
    assert_eq!(answer.body["cancelled_by"], json!(office.hr().id), "{}", answer.body);
}

#[tokio::test]
async fn one_of_many_cancellations_counts_and_its_retry_replays() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CANCEL);
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    let ask = |key: &str| {
        let ask = office.post(&app, path(&leave, "/cancel"), json!({"reason": "Ill"})).signed_in_as(office.employee());
        ask.header("idempotency-key", key)
    };
    let answers = join_all((0..20).map(|n: u8| async move { ask(&n.to_string()).await })).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 409)));
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 0);
    let won = answers.iter().position(|answer| answer.status == 200).unwrap();
    let again = ask(&won.to_string()).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (200, "true"), "{}", again.body);
    assert_eq!(again.body, answers[won].body);
}
