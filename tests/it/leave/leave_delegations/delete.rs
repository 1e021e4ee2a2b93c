//! `DELETE /api/v1/leave-delegations/{delegation_id}`

use serde_json::json;

use crate::leave::{DELEGATIONS, LeaveFixture, delegation_path, with};

#[tokio::test]
async fn delegator_deletes_a_delegation_once() {
    let office = LeaveFixture::open().await;
    let delegation = office.create_delegation().await;
    let app = app!(office.world, LEAVE_DELEGATIONS_DELETE);
    let ask = |by| office.delete(&app, delegation_path(&delegation)).signed_in_as(by);
    office.refused(ask(&office.world.people.other_manager), 404, "not_found", &[]).await;
    office.refused(ask(office.employee()), 404, "not_found", &[]).await;
    assert_eq!(ask(office.manager()).await.status, 204);
    office.refused(ask(office.manager()), 404, "not_found", &[]).await;
    assert_eq!(office.published_types("LEAVE_TABLE").await.last().unwrap(), "leave.delegation_deleted");
}

#[tokio::test]
async fn deleted_delegation_revokes_the_right_to_decide() {
    let office = LeaveFixture::open().await;
    let create = app!(office.world, LEAVE_DELEGATIONS_CREATE);
    let end = app!(office.world, LEAVE_DELEGATIONS_DELETE);
    let now = with(office.delegation_body(), json!({"from": "2024-06-10", "to": "2024-06-10"}));
    let delegation = office.post(&create, DELEGATIONS, now).signed_in_as(office.manager()).await.body;
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    let otto = &office.world.people.other_manager;
    assert_eq!(office.read_leave(otto, &leave).await.status, 200, "a delegate may see the request");
    office.delete(&end, delegation_path(&delegation)).signed_in_as(office.manager()).await;
    assert_eq!(office.approve(otto, &leave).await.status, 404);
}
