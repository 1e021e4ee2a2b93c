//! `DELETE /api/v1/job-roles/{job_role_id}`

use serde_json::json;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn a_job_role_goes_once_nobody_holds_it() {
    let office = EmployeesFixture::open().await;
    let role = office.job_role("Engineer").await;
    let person = office.hire("Ann", "One", json!({"job_role_id": role})).await;
    let app = app!(office.world, JOB_ROLES_DELETE);
    let ask = || office.delete(&app, format!("/api/v1/job-roles/{role}"));
    let refused = office.refused(ask().signed_in_as(office.hr()), 409, "in_use", &[]).await;
    assert_eq!(refused.body["current"]["people"], 1);
    office.refused(ask().signed_in_as(office.hr()).header("if-match", "\"3\""), 412, "stale", &[]).await;
    office.refused(ask().signed_in_as(&office.world.people.manager), 403, "forbidden", &[]).await;

    let update = app!(office.world, EMPLOYEES_UPDATE);
    let moved =
        office.world.put(&update, path(&person, ""), json!({"job_role_id": null})).signed_in_as(office.hr()).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    assert_eq!(ask().signed_in_as(office.hr()).await.status, 204);
    office.refused(ask().signed_in_as(office.hr()), 404, "not_found", &[]).await;
    let body = office.new_person(json!({"job_role_id": role}));
    let late = office.post(&office.create, "/api/v1/employees", body).signed_in_as(office.hr());
    office.refused(late, 422, "invalid", &["/job_role_id"]).await;
}
