//! `PUT /api/v1/employees/{employee_id}/status`

use serde_json::{Value, json};
use testkit::TestResponse;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn allowed_transitions_change_the_status() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    for status in ["on_leave", "active", "suspended", "active", "terminated"] {
        let answer = fixture.set_status(&person, status).await;
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!(status)));
    }
    let published = fixture.published_types("EMPLOYEES_TABLE").await;
    assert_eq!(published.last().unwrap(), "employee.status_changed");
    let stamp = fixture.stamps("EMPLOYEES_TABLE").await.pop().unwrap();
    assert_eq!(stamp.data.unwrap(), json!({"from": "active", "to": "terminated", "reason": null}));
}

#[tokio::test]
async fn illegal_transition_returns_current_and_allowed_statuses() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, EMPLOYEES_STATUS_UPDATE);
    let suspended = fixture.create_employee("Sue", "Spended", json!({})).await;
    assert_eq!(fixture.set_status(&suspended, "suspended").await.status, 200);
    let gone = fixture.create_employee("Gus", "Gone", json!({})).await;
    assert_eq!(fixture.set_status(&gone, "terminated").await.status, 200);
    for (person, to, current, allowed) in [
        (&suspended, "on_leave", "suspended", json!(["active", "terminated"])),
        (&suspended, "suspended", "suspended", json!(["active", "terminated"])),
        (&gone, "on_leave", "terminated", json!([])),
        (&gone, "terminated", "terminated", json!([])),
    ] {
        let ask = fixture.world.put(&app, path(person, "/status"), json!({"status": to})).signed_in_as(fixture.hr());
        let answer = fixture.refused(ask, 409, "illegal_transition", &[]).await;
        assert_eq!(answer.body["current"], json!({"status": current, "allowed": allowed}));
    }
}

#[tokio::test]
async fn invalid_changes_store_nothing() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_STATUS_UPDATE);
    for (body, status, problem, pointers) in [
        (json!({"status": "gone"}), 400, "malformed", vec!["/status"]),
        (json!({}), 400, "malformed", vec!["/status"]),
        (json!({"status": "on_leave", "termination_date": "2024-01-01"}), 422, "invalid", vec!["/termination_date"]),
        (json!({"status": "terminated", "termination_date": "2020-01-14"}), 422, "invalid", vec!["/termination_date"]),
        (json!({"status": "terminated", "termination_date": "2025-06-12"}), 422, "invalid", vec!["/termination_date"]),
        (json!({"status": "on_leave", "reason": " "}), 422, "invalid", vec!["/reason"]),
    ] {
        let ask = fixture.world.put(&app, path(&person, "/status"), body).signed_in_as(fixture.hr());
        fixture.refused(ask, status, problem, &pointers).await;
    }
    for caller in [fixture.admin(), &fixture.world.people.manager, &fixture.world.people.employee] {
        let ask = fixture.world.put(&app, path(&person, "/status"), json!({"status": "on_leave"})).signed_in_as(caller);
        fixture.refused(ask, 403, "forbidden", &[]).await;
    }
    let ask =
        fixture.world.put(&app, path(&person, "/status"), json!({"status": "on_leave"})).signed_in_as(fixture.hr());
    fixture.refused(ask.header("if-match", "\"7\""), 412, "stale", &[]).await;
}

#[tokio::test]
async fn termination_stores_its_date_and_releases_the_job_role() {
    let fixture = EmployeesFixture::open().await;
    let role = fixture.create_job_role("Developer").await;
    let person = fixture.create_employee("John", "Doe", json!({"job_role_id": role})).await;
    let app = app!(fixture.world, EMPLOYEES_STATUS_UPDATE);
    let body = json!({"status": "terminated", "termination_date": "2024-05-31", "reason": "resigned"});
    let answer = fixture.world.put(&app, path(&person, "/status"), body).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["termination_date"]), (200, &json!("2024-05-31")));
    let delete = app!(fixture.world, JOB_ROLES_DELETE);
    let removed = fixture.delete(&delete, format!("/api/v1/job-roles/{role}")).signed_in_as(fixture.hr()).await;
    assert_eq!(removed.status, 204, "the job role has no holder: {}", removed.body);
}

