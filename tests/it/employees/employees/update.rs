//! `PUT /api/v1/employees/{employee_id}`

use futures::future::join_all;
use serde_json::{Value, json};

use crate::employees::{EmployeesFixture, path};

async fn manager_of(office: &EmployeesFixture, person: &Value) -> Value {
    let app = app!(office.world, EMPLOYEES_GET);
    office.get(&app, path(person, "")).signed_in_as(office.hr()).await.body["manager_id"].clone()
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_clears() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, EMPLOYEES_UPDATE);
    let body = json!({"phone": null, "last_name": "Doe-Ray", "site": "lisbon", "time_zone": "Europe/Lisbon"});
    let answer = office.world.put(&app, path(&person, ""), body).signed_in_as(office.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
    assert_eq!((answer.body.get("phone"), &answer.body["last_name"]), (None, &json!("Doe-Ray")));
    assert_eq!((&answer.body["first_name"], &answer.body["time_zone"]), (&json!("John"), &json!("Europe/Lisbon")));
    assert_eq!(office.published_types("EMPLOYEES_TABLE").await.last().unwrap(), "employee.updated");
}

#[tokio::test]
async fn a_change_that_changes_nothing_is_not_stored() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, EMPLOYEES_UPDATE);
    let before = office.snapshot().await;
    let answer =
        office.world.put(&app, path(&person, ""), json!({"first_name": "John"})).signed_in_as(office.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
    assert!(before == office.snapshot().await);
}

#[tokio::test]
async fn whatever_breaks_a_rule_is_refused_with_its_place_and_stores_nothing() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let other = office.hire("Jane", "Roe", json!({"email": "jane@example.com", "employee_code": "J-1"})).await;
    assert_eq!(office.set_status(&other, "suspended").await.status, 200);
    let app = app!(office.world, EMPLOYEES_UPDATE);
    let ghost = "018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (body, status, problem, pointer) in [
        (json!({"salary": {"amount_minor": 1, "currency": "EUR"}}), 400, "malformed", "/salary"),
        (json!({"status": "terminated"}), 400, "malformed", "/status"),
        (json!({"roles": ["admin"]}), 400, "malformed", "/roles"),
        (json!({"first_name": null}), 400, "malformed", "/first_name"),
        (json!({"first_name": ""}), 422, "invalid", "/first_name"),
        (json!({"phone": "x"}), 422, "invalid", "/phone"),
        (json!({"time_zone": "Mars/Base"}), 422, "invalid", "/time_zone"),
        (json!({"hire_date": "2040-01-01"}), 422, "invalid", "/hire_date"),
        (json!({"department_id": format!("dep_{ghost}")}), 422, "invalid", "/department_id"),
        (json!({"job_role_id": format!("job_{ghost}")}), 422, "invalid", "/job_role_id"),
        (json!({"manager_id": format!("emp_{ghost}")}), 422, "invalid", "/manager_id"),
        (json!({"manager_id": other["id"]}), 422, "invalid", "/manager_id"),
        (json!({"manager_id": person["id"]}), 409, "loop", "/manager_id"),
        (json!({"email": "Jane@Example.com"}), 409, "email_taken", "/email"),
        (json!({"employee_code": "j-1"}), 409, "code_taken", "/employee_code"),
    ] {
        let ask = office.world.put(&app, path(&person, ""), body).signed_in_as(office.hr());
        office.refused(ask, status, problem, &[pointer]).await;
    }
}

#[tokio::test]
async fn a_stale_version_changes_nothing() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, EMPLOYEES_UPDATE);
    let ask = |version: &str| {
        let body = json!({"site": format!("site-{}", version.trim_matches('"'))});
        office.world.put(&app, path(&person, ""), body).signed_in_as(office.hr()).header("if-match", version)
    };
    assert_eq!(ask("\"1\"").await.header("etag"), "\"2\"");
    office.refused(ask("\"1\""), 412, "stale", &[]).await;
    office.refused(ask("1"), 400, "malformed", &["header:If-Match"]).await;
}

#[tokio::test]
async fn of_many_changes_of_one_version_one_is_stored() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, EMPLOYEES_UPDATE);
    let changes = (0..20).map(|n| {
        let body = json!({"site": format!("site-{n}")});
        let ask = office.world.put(&app, path(&person, ""), body).signed_in_as(office.hr()).header("if-match", "\"1\"");
        async move { ask.await }
    });
    let answers = join_all(changes).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 412));
}

