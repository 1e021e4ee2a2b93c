//! `PUT /api/v1/leave-credits/{credit_id}/approve`

use access::{Role, Roles};
use directory::Person;
use serde_json::json;

use crate::leave::{
    LeaveFixture,
    credit_fixture::{SATURDAY, credit_path, rest_day},
};

/// Fixture with a pending credit of the employee's Saturday.
async fn pending() -> LeaveFixture {
    let office = LeaveFixture::with_credits("propose").await;
    office.settle(vec![rest_day(office.employee(), SATURDAY, 3, 240)]).await;
    office
}

#[tokio::test]
async fn approval_posts_the_credit_with_its_explanation_in_one_write() {
    let office = pending().await;
    let person = office.employee().clone();
    let answer = office.approve_credit(office.manager(), &person, SATURDAY, json!({"comments": " Thank you "})).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    for (field, value) in [
        ("status", json!("approved")),
        ("comments", json!("Thank you")),
        ("approved_by", json!(office.manager().id)),
        ("granted_minutes", json!(360)),
        ("open_minutes", json!(0)),
        ("expires_on", json!("2024-09-06")),
    ] {
        assert_eq!(answer.body[field], value, "{field}");
    }
    for (day, minutes) in [("2024-06-07", 0), (SATURDAY, 360), ("2024-09-07", 0)] {
        assert_eq!(office.balance_minutes(&person, "compensatory", day).await, minutes, "{day}");
    }
    office.assert_explanation_adds_up(&person, "compensatory", &[SATURDAY, "2024-09-07"]).await;
    assert_eq!(office.credit_events().await, ["leave.credit_approved"]);
    let stamps = office.stamps("LEAVE_TABLE").await;
    let approved = stamps.iter().find(|stamp| stamp.event == "leave.credit_approved").unwrap();
    assert_eq!(approved.data.as_ref().unwrap()["credit_minutes"], json!(360));
}

#[tokio::test]
async fn simultaneous_decisions_keep_one_and_conflict_the_others() {
    let office = pending().await;
    let (person, manager, hr) = (office.employee().clone(), office.manager().clone(), office.hr().clone());
    let (first, second, third) = tokio::join!(
        office.approve_credit(&manager, &person, SATURDAY, json!({})),
        office.approve_credit(&hr, &person, SATURDAY, json!({})),
        office.reject_credit(&hr, &person, SATURDAY)
    );
    let mut statuses = [&first, &second, &third].map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
    let stored = office.credit(&person, SATURDAY).await;
    for late in [&first, &second, &third].into_iter().filter(|answer| answer.status == 409) {
        assert_eq!((late.problem(), &late.body["current"]["status"]), ("already_decided", &stored["status"]));
    }
    let posted = office.balance_minutes(&person, "compensatory", SATURDAY).await;
    assert_eq!(posted, if stored["status"] == "approved" { 360 } else { 0 });
}

#[tokio::test]
async fn employees_never_decide_about_their_own_work() {
    let office = pending().await;
    let people = office.world.people.clone();
    let app = app!(office.world, LEAVE_CREDITS_APPROVE);
    let ask = |by: &Person| {
        office.world.put(&app, credit_path(&people.employee, SATURDAY, "/approve"), json!({})).signed_in_as(by)
    };
    office.refused(ask(&people.employee), 403, "forbidden", &[]).await;
    office.refused(ask(&people.auditor), 403, "forbidden", &[]).await;
    office.refused(ask(&people.other_manager), 404, "not_found", &[]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let roles: Roles = [Role::Employee, Role::Hr, Role::Manager].into_iter().collect();
    let promoted = Person { roles, ..people.employee.clone() };
    office.world.add_people(&[&promoted]).await;
    office.refused(ask(&promoted), 403, "own_request", &[]).await;
    assert_eq!(ask(&people.hr).await.status, 200);
}

#[tokio::test]
async fn credit_that_has_expired_needs_a_last_day() {
    let office = pending().await;
    office.set_date("2024-09-10");
    let (person, hr) = (office.employee().clone(), office.hr().clone());
    let app = app!(office.world, LEAVE_CREDITS_APPROVE);
    let ask = |body| office.world.put(&app, credit_path(&person, SATURDAY, "/approve"), body).signed_in_as(&hr);
    office.refused(ask(json!({})), 422, "invalid", &["/expires_on"]).await;
    office.refused(ask(json!({"expires_on": "2024-09-09"})), 422, "invalid", &["/expires_on"]).await;
    let answer = ask(json!({"expires_on": "2024-12-31"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["expires_on"]), (200, &json!("2024-12-31")), "{}", answer.body);
    assert_eq!(office.balance_minutes(&person, "compensatory", "2024-12-31").await, 360);
}

#[tokio::test]
async fn outdated_version_is_rejected_as_stale() {
    let office = pending().await;
    let (person, hr) = (office.employee().clone(), office.hr().clone());
    office.settle(vec![rest_day(&person, SATURDAY, 4, 300)]).await;
    let app = app!(office.world, LEAVE_CREDITS_APPROVE);
    let path = credit_path(&person, SATURDAY, "/approve");
    let ask = |etag: &str| office.world.put(&app, path.clone(), json!({})).header("if-match", etag).signed_in_as(&hr);
    office.refused(ask("\"1\""), 412, "stale", &[]).await;
    assert_eq!(ask("\"2\"").await.status, 200);
}
