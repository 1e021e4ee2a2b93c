//! `PUT /api/v1/leave-delegations/{delegation_id}`

use serde_json::{Value, json};

use crate::leave::{LeaveFixture, delegation_path};

#[tokio::test]
async fn delegator_changes_a_delegation() {
    let office = LeaveFixture::open().await;
    let delegation = office.create_delegation().await;
    let app = app!(office.world, LEAVE_DELEGATIONS_UPDATE);
    let ask = |by, body: Value| office.world.put(&app, delegation_path(&delegation), body).signed_in_as(by);
    office.refused(ask(&office.world.people.other_manager, json!({"to": "2024-07-20"})), 404, "not_found", &[]).await;
    office.refused(ask(office.employee(), json!({"to": "2024-07-20"})), 404, "not_found", &[]).await;
    office.refused(ask(office.manager(), json!({"to": "2024-06-20"})), 422, "invalid", &["/to"]).await;
    office
        .refused(ask(office.manager(), json!({"delegator_id": office.hr().id})), 400, "malformed", &["/delegator_id"])
        .await;
    let stale = ask(office.manager(), json!({"to": "2024-07-20"})).header("if-match", "\"2\"");
    office.refused(stale, 412, "stale", &[]).await;
    let answer = ask(office.manager(), json!({"to": "2024-07-20", "reason": null})).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!((&answer.body["to"], answer.body.get("reason")), (&json!("2024-07-20"), None));
    assert_eq!(office.published_types("LEAVE_TABLE").await.last().unwrap(), "leave.delegation_updated");
}