#[tokio::test]
async fn manager_with_reports_cannot_be_terminated() {
    let fixture = EmployeesFixture::open().await;
    let boss = fixture.create_employee("Ben", "Boss", json!({})).await;
    let report = fixture.create_employee("Rita", "Report", json!({"manager_id": boss["id"]})).await;
    let app = app!(fixture.world, EMPLOYEES_STATUS_UPDATE);
    let ask =
        || fixture.world.put(&app, path(&boss, "/status"), json!({"status": "terminated"})).signed_in_as(fixture.hr());
    fixture.refused(ask(), 409, "has_reports", &[]).await;
    assert_eq!(fixture.set_status(&boss, "suspended").await.status, 200, "suspension needs no new manager");
    let update = app!(fixture.world, EMPLOYEES_UPDATE);
    let moved =
        fixture.world.put(&update, path(&report, ""), json!({"manager_id": null})).signed_in_as(fixture.hr()).await;
    assert_eq!(moved.status, 200);
    assert_eq!(ask().await.status, 200);
}

#[tokio::test]
async fn status_change_ends_earlier_tokens() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let before = fixture.load_person(&person).await;
    let app = app!(fixture.world, EMPLOYEES_GET);
    assert_eq!(fixture.get(&app, path(&person, "")).signed_in_as(&before).await.status, 200);
    assert_eq!(fixture.set_status(&person, "on_leave").await.status, 200);
    let after = fixture.load_person(&person).await;
    assert_eq!(fixture.get(&app, path(&person, "")).signed_in_as(&before).await.status, 401);
    assert_eq!(
        fixture.get(&app, path(&person, "")).signed_in_as(&after).await.status,
        200,
        "employees on leave may sign in"
    );
    assert_eq!(fixture.set_status(&person, "suspended").await.status, 200);
    let suspended = fixture.load_person(&person).await;
    assert_eq!(fixture.get(&app, path(&person, "")).signed_in_as(&suspended).await.status, 401);
}

async fn ask(fixture: &EmployeesFixture, person: &Value, body: Value) -> TestResponse {
    let app = app!(fixture.world, EMPLOYEES_STATUS_UPDATE);
    fixture.world.put(&app, path(person, "/status"), body).signed_in_as(fixture.hr()).await
}

async fn plan_last_day(fixture: &EmployeesFixture, person: &Value, last_day: &str) -> TestResponse {
    ask(fixture, person, json!({"status": "terminated", "termination_date": last_day, "reason": "retires"})).await
}

#[tokio::test]
async fn last_day_known_in_advance_keeps_the_status_and_the_tokens() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let token = fixture.load_person(&person).await;
    for last_day in ["2024-06-11", "2024-12-31", "2025-06-11"] {
        let answer = plan_last_day(&fixture, &person, last_day).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!((&answer.body["status"], &answer.body["termination_date"]), (&json!("active"), &json!(last_day)));
    }
    let stamp = fixture.stamps("EMPLOYEES_TABLE").await.pop().unwrap();
    assert_eq!((stamp.event.as_str(), stamp.data), ("employee.updated", Some(json!({"reason": "retires"}))));
    let app = app!(fixture.world, EMPLOYEES_GET);
    assert_eq!(fixture.get(&app, path(&person, "")).signed_in_as(&token).await.status, 200);
    let before = fixture.snapshot().await;
    assert_eq!(plan_last_day(&fixture, &person, "2025-06-11").await.status, 200);
    assert!(before == fixture.snapshot().await, "the same last day changes nothing");
    let update = app!(fixture.world, EMPLOYEES_UPDATE);
    let late = json!({"hire_date": "2025-06-12"});
    let ask = fixture.world.put(&update, path(&person, ""), late).signed_in_as(fixture.hr());
    fixture.refused(ask, 422, "invalid", &["/hire_date"]).await;
}

