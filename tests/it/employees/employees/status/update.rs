//! `PUT /api/v1/employees/{employee_id}/status`

use serde_json::json;

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
        (&gone, "active", "terminated", json!([])),
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
        (json!({"status": "terminated", "termination_date": "2024-06-11"}), 422, "invalid", vec!["/termination_date"]),
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
