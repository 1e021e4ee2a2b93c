//! `POST /api/v1/leaves/adjustments`

use futures::future::join_all;
use serde_json::{Value, json};

use crate::leave::{LeaveFixture, with};

const PATH: &str = "/api/v1/leaves/adjustments";

fn body(office: &LeaveFixture) -> Value {
    json!({"employee_id": office.employee().id, "leave_type": "Annual", "days": -1.5, "reason": "Counted twice"})
}

#[tokio::test]
async fn adjustment_is_an_entry_with_its_reason() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_ADJUSTMENTS_CREATE);
    let person = office.employee();
    let before = office.balance_minutes(person, "annual", "2024-06-10").await;
    let answer = office.post(&app, PATH, body(&office)).signed_in_as(office.hr()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    for (field, value) in [
        ("employee_id", json!(person.id)),
        ("leave_type", json!("annual")),
        ("kind", json!("adjust")),
        ("on", json!("2024-06-10")),
        ("amount", json!({"minutes": -720, "days": -1.5})),
        ("reason", json!("Counted twice")),
    ] {
        assert_eq!(answer.body[field], value, "{field}");
    }
    assert_eq!(answer.body["balance"]["minutes"], json!(before - 720));
    assert_eq!(office.balance_minutes(person, "annual", "2024-06-10").await, before - 720);
    let explained = office.read_explanation(person, "annual", "2024-06-10").await;
    let line = explained["lines"].as_array().unwrap().iter().find(|line| line["kind"] == "adjust").unwrap().clone();
    assert_eq!(
        (&line["entry_id"], &line["why"]),
        (&answer.body["id"], &json!("The balance was corrected. Reason: Counted twice"))
    );
    let stamps = office.stamps("LEAVE_TABLE").await;
    let announced = stamps.iter().find(|stamp| stamp.event == "leave.balance_changed").unwrap();
    assert_eq!(
        (announced.entity_type.as_str(), &announced.entity_id),
        ("LeaveAccount", &format!("{}/annual", person.id))
    );
    let data = json!({
        "employee_id": person.id, "leave_type": "annual", "minutes": -720, "kind": "adjust", "reason": "Counted twice",
    });
    assert_eq!(announced.data.as_ref().unwrap(), &data);
}

#[tokio::test]
async fn invalid_requests_are_refused_and_store_nothing() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_ADJUSTMENTS_CREATE);
    for (fields, status, problem, pointers) in [
        (json!({"reason": null}), 400, "malformed", vec!["/reason"]),
        (json!({"days": 0.3}), 400, "malformed", vec!["/days"]),
        (json!({"days": "1"}), 400, "malformed", vec!["/days"]),
        (json!({"on": "2024-02-30"}), 400, "malformed", vec!["/on"]),
        (json!({"more": 1}), 400, "malformed", vec!["/more"]),
        (json!({"reason": " "}), 422, "invalid", vec!["/reason"]),
        (json!({"days": 0}), 422, "invalid", vec!["/days"]),
        (json!({"days": null}), 422, "invalid", vec!["/minutes"]),
        (json!({"minutes": 60}), 422, "invalid", vec!["/days"]),
        (json!({"minutes": 999_999_999, "days": null}), 422, "invalid", vec!["/minutes"]),
        (json!({"leave_type": "Sabbatical"}), 422, "invalid", vec!["/leave_type"]),
        (json!({"on": "2025-07-01"}), 422, "invalid", vec!["/on"]),
        (json!({"employee_id": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"}), 422, "invalid", vec!["/employee_id"]),
        (json!({"employee_id": office.hr().id}), 403, "forbidden", vec![]),
    ] {
        let ask = office.post(&app, PATH, with(body(&office), fields)).signed_in_as(office.hr());
        office.refused(ask, status, problem, &pointers).await;
    }
    for by in [office.employee(), office.manager(), &office.world.people.admin, &office.world.people.auditor] {
        office.refused(office.post(&app, PATH, body(&office)).signed_in_as(by), 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn closed_days_cannot_be_adjusted() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_ADJUSTMENTS_CREATE);
    let person = office.hire(60, "Ines", "2020-01-01").await;
    office.post_due(&[&person]).await;
    let on = |day: &str| with(body(&office), json!({"employee_id": person.id, "on": day}));
    office.refused(office.post(&app, PATH, on("2022-12-31")).signed_in_as(office.hr()), 422, "invalid", &["/on"]).await;
    assert_eq!(office.post(&app, PATH, on("2023-01-01")).signed_in_as(office.hr()).await.status, 201);
    office.assert_explanation_adds_up(&person, "annual", &["2022-12-31", "2023-01-01", "2024-06-10"]).await;
}

#[tokio::test]
async fn retry_replays_the_answer_and_posts_nothing() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_ADJUSTMENTS_CREATE);
    let ask = |body: Value| office.post(&app, PATH, body).signed_in_as(office.hr()).header("idempotency-key", "k");
    let first = ask(body(&office)).await;
    let again = ask(body(&office)).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{}", again.body);
    assert_eq!((&first.body, again.header("idempotent-replayed")), (&again.body, "true"));
    let other = ask(with(body(&office), json!({"days": 2}))).await;
    assert_eq!((other.status.as_u16(), other.problem()), (422, "idempotency_key_reused"));
    assert_eq!(office.ledger(office.employee(), "annual").await.len(), 1);
}

#[tokio::test]
async fn concurrent_adjustments_all_count() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_ADJUSTMENTS_CREATE);
    let ask = || office.post(&app, PATH, with(body(&office), json!({"days": 1}))).signed_in_as(office.hr());
    let answers = join_all((0..12).map(|_| async { ask().await })).await;
    let done = answers.iter().filter(|answer| answer.status == 201).count();
    assert!(
        answers.iter().all(|answer| matches!(answer.status.as_u16(), 201 | 409)),
        "no call fails with a server error"
    );
    assert!(done >= 6, "most adjustments succeed: {done}");
    let ledger = office.ledger(office.employee(), "annual").await;
    assert_eq!(ledger.len(), done);
    let account = office.account(office.employee(), "annual").await;
    assert_eq!(account.posted_minutes_until(jiff::civil::date(2024, 6, 10)).0, i64::try_from(done).unwrap() * 480);
}
