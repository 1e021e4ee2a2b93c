//! `GET /api/v1/leave-delegations`

use crate::leave::{DELEGATIONS, LeaveFixture};

#[tokio::test]
async fn employees_list_their_own_delegations_and_hr_all() {
    let office = LeaveFixture::open().await;
    office.create_delegation().await;
    let app = app!(office.world, LEAVE_DELEGATIONS_LIST);
    let people = &office.world.people;
    for (reader, filter, count) in [
        (&people.manager, String::new(), 1),
        (&people.other_manager, String::new(), 0),
        (&people.other_manager, format!("?delegate_id={}", people.other_manager.id), 1),
        (&people.hr, String::new(), 1),
        (&people.hr, format!("?delegator_id={}", people.manager.id), 1),
        (&people.hr, format!("?delegator_id={}", people.employee.id), 0),
    ] {
        let answer = office.get(&app, format!("{DELEGATIONS}{filter}")).signed_in_as(reader).await;
        assert_eq!(answer.body["items"].as_array().unwrap().len(), count, "{filter}: {}", answer.body);
    }
    for name in ["delegator_id", "delegate_id"] {
        let ask =
            office.get(&app, format!("{DELEGATIONS}?{name}={}", people.manager.id)).signed_in_as(&people.employee);
        office.refused(ask, 404, "not_found", &[]).await;
    }
    let both = format!("{DELEGATIONS}?delegator_id={0}&delegate_id={0}", people.hr.id);
    office.refused(office.get(&app, both).signed_in_as(&people.hr), 422, "invalid", &["query:delegate_id"]).await;
}
