//! `PUT /api/v1/employees/{employee_id}`

use futures::future::join_all;
use serde_json::{Value, json};

use crate::employees::{EmployeesFixture, path};

async fn manager_of(fixture: &EmployeesFixture, person: &Value) -> Value {
    let app = app!(fixture.world, EMPLOYEES_GET);
    fixture.get(&app, path(person, "")).signed_in_as(fixture.hr()).await.body["manager_id"].clone()
}

#[tokio::test]
async fn omitted_fields_stay_and_null_clears() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    let body = json!({"phone": null, "last_name": "Doe-Ray", "site": "lisbon", "time_zone": "Europe/Lisbon"});
    let answer = fixture.world.put(&app, path(&person, ""), body).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
    assert_eq!((answer.body.get("phone"), &answer.body["last_name"]), (None, &json!("Doe-Ray")));
    assert_eq!((&answer.body["first_name"], &answer.body["time_zone"]), (&json!("John"), &json!("Europe/Lisbon")));
    assert_eq!(fixture.published_types("EMPLOYEES_TABLE").await.last().unwrap(), "employee.updated");
}

#[tokio::test]
async fn changes_without_effect_are_not_stored() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    let before = fixture.snapshot().await;
    let answer =
        fixture.world.put(&app, path(&person, ""), json!({"first_name": "John"})).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
    assert!(before == fixture.snapshot().await);
}

#[tokio::test]
async fn invalid_fields_are_rejected_with_their_pointer() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let other =
        fixture.create_employee("Jane", "Roe", json!({"email": "jane@example.com", "employee_code": "J-1"})).await;
    assert_eq!(fixture.set_status(&other, "suspended").await.status, 200);
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
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
        let ask = fixture.world.put(&app, path(&person, ""), body).signed_in_as(fixture.hr());
        fixture.refused(ask, status, problem, &[pointer]).await;
    }
}

#[tokio::test]
async fn stale_version_changes_nothing() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    let ask = |version: &str| {
        let body = json!({"site": format!("site-{}", version.trim_matches('"'))});
        fixture.world.put(&app, path(&person, ""), body).signed_in_as(fixture.hr()).header("if-match", version)
    };
    assert_eq!(ask("\"1\"").await.header("etag"), "\"2\"");
    fixture.refused(ask("\"1\""), 412, "stale", &[]).await;
    fixture.refused(ask("1"), 400, "malformed", &["header:If-Match"]).await;
}

#[tokio::test]
async fn concurrent_changes_of_one_version_store_one() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    let changes = (0..20).map(|n| {
        let body = json!({"site": format!("site-{n}")});
        let ask =
            fixture.world.put(&app, path(&person, ""), body).signed_in_as(fixture.hr()).header("if-match", "\"1\"");
        async move { ask.await }
    });
    let answers = join_all(changes).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 412));
}

#[tokio::test]
async fn released_email_can_be_reused() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({"email": "john@example.com"})).await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    let body = json!({"email": "jd@example.com", "employee_code": "JD-1"});
    assert_eq!(fixture.world.put(&app, path(&person, ""), body).signed_in_as(fixture.hr()).await.status, 200);
    fixture.create_employee("John", "Other", json!({"email": "john@example.com"})).await;
    let body = fixture.new_employee(json!({"email": "jd@example.com"}));
    let ask = fixture.post(&fixture.create, "/api/v1/employees", body).signed_in_as(fixture.hr());
    fixture.refused(ask, 409, "email_taken", &["/email"]).await;
}

#[tokio::test]
async fn manager_loops_are_rejected_at_any_distance() {
    let fixture = EmployeesFixture::open().await;
    let a = fixture.create_employee("A", "A", json!({})).await;
    let b = fixture.create_employee("B", "B", json!({"manager_id": a["id"]})).await;
    let c = fixture.create_employee("C", "C", json!({"manager_id": b["id"]})).await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    for superior in [&b, &c] {
        let ask =
            fixture.world.put(&app, path(&a, ""), json!({"manager_id": superior["id"]})).signed_in_as(fixture.hr());
        fixture.refused(ask, 409, "loop", &["/manager_id"]).await;
    }
    let fine = fixture.world.put(&app, path(&c, ""), json!({"manager_id": a["id"]})).signed_in_as(fixture.hr()).await;
    assert_eq!(fine.status, 200, "{}", fine.body);
}

#[tokio::test]
async fn concurrent_moves_cannot_form_a_loop() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    for _ in 0..10 {
        let a = fixture.create_employee("A", "A", json!({})).await;
        let b = fixture.create_employee("B", "B", json!({})).await;
        let below_b = fixture.create_employee("C", "C", json!({"manager_id": b["id"]})).await;
        let (up, down) = (json!({"manager_id": below_b["id"]}), json!({"manager_id": a["id"]}));
        let one = fixture.world.put(&app, path(&a, ""), up).signed_in_as(fixture.hr());
        let two = fixture.world.put(&app, path(&b, ""), down).signed_in_as(fixture.hr());
        let (one, two) = tokio::join!(one.into_future(), two.into_future());
        assert!(one.status != 200 || two.status != 200, "at most one move may succeed");
        for refused in [&one, &two].iter().filter(|answer| answer.status != 200) {
            assert_eq!(refused.status, 409, "{}", refused.body);
        }
        let (of_a, of_b) = (manager_of(&fixture, &a).await, manager_of(&fixture, &b).await);
        assert!(of_a.is_null() || of_b.is_null(), "one of both stays at the top");
    }
}

#[tokio::test]
async fn manager_chain_longer_than_the_limit_is_rejected() {
    let fixture = EmployeesFixture::open().await;
    let mut last = fixture.create_employee("M", "0", json!({})).await;
    for n in 1..20 {
        last = fixture.create_employee("M", &n.to_string(), json!({"manager_id": last["id"]})).await;
    }
    let body = fixture.new_employee(json!({"manager_id": last["id"]}));
    let ask = fixture.post(&fixture.create, "/api/v1/employees", body).signed_in_as(fixture.hr());
    fixture.refused(ask, 409, "too_deep", &["/manager_id"]).await;
}

#[tokio::test]
async fn terminated_employee_cannot_be_changed() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    fixture.terminate(&person).await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    let ask = fixture.world.put(&app, path(&person, ""), json!({"site": "lisbon"})).signed_in_as(fixture.hr());
    let answer = fixture.refused(ask, 409, "terminated", &[]).await;
    assert_eq!(answer.body["current"]["status"], "terminated");
}

#[tokio::test]
async fn only_hr_and_administrators_update_employees() {
    let fixture = EmployeesFixture::open().await;
    let people = &fixture.world.people;
    let person = fixture.create_employee("John", "Doe", json!({"manager_id": people.manager.id})).await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    let own = fixture.load_person(&person).await;
    for caller in [&own, &people.manager, &people.auditor] {
        let ask = fixture.world.put(&app, path(&person, ""), json!({"site": "lisbon"})).signed_in_as(caller);
        fixture.refused(ask, 403, "forbidden", &[]).await;
    }
    let ask = fixture
        .world
        .put(&app, "/api/v1/employees/emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", json!({}))
        .signed_in_as(fixture.hr());
    fixture.refused(ask, 404, "not_found", &[]).await;
}
