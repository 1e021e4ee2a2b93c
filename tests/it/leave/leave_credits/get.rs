//! `GET /api/v1/leave-credits/{credit_id}`

use serde_json::json;

use crate::leave::{
    LeaveFixture,
    credit_fixture::{SATURDAY, credit_path, rest_day},
};

#[tokio::test]
async fn employee_reads_the_own_credit_and_outsiders_get_404() {
    let office = LeaveFixture::with_credits("propose").await;
    let people = office.world.people.clone();
    office.settle(vec![rest_day(&people.employee, SATURDAY, 3, 240)]).await;
    let app = app!(office.world, LEAVE_CREDITS_GET);
    let path = credit_path(&people.employee, SATURDAY, "");
    for by in [&people.employee, &people.manager, &people.hr, &people.auditor] {
        let answer = office.get(&app, path.clone()).signed_in_as(by).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""), "{}", answer.body);
        assert_eq!((&answer.body["date"], &answer.body["day_kind"]), (&json!(SATURDAY), &json!("rest")));
    }
    for by in [&people.outsider, &people.other_manager] {
        office.refused(office.get(&app, path.clone()).signed_in_as(by), 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn auditors_do_not_read_reasons() {
    let office = LeaveFixture::with_credits("propose").await;
    let people = office.world.people.clone();
    office.settle(vec![rest_day(&people.employee, SATURDAY, 3, 240)]).await;
    assert_eq!(office.reject_credit(&people.manager, &people.employee, SATURDAY).await.status, 200);
    let app = app!(office.world, LEAVE_CREDITS_GET);
    let path = credit_path(&people.employee, SATURDAY, "");
    for (by, reason) in [(&people.auditor, json!(null)), (&people.employee, json!("It was paid"))] {
        let answer = office.get(&app, path.clone()).signed_in_as(by).await;
        assert_eq!(answer.body["rejected_reason"], reason, "{}", by.first_name);
    }
}