#[tokio::test]
async fn an_address_that_was_given_up_can_be_taken() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({"email": "john@example.com"})).await;
    let app = app!(office.world, EMPLOYEES_UPDATE);
    let body = json!({"email": "jd@example.com", "employee_code": "JD-1"});
    assert_eq!(office.world.put(&app, path(&person, ""), body).signed_in_as(office.hr()).await.status, 200);
    office.hire("John", "Other", json!({"email": "john@example.com"})).await;
    let body = office.new_person(json!({"email": "jd@example.com"}));
    let ask = office.post(&office.create, "/api/v1/employees", body).signed_in_as(office.hr());
    office.refused(ask, 409, "email_taken", &["/email"]).await;
}

#[tokio::test]
async fn a_loop_of_managers_is_refused_at_any_distance() {
    let office = EmployeesFixture::open().await;
    let a = office.hire("A", "A", json!({})).await;
    let b = office.hire("B", "B", json!({"manager_id": a["id"]})).await;
    let c = office.hire("C", "C", json!({"manager_id": b["id"]})).await;
    let app = app!(office.world, EMPLOYEES_UPDATE);
    for superior in [&b, &c] {
        let ask = office.world.put(&app, path(&a, ""), json!({"manager_id": superior["id"]})).signed_in_as(office.hr());
        office.refused(ask, 409, "loop", &["/manager_id"]).await;
    }
    let fine = office.world.put(&app, path(&c, ""), json!({"manager_id": a["id"]})).signed_in_as(office.hr()).await;
    assert_eq!(fine.status, 200, "{}", fine.body);
}

#[tokio::test]
async fn two_moves_at_once_cannot_close_a_loop() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, EMPLOYEES_UPDATE);
    for _ in 0..10 {
        let a = office.hire("A", "A", json!({})).await;
        let b = office.hire("B", "B", json!({})).await;
        let below_b = office.hire("C", "C", json!({"manager_id": b["id"]})).await;
        let (up, down) = (json!({"manager_id": below_b["id"]}), json!({"manager_id": a["id"]}));
        let one = office.world.put(&app, path(&a, ""), up).signed_in_as(office.hr());
        let two = office.world.put(&app, path(&b, ""), down).signed_in_as(office.hr());
        let (one, two) = tokio::join!(one.into_future(), two.into_future());
        assert!(one.status != 200 || two.status != 200, "at most one may win");
        for refused in [&one, &two].iter().filter(|answer| answer.status != 200) {
            assert_eq!(refused.status, 409, "{}", refused.body);
        }
        let (of_a, of_b) = (manager_of(&office, &a).await, manager_of(&office, &b).await);
        assert!(of_a.is_null() || of_b.is_null(), "somebody is at the top");
    }
}

#[tokio::test]
async fn a_chain_of_managers_has_an_end() {
    let office = EmployeesFixture::open().await;
    let mut last = office.hire("M", "0", json!({})).await;
    for n in 1..20 {
        last = office.hire("M", &n.to_string(), json!({"manager_id": last["id"]})).await;
    }
    let body = office.new_person(json!({"manager_id": last["id"]}));
    let ask = office.post(&office.create, "/api/v1/employees", body).signed_in_as(office.hr());
    office.refused(ask, 409, "too_deep", &["/manager_id"]).await;
}

#[tokio::test]
async fn the_record_of_somebody_who_left_does_not_change() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    office.terminate(&person).await;
    let app = app!(office.world, EMPLOYEES_UPDATE);
    let ask = office.world.put(&app, path(&person, ""), json!({"site": "lisbon"})).signed_in_as(office.hr());
    let answer = office.refused(ask, 409, "terminated", &[]).await;
    assert_eq!(answer.body["current"]["status"], "terminated");
}

#[tokio::test]
async fn only_hr_and_administrators_change_records() {
    let office = EmployeesFixture::open().await;
    let people = &office.world.people;
    let person = office.hire("John", "Doe", json!({"manager_id": people.manager.id})).await;
    let app = app!(office.world, EMPLOYEES_UPDATE);
    let own = office.as_person(&person).await;
    for caller in [&own, &people.manager, &people.auditor] {
        let ask = office.world.put(&app, path(&person, ""), json!({"site": "lisbon"})).signed_in_as(caller);
        office.refused(ask, 403, "forbidden", &[]).await;
    }
    let ask = office
        .world
        .put(&app, "/api/v1/employees/emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", json!({}))
        .signed_in_as(office.hr());
    office.refused(ask, 404, "not_found", &[]).await;
}
