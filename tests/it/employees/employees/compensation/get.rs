//! `GET /api/v1/employees/{employee_id}/compensation`

use serde_json::json;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn only_owner_and_hr_read_compensation() {
    let fixture = EmployeesFixture::open().await;
    let people = &fixture.world.people;
    let salary = json!({"amount_minor": 4711, "currency": "EUR"});
    let person =
        fixture.create_employee("John", "Doe", json!({"salary": salary, "manager_id": people.manager.id})).await;
    let own = fixture.load_person(&person).await;
    let app = app!(fixture.world, EMPLOYEES_COMPENSATION_GET);
    for (caller, status) in [
        (&people.hr, 200),
        (&own, 200),
        (&people.manager, 404),
        (&people.employee, 404),
        (&people.admin, 404),
        (&people.auditor, 404),
    ] {
        let answer = fixture.get(&app, path(&person, "/compensation")).signed_in_as(caller).await;
        assert_eq!(answer.status, status, "{}: {}", caller.first_name, answer.body);
        assert_eq!(answer.body.to_string().contains("4711"), status == 200);
    }
}

#[tokio::test]
async fn missing_compensation_has_version_zero() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_COMPENSATION_GET);
    let answer = fixture.get(&app, path(&person, "/compensation")).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"0\""));
    assert_eq!((&answer.body["salary"], &answer.body["history"]), (&json!(null), &json!([])));
}
