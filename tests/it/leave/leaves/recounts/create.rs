//! `POST /api/v1/leaves/recounts`

use serde_json::json;

use crate::leave::{LeaveFixture, with};

const PATH: &str = "/api/v1/leaves/recounts";

#[tokio::test]
async fn recount_posts_the_previewed_differences_once() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let taken = office.request_annual_leave(&person, "2024-07-01", "2024-07-05").await;
    assert_eq!(office.approve(office.manager(), &taken).await.status, 200);
    let pending = office.request_annual_leave(&person, "2024-08-05", "2024-08-06").await;
    office.publish_calendar(2, &["2024-07-03", "2024-08-05"]).await;

    let applied = office.recount(json!({})).await;
    assert_eq!((&applied["examined"], &applied["changed"], &applied["refused"]), (&json!(2), &json!(2), &json!(0)));
    assert_eq!(office.balance_minutes(&person, "annual", "2024-12-31").await, (30 - 4 - 1) * 480);
    office
        .assert_explanation_adds_up(&person, "annual", &["2024-07-02", "2024-07-03", "2024-08-06", "2024-12-31"])
        .await;
    let ledger = office.ledger(&person, "annual").await;
    let adjusts: Vec<_> = ledger.iter().filter(|entry| entry.rule == "recount").collect();
    assert_eq!(adjusts.iter().map(|entry| entry.minutes.0).collect::<Vec<_>>(), [480, 480]);
    assert!(adjusts.iter().any(|entry| entry.id.starts_with(&format!("recount#{}#2", taken["id"].as_str().unwrap()))));
    let announced = office.published_types("LEAVE_TABLE").await;
    assert_eq!(announced.iter().filter(|event| *event == "leave.balance_changed").count(), 2);
    let read = office.read_leave(&person, &taken).await;
    assert_eq!((&read.body["duration"]["minutes"], &read.body["status"]), (&json!(1920), &json!("approved")));

    let ledger = office.ledger(&person, "annual").await;
    let again = office.recount(json!({})).await;
    assert_eq!((&again["examined"], &again["changed"]), (&json!(2), &json!(0)));
    assert_eq!(office.ledger(&person, "annual").await.len(), ledger.len(), "a repeated recount posts nothing");
    assert_eq!(
        office.approve(office.manager(), &pending).await.status,
        200,
        "the pending request is approved with its new count"
    );
    assert_eq!(office.balance_minutes(&person, "annual", "2024-12-31").await, 25 * 480);
    assert_eq!(office.cancel(&person, &taken).await.status, 200);
    assert_eq!(
        office.balance_minutes(&person, "annual", "2024-12-31").await,
        29 * 480,
        "the cancellation returns the recounted days"
    );
    office.assert_explanation_adds_up(&person, "annual", &["2024-07-03", "2024-12-31"]).await;
}

#[tokio::test]
async fn days_before_from_keep_their_count() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let leave = office.request_annual_leave(&person, "2024-06-11", "2024-06-21").await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    office.publish_calendar(2, &["2024-06-12", "2024-06-19"]).await;
    let history: Vec<i64> = [office.balance_minutes(&person, "annual", "2024-06-12").await].to_vec();
    let applied = office.recount(json!({"from": "2024-06-17"})).await;
    assert_eq!(applied["changed"], 1, "{applied}");
    assert_eq!(office.taken_minutes(&person, "annual").await, 8 * 480);
    assert_eq!(history, [office.balance_minutes(&person, "annual", "2024-06-12").await]);
    let read = office.read_leave(&person, &leave).await;
    let day =
        |date: &str| read.body["days"].as_array().unwrap().iter().find(|day| day["date"] == date).unwrap().clone();
    assert_eq!((&day("2024-06-12")["minutes"], &day("2024-06-19")["minutes"]), (&json!(480), &json!(0)));
    assert_eq!(
        office.recount(json!({"from": "2024-06-11"})).await["changed"],
        1,
        "the earlier holiday is recounted when requested"
    );
    assert_eq!(office.taken_minutes(&person, "annual").await, 7 * 480);
    office.assert_explanation_adds_up(&person, "annual", &["2024-06-12", "2024-06-19", "2024-12-31"]).await;
}

#[tokio::test]
async fn roster_that_changes_after_the_request_posts_an_adjustment() {
    let office = LeaveFixture::open().await;
    office.put_shifts().await;
    let person = office.hire(61, "Nora", "2024-01-01").await;
    office.assign_shifts(&person, &[("2024-07-06", &["day"])]).await;
    let taken = office.request_annual_leave(&person, "2024-07-05", "2024-07-06").await;
    assert_eq!(taken["duration"]["minutes"], 960, "Friday by the calendar, Saturday by the shift");
    office.assign_shifts(&person, &[("2024-07-05", &["night"]), ("2024-07-06", &[])]).await;
    assert_eq!(office.recount(json!({})).await["changed"], 1);
    assert_eq!(office.balance_minutes(&person, "annual", "2024-12-31").await, 29 * 480);
    office.assign_shifts(&person, &[("2024-07-05", &["night"]), ("2024-07-06", &["day"])]).await;
    assert_eq!(office.recount(json!({})).await["changed"], 1);
    assert_eq!(office.balance_minutes(&person, "annual", "2024-12-31").await, 28 * 480);
    assert_eq!(office.recount(json!({})).await["changed"], 0, "a repetition posts nothing");
}

#[tokio::test]
async fn invalid_recounts_are_refused_and_store_nothing() {
    let office = LeaveFixture::open().await;
    office.request_annual_leave(office.employee(), "2024-07-01", "2024-07-02").await;
    let app = app!(office.world, LEAVES_RECOUNTS_CREATE);
    let body = json!({"site": "berlin", "from": "2024-06-10"});
    for (fields, status, problem, pointer) in [
        (json!({"site": "atlantis"}), 422, "invalid", "/site"),
        (json!({"site": "Berlin!"}), 422, "invalid", "/site"),
        (json!({"from": "2024-06-08"}), 422, "invalid", "/from"),
        (json!({"from": "2024-02-30"}), 400, "malformed", "/from"),
        (json!({"override": true}), 422, "invalid", "/reason"),
        (json!({"what": 1}), 400, "malformed", "/what"),
    ] {
        let ask = office.post(&app, PATH, with(body.clone(), fields)).signed_in_as(office.hr());
        office.refused(ask, status, problem, &[pointer]).await;
    }
    for by in [office.employee(), office.manager(), &office.world.people.admin] {
        office.refused(office.post(&app, PATH, body.clone()).signed_in_as(by), 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn retry_replays_the_first_answer_and_starts_one_recount() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_RECOUNTS_CREATE);
    let body = json!({"site": "berlin", "from": "2024-06-11"});
    let ask = || office.post(&app, PATH, body.clone()).signed_in_as(office.hr()).header("idempotency-key", "k");
    let (first, again) = (ask().await, ask().await);
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (202, 202), "{}", first.body);
    assert_eq!((&first.body, again.header("idempotent-replayed")), (&again.body, "true"));
    assert_eq!(first.header("location"), again.header("location"));
    let announced = office.published_types("LEAVE_TABLE").await;
    assert_eq!(announced.iter().filter(|event| *event == "leave.recount_requested").count(), 1);
}
