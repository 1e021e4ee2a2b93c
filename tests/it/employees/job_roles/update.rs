//! `PUT /api/v1/job-roles/{job_role_id}`

use serde_json::json;

use crate::employees::EmployeesFixture;

#[tokio::test]
async fn job_role_change_keeps_titles_of_employees() {
    let fixture = EmployeesFixture::open().await;
    let role = fixture.create_job_role("Engineer").await;
    let person = fixture.create_employee("Ann", "One", json!({"role": null, "job_role_id": role})).await;
    let app = app!(fixture.world, JOB_ROLES_UPDATE);
    let path = format!("/api/v1/job-roles/{role}");
    let answer =
        fixture.world.put(&app, &path, json!({"title": "Developer", "grade": 3})).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!((&answer.body["title"], &answer.body["grade"]), (&json!("Developer"), &json!(3)));
    let get = app!(fixture.world, EMPLOYEES_GET);
    let record = fixture.get(&get, crate::employees::path(&person, "")).signed_in_as(fixture.hr()).await;
    assert_eq!(record.body["role"], "Engineer");
}

#[tokio::test]
async fn invalid_changes_store_nothing() {
    let fixture = EmployeesFixture::open().await;
    fixture.create_job_role("Tester").await;
    let path = format!("/api/v1/job-roles/{}", fixture.create_job_role("Engineer").await);
    let app = app!(fixture.world, JOB_ROLES_UPDATE);
    let ask = |body| fixture.world.put(&app, &path, body);
    for (body, status, problem, pointer) in [
        (json!({"title": null}), 400, "malformed", "/title"),
        (json!({"title": ""}), 422, "invalid", "/title"),
        (json!({"title": "tester"}), 409, "name_taken", "/title"),
    ] {
        fixture.refused(ask(body).signed_in_as(fixture.hr()), status, problem, &[pointer]).await;
    }
    let fine = json!({"grade": 1});
    fixture.refused(ask(fine.clone()).signed_in_as(fixture.hr()).header("if-match", "\"2\""), 412, "stale", &[]).await;
    fixture.refused(ask(fine.clone()).signed_in_as(&fixture.world.people.manager), 403, "forbidden", &[]).await;
    let ghost = "/api/v1/job-roles/job_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    fixture.refused(fixture.world.put(&app, ghost, fine).signed_in_as(fixture.hr()), 404, "not_found", &[]).await;
}
