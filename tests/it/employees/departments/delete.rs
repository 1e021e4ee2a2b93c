//! `DELETE /api/v1/departments/{department_id}`

use serde_json::json;

use crate::employees::EmployeesFixture;

fn path(id: &str) -> String {
    format!("/api/v1/departments/{id}")
}

#[tokio::test]
async fn empty_department_is_deleted_and_its_name_released() {
    let fixture = EmployeesFixture::open().await;
    let inner = fixture.create_department("Inner", Some(&fixture.engineering.clone())).await;
    let app = app!(fixture.world, DEPARTMENTS_DELETE);
    let ask = fixture.delete(&app, path(&fixture.engineering)).signed_in_as(fixture.hr());
    let refused = fixture.refused(ask, 409, "in_use", &[]).await;
    assert_eq!(refused.body["current"], json!({"people": 0, "children": 1}));

    for id in [&inner, &fixture.engineering] {
        assert_eq!(fixture.delete(&app, path(id)).signed_in_as(fixture.hr()).await.status, 204);
    }
    assert_eq!(fixture.published_types("EMPLOYEES_TABLE").await, ["department.deleted", "department.deleted"]);
    fixture.create_department("Engineering", None).await;
}

#[tokio::test]
async fn department_with_employees_cannot_be_deleted() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, DEPARTMENTS_DELETE);
    let ask = || fixture.delete(&app, path(&fixture.engineering)).signed_in_as(fixture.hr());
    let refused = fixture.refused(ask(), 409, "in_use", &[]).await;
    assert_eq!(refused.body["current"], json!({"people": 1, "children": 0}));
    fixture.refused(ask().header("if-match", "\"2\""), 412, "stale", &[]).await;
    fixture.terminate(&person).await;
    assert_eq!(ask().await.status, 204, "former employees do not count");
    fixture.refused(ask(), 404, "not_found", &[]).await;
}

#[tokio::test]
async fn concurrent_hire_and_delete_never_both_succeed() {
    let fixture = EmployeesFixture::open().await;
    let delete = app!(fixture.world, DEPARTMENTS_DELETE);
    for n in 0..15 {
        let department = fixture.create_department(&format!("Department {n}"), None).await;
        let body = fixture.new_employee(json!({"department_id": department, "email": format!("p{n}@example.com")}));
        let create = fixture.post(&fixture.create, "/api/v1/employees", body).signed_in_as(fixture.hr());
        let removal = fixture.delete(&delete, path(&department)).signed_in_as(fixture.hr());
        let (created, deleted) = if n % 2 == 0 {
            tokio::join!(create.into_future(), removal.into_future())
        } else {
            let (deleted, created) = tokio::join!(removal.into_future(), create.into_future());
            (created, deleted)
        };
        let both = created.status == 201 && deleted.status == 204;
        assert!(!both, "an employee in a deleted department");
        assert!([201, 409, 422].contains(&created.status.as_u16()), "{}", created.body);
        assert!([204, 409].contains(&deleted.status.as_u16()), "{}", deleted.body);
    }
}

#[tokio::test]
async fn only_hr_and_administrators_delete_departments() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, DEPARTMENTS_DELETE);
    for caller in [&fixture.world.people.employee, &fixture.world.people.manager, &fixture.world.people.auditor] {
        let ask = fixture.delete(&app, path(&fixture.engineering)).signed_in_as(caller);
        fixture.refused(ask, 403, "forbidden", &[]).await;
    }
}
