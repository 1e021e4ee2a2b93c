//! `PUT /api/v1/leaves/{leave_id}/reject`

use serde_json::json;

use crate::leave::{LeaveFixture, path};

#[tokio::test]
async fn rejection_returns_the_days() {
    let office = LeaveFixture::open().await;
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    let answer = office.reject(office.manager(), &leave).await;
    let expected = [
        ("status", json!("rejected")),
        ("rejected_by", json!(office.manager().id)),
        ("rejected_reason", json!("Too many are away")),
        ("approved_at", json!(null)),
    ];
    for (field, value) in expected {
        assert_eq!(answer.body[field], value, "{field}: {}", answer.body);
    }
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 0);
    assert_eq!(office.published_types("LEAVE_TABLE").await.last().unwrap(), "leave.request_rejected");
    let again = office.approve(office.manager(), &leave).await;
    assert_eq!((again.status.as_u16(), again.problem()), (409, "already_decided"));
    assert_eq!(again.body["current"]["rejected_by"], json!(office.manager().id));
}

#[tokio::test]
async fn rejection_needs_a_reason_and_an_approver() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_REJECT);
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    let ask = |body| office.world.put(&app, path(&leave, "/reject"), body);
    office.refused(ask(json!({})).signed_in_as(office.manager()), 400, "malformed", &["/reason"]).await;
    office.refused(ask(json!({"reason": " "})).signed_in_as(office.manager()), 422, "invalid", &["/reason"]).await;
    office.refused(ask(json!({"reason": "no"})).signed_in_as(office.hr()), 403, "not_your_step", &[]).await;
    office.refused(ask(json!({"reason": "no"})).signed_in_as(office.employee()), 403, "own_request", &[]).await;
    office
        .refused(ask(json!({"reason": "no"})).signed_in_as(&office.world.people.outsider), 404, "not_found", &[])
        .await;
}
