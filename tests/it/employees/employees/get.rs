//! `GET /api/v1/employees/{employee_id}`

use jiff::SignedDuration;
use serde_json::json;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn record_and_fields_depend_on_role_and_relation() {
    let fixture = EmployeesFixture::open().await;
    let people = &fixture.world.people;
    let manager = fixture.create_employee("Mona", "Lead", json!({})).await;
    let pay = json!({"amount_minor": 7_500_000, "currency": "EUR"});
    let person = fixture.create_employee("John", "Doe", json!({"manager_id": manager["id"], "salary": pay})).await;
    let below = fixture.create_employee("Below", "John", json!({"manager_id": person["id"], "salary": pay})).await;
    let admin = fixture.admin();
    let set_roles = app!(fixture.world, EMPLOYEES_ROLES_UPDATE);
    let body = json!({"roles": ["manager"]});
    assert_eq!(fixture.world.put(&set_roles, path(&manager, "/roles"), body).signed_in_as(admin).await.status, 200);
    let (boss, own) = (fixture.load_person(&manager).await, fixture.load_person(&person).await);

    let app = app!(fixture.world, EMPLOYEES_GET);
    for (caller, who, status, phone, salary) in [
        (&people.hr, &person, 200, true, true),
        (&own, &person, 200, true, true),
        (&boss, &person, 200, true, false),
        (&boss, &below, 200, true, false),
        (&people.admin, &person, 200, true, false),
        (&people.auditor, &person, 200, false, false),
        (&people.employee, &person, 404, false, false),
        (&people.manager, &person, 404, false, false),
        (&own, &below, 404, false, false),
    ] {
        let answer = fixture.get(&app, path(who, "")).signed_in_as(caller).await;
        let shown = (answer.status.as_u16(), answer.body.get("phone").is_some(), answer.body.get("salary").is_some());
        assert_eq!(shown, (status, phone, salary), "{} {}: {}", caller.first_name, who["first_name"], answer.body);
        assert_eq!(answer.body.to_string().contains("7500000"), salary);
    }
}

#[tokio::test]
async fn unknown_and_unreachable_employees_both_return_404() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, EMPLOYEES_GET);
    let caller = &fixture.world.people.employee;
    let ask = |id: String| fixture.get(&app, format!("/api/v1/employees/{id}")).signed_in_as(caller);
    let foreign = ask(fixture.world.people.outsider.id.to_string()).await;
    let unknown = ask("emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8".to_owned()).await;
    assert_eq!((foreign.status.as_u16(), unknown.status.as_u16()), (404, 404));
    assert_eq!(foreign.body["detail"], unknown.body["detail"]);
    assert_eq!(ask("12345".to_owned()).await.status, 404);
}

#[tokio::test]
async fn salary_is_the_one_of_today() {
    let fixture = EmployeesFixture::open().await;
    let person =
        fixture.create_employee("John", "Doe", json!({"salary": {"amount_minor": 10, "currency": "EUR"}})).await;
    let set = app!(fixture.world, EMPLOYEES_COMPENSATION_UPDATE);
    let raise = json!({"effective_date": "2024-06-11", "salary": {"amount_minor": 12, "currency": "EUR"}});
    assert_eq!(
        fixture.world.put(&set, path(&person, "/compensation"), raise).signed_in_as(fixture.hr()).await.status,
        200
    );

    let app = app!(fixture.world, EMPLOYEES_GET);
    let today = fixture.get(&app, path(&person, "")).signed_in_as(fixture.hr()).await;
    assert_eq!(today.body["salary"]["amount_minor"], 10);
    // 22:30 UTC is past midnight in Berlin.
    fixture.world.clock.advance(SignedDuration::from_hours(12));
    let tomorrow = fixture.get(&app, path(&person, "")).signed_in_as(fixture.hr()).await;
    assert_eq!(tomorrow.body["salary"]["amount_minor"], 12);
}

#[tokio::test]
async fn version_is_the_etag() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_GET);
    assert_eq!(fixture.get(&app, path(&person, "")).signed_in_as(fixture.hr()).await.header("etag"), "\"1\"");
    assert_eq!(fixture.set_status(&person, "on_leave").await.header("etag"), "\"2\"");
    assert_eq!(fixture.get(&app, path(&person, "")).signed_in_as(fixture.hr()).await.header("etag"), "\"2\"");
}
