//! `GET /api/v1/leave-delegations/{delegation_id}`

use crate::leave::{DELEGATIONS, LeaveFixture, delegation_path};

#[tokio::test]
async fn delegator_delegate_and_hr_read_a_delegation() {
    let office = LeaveFixture::open().await;
    let delegation = office.create_delegation().await;
    let app = app!(office.world, LEAVE_DELEGATIONS_GET);
    let people = &office.world.people;
    for reader in [&people.manager, &people.other_manager, &people.hr] {
        let answer = office.get(&app, delegation_path(&delegation)).signed_in_as(reader).await;
        assert_eq!((answer.header("etag"), &answer.body), ("\"1\"", &delegation));
    }
    office
        .refused(office.get(&app, delegation_path(&delegation)).signed_in_as(&people.employee), 404, "not_found", &[])
        .await;
    office.refused(office.get(&app, format!("{DELEGATIONS}/x")).signed_in_as(&people.hr), 404, "not_found", &[]).await;
}