#[tokio::test]
async fn planned_termination_is_withdrawn_by_the_same_status_and_kept_by_another() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    assert_eq!(plan_last_day(&fixture, &person, "2024-06-30").await.status, 200);
    let away = ask(&fixture, &person, json!({"status": "on_leave"})).await;
    assert_eq!((&away.body["status"], &away.body["termination_date"]), (&json!("on_leave"), &json!("2024-06-30")));
    let back = ask(&fixture, &person, json!({"status": "active"})).await;
    assert_eq!((&back.body["status"], &back.body["termination_date"]), (&json!("active"), &json!("2024-06-30")));
    let stays = ask(&fixture, &person, json!({"status": "active"})).await;
    assert_eq!((stays.status.as_u16(), stays.body.get("termination_date")), (200, None));
    assert_eq!(ask(&fixture, &person, json!({"status": "active"})).await.status, 409);
    fixture.advance_to("2024-07-02T00:00:00Z");
    assert_eq!(fixture.run_terms_job().await["due"], 0);
    assert_eq!(fixture.record(&person).await["status"], "active");
}

#[tokio::test]
async fn former_employee_is_reinstated_within_thirty_days() {
    let fixture = EmployeesFixture::open().await;
    let boss = fixture.create_employee("Ben", "Boss", json!({})).await;
    let fields = json!({"email": "john@example.com", "manager_id": boss["id"]});
    let person = fixture.create_employee("John", "Doe", fields).await;
    fixture.changed(&person, json!({"fte_bp": 5000, "effective_from": "2024-06-15"})).await;
    fixture.changed(&person, json!({"fte_bp": 4000, "effective_from": "2024-08-01"})).await;
    assert_eq!(fixture.set_status(&person, "terminated").await.status, 200);
    fixture.advance_to("2024-07-10T12:00:00Z");
    assert_eq!(fixture.run_terms_job().await["due"], 0, "nothing is due for a former employee");
    let answer = ask(&fixture, &person, json!({"status": "active", "reason": "was a mistake"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!((&answer.body["status"], &answer.body["fte_bp"]), (&json!("active"), &json!(5000)));
    assert_eq!((answer.body.get("termination_date"), &answer.body["manager_id"]), (None, &boss["id"]));
    let stamp = fixture.stamps("EMPLOYEES_TABLE").await.pop().unwrap();
    assert_eq!(stamp.event, "employee.status_changed");
    assert_eq!(stamp.data.unwrap(), json!({"from": "terminated", "to": "active", "reason": "was a mistake"}));
    let delete = app!(fixture.world, DEPARTMENTS_DELETE);
    let removal = fixture.delete(&delete, format!("/api/v1/departments/{}", fixture.engineering));
    fixture.refused(removal.signed_in_as(fixture.hr()), 409, "in_use", &[]).await;
    let body = fixture.new_employee(json!({"email": "john@example.com"}));
    let copy = fixture.post(&fixture.create, "/api/v1/employees", body).signed_in_as(fixture.hr());
    fixture.refused(copy, 409, "email_taken", &["/email"]).await;
    fixture.advance_to("2024-08-02T12:00:00Z");
    assert_eq!(fixture.run_terms_job().await["applied"], 1, "later terms still take effect");
    assert_eq!(fixture.set_status(&person, "terminated").await.status, 200);
    fixture.advance_to("2024-09-02T12:00:00Z");
    assert_eq!(fixture.set_status(&person, "active").await.problem(), "illegal_transition", "31 days are too late");
}

#[tokio::test]
async fn reinstatement_removes_a_manager_who_has_left_and_needs_the_email() {
    let fixture = EmployeesFixture::open().await;
    let boss = fixture.create_employee("Ben", "Boss", json!({})).await;
    let fields = json!({"email": "john@example.com", "manager_id": boss["id"]});
    let person = fixture.create_employee("John", "Doe", fields).await;
    fixture.terminate(&person).await;
    fixture.terminate(&boss).await;
    let twin = fixture.create_employee("John", "Twin", json!({"email": "john@example.com"})).await;
    let app = app!(fixture.world, EMPLOYEES_STATUS_UPDATE);
    let again = fixture.world.put(&app, path(&person, "/status"), json!({"status": "active"}));
    fixture.refused(again.signed_in_as(fixture.hr()), 409, "email_taken", &["/email"]).await;
    fixture.changed(&twin, json!({"email": "twin@example.com"})).await;
    let answer = ask(&fixture, &person, json!({"status": "active"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["manager_id"]), (200, &Value::Null), "{}", answer.body);
    assert_eq!(answer.body["terms"][0]["manager_id"], boss["id"], "the manager of the past stays");
}
