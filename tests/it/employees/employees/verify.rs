//! `GET /api/v1/employees/{employee_id}/verify`

use serde_json::json;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn it_answers_as_the_seed_says() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, EMPLOYEES_VERIFY);
    let answer = office.get(&app, path(&person, "/verify")).signed_in_as(office.hr()).await;
    assert_eq!(answer.status, 200);
    for (field, expected) in [
        ("exists", json!(true)),
        ("status", json!("active")),
        ("department", json!("Engineering")),
        ("department_id", json!(office.engineering)),
        ("employment_type", json!("full_time")),
        ("time_zone", json!("Europe/Berlin")),
    ] {
        assert_eq!(answer.body[field], expected, "{field}");
    }
    office.terminate(&person).await;
    let answer = office.get(&app, path(&person, "/verify")).signed_in_as(office.hr()).await;
    assert_eq!(answer.body["status"], "terminated");
}

#[tokio::test]
async fn who_is_out_of_reach_is_not_there() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, EMPLOYEES_VERIFY);
    for caller in [&office.world.people.employee, &office.world.people.manager] {
        office.refused(office.get(&app, path(&person, "/verify")).signed_in_as(caller), 404, "not_found", &[]).await;
    }
    let own = office.as_person(&person).await;
    assert_eq!(office.get(&app, path(&person, "/verify")).signed_in_as(&own).await.status, 200);
    let unknown = office.get(&app, "/api/v1/employees/emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8/verify");
    office.refused(unknown.signed_in_as(office.hr()), 404, "not_found", &[]).await;
}
