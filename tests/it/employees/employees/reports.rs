//! `GET /api/v1/employees/{employee_id}/reports`

use serde_json::json;

use crate::employees::{EmployeesFixture, path, values_of};

#[tokio::test]
async fn current_direct_reports_are_paged() {
    let fixture = EmployeesFixture::open().await;
    let boss = fixture.create_employee("Ben", "Boss", json!({})).await;
    for name in ["Alpha", "Beta", "Gamma"] {
        fixture.create_employee("Ann", name, json!({"manager_id": boss["id"]})).await;
    }
    let gone = fixture.create_employee("Gus", "Aaron", json!({"manager_id": boss["id"]})).await;
    fixture.terminate(&gone).await;
    let app = app!(fixture.world, EMPLOYEES_REPORTS);
    let first = fixture.get(&app, path(&boss, "/reports?limit=2")).signed_in_as(fixture.hr()).await;
    assert_eq!(values_of(&first, "last_name"), ["Alpha", "Beta"]);
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second =
        fixture.get(&app, path(&boss, &format!("/reports?limit=2&cursor={cursor}"))).signed_in_as(fixture.hr()).await;
    assert_eq!((values_of(&second, "last_name"), second.body.get("next_cursor")), (vec!["Gamma"], None));
    let other = fixture.get(&app, path(&gone, &format!("/reports?cursor={cursor}"))).signed_in_as(fixture.hr());
    fixture.refused(other, 400, "invalid_cursor", &["query:cursor"]).await;
}

#[tokio::test]
async fn reports_of_unreachable_employees_return_404() {
    let fixture = EmployeesFixture::open().await;
    let people = &fixture.world.people;
    let boss = fixture.create_employee("Ben", "Boss", json!({"manager_id": people.manager.id})).await;
    fixture.create_employee("Ann", "Below", json!({"manager_id": boss["id"]})).await;
    let app = app!(fixture.world, EMPLOYEES_REPORTS);
    let own = fixture.load_person(&boss).await;
    for (caller, status, phone) in [(&own, 200, 1), (&people.manager, 200, 1), (&people.auditor, 200, 0)] {
        let answer = fixture.get(&app, path(&boss, "/reports")).signed_in_as(caller).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(values_of(&answer, "last_name"), ["Below"]);
        assert!(values_of(&answer, "phone").len() <= phone);
    }
    for caller in [&people.employee, &people.other_manager] {
        fixture.refused(fixture.get(&app, path(&boss, "/reports")).signed_in_as(caller), 404, "not_found", &[]).await;
    }
}
