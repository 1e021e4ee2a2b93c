//! `GET /api/v1/audit-logs/{audit_id}`.

use access::{REDACTED, Role};
use serde_json::json;

use crate::audit::{AuditFixture, another_id};

#[tokio::test]
async fn only_hr_reads_compensation_and_only_hr_and_admin_phones() {
    let fixture = AuditFixture::open().await;
    let id = fixture.record_event("employee.updated", "emp_1").await;
    let app = app!(fixture.world, AUDIT_LOGS_GET);
    for (role, pay, contact) in [(Role::Hr, true, true), (Role::Admin, false, true), (Role::Auditor, false, false)] {
        let person = fixture.world.people.with_role(role);
        let record = fixture.world.get(&app, format!("/api/v1/audit-logs/{id}")).signed_in_as(person).await;
        assert_eq!(record.status, 200, "{}", record.body);
        let values = &record.body["new_values"];
        assert_eq!(values["salary"] != json!(REDACTED), pay, "{role}: {values}");
        assert_eq!(values["phone"] != json!(REDACTED), contact, "{role}: {values}");
        assert_eq!(values["first_name"], "John");
    }
}

#[tokio::test]
async fn other_roles_get_403_and_unknown_ids_404() {
    let fixture = AuditFixture::open().await;
    let id = fixture.record_event("employee.updated", "emp_1").await;
    let app = app!(fixture.world, AUDIT_LOGS_GET);
    let path = format!("/api/v1/audit-logs/{id}");
    assert_eq!(fixture.world.get(&app, &path).await.status, 401);
    for person in [&fixture.world.people.employee, &fixture.world.people.manager] {
        assert_eq!(fixture.world.get(&app, &path).signed_in_as(person).await.status, 403);
    }
    for unknown in [another_id(&fixture).to_string(), "audit_1".to_owned(), "emp_1".to_owned(), "%00".to_owned()] {
        let answer = fixture
            .world
            .get(&app, format!("/api/v1/audit-logs/{unknown}"))
            .signed_in_as(&fixture.world.people.hr)
            .await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (404, "not_found"), "{unknown}");
    }
}
