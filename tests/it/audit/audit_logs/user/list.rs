//! `GET /api/v1/audit-logs/user/{user_id}`.

use access::REDACTED;
use serde_json::json;

use crate::audit::{AuditFixture, ids, unknown_employee};

#[tokio::test]
async fn employees_read_only_their_own_activities() {
    let fixture = AuditFixture::open().await;
    let people = &fixture.world.people;
    let mut own = fixture.event("user.login", &people.employee.id.to_string());
    own["actor"] = json!(people.employee.id);
    fixture.deliver(std::slice::from_ref(&own)).await.unwrap();
    fixture.record_event("employee.updated", "emp_1").await;

    let app = app!(fixture.world, AUDIT_LOGS_USER_LIST);
    let path = |id| format!("/api/v1/audit-logs/user/{id}");
    let page = fixture.world.get(&app, path(people.employee.id)).signed_in_as(&people.employee).await;
    assert_eq!(ids(&page.body), [crate::audit::audit_id(&own).to_string()]);
    let values = &page.body["items"][0]["new_values"];
    assert_eq!(values["salary"]["amount_minor"], 7_500_000, "employees read their own compensation");
    for foreign in [people.hr.id, people.manager.id, unknown_employee()] {
        let answer = fixture.world.get(&app, path(foreign)).signed_in_as(&people.employee).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (404, "not_found"));
    }
    for person in [&people.hr, &people.admin, &people.auditor] {
        assert_eq!(ids(&fixture.world.get(&app, path(people.employee.id)).signed_in_as(person).await.body).len(), 1);
    }
    assert_eq!(fixture.world.get(&app, path(people.hr.id)).await.status, 401);
}

#[tokio::test]
async fn own_activities_hide_the_compensation_of_others() {
    let fixture = AuditFixture::open().await;
    let people = &fixture.world.people;
    let mut event = fixture.event("employee.created", "emp_1");
    event["actor"] = json!(people.admin.id);
    fixture.deliver(&[event]).await.unwrap();
    let app = app!(fixture.world, AUDIT_LOGS_USER_LIST);
    let page = fixture
        .world
        .get(&app, format!("/api/v1/audit-logs/user/{}", people.admin.id))
        .signed_in_as(&people.admin)
        .await;
    assert_eq!(page.body["items"][0]["new_values"]["salary"], json!(REDACTED));
}

#[tokio::test]
async fn functions_are_users_and_a_repeated_filter_returns_400() {
    let fixture = AuditFixture::open().await;
    let mut event = fixture.event("employee.updated", "emp_1");
    event["actor"] = json!("system:leave-job-accrue");
    fixture.deliver(&[event]).await.unwrap();
    let app = app!(fixture.world, AUDIT_LOGS_USER_LIST);
    let path = "/api/v1/audit-logs/user/system:leave-job-accrue";
    let page = fixture.world.get(&app, path).signed_in_as(&fixture.world.people.auditor).await;
    assert_eq!(ids(&page.body).len(), 1);
    let twice =
        fixture.world.get(&app, format!("{path}?user_id=emp_1")).signed_in_as(&fixture.world.people.auditor).await;
    assert_eq!((twice.status.as_u16(), twice.pointers()), (400, vec!["query:user_id"]));
}
