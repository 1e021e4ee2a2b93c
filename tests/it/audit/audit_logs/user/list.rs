//! `GET /api/v1/audit-logs/user/{user_id}`.

use access::REDACTED;
use serde_json::json;

use crate::audit::{AuditFixture, ids, nobody};

#[tokio::test]
async fn somebody_reads_their_own_activities_and_nobody_elses() {
    let trail = AuditFixture::open().await;
    let people = &trail.world.people;
    let mut own = trail.event("user.login", &people.employee.id.to_string());
    own["actor"] = json!(people.employee.id);
    trail.deliver(std::slice::from_ref(&own)).await.unwrap();
    trail.record("employee.updated", "emp_1").await;

    let app = app!(trail.world, AUDIT_LOGS_USER_LIST);
    let path = |id| format!("/api/v1/audit-logs/user/{id}");
    let page = trail.world.get(&app, path(people.employee.id)).signed_in_as(&people.employee).await;
    assert_eq!(ids(&page.body), [crate::audit::audit_id(&own).to_string()]);
    let values = &page.body["items"][0]["new_values"];
    assert_eq!(values["salary"]["amount_minor"], 7_500_000, "one's own pay");
    for foreign in [people.hr.id, people.manager.id, nobody()] {
        let answer = trail.world.get(&app, path(foreign)).signed_in_as(&people.employee).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (404, "not_found"));
    }
    for person in [&people.hr, &people.admin, &people.auditor] {
        assert_eq!(ids(&trail.world.get(&app, path(people.employee.id)).signed_in_as(person).await.body).len(), 1);
    }
    assert_eq!(trail.world.get(&app, path(people.hr.id)).await.status, 401);
}

#[tokio::test]
async fn an_own_activity_does_not_show_the_pay_of_others() {
    let trail = AuditFixture::open().await;
    let people = &trail.world.people;
    let mut event = trail.event("employee.created", "emp_1");
    event["actor"] = json!(people.admin.id);
    trail.deliver(&[event]).await.unwrap();
    let app = app!(trail.world, AUDIT_LOGS_USER_LIST);
    let page =
        trail.world.get(&app, format!("/api/v1/audit-logs/user/{}", people.admin.id)).signed_in_as(&people.admin).await;
    assert_eq!(page.body["items"][0]["new_values"]["salary"], json!(REDACTED));
}

#[tokio::test]
async fn parts_of_the_system_are_users_too_and_the_path_is_not_said_twice() {
    let trail = AuditFixture::open().await;
    let mut event = trail.event("employee.updated", "emp_1");
    event["actor"] = json!("system:leave-job-accrue");
    trail.deliver(&[event]).await.unwrap();
    let app = app!(trail.world, AUDIT_LOGS_USER_LIST);
    let path = "/api/v1/audit-logs/user/system:leave-job-accrue";
    let page = trail.world.get(&app, path).signed_in_as(&trail.world.people.auditor).await;
    assert_eq!(ids(&page.body).len(), 1);
    let twice = trail.world.get(&app, format!("{path}?user_id=emp_1")).signed_in_as(&trail.world.people.auditor).await;
    assert_eq!((twice.status.as_u16(), twice.pointers()), (400, vec!["query:user_id"]));
}
