//! `GET /api/v1/audit-logs/type/{log_type}`.

use crate::audit::{AuditFixture, ids};

#[tokio::test]
async fn everything_of_one_type_over_the_turn_of_a_month() {
    let trail = AuditFixture::open().await;
    trail.world.clock.set("2024-05-31T23:59:00Z".parse().unwrap());
    let old = trail.record("employee.updated", "emp_1").await;
    trail.advance_minutes(2);
    trail.record("employee.created", "emp_1").await;
    let new = trail.record("employee.updated", "emp_1").await;
    let app = app!(trail.world, AUDIT_LOGS_TYPE_LIST);
    let page = trail
        .world
        .get(&app, "/api/v1/audit-logs/type/employee_updated")
        .signed_in_as(&trail.world.people.auditor)
        .await;
    assert_eq!(ids(&page.body), [new.to_string(), old.to_string()], "{}", page.body);
}

#[tokio::test]
async fn an_unknown_type_is_404_and_the_path_is_not_said_twice() {
    let trail = AuditFixture::open().await;
    let app = app!(trail.world, AUDIT_LOGS_TYPE_LIST);
    let hr = &trail.world.people.hr;
    assert_eq!(trail.world.get(&app, "/api/v1/audit-logs/type/nonsense").signed_in_as(hr).await.status, 404);
    let twice = trail.world.get(&app, "/api/v1/audit-logs/type/user_login?log_type=user_logout").signed_in_as(hr).await;
    assert_eq!((twice.status.as_u16(), twice.pointers()), (400, vec!["query:log_type"]));
}

#[tokio::test]
async fn only_hr_admin_and_auditor_may_ask() {
    let trail = AuditFixture::open().await;
    let app = app!(trail.world, AUDIT_LOGS_TYPE_LIST);
    let path = "/api/v1/audit-logs/type/user_login";
    assert_eq!(trail.world.get(&app, path).await.status, 401);
    for person in [&trail.world.people.employee, &trail.world.people.manager] {
        assert_eq!(trail.world.get(&app, path).signed_in_as(person).await.status, 403);
    }
}
