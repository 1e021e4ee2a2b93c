//! `GET /api/v1/employees/{employee_id}`

use jiff::SignedDuration;
use serde_json::json;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn everybody_sees_what_their_role_lets_them_see() {
    let office = EmployeesFixture::open().await;
    let people = &office.world.people;
    let manager = office.hire("Mona", "Lead", json!({})).await;
    let pay = json!({"amount_minor": 7_500_000, "currency": "EUR"});
    let person = office.hire("John", "Doe", json!({"manager_id": manager["id"], "salary": pay})).await;
    let below = office.hire("Below", "John", json!({"manager_id": person["id"], "salary": pay})).await;
    let admin = office.admin();
    let set_roles = app!(office.world, EMPLOYEES_ROLES_UPDATE);
    let body = json!({"roles": ["manager"]});
    assert_eq!(office.world.put(&set_roles, path(&manager, "/roles"), body).signed_in_as(admin).await.status, 200);
    let (boss, own) = (office.as_person(&manager).await, office.as_person(&person).await);

    let app = app!(office.world, EMPLOYEES_GET);
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
        let answer = office.get(&app, path(who, "")).signed_in_as(caller).await;
        let shown = (answer.status.as_u16(), answer.body.get("phone").is_some(), answer.body.get("salary").is_some());
        assert_eq!(shown, (status, phone, salary), "{} {}: {}", caller.first_name, who["first_name"], answer.body);
        assert_eq!(answer.body.to_string().contains("7500000"), salary);
    }
}

#[tokio::test]
async fn who_is_not_there_and_who_is_out_of_reach_look_the_same() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, EMPLOYEES_GET);
    let caller = &office.world.people.employee;
    let ask = |id: String| office.get(&app, format!("/api/v1/employees/{id}")).signed_in_as(caller);
    let foreign = ask(office.world.people.outsider.id.to_string()).await;
    let unknown = ask("emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8".to_owned()).await;
    assert_eq!((foreign.status.as_u16(), unknown.status.as_u16()), (404, 404));
    assert_eq!(foreign.body["detail"], unknown.body["detail"]);
    assert_eq!(ask("12345".to_owned()).await.status, 404);
}

#[tokio::test]
async fn the_salary_shown_is_that_of_today() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({"salary": {"amount_minor": 10, "currency": "EUR"}})).await;
    let set = app!(office.world, EMPLOYEES_COMPENSATION_UPDATE);
    let raise = json!({"effective_date": "2024-06-11", "salary": {"amount_minor": 12, "currency": "EUR"}});
    assert_eq!(
        office.world.put(&set, path(&person, "/compensation"), raise).signed_in_as(office.hr()).await.status,
        200
    );

    let app = app!(office.world, EMPLOYEES_GET);
    let today = office.get(&app, path(&person, "")).signed_in_as(office.hr()).await;
    assert_eq!(today.body["salary"]["amount_minor"], 10);
    // 22:30 UTC is past midnight in Berlin.
    office.world.clock.advance(SignedDuration::from_hours(12));
    let tomorrow = office.get(&app, path(&person, "")).signed_in_as(office.hr()).await;
    assert_eq!(tomorrow.body["salary"]["amount_minor"], 12);
}

#[tokio::test]
async fn the_version_is_the_etag() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, EMPLOYEES_GET);
    assert_eq!(office.get(&app, path(&person, "")).signed_in_as(office.hr()).await.header("etag"), "\"1\"");
    assert_eq!(office.set_status(&person, "on_leave").await.header("etag"), "\"2\"");
    assert_eq!(office.get(&app, path(&person, "")).signed_in_as(office.hr()).await.header("etag"), "\"2\"");
}
