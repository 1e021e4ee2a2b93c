//! `POST /api/v1/leave-delegations`

use serde_json::json;

use crate::leave::{DELEGATIONS, LeaveFixture, with};

#[tokio::test]
async fn manager_creates_a_delegation() {
    let office = LeaveFixture::open().await;
    let delegation = office.create_delegation().await;
    assert_eq!(delegation["delegator_id"], json!(office.manager().id));
    assert_eq!(delegation["created_by"], json!(office.manager().id));
    assert_eq!(office.published_types("LEAVE_TABLE").await.last().unwrap(), "leave.delegation_created");
}

#[tokio::test]
async fn invalid_delegations_are_refused() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_DELEGATIONS_CREATE);
    let people = &office.world.people;
    let ghost = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (fields, status, problem, pointers) in [
        (json!({"delegate_id": people.manager.id}), 422, "invalid", vec!["/delegate_id"]),
        (json!({"delegate_id": ghost}), 422, "invalid", vec!["/delegate_id"]),
        (json!({"to": "2024-06-30"}), 422, "invalid", vec!["/to"]),
        (json!({"to": "2025-07-02"}), 422, "invalid", vec!["/to"]),
        (json!({"to": null}), 400, "malformed", vec!["/to"]),
        (json!({"delegator_id": people.employee.id}), 404, "not_found", vec![]),
    ] {
        let ask = office.post(&app, DELEGATIONS, with(office.delegation_body(), fields)).signed_in_as(office.manager());
        office.refused(ask, status, problem, &pointers).await;
    }
    let ask = office.post(&app, DELEGATIONS, office.delegation_body()).signed_in_as(office.employee());
    office.refused(ask, 422, "invalid", &["/delegator_id"]).await;
}

#[tokio::test]
async fn hr_delegates_for_others_and_retries_replay_the_answer() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_DELEGATIONS_CREATE);
    let for_mara = with(office.delegation_body(), json!({"delegator_id": office.manager().id}));
    let ask = || {
        let ask = office.post(&app, DELEGATIONS, for_mara.clone()).signed_in_as(office.hr());
        ask.header("idempotency-key", "k")
    };
    let (first, again) = (ask().await, ask().await);
    assert_eq!((first.status.as_u16(), &first.body["created_by"]), (201, &json!(office.hr().id)), "{}", first.body);
    assert_eq!((&again.body, again.header("idempotent-replayed")), (&first.body, "true"));
}

#[tokio::test]
async fn approver_whom_a_policy_names_may_delegate() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_DELEGATIONS_CREATE);
    let named = office.add_person(60, "Ann", None).await;
    let steps = json!([{"by": {"people": [named.id]}}]);
    office.put_leave_type("special", "Special").await;
    office.put_policy(9, json!({"leave_type": "special", "entitlement_days": 30, "approval": steps})).await;
    let delegate = office.add_person(61, "Bob", None).await;
    let body = json!({"delegate_id": delegate.id, "from": "2024-06-01", "to": "2024-06-30"});
    let given = office.post(&app, DELEGATIONS, body).signed_in_as(&named).await;
    assert_eq!(given.status, 201, "{}", given.body);
    let body = json!({"leave_type": "special", "start_date": "2024-07-15", "end_date": "2024-07-19"});
    let leave = office.request_leave(office.employee(), body).await.body;
    assert_eq!(office.approve(&delegate, &leave).await.body["status"], json!("approved"));
}
