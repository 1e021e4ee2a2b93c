//! `GET /api/v1/audit-logs/type/{log_type}`.

use crate::audit::{AuditFixture, ids};

#[tokio::test]
async fn type_list_spans_months() {
    let fixture = AuditFixture::open().await;
    fixture.world.clock.set("2024-05-31T23:59:00Z".parse().unwrap());
    let old = fixture.record_event("employee.updated", "emp_1").await;
    fixture.advance_minutes(2);
    fixture.record_event("employee.created", "emp_1").await;
    let new = fixture.record_event("employee.updated", "emp_1").await;
    let app = app!(fixture.world, AUDIT_LOGS_TYPE_LIST);
    let page = fixture
        .world
        .get(&app, "/api/v1/audit-logs/type/employee_updated")
        .signed_in_as(&fixture.world.people.auditor)
        .await;
    assert_eq!(ids(&page.body), [new.to_string(), old.to_string()], "{}", page.body);
}

#[tokio::test]
async fn unknown_log_type_returns_404_and_a_repeated_filter_400() {
    let fixture = AuditFixture::open().await;
    let app = app!(fixture.world, AUDIT_LOGS_TYPE_LIST);
    let hr = &fixture.world.people.hr;
    assert_eq!(fixture.world.get(&app, "/api/v1/audit-logs/type/nonsense").signed_in_as(hr).await.status, 404);
    let twice =
        fixture.world.get(&app, "/api/v1/audit-logs/type/user_login?log_type=user_logout").signed_in_as(hr).await;
    assert_eq!((twice.status.as_u16(), twice.pointers()), (400, vec!["query:log_type"]));
}

#[tokio::test]
async fn only_hr_admin_and_auditor_list_a_type() {
    let fixture = AuditFixture::open().await;
    let app = app!(fixture.world, AUDIT_LOGS_TYPE_LIST);
    let path = "/api/v1/audit-logs/type/user_login";
    assert_eq!(fixture.world.get(&app, path).await.status, 401);
    for person in [&fixture.world.people.employee, &fixture.world.people.manager] {
        assert_eq!(fixture.world.get(&app, path).signed_in_as(person).await.status, 403);
    }
}
