//! `GET /api/v1/employees/{employee_id}/verify`

use serde_json::json;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn verification_returns_status_department_and_contract() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_VERIFY);
    let answer = fixture.get(&app, path(&person, "/verify")).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.status, 200);
    for (field, expected) in [
        ("exists", json!(true)),
        ("status", json!("active")),
        ("department", json!("Engineering")),
        ("department_id", json!(fixture.engineering)),
        ("employment_type", json!("full_time")),
        ("time_zone", json!("Europe/Berlin")),
    ] {
        assert_eq!(answer.body[field], expected, "{field}");
    }
    fixture.terminate(&person).await;
    let answer = fixture.get(&app, path(&person, "/verify")).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.body["status"], "terminated");
}

#[tokio::test]
async fn verification_of_unreachable_employees_returns_404() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_VERIFY);
    for caller in [&fixture.world.people.employee, &fixture.world.people.manager] {
        fixture.refused(fixture.get(&app, path(&person, "/verify")).signed_in_as(caller), 404, "not_found", &[]).await;
    }
    let own = fixture.load_person(&person).await;
    assert_eq!(fixture.get(&app, path(&person, "/verify")).signed_in_as(&own).await.status, 200);
    let unknown = fixture.get(&app, "/api/v1/employees/emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8/verify");
    fixture.refused(unknown.signed_in_as(fixture.hr()), 404, "not_found", &[]).await;
}
