//! `GET /api/v1/audit-logs/{audit_id}`.

use access::{REDACTED, Role};
use serde_json::json;

use crate::audit::{AuditFixture, another_id};

#[tokio::test]
async fn pay_is_shown_to_hr_only_and_phones_to_hr_and_admin() {
    let trail = AuditFixture::open().await;
    let id = trail.record("employee.updated", "emp_1").await;
    let app = app!(trail.world, AUDIT_LOGS_GET);
    for (role, pay, contact) in [(Role::Hr, true, true), (Role::Admin, false, true), (Role::Auditor, false, false)] {
        let person = trail.world.people.with_role(role);
        let record = trail.world.get(&app, format!("/api/v1/audit-logs/{id}")).signed_in_as(person).await;
        assert_eq!(record.status, 200, "{}", record.body);
        let values = &record.body["new_values"];
        assert_eq!(values["salary"] != json!(REDACTED), pay, "{role}: {values}");
        assert_eq!(values["phone"] != json!(REDACTED), contact, "{role}: {values}");
        assert_eq!(values["first_name"], "John");
    }
}

#[tokio::test]
async fn nobody_else_reads_it_and_an_unknown_id_is_404() {
    let trail = AuditFixture::open().await;
    let id = trail.record("employee.updated", "emp_1").await;
    let app = app!(trail.world, AUDIT_LOGS_GET);
    let path = format!("/api/v1/audit-logs/{id}");
    assert_eq!(trail.world.get(&app, &path).await.status, 401);
    for person in [&trail.world.people.employee, &trail.world.people.manager] {
        assert_eq!(trail.world.get(&app, &path).signed_in_as(person).await.status, 403);
    }
    for unknown in [another_id(&trail).to_string(), "audit_1".to_owned(), "emp_1".to_owned(), "%00".to_owned()] {
        let answer =
            trail.world.get(&app, format!("/api/v1/audit-logs/{unknown}")).signed_in_as(&trail.world.people.hr).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (404, "not_found"), "{unknown}");
    }
}
