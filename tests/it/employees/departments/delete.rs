//! `DELETE /api/v1/departments/{department_id}`

use serde_json::json;

use crate::employees::EmployeesFixture;

fn path(id: &str) -> String {
    format!("/api/v1/departments/{id}")
}

#[tokio::test]
async fn an_empty_department_goes_and_its_name_is_free() {
    let office = EmployeesFixture::open().await;
    let inner = office.department("Inner", Some(&office.engineering.clone())).await;
    let app = app!(office.world, DEPARTMENTS_DELETE);
    let ask = office.delete(&app, path(&office.engineering)).signed_in_as(office.hr());
    let refused = office.refused(ask, 409, "in_use", &[]).await;
    assert_eq!(refused.body["current"], json!({"people": 0, "children": 1}));

    for id in [&inner, &office.engineering] {
        assert_eq!(office.delete(&app, path(id)).signed_in_as(office.hr()).await.status, 204);
    }
    assert_eq!(office.published_types("EMPLOYEES_TABLE").await, ["department.deleted", "department.deleted"]);
    office.department("Engineering", None).await;
}

#[tokio::test]
async fn a_department_with_people_stays() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, DEPARTMENTS_DELETE);
    let ask = || office.delete(&app, path(&office.engineering)).signed_in_as(office.hr());
    let refused = office.refused(ask(), 409, "in_use", &[]).await;
    assert_eq!(refused.body["current"], json!({"people": 1, "children": 0}));
    office.refused(ask().header("if-match", "\"2\""), 412, "stale", &[]).await;
    office.terminate(&person).await;
    assert_eq!(ask().await.status, 204, "who has left does not count");
    office.refused(ask(), 404, "not_found", &[]).await;
}

#[tokio::test]
async fn nobody_is_ever_hired_into_a_department_that_is_gone() {
    let office = EmployeesFixture::open().await;
    let delete = app!(office.world, DEPARTMENTS_DELETE);
    for n in 0..15 {
        let department = office.department(&format!("Department {n}"), None).await;
        let body = office.new_person(json!({"department_id": department, "email": format!("p{n}@example.com")}));
        let hiring = office.post(&office.create, "/api/v1/employees", body).signed_in_as(office.hr());
        let removal = office.delete(&delete, path(&department)).signed_in_as(office.hr());
        let (hired, removed) = if n % 2 == 0 {
            tokio::join!(hiring.into_future(), removal.into_future())
        } else {
            let (removed, hired) = tokio::join!(removal.into_future(), hiring.into_future());
            (hired, removed)
        };
        let both = hired.status == 201 && removed.status == 204;
        assert!(!both, "a person in a department that is gone");
        assert!([201, 409, 422].contains(&hired.status.as_u16()), "{}", hired.body);
        assert!([204, 409].contains(&removed.status.as_u16()), "{}", removed.body);
    }
}

#[tokio::test]
async fn only_hr_and_administrators_remove_departments() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, DEPARTMENTS_DELETE);
    for caller in [&office.world.people.employee, &office.world.people.manager, &office.world.people.auditor] {
        let ask = office.delete(&app, path(&office.engineering)).signed_in_as(caller);
        office.refused(ask, 403, "forbidden", &[]).await;
    }
}
