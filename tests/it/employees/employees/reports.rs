//! `GET /api/v1/employees/{employee_id}/reports`

use serde_json::json;

use crate::employees::{EmployeesFixture, all, path};

#[tokio::test]
async fn direct_reports_who_have_not_left_page_by_page() {
    let office = EmployeesFixture::open().await;
    let boss = office.hire("Ben", "Boss", json!({})).await;
    for name in ["Alpha", "Beta", "Gamma"] {
        office.hire("Ann", name, json!({"manager_id": boss["id"]})).await;
    }
    let gone = office.hire("Gus", "Aaron", json!({"manager_id": boss["id"]})).await;
    office.terminate(&gone).await;
    let app = app!(office.world, EMPLOYEES_REPORTS);
    let first = office.get(&app, path(&boss, "/reports?limit=2")).signed_in_as(office.hr()).await;
    assert_eq!(all(&first, "last_name"), ["Alpha", "Beta"]);
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second =
        office.get(&app, path(&boss, &format!("/reports?limit=2&cursor={cursor}"))).signed_in_as(office.hr()).await;
    assert_eq!((all(&second, "last_name"), second.body.get("next_cursor")), (vec!["Gamma"], None));
    let other = office.get(&app, path(&gone, &format!("/reports?cursor={cursor}"))).signed_in_as(office.hr());
    office.refused(other, 400, "invalid_cursor", &["query:cursor"]).await;
}

#[tokio::test]
async fn reports_of_those_out_of_reach_are_not_shown() {
    let office = EmployeesFixture::open().await;
    let people = &office.world.people;
    let boss = office.hire("Ben", "Boss", json!({"manager_id": people.manager.id})).await;
    office.hire("Ann", "Below", json!({"manager_id": boss["id"]})).await;
    let app = app!(office.world, EMPLOYEES_REPORTS);
    let own = office.as_person(&boss).await;
    for (caller, status, phone) in [(&own, 200, 1), (&people.manager, 200, 1), (&people.auditor, 200, 0)] {
        let answer = office.get(&app, path(&boss, "/reports")).signed_in_as(caller).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(all(&answer, "last_name"), ["Below"]);
        assert!(all(&answer, "phone").len() <= phone);
    }
    for caller in [&people.employee, &people.other_manager] {
        office.refused(office.get(&app, path(&boss, "/reports")).signed_in_as(caller), 404, "not_found", &[]).await;
    }
}
