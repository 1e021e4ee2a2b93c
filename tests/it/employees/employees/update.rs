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

/// First days of the terms of a record, with the values of one field.
fn terms_of(record: &Value, field: &str) -> Vec<Value> {
    record["terms"].as_array().unwrap().iter().map(|terms| json!([terms["effective_from"], terms[field]])).collect()
}

#[tokio::test]
async fn terms_hold_from_their_date_on() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    assert_eq!((&person["terms"], &person["work_pattern"]), (&json!([]), &Value::Null));
    let today = fixture.changed(&person, json!({"fte_bp": 8000})).await;
    assert_eq!(terms_of(&today, "fte_bp"), [json!(["2020-01-15", 10_000]), json!(["2024-06-10", 8000])]);
    let past = fixture.changed(&person, json!({"site": "lisbon", "effective_from": "2024-03-01"})).await;
    assert_eq!(
        terms_of(&past, "site"),
        [json!(["2020-01-15", "berlin"]), json!(["2024-03-01", "lisbon"]), json!(["2024-06-10", "lisbon"])]
    );
    assert_eq!((&past["site"], &past["fte_bp"]), (&json!("lisbon"), &json!(8000)));
    let future = fixture.changed(&person, json!({"fte_bp": 5000, "effective_from": "2024-09-01"})).await;
    assert_eq!((&future["fte_bp"], &future["terms"][3]["fte_bp"]), (&json!(8000), &json!(5000)));
    assert_eq!(fixture.record(&person).await["terms"], future["terms"]);
    let withdrawn = fixture.changed(&person, json!({"fte_bp": 8000, "effective_from": "2024-09-01"})).await;
    assert_eq!(withdrawn["terms"], past["terms"], "the values of before withdraw a future change");
}

#[tokio::test]
async fn terms_of_an_employment_that_has_not_begun_hold_from_its_first_day() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({"hire_date": "2025-12-01"})).await;
    let changed = fixture.changed(&person, json!({"fte_bp": 8000})).await;
    assert_eq!((&changed["fte_bp"], &changed["terms"]), (&json!(8000), &json!([])));
    let ask = json!({"fte_bp": 9000, "effective_from": "2025-11-30"});
    assert_eq!(fixture.change(&person, ask).await.body["errors"][0]["code"], "before_hire");
}

#[tokio::test]
async fn terms_from_a_date_out_of_range_are_rejected() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let recent = fixture.create_employee("Rea", "Cent", json!({"hire_date": "2024-05-01"})).await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    for (person, body, status, problem) in [
        (&person, json!({"fte_bp": 8000, "effective_from": "2023-06-09"}), 422, "invalid"),
        (&person, json!({"fte_bp": 8000, "effective_from": "2025-06-12"}), 422, "invalid"),
        (&recent, json!({"fte_bp": 8000, "effective_from": "2024-04-30"}), 422, "invalid"),
        (&person, json!({"phone": "555-0199", "effective_from": "2024-07-01"}), 422, "invalid"),
        (&person, json!({"fte_bp": 8000, "effective_from": null}), 400, "malformed"),
    ] {
        let ask = fixture.world.put(&app, path(person, ""), body).signed_in_as(fixture.hr());
        fixture.refused(ask, status, problem, &["/effective_from"]).await;
    }
    for from in ["2023-06-10", "2025-06-11"] {
        fixture.changed(&person, json!({"fte_bp": 8000, "effective_from": from})).await;
    }
}

#[tokio::test]
async fn work_pattern_is_stored_with_its_date_and_removed_by_null() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let night = json!({"minutes": 450, "from": "22:00:00", "to": "06:00:00"});
    let off = json!({"minutes": 0});
    let pattern = json!({"starts_on": "2024-06-03", "cycle": [night, night, night, night, off, off]});
    let changed = fixture.changed(&person, json!({"work_pattern": pattern, "effective_from": "2024-06-01"})).await;
    assert_eq!(changed["work_pattern"], pattern);
    assert_eq!(terms_of(&changed, "work_pattern"), [json!(["2020-01-15", null]), json!(["2024-06-01", pattern])]);
    let removed = fixture.changed(&person, json!({"work_pattern": null, "effective_from": "2024-06-01"})).await;
    assert_eq!((&removed["work_pattern"], &removed["terms"]), (&Value::Null, &json!([])));
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    for (days, status, problem, pointer) in [
        (json!([]), 422, "invalid", "/work_pattern/cycle"),
        (json!([off]), 422, "invalid", "/work_pattern/cycle"),
        (json!([night, {"minutes": 1441}]), 422, "invalid", "/work_pattern/cycle/1/minutes"),
        (json!([night, off, {"minutes": 60, "from": "09:00"}]), 422, "invalid", "/work_pattern/cycle/2/to"),
        (json!([{"minutes": 481, "from": "22:00", "to": "06:00"}]), 422, "invalid", "/work_pattern/cycle/0/to"),
        (json!([{"minutes": 60, "hours": 1}]), 400, "malformed", "/work_pattern/cycle/0/hours"),
    ] {
        let body = json!({"work_pattern": {"starts_on": "2024-06-03", "cycle": days}});
        let ask = fixture.world.put(&app, path(&person, ""), body).signed_in_as(fixture.hr());
        fixture.refused(ask, status, problem, &[pointer]).await;
    }
}

