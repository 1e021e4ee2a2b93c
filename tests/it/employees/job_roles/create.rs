//! `POST /api/v1/job-roles`

use serde_json::json;

use crate::employees::EmployeesFixture;

const PATH: &str = "/api/v1/job-roles";

#[tokio::test]
async fn a_job_role_is_added_once() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, JOB_ROLES_CREATE);
    let ask = || {
        let body = json!({"title": "C++ Developer", "grade": 7});
        office.post(&app, PATH, body).signed_in_as(office.admin()).header("idempotency-key", "k")
    };
    let answer = ask().await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""));
    assert_eq!((&answer.body["title"], &answer.body["grade"]), (&json!("C++ Developer"), &json!(7)));
    assert_eq!(ask().await.body, answer.body);
    assert_eq!(office.published_types("EMPLOYEES_TABLE").await.last().unwrap(), "job_role.created");
    office.job_role("C# Developer").await;
}

#[tokio::test]
async fn what_is_not_allowed_stores_nothing() {
    let office = EmployeesFixture::open().await;
    office.job_role("Engineer").await;
    let app = app!(office.world, JOB_ROLES_CREATE);
    for (body, status, problem, pointer) in [
        (json!({}), 400, "malformed", "/title"),
        (json!({"title": "X", "grade": 300}), 400, "malformed", "/grade"),
        (json!({"title": "X", "pay": 1}), 400, "malformed", "/pay"),
        (json!({"title": "x".repeat(101)}), 422, "invalid", "/title"),
        (json!({"title": " engineer"}), 409, "name_taken", "/title"),
    ] {
        office.refused(office.post(&app, PATH, body).signed_in_as(office.hr()), status, problem, &[pointer]).await;
    }
    for caller in [&office.world.people.employee, &office.world.people.manager, &office.world.people.auditor] {
        office
            .refused(office.post(&app, PATH, json!({"title": "X"})).signed_in_as(caller), 403, "forbidden", &[])
            .await;
    }
}
