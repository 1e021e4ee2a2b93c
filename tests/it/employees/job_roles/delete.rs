//! `DELETE /api/v1/job-roles/{job_role_id}`

use serde_json::json;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn job_role_is_deleted_only_without_holders() {
    let fixture = EmployeesFixture::open().await;
    let role = fixture.create_job_role("Engineer").await;
    let person = fixture.create_employee("Ann", "One", json!({"job_role_id": role})).await;
    let app = app!(fixture.world, JOB_ROLES_DELETE);
    let ask = || fixture.delete(&app, format!("/api/v1/job-roles/{role}"));
    let refused = fixture.refused(ask().signed_in_as(fixture.hr()), 409, "in_use", &[]).await;
    assert_eq!(refused.body["current"]["people"], 1);
    fixture.refused(ask().signed_in_as(fixture.hr()).header("if-match", "\"3\""), 412, "stale", &[]).await;
    fixture.refused(ask().signed_in_as(&fixture.world.people.manager), 403, "forbidden", &[]).await;

    let update = app!(fixture.world, EMPLOYEES_UPDATE);
    let moved =
        fixture.world.put(&update, path(&person, ""), json!({"job_role_id": null})).signed_in_as(fixture.hr()).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    assert_eq!(ask().signed_in_as(fixture.hr()).await.status, 204);
    fixture.refused(ask().signed_in_as(fixture.hr()), 404, "not_found", &[]).await;
    let body = fixture.new_employee(json!({"job_role_id": role}));
    let late = fixture.post(&fixture.create, "/api/v1/employees", body).signed_in_as(fixture.hr());
    fixture.refused(late, 422, "invalid", &["/job_role_id"]).await;
}
