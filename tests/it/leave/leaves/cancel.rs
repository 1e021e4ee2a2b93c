//! `POST /api/v1/leaves/{leave_id}/cancel`

use directory::Person;
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::TestResponse;

use crate::leave::{LeaveFixture, path};

impl LeaveFixture {
    /// Returns days of a leave as a person.
    async fn give_back(&self, by: &Person, leave: &Value, body: Value) -> TestResponse {
        let app = app!(self.world, LEAVES_CANCEL);
        self.post(&app, path(leave, "/cancel"), body).signed_in_as(by).await
    }

    /// Approved annual leave of the employee from 15 to 26 July 2024: two weeks of five days.
    async fn two_approved_weeks(&self) -> Value {
        let leave = self.request_annual_leave(self.employee(), "2024-07-15", "2024-07-26").await;
        assert_eq!(self.approve(self.manager(), &leave).await.status, 200);
        leave
    }
}

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
    assert_eq!(
        (&answer.body["status"], &answer.body["end_date"]),
        (&json!("approved"), &json!("2024-07-17")),
        "what remains stays approved"
    );
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

#[tokio::test]
async fn approved_leave_is_shortened_at_either_end_and_stays_approved() {
    let office = LeaveFixture::open().await;
    let person = office.employee();
    let leave = office.two_approved_weeks().await;
    let end = office.give_back(person, &leave, json!({"from": "2024-07-25"})).await;
    assert_eq!((end.status.as_u16(), end.header("etag")), (200, "\"3\""), "{}", end.body);
    assert_eq!(
        (&end.body["status"], &end.body["end_date"], &end.body["duration_days"], &end.body["cancelled_at"]),
        (&json!("approved"), &json!("2024-07-24"), &json!(8.0), &json!(null))
    );
    let start = office.give_back(person, &leave, json!({"from": "2024-07-15", "to": "2024-07-16"})).await;
    assert_eq!(
        (&start.body["status"], &start.body["start_date"], &start.body["duration"]["minutes"]),
        (&json!("approved"), &json!("2024-07-17"), &json!(6 * 480)),
        "{}",
        start.body
    );
    let returned: Vec<_> =
        start.body["returned"].as_array().unwrap().iter().map(|one| (&one["from"], &one["to"])).collect();
    let expected = [(json!("2024-07-25"), json!("2024-07-26")), (json!("2024-07-15"), json!("2024-07-16"))];
    assert_eq!(returned, expected.iter().map(|(from, to)| (from, to)).collect::<Vec<_>>());
    assert_eq!(start.body["returned"][0]["by"], json!(person.id));
    assert_eq!(office.taken_minutes(person, "annual").await, 6 * 480);
    for (from, to) in [("2024-07-15", "2024-07-16"), ("2024-07-25", "2024-07-26")] {
        office.request_annual_leave(person, from, to).await;
    }
    let rest = office.cancel(person, &leave).await;
    assert_eq!((&rest.body["status"], &rest.body["cancelled_reason"]), (&json!("cancelled"), &json!("cancelled")));
    assert_eq!(office.taken_minutes(person, "annual").await, 4 * 480, "the two new requests");
}

#[tokio::test]
async fn days_inside_or_outside_a_leave_are_not_returned() {
    let office = LeaveFixture::open().await;
    let leave = office.two_approved_weeks().await;
    let app = app!(office.world, LEAVES_CANCEL);
    for (body, pointer, code) in [
        (json!({"from": "2024-07-17", "to": "2024-07-18"}), "/to", "inside_leave"),
        (json!({"from": "2024-07-29"}), "/to", "ends_before_it_begins"),
        (json!({"from": "2024-07-29", "to": "2024-07-30"}), "/from", "outside_leave"),
        (json!({"from": "2024-07-18", "to": "2024-07-17"}), "/to", "ends_before_it_begins"),
    ] {
        let ask = office.post(&app, path(&leave, "/cancel"), body.clone()).signed_in_as(office.employee());
        let answer = office.refused(ask, 422, "invalid", &[pointer]).await;
        assert_eq!(answer.body["errors"][0]["code"], json!(code), "{body}");
    }
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 10 * 480);
}

#[tokio::test]
async fn default_of_a_cancellation_is_the_first_day_that_has_not_begun() {
    // The site opens at 09:00, 07:00 UTC.
    for (at, first) in [("2024-07-17T06:59:00Z", "2024-07-17"), ("2024-07-17T07:00:00Z", "2024-07-18")] {
        let office = LeaveFixture::open().await;
        let leave = office.two_approved_weeks().await;
        office.world.clock.set(at.parse().unwrap());
        let answer = office.cancel(office.employee(), &leave).await;
        assert_eq!(answer.body["cancelled_from"], json!(first), "{at}: {}", answer.body);
    }
}

#[tokio::test]
async fn only_hr_returns_days_that_have_begun() {
    let office = LeaveFixture::open().await;
    let leave = office.two_approved_weeks().await;
    let app = app!(office.world, LEAVES_CANCEL);
    office.world.clock.set("2024-07-25T10:00:00Z".parse().unwrap());
    let ask = |by, body| office.post(&app, path(&leave, "/cancel"), body).signed_in_as(by);
    let answer =
        office.refused(ask(office.employee(), json!({"from": "2024-07-25"})), 422, "invalid", &["/from"]).await;
    assert_eq!(answer.body["errors"][0]["code"], json!("begun"));
    office.refused(ask(office.hr(), json!({"from": "2024-07-25"})), 422, "invalid", &["/reason"]).await;
    let answer = ask(office.hr(), json!({"from": "2024-07-25", "reason": "Called back"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["end_date"]), (200, &json!("2024-07-24")), "{}", answer.body);
    office.refused(ask(office.employee(), json!({})), 409, "over", &[]).await;
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 8 * 480);
}
