//! `DELETE /api/v1/employees/{employee_id}`

use serde_json::json;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn a_delete_terminates_and_history_stays() {
    let office = EmployeesFixture::open().await;
    let pay = json!({"amount_minor": 7, "currency": "EUR"});
    let person = office.hire("John", "Doe", json!({"salary": pay})).await;
    let app = app!(office.world, EMPLOYEES_DELETE);
    let answer = office.delete(&app, path(&person, "")).signed_in_as(office.hr()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("terminated")));
    assert_eq!(answer.body["termination_date"], "2024-06-10");
    assert_eq!(office.published_types("EMPLOYEES_TABLE").await.last().unwrap(), "employee.deleted");

    let get = app!(office.world, EMPLOYEES_GET);
    let record = office.get(&get, path(&person, "")).signed_in_as(office.hr()).await;
    assert_eq!((record.status.as_u16(), &record.body["salary"]["amount_minor"]), (200, &json!(7)));
    assert_eq!(record.body["department"], "Engineering");
}

#[tokio::test]
async fn a_second_delete_changes_nothing() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, EMPLOYEES_DELETE);
    let first = office.delete(&app, path(&person, "")).signed_in_as(office.hr()).await;
    let before = office.snapshot().await;
    let second = office.delete(&app, path(&person, "")).signed_in_as(office.hr()).await;
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    assert!(before == office.snapshot().await);
}

#[tokio::test]
async fn who_has_not_started_yet_leaves_on_the_first_day() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("Future", "Joiner", json!({"hire_date": "2024-09-01"})).await;
    let app = app!(office.world, EMPLOYEES_DELETE);
    let answer = office.delete(&app, path(&person, "")).signed_in_as(office.hr()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["termination_date"]), (200, &json!("2024-09-01")));
}

#[tokio::test]
async fn a_delete_that_is_not_allowed_changes_nothing() {
    let office = EmployeesFixture::open().await;
    let boss = office.hire("Ben", "Boss", json!({})).await;
    office.hire("Rita", "Report", json!({"manager_id": boss["id"]})).await;
    let app = app!(office.world, EMPLOYEES_DELETE);
    let ask = || office.delete(&app, path(&boss, ""));
    office.refused(ask().signed_in_as(office.hr()), 409, "has_reports", &[]).await;
    office.refused(ask().signed_in_as(office.hr()).header("if-match", "\"9\""), 412, "stale", &[]).await;
    for caller in [office.admin(), &office.world.people.manager, &office.world.people.auditor] {
        office.refused(ask().signed_in_as(caller), 403, "forbidden", &[]).await;
    }
    let unknown =
        office.delete(&app, "/api/v1/employees/emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8").signed_in_as(office.hr());
    office.refused(unknown, 404, "not_found", &[]).await;
}
