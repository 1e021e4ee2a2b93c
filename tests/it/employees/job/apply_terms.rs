//! `employees-job-apply-terms`: applies changes of terms and ends of employments when their day has come.

use serde_json::{Value, json};

use crate::employees::{EmployeesFixture, path};

fn result(due: usize, applied: usize, refused: usize) -> Value {
    json!({"due": due, "applied": applied, "refused": refused})
}

async fn plan_last_day(fixture: &EmployeesFixture, person: &Value, last_day: &str) {
    let app = app!(fixture.world, EMPLOYEES_STATUS_UPDATE);
    let body = json!({"status": "terminated", "termination_date": last_day});
    let answer = fixture.world.put(&app, path(person, "/status"), body).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("active")), "{}", answer.body);
}

#[tokio::test]
async fn planned_terms_take_effect_when_their_day_begins_at_the_site() {
    let fixture = EmployeesFixture::open().await;
    let berlin = fixture.create_employee("Bea", "Berlin", json!({})).await;
    let zone = json!({"site": "auckland", "time_zone": "Pacific/Auckland"});
    let auckland = fixture.create_employee("Ann", "Auckland", zone).await;
    for person in [&berlin, &auckland] {
        let planned = fixture.changed(person, json!({"fte_bp": 5000, "effective_from": "2024-07-01"})).await;
        assert_eq!((&planned["fte_bp"], &planned["terms"][1]["fte_bp"]), (&json!(10_000), &json!(5000)));
    }
    fixture.advance_to("2024-06-30T11:59:00Z");
    assert_eq!(fixture.run_terms_job().await, result(0, 0, 0));
    fixture.advance_to("2024-06-30T12:02:00Z");
    assert_eq!(fixture.run_terms_job().await, result(1, 1, 0));
    assert_eq!(fixture.record(&auckland).await["fte_bp"], 5000);
    assert_eq!(fixture.record(&berlin).await["fte_bp"], 10_000);
    fixture.advance_to("2024-06-30T22:02:00Z");
    assert_eq!(fixture.run_terms_job().await, result(1, 1, 0));
    let record = fixture.record(&berlin).await;
    assert_eq!((&record["fte_bp"], record["terms"].as_array().unwrap().len()), (&json!(5000), 2));
    let stamp = fixture.stamps("EMPLOYEES_TABLE").await.pop().unwrap();
    assert_eq!((stamp.event.as_str(), json!(stamp.entity_id)), ("employee.updated", berlin["id"].clone()));
    let before = fixture.snapshot().await;
    assert_eq!(fixture.run_terms_job().await, result(0, 0, 0));
    assert!(before == fixture.snapshot().await, "a repetition does not write");
}

#[tokio::test]
async fn job_catches_up_after_days_off() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let back = fixture.create_employee("Bo", "Back", json!({})).await;
    for (from, fte_bp) in [("2024-07-01", 8000), ("2024-08-01", 6000), ("2024-12-01", 5000)] {
        fixture.changed(&person, json!({"fte_bp": fte_bp, "effective_from": from})).await;
    }
    for (from, fte_bp) in [("2024-07-01", 8000), ("2024-08-01", 10_000)] {
        fixture.changed(&back, json!({"fte_bp": fte_bp, "effective_from": from})).await;
    }
    fixture.advance_to("2024-09-01T00:00:00Z");
    assert_eq!(fixture.run_terms_job().await, result(2, 1, 0), "the terms of one are the same again");
    assert_eq!(fixture.record(&person).await["fte_bp"], 6000);
    assert_eq!(fixture.run_terms_job().await, result(0, 0, 0));
    fixture.advance_to("2024-12-02T00:00:00Z");
    assert_eq!(fixture.run_terms_job().await, result(1, 1, 0));
    assert_eq!(fixture.record(&person).await["fte_bp"], 5000);
}

#[tokio::test]
async fn change_that_is_refused_stops_no_other_and_is_tried_again() {
    let fixture = EmployeesFixture::open().await;
    let boss = fixture.create_employee("Ben", "Boss", json!({})).await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let other = fixture.create_employee("Jane", "Roe", json!({})).await;
    fixture.changed(&person, json!({"manager_id": boss["id"], "effective_from": "2024-07-01"})).await;
    fixture.changed(&other, json!({"site": "lisbon", "effective_from": "2024-07-01"})).await;
    fixture.terminate(&boss).await;
    fixture.advance_to("2024-07-02T00:00:00Z");
    assert_eq!(fixture.run_terms_job().await, result(2, 1, 1));
    assert_eq!(fixture.record(&other).await["site"], "lisbon");
    assert_eq!(fixture.run_terms_job().await, result(1, 0, 1));
    let phone = fixture.changed(&person, json!({"phone": "555-0199"})).await;
    assert_eq!(phone["manager_id"], Value::Null, "another field can be changed meanwhile");
    let withdrawn = fixture.changed(&person, json!({"manager_id": null, "effective_from": "2024-07-01"})).await;
    assert_eq!(withdrawn["terms"], json!([]));
    assert_eq!(fixture.run_terms_job().await, result(0, 0, 0));
}

