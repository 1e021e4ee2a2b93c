//! `DELETE /api/v1/employees/{employee_id}`

use serde_json::json;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn delete_terminates_and_keeps_the_history() {
    let fixture = EmployeesFixture::open().await;
    let pay = json!({"amount_minor": 7, "currency": "EUR"});
    let person = fixture.create_employee("John", "Doe", json!({"salary": pay})).await;
    let app = app!(fixture.world, EMPLOYEES_DELETE);
    let answer = fixture.delete(&app, path(&person, "")).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("terminated")));
    assert_eq!(answer.body["termination_date"], "2024-06-10");
    assert_eq!(fixture.published_types("EMPLOYEES_TABLE").await.last().unwrap(), "employee.deleted");

    let get = app!(fixture.world, EMPLOYEES_GET);
    let record = fixture.get(&get, path(&person, "")).signed_in_as(fixture.hr()).await;
    assert_eq!((record.status.as_u16(), &record.body["salary"]["amount_minor"]), (200, &json!(7)));
    assert_eq!(record.body["department"], "Engineering");
}

#[tokio::test]
async fn second_delete_changes_nothing() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_DELETE);
    let first = fixture.delete(&app, path(&person, "")).signed_in_as(fixture.hr()).await;
    let before = fixture.snapshot().await;
    let second = fixture.delete(&app, path(&person, "")).signed_in_as(fixture.hr()).await;
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    assert!(before == fixture.snapshot().await);
}

#[tokio::test]
async fn employment_not_begun_ends_on_the_hire_date() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("Future", "Joiner", json!({"hire_date": "2024-09-01"})).await;
    let app = app!(fixture.world, EMPLOYEES_DELETE);
    let answer = fixture.delete(&app, path(&person, "")).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["termination_date"]), (200, &json!("2024-09-01")));
}

#[tokio::test]
async fn invalid_deletes_store_nothing() {
    let fixture = EmployeesFixture::open().await;
    let boss = fixture.create_employee("Ben", "Boss", json!({})).await;
    fixture.create_employee("Rita", "Report", json!({"manager_id": boss["id"]})).await;
    let app = app!(fixture.world, EMPLOYEES_DELETE);
    let ask = || fixture.delete(&app, path(&boss, ""));
    fixture.refused(ask().signed_in_as(fixture.hr()), 409, "has_reports", &[]).await;
    fixture.refused(ask().signed_in_as(fixture.hr()).header("if-match", "\"9\""), 412, "stale", &[]).await;
    for caller in [fixture.admin(), &fixture.world.people.manager, &fixture.world.people.auditor] {
        fixture.refused(ask().signed_in_as(caller), 403, "forbidden", &[]).await;
    }
    let unknown =
        fixture.delete(&app, "/api/v1/employees/emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8").signed_in_as(fixture.hr());
    fixture.refused(unknown, 404, "not_found", &[]).await;
}
