//! `POST /api/v1/departments`

use futures::future::join_all;
use serde_json::json;

use crate::employees::EmployeesFixture;

const PATH: &str = "/api/v1/departments";

#[tokio::test]
async fn departments_make_a_tree() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, DEPARTMENTS_CREATE);
    let body = json!({"name": " Platform ", "parent_id": office.engineering});
    let answer = office.post(&app, PATH, body).signed_in_as(office.admin()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""));
    assert_eq!((&answer.body["name"], &answer.body["parent_id"]), (&json!("Platform"), &json!(office.engineering)));
    assert_eq!(answer.header("location"), format!("{PATH}/{}", crate::employees::id(&answer)));
    assert_eq!(office.published_types("EMPLOYEES_TABLE").await, ["department.created", "department.created"]);
}

#[tokio::test]
async fn what_is_not_allowed_stores_nothing() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, DEPARTMENTS_CREATE);
    let ghost = "dep_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (body, status, problem, pointer) in [
        (json!({}), 400, "malformed", "/name"),
        (json!({"name": "X", "head": "me"}), 400, "malformed", "/head"),
        (json!({"name": " "}), 422, "invalid", "/name"),
        (json!({"name": "X", "parent_id": ghost}), 422, "invalid", "/parent_id"),
        (json!({"name": "ENGINEERING "}), 409, "name_taken", "/name"),
    ] {
        office.refused(office.post(&app, PATH, body).signed_in_as(office.hr()), status, problem, &[pointer]).await;
    }
    for caller in [&office.world.people.employee, &office.world.people.manager, &office.world.people.auditor] {
        office.refused(office.post(&app, PATH, json!({"name": "X"})).signed_in_as(caller), 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn a_name_is_given_once_also_at_once() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, DEPARTMENTS_CREATE);
    let tries = (0..20).map(|_| {
        let ask = office.post(&app, PATH, json!({"name": "Sales"})).signed_in_as(office.hr());
        async move { ask.await }
    });
    let answers = join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.status == 409));
}

#[tokio::test]
async fn a_retry_gets_the_first_answer() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, DEPARTMENTS_CREATE);
    let ask =
        || office.post(&app, PATH, json!({"name": "Sales"})).signed_in_as(office.hr()).header("idempotency-key", "k");
    let first = ask().await;
    let again = ask().await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!((first.body, again.header("idempotent-replayed")), (again.body.clone(), "true"));
}

#[tokio::test]
async fn the_tree_is_not_deeper_than_ten() {
    let office = EmployeesFixture::open().await;
    let mut last = office.engineering.clone();
    for n in 2..=10 {
        last = office.department(&format!("Level {n}"), Some(&last)).await;
    }
    let app = app!(office.world, DEPARTMENTS_CREATE);
    let ask = office.post(&app, PATH, json!({"name": "Level 11", "parent_id": last})).signed_in_as(office.hr());
    office.refused(ask, 409, "too_deep", &["/parent_id"]).await;
}
