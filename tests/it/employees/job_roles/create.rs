//! `POST /api/v1/job-roles`

use serde_json::json;

use crate::employees::EmployeesFixture;

const PATH: &str = "/api/v1/job-roles";

#[tokio::test]
async fn job_role_is_created_once_per_key() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, JOB_ROLES_CREATE);
    let ask = || {
        let body = json!({"title": "C++ Developer", "grade": 7});
        fixture.post(&app, PATH, body).signed_in_as(fixture.admin()).header("idempotency-key", "k")
    };
    let answer = ask().await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""));
    assert_eq!((&answer.body["title"], &answer.body["grade"]), (&json!("C++ Developer"), &json!(7)));
    assert_eq!(ask().await.body, answer.body);
    assert_eq!(fixture.published_types("EMPLOYEES_TABLE").await.last().unwrap(), "job_role.created");
    fixture.create_job_role("C# Developer").await;
}

#[tokio::test]
async fn invalid_requests_create_no_job_role() {
    let fixture = EmployeesFixture::open().await;
    fixture.create_job_role("Engineer").await;
    let app = app!(fixture.world, JOB_ROLES_CREATE);
    for (body, status, problem, pointer) in [
        (json!({}), 400, "malformed", "/title"),
        (json!({"title": "X", "grade": 300}), 400, "malformed", "/grade"),
        (json!({"title": "X", "pay": 1}), 400, "malformed", "/pay"),
        (json!({"title": "x".repeat(101)}), 422, "invalid", "/title"),
        (json!({"title": " engineer"}), 409, "name_taken", "/title"),
    ] {
        fixture.refused(fixture.post(&app, PATH, body).signed_in_as(fixture.hr()), status, problem, &[pointer]).await;
    }
    for caller in [&fixture.world.people.employee, &fixture.world.people.manager, &fixture.world.people.auditor] {
        fixture
            .refused(fixture.post(&app, PATH, json!({"title": "X"})).signed_in_as(caller), 403, "forbidden", &[])
            .await;
    }
}
