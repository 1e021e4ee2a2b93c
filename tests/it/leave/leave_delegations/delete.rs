//! `DELETE /api/v1/leave-delegations/{delegation_id}`

use serde_json::json;

use crate::leave::{DELEGATIONS, LeaveFixture, at, with};

#[tokio::test]
async fn a_delegation_is_ended_once_by_who_gave_it() {
    let office = LeaveFixture::open().await;
    let delegation = office.delegation().await;
    let app = app!(office.world, LEAVE_DELEGATIONS_DELETE);
    let ask = |by| office.delete(&app, at(&delegation)).signed_in_as(by);
    office.refused(ask(&office.world.people.other_manager), 404, "not_found", &[]).await;
    office.refused(ask(office.employee()), 403, "forbidden", &[]).await;
    assert_eq!(ask(office.manager()).await.status, 204);
    office.refused(ask(office.manager()), 404, "not_found", &[]).await;
    assert_eq!(office.published_types("LEAVE_TABLE").await.last().unwrap(), "leave.delegation_deleted");
}

#[tokio::test]
async fn an_ended_delegation_lets_nobody_decide() {
    let office = LeaveFixture::open().await;
    let create = app!(office.world, LEAVE_DELEGATIONS_CREATE);
    let end = app!(office.world, LEAVE_DELEGATIONS_DELETE);
    let now = with(office.stand_in(), json!({"from": "2024-06-10", "to": "2024-06-10"}));
    let delegation = office.post(&create, DELEGATIONS, now).signed_in_as(office.manager()).await.body;
    let leave = office.leave(office.employee(), "2024-07-15", "2024-07-19").await;
    let otto = &office.world.people.other_manager;
    assert_eq!(office.reads(otto, &leave).await.status, 200, "who may decide may see");
    office.delete(&end, at(&delegation)).signed_in_as(office.manager()).await;
    assert_eq!(office.approves(otto, &leave).await.status, 404);
}
