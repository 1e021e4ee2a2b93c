//! `POST /api/v1/departments`

use futures::future::join_all;
use serde_json::json;

use crate::employees::EmployeesFixture;

const PATH: &str = "/api/v1/departments";

#[tokio::test]
async fn department_is_created_below_its_parent() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, DEPARTMENTS_CREATE);
    let body = json!({"name": " Platform ", "parent_id": fixture.engineering});
    let answer = fixture.post(&app, PATH, body).signed_in_as(fixture.admin()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""));
    assert_eq!((&answer.body["name"], &answer.body["parent_id"]), (&json!("Platform"), &json!(fixture.engineering)));
    assert_eq!(answer.header("location"), format!("{PATH}/{}", crate::employees::id(&answer)));
    assert_eq!(fixture.published_types("EMPLOYEES_TABLE").await, ["department.created", "department.created"]);
}

#[tokio::test]
async fn invalid_requests_create_no_department() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, DEPARTMENTS_CREATE);
    let ghost = "dep_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (body, status, problem, pointer) in [
        (json!({}), 400, "malformed", "/name"),
        (json!({"name": "X", "head": "me"}), 400, "malformed", "/head"),
        (json!({"name": " "}), 422, "invalid", "/name"),
        (json!({"name": "X", "parent_id": ghost}), 422, "invalid", "/parent_id"),
        (json!({"name": "ENGINEERING "}), 409, "name_taken", "/name"),
    ] {
        fixture.refused(fixture.post(&app, PATH, body).signed_in_as(fixture.hr()), status, problem, &[pointer]).await;
    }
    for caller in [&fixture.world.people.employee, &fixture.world.people.manager, &fixture.world.people.auditor] {
        fixture
            .refused(fixture.post(&app, PATH, json!({"name": "X"})).signed_in_as(caller), 403, "forbidden", &[])
            .await;
    }
}

#[tokio::test]
async fn concurrent_creates_with_one_name_create_one_department() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, DEPARTMENTS_CREATE);
    let requests = (0..20).map(|_| {
        let ask = fixture.post(&app, PATH, json!({"name": "Sales"})).signed_in_as(fixture.hr());
        async move { ask.await }
    });
    let answers = join_all(requests).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.status == 409));
}

#[tokio::test]
async fn retry_returns_the_first_answer() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, DEPARTMENTS_CREATE);
    let ask =
        || fixture.post(&app, PATH, json!({"name": "Sales"})).signed_in_as(fixture.hr()).header("idempotency-key", "k");
    let first = ask().await;
    let again = ask().await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!((first.body, again.header("idempotent-replayed")), (again.body.clone(), "true"));
}

#[tokio::test]
async fn departments_nest_at_most_ten_levels() {
    let fixture = EmployeesFixture::open().await;
    let mut last = fixture.engineering.clone();
    for n in 2..=10 {
        last = fixture.create_department(&format!("Level {n}"), Some(&last)).await;
    }
    let app = app!(fixture.world, DEPARTMENTS_CREATE);
    let ask = fixture.post(&app, PATH, json!({"name": "Level 11", "parent_id": last})).signed_in_as(fixture.hr());
    fixture.refused(ask, 409, "too_deep", &["/parent_id"]).await;
}
