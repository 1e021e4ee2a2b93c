//! `POST /api/v1/leaves/encashments`

use serde_json::{Value, json};

use crate::leave::{LeaveFixture, with};

const PATH: &str = "/api/v1/leaves/encashments";

/// Fixture that pays out five days a year and keeps ten in the balance.
async fn office() -> LeaveFixture {
    let office = LeaveFixture::open().await;
    office.put_leave_type("vacation", "Vacation").await;
    let rules = json!({
        "leave_type": "vacation", "entitlement_days": 15, "encashment": {"max_days": 5, "keep_days": 10},
    });
    office.put_policy(12, rules).await;
    office
}

fn body(id: kernel::EmployeeId, days: i64) -> Value {
    json!({"employee_id": id, "leave_type": "vacation", "days": days, "reason": "Asked for it"})
}

#[tokio::test]
async fn encashment_is_limited_per_year_and_by_the_balance() {
    let office = office().await;
    let app = app!(office.world, LEAVES_ENCASHMENTS_CREATE);
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let answer = office.post(&app, PATH, body(person.id, 3)).signed_in_as(office.hr()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!((&answer.body["kind"], &answer.body["amount"]["minutes"]), (&json!("encash"), &json!(-1440)));
    assert_eq!(answer.body["balance"]["minutes"], json!(12 * 480));
    let refused = |days| office.post(&app, PATH, body(person.id, days)).signed_in_as(office.hr());
    let answer = office.refused(refused(3), 422, "invalid", &["/days"]).await;
    let error = &answer.body["errors"][0];
    assert_eq!(error["code"], json!("above_maximum"), "{error}");
    assert!(error["detail"].as_str().unwrap().contains("2400"), "the detail holds the figures: {error}");
    office.request_one_day(&person).await;
    let answer = office.refused(refused(2), 422, "invalid", &["/days"]).await;
    assert_eq!(
        answer.body["errors"][0]["code"],
        json!("insufficient_balance"),
        "the pending request reduces the balance"
    );
    assert_eq!(refused(1).await.status, 201);
    office.assert_explanation_adds_up(&person, "vacation", &["2024-06-10", "2024-12-31", "2025-01-01"]).await;
    office.set_date("2025-01-02");
    assert_eq!(refused(5).await.status, 201, "a new leave year has a new limit");
}

impl LeaveFixture {
    /// Requests one day of vacation.
    async fn request_one_day(&self, person: &directory::Person) {
        let body = json!({"leave_type": "vacation", "start_date": "2024-07-01", "end_date": "2024-07-01"});
        assert_eq!(self.request_leave(person, body).await.status, 201);
    }
}

#[tokio::test]
async fn encashment_without_policy_is_refused() {
    let office = office().await;
    let app = app!(office.world, LEAVES_ENCASHMENTS_CREATE);
    let id = office.employee().id;
    for (fields, status, problem, pointers) in [
        (json!({"leave_type": "annual"}), 422, "invalid", vec!["/leave_type"]),
        (json!({"leave_type": "other"}), 422, "invalid", vec!["/leave_type"]),
        (json!({"days": -1}), 422, "invalid", vec!["/days"]),
        (json!({"days": 6}), 422, "invalid", vec!["/days"]),
        (json!({"employee_id": office.hr().id}), 403, "forbidden", vec![]),
        (json!({"on": "2024-06-10"}), 400, "malformed", vec!["/on"]),
    ] {
        let ask = office.post(&app, PATH, with(body(id, 1), fields)).signed_in_as(office.hr());
        office.refused(ask, status, problem, &pointers).await;
    }
    for by in [office.employee(), office.manager()] {
        office.refused(office.post(&app, PATH, body(id, 1)).signed_in_as(by), 403, "forbidden", &[]).await;
    }
    let ask = || office.post(&app, PATH, body(id, 1)).signed_in_as(office.hr()).header("idempotency-key", "k");
    let (first, again) = (ask().await, ask().await);
    assert_eq!((first.status.as_u16(), &first.body), (201, &again.body));
    assert_eq!(office.ledger(office.employee(), "vacation").await.len(), 1);
}