#[tokio::test]
async fn refused_terms_do_not_keep_an_employment_from_ending() {
    let fixture = EmployeesFixture::open().await;
    let boss = fixture.create_employee("Ben", "Boss", json!({})).await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    fixture.changed(&person, json!({"manager_id": boss["id"], "effective_from": "2024-06-20"})).await;
    plan_last_day(&fixture, &person, "2024-06-30").await;
    fixture.terminate(&boss).await;
    fixture.advance_to("2024-07-01T00:00:00Z");
    assert_eq!(fixture.run_terms_job().await, result(1, 1, 0));
    assert_eq!(fixture.record(&person).await["status"], "terminated");
    assert_eq!(fixture.run_terms_job().await, result(0, 0, 0));
}

#[tokio::test]
async fn members_of_departments_are_counted_when_the_move_takes_effect() {
    let fixture = EmployeesFixture::open().await;
    let sales = fixture.create_department("Sales", None).await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    fixture.changed(&person, json!({"department_id": sales, "effective_from": "2024-07-01"})).await;
    let list = app!(fixture.world, EMPLOYEES_LIST);
    let members = |department: String| {
        let ask = fixture.get(&list, format!("/api/v1/employees?department={department}")).signed_in_as(fixture.hr());
        async move { ask.await.body["items"].as_array().unwrap().len() }
    };
    assert_eq!((members(fixture.engineering.clone()).await, members(sales.clone()).await), (1, 0));
    fixture.advance_to("2024-07-02T00:00:00Z");
    assert_eq!(fixture.run_terms_job().await, result(1, 1, 0));
    assert_eq!((members(fixture.engineering.clone()).await, members(sales.clone()).await), (0, 1));
    let delete = app!(fixture.world, DEPARTMENTS_DELETE);
    let path = format!("/api/v1/departments/{}", fixture.engineering);
    assert_eq!(fixture.delete(&delete, path).signed_in_as(fixture.hr()).await.status, 204);
}

#[tokio::test]
async fn employment_ends_by_itself_after_its_last_day() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({"email": "john@example.com"})).await;
    plan_last_day(&fixture, &person, "2024-06-30").await;
    fixture.advance_to("2024-06-30T21:59:00Z");
    assert_eq!(fixture.run_terms_job().await, result(0, 0, 0), "the last day has not ended");
    fixture.advance_to("2024-06-30T22:02:00Z");
    assert_eq!(fixture.run_terms_job().await, result(1, 1, 0));
    let record = fixture.record(&person).await;
    assert_eq!((&record["status"], &record["termination_date"]), (&json!("terminated"), &json!("2024-06-30")));
    let stamp = fixture.stamps("EMPLOYEES_TABLE").await.pop().unwrap();
    assert_eq!(stamp.event, "employee.status_changed");
    assert_eq!(stamp.data.unwrap(), json!({"from": "active", "to": "terminated", "reason": null}));
    fixture.create_employee("John", "Again", json!({"email": "john@example.com"})).await;
    assert_eq!(fixture.run_terms_job().await, result(0, 0, 0));
}

#[tokio::test]
async fn employment_of_a_manager_ends_when_nobody_reports_to_them() {
    let fixture = EmployeesFixture::open().await;
    let boss = fixture.create_employee("Ben", "Boss", json!({})).await;
    let report = fixture.create_employee("Rita", "Report", json!({"manager_id": boss["id"]})).await;
    plan_last_day(&fixture, &boss, "2024-06-30").await;
    fixture.advance_to("2024-07-02T00:00:00Z");
    assert_eq!(fixture.run_terms_job().await, result(1, 0, 1));
    assert_eq!(fixture.record(&boss).await["status"], "active");
    fixture.changed(&report, json!({"manager_id": null})).await;
    assert_eq!(fixture.run_terms_job().await, result(1, 1, 0));
    let record = fixture.record(&boss).await;
    assert_eq!((&record["status"], &record["termination_date"]), (&json!("terminated"), &json!("2024-06-30")));
}

#[tokio::test]
async fn concurrent_runs_apply_each_change_once() {
    let fixture = EmployeesFixture::open().await;
    for nth in 0..5 {
        let person = fixture.create_employee("P", &format!("N{nth}"), json!({})).await;
        fixture.changed(&person, json!({"fte_bp": 5000, "effective_from": "2024-07-01"})).await;
    }
    fixture.advance_to("2024-07-02T00:00:00Z");
    let (one, two) = tokio::join!(fixture.run_terms_job(), fixture.run_terms_job());
    assert_eq!(one["applied"].as_u64().unwrap() + two["applied"].as_u64().unwrap(), 5, "{one} {two}");
}
