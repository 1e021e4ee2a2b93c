//! `GET /api/v1/leave-delegations/{delegation_id}`

use crate::leave::{DELEGATIONS, LeaveFixture, at};

#[tokio::test]
async fn a_delegation_is_read_by_both_and_by_hr() {
    let office = LeaveFixture::open().await;
    let delegation = office.delegation().await;
    let app = app!(office.world, LEAVE_DELEGATIONS_GET);
    let people = &office.world.people;
    for reader in [&people.manager, &people.other_manager, &people.hr] {
        let answer = office.get(&app, at(&delegation)).signed_in_as(reader).await;
        assert_eq!((answer.header("etag"), &answer.body), ("\"1\"", &delegation));
    }
    office.refused(office.get(&app, at(&delegation)).signed_in_as(&people.employee), 404, "not_found", &[]).await;
    office.refused(office.get(&app, format!("{DELEGATIONS}/x")).signed_in_as(&people.hr), 404, "not_found", &[]).await;
}