#[tokio::test]
async fn past_department_and_manager_leave_the_current_ones() {
    let fixture = EmployeesFixture::open().await;
    let (sales, support) =
        (fixture.create_department("Sales", None).await, fixture.create_department("Support", None).await);
    let boss = fixture.create_employee("Ben", "Boss", json!({})).await;
    let gone = fixture.create_employee("Gus", "Gone", json!({})).await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    fixture.terminate(&gone).await;
    fixture.changed(&person, json!({"department_id": sales, "manager_id": boss["id"]})).await;
    let body = json!({"department_id": support, "manager_id": gone["id"], "effective_from": "2024-05-01"});
    let record = fixture.changed(&person, body).await;
    assert_eq!((&record["department_id"], &record["manager_id"]), (&json!(sales), &boss["id"]));
    assert_eq!(
        terms_of(&record, "manager_id"),
        [json!(["2020-01-15", null]), json!(["2024-05-01", gone["id"]]), json!(["2024-06-10", boss["id"]])]
    );
    let delete = app!(fixture.world, DEPARTMENTS_DELETE);
    let ask = fixture.delete(&delete, format!("/api/v1/departments/{support}")).signed_in_as(fixture.hr());
    assert_eq!(ask.await.status, 204, "the person is no member now");
}

#[tokio::test]
async fn future_department_and_manager_are_checked_when_they_are_entered() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let below = fixture.create_employee("Below", "John", json!({"manager_id": person["id"]})).await;
    let gone = fixture.create_employee("Gus", "Gone", json!({})).await;
    fixture.terminate(&gone).await;
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    let ghost = "018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (field, value, status, problem) in [
        ("department_id", json!(format!("dep_{ghost}")), 422, "invalid"),
        ("manager_id", json!(format!("emp_{ghost}")), 422, "invalid"),
        ("manager_id", gone["id"].clone(), 422, "invalid"),
        ("manager_id", below["id"].clone(), 409, "loop"),
        ("manager_id", person["id"].clone(), 409, "loop"),
    ] {
        let body = json!({field: value, "effective_from": "2024-07-01"});
        let ask = fixture.world.put(&app, path(&person, ""), body).signed_in_as(fixture.hr());
        fixture.refused(ask, status, problem, &[&format!("/{field}")]).await;
    }
}

#[tokio::test]
async fn terms_from_too_many_dates_are_rejected() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let first: jiff::civil::Date = "2024-01-01".parse().unwrap();
    let body = |nth: i32| {
        let from = first.saturating_add(jiff::Span::new().days(nth));
        json!({"fte_bp": 5000 + nth, "effective_from": from})
    };
    for nth in 1..60 {
        fixture.changed(&person, body(nth)).await;
    }
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    let ask = fixture.world.put(&app, path(&person, ""), body(60)).signed_in_as(fixture.hr());
    let refused = fixture.refused(ask, 422, "invalid", &["/effective_from"]).await;
    assert_eq!(refused.body["errors"][0]["code"], "too_many");
    assert_eq!(fixture.record(&person).await["terms"].as_array().unwrap().len(), 60);
}

#[tokio::test]
async fn first_terms_follow_a_moved_hire_date() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({"hire_date": "2024-02-01"})).await;
    fixture.changed(&person, json!({"fte_bp": 8000, "effective_from": "2024-04-01"})).await;
    let moved = fixture.changed(&person, json!({"hire_date": "2024-03-01"})).await;
    assert_eq!(terms_of(&moved, "fte_bp"), [json!(["2024-03-01", 10_000]), json!(["2024-04-01", 8000])]);
    let moved = fixture.changed(&person, json!({"hire_date": "2024-05-01"})).await;
    assert_eq!((&moved["terms"], &moved["fte_bp"]), (&json!([]), &json!(8000)));
}

#[tokio::test]
async fn earlier_service_begins_before_the_hire_date() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({"earlier_service_from": "2012-04-01"})).await;
    assert_eq!(person["earlier_service_from"], "2012-04-01");
    let app = app!(fixture.world, EMPLOYEES_UPDATE);
    for body in [json!({"earlier_service_from": "2020-01-15"}), json!({"hire_date": "2012-04-01"})] {
        let ask = fixture.world.put(&app, path(&person, ""), body).signed_in_as(fixture.hr());
        fixture.refused(ask, 422, "invalid", &["/earlier_service_from"]).await;
    }
    let removed = fixture.changed(&person, json!({"earlier_service_from": null})).await;
    assert_eq!(removed.get("earlier_service_from"), None);
}
