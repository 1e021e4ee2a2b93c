//! `POST /api/v1/leaves/credits`

use serde_json::{Value, json};

use crate::leave::{LeaveFixture, with};

const PATH: &str = "/api/v1/leaves/credits";

/// Fixture whose credits expire after 90 days.
async fn office() -> LeaveFixture {
    let office = LeaveFixture::open().await;
    office.put_leave_type("compensatory", "Compensatory leave").await;
    let rules = json!({"leave_type": "compensatory", "entitlement_days": 0, "credit_expires_days": 90});
    office.put_policy(11, rules).await;
    office
}

fn body(office: &LeaveFixture) -> Value {
    json!({
        "employee_id": office.employee().id, "leave_type": "compensatory", "days": 1, "worked_on": "2024-06-08",
        "reason": "Release on a Saturday",
    })
}

#[tokio::test]
async fn credit_counts_from_its_day_and_expires_by_policy() {
    let office = office().await;
    let app = app!(office.world, LEAVES_CREDITS_CREATE);
    let answer = office.post(&app, PATH, body(&office)).signed_in_as(office.manager()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let expected = [("kind", json!("grant")), ("on", json!("2024-06-08")), ("expires_on", json!("2024-09-06"))];
    for (field, value) in expected {
        assert_eq!(answer.body[field], value, "{field}");
    }
    let person = office.employee();
    for (day, minutes) in [("2024-06-07", 0), ("2024-06-08", 480), ("2024-09-06", 480), ("2024-09-07", 0)] {
        assert_eq!(office.balance_minutes(person, "compensatory", day).await, minutes, "{day}");
    }
    office
        .assert_explanation_adds_up(person, "compensatory", &["2024-06-07", "2024-06-10", "2024-09-06", "2024-09-07"])
        .await;
    let take = |day: &str| json!({"leave_type": "compensatory", "start_date": day, "end_date": day});
    assert_eq!(office.request_leave(person, take("2024-09-09")).await.status, 422, "the credit has expired");
    assert_eq!(office.request_leave(person, take("2024-09-06")).await.status, 201);
    assert_eq!(
        office.balance_minutes(person, "compensatory", "2024-09-07").await,
        0,
        "a credit taken in time does not expire"
    );
}

#[tokio::test]
async fn expiry_of_the_request_precedes_that_of_the_policy() {
    let office = office().await;
    let app = app!(office.world, LEAVES_CREDITS_CREATE);
    let old = with(body(&office), json!({"worked_on": "2024-02-03"}));
    office
        .refused(office.post(&app, PATH, old.clone()).signed_in_as(office.hr()), 422, "invalid", &["/worked_on"])
        .await;
    let extended = with(old, json!({"expires_on": "2024-12-31", "minutes": 240, "days": null}));
    let answer = office.post(&app, PATH, extended).signed_in_as(office.hr()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["expires_on"]), (201, &json!("2024-12-31")), "{}", answer.body);
    assert_eq!(office.balance_minutes(office.employee(), "compensatory", "2024-12-31").await, 240);
}

#[tokio::test]
async fn managers_credit_only_their_reports() {
    let office = office().await;
    let app = app!(office.world, LEAVES_CREDITS_CREATE);
    let people = office.world.people.clone();
    let for_whom = |id: kernel::EmployeeId| with(body(&office), json!({"employee_id": id}));
    let nobody: kernel::EmployeeId = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8".parse().unwrap();
    for (by, id, status, problem, pointers) in [
        (&people.hr, people.hr.id, 403, "forbidden", vec![]),
        (&people.manager, people.manager.id, 404, "not_found", vec![]),
        (&people.manager, people.outsider.id, 404, "not_found", vec![]),
        (&people.manager, nobody, 404, "not_found", vec![]),
        (&people.hr, nobody, 422, "invalid", vec!["/employee_id"]),
        (&people.employee, people.employee.id, 403, "forbidden", vec![]),
    ] {
        office.refused(office.post(&app, PATH, for_whom(id)).signed_in_as(by), status, problem, &pointers).await;
    }
}

#[tokio::test]
async fn invalid_requests_are_refused_and_store_nothing() {
    let office = office().await;
    let app = app!(office.world, LEAVES_CREDITS_CREATE);
    for (fields, status, problem, pointer) in [
        (json!({"worked_on": null}), 400, "malformed", "/worked_on"),
        (json!({"worked_on": "2024-06-11"}), 422, "invalid", "/worked_on"),
        (json!({"worked_on": "2023-06-01"}), 422, "invalid", "/worked_on"),
        (json!({"expires_on": "2024-06-09"}), 422, "invalid", "/expires_on"),
        (json!({"days": -1}), 422, "invalid", "/days"),
        (json!({"leave_type": "other"}), 422, "invalid", "/leave_type"),
    ] {
        let ask = office.post(&app, PATH, with(body(&office), fields)).signed_in_as(office.hr());
        office.refused(ask, status, problem, &[pointer]).await;
    }
    let ask = || office.post(&app, PATH, body(&office)).signed_in_as(office.hr()).header("idempotency-key", "k");
    assert_eq!(ask().await.body, ask().await.body);
    assert_eq!(office.ledger(office.employee(), "compensatory").await.len(), 1);
}
