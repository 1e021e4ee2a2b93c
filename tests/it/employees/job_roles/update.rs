//! `PUT /api/v1/job-roles/{job_role_id}`

use serde_json::json;

use crate::employees::EmployeesFixture;

#[tokio::test]
async fn a_job_role_changes_and_the_titles_of_people_stay() {
    let office = EmployeesFixture::open().await;
    let role = office.job_role("Engineer").await;
    let person = office.hire("Ann", "One", json!({"role": null, "job_role_id": role})).await;
    let app = app!(office.world, JOB_ROLES_UPDATE);
    let path = format!("/api/v1/job-roles/{role}");
    let answer =
        office.world.put(&app, &path, json!({"title": "Developer", "grade": 3})).signed_in_as(office.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!((&answer.body["title"], &answer.body["grade"]), (&json!("Developer"), &json!(3)));
    let get = app!(office.world, EMPLOYEES_GET);
    let record = office.get(&get, crate::employees::path(&person, "")).signed_in_as(office.hr()).await;
    assert_eq!(record.body["role"], "Engineer");
}

#[tokio::test]
async fn what_is_not_allowed_changes_nothing() {
    let office = EmployeesFixture::open().await;
    office.job_role("Tester").await;
    let path = format!("/api/v1/job-roles/{}", office.job_role("Engineer").await);
    let app = app!(office.world, JOB_ROLES_UPDATE);
    let ask = |body| office.world.put(&app, &path, body);
    for (body, status, problem, pointer) in [
        (json!({"title": null}), 400, "malformed", "/title"),
        (json!({"title": ""}), 422, "invalid", "/title"),
        (json!({"title": "tester"}), 409, "name_taken", "/title"),
    ] {
        office.refused(ask(body).signed_in_as(office.hr()), status, problem, &[pointer]).await;
    }
    let fine = json!({"grade": 1});
    office.refused(ask(fine.clone()).signed_in_as(office.hr()).header("if-match", "\"2\""), 412, "stale", &[]).await;
    office.refused(ask(fine.clone()).signed_in_as(&office.world.people.manager), 403, "forbidden", &[]).await;
    let ghost = "/api/v1/job-roles/job_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    office.refused(office.world.put(&app, ghost, fine).signed_in_as(office.hr()), 404, "not_found", &[]).await;
}
