//! `PUT /api/v1/employees/{employee_id}/status`

use serde_json::json;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn a_person_goes_where_the_table_allows() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    for status in ["on_leave", "active", "suspended", "active", "terminated"] {
        let answer = office.set_status(&person, status).await;
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!(status)));
    }
    let announced = office.published_types("EMPLOYEES_TABLE").await;
    assert_eq!(announced.last().unwrap(), "employee.status_changed");
    let stamp = office.stamps("EMPLOYEES_TABLE").await.pop().unwrap();
    assert_eq!(stamp.data.unwrap(), json!({"from": "active", "to": "terminated", "reason": null}));
}

#[tokio::test]
async fn an_illegal_move_says_what_stands_and_stores_nothing() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, EMPLOYEES_STATUS_UPDATE);
    let suspended = office.hire("Sue", "Spended", json!({})).await;
    assert_eq!(office.set_status(&suspended, "suspended").await.status, 200);
    let gone = office.hire("Gus", "Gone", json!({})).await;
    assert_eq!(office.set_status(&gone, "terminated").await.status, 200);
    for (person, to, stands, allowed) in [
        (&suspended, "on_leave", "suspended", json!(["active", "terminated"])),
        (&suspended, "suspended", "suspended", json!(["active", "terminated"])),
        (&gone, "active", "terminated", json!([])),
        (&gone, "terminated", "terminated", json!([])),
    ] {
        let ask = office.world.put(&app, path(person, "/status"), json!({"status": to})).signed_in_as(office.hr());
        let answer = office.refused(ask, 409, "illegal_transition", &[]).await;
        assert_eq!(answer.body["current"], json!({"status": stands, "allowed": allowed}));
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_stores_nothing() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, EMPLOYEES_STATUS_UPDATE);
    for (body, status, problem, pointers) in [
        (json!({"status": "gone"}), 400, "malformed", vec!["/status"]),
        (json!({}), 400, "malformed", vec!["/status"]),
        (json!({"status": "on_leave", "termination_date": "2024-01-01"}), 422, "invalid", vec!["/termination_date"]),
        (json!({"status": "terminated", "termination_date": "2020-01-14"}), 422, "invalid", vec!["/termination_date"]),
        (json!({"status": "terminated", "termination_date": "2024-06-11"}), 422, "invalid", vec!["/termination_date"]),
        (json!({"status": "on_leave", "reason": " "}), 422, "invalid", vec!["/reason"]),
    ] {
        let ask = office.world.put(&app, path(&person, "/status"), body).signed_in_as(office.hr());
        office.refused(ask, status, problem, &pointers).await;
    }
    for caller in [office.admin(), &office.world.people.manager, &office.world.people.employee] {
        let ask = office.world.put(&app, path(&person, "/status"), json!({"status": "on_leave"})).signed_in_as(caller);
        office.refused(ask, 403, "forbidden", &[]).await;
    }
    let ask = office.world.put(&app, path(&person, "/status"), json!({"status": "on_leave"})).signed_in_as(office.hr());
    office.refused(ask.header("if-match", "\"7\""), 412, "stale", &[]).await;
}

#[tokio::test]
async fn a_termination_keeps_its_last_day_and_frees_what_was_held() {
    let office = EmployeesFixture::open().await;
    let role = office.job_role("Developer").await;
    let person = office.hire("John", "Doe", json!({"job_role_id": role})).await;
    let app = app!(office.world, EMPLOYEES_STATUS_UPDATE);
    let body = json!({"status": "terminated", "termination_date": "2024-05-31", "reason": "resigned"});
    let answer = office.world.put(&app, path(&person, "/status"), body).signed_in_as(office.hr()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["termination_date"]), (200, &json!("2024-05-31")));
    let delete = app!(office.world, JOB_ROLES_DELETE);
    let removed = office.delete(&delete, format!("/api/v1/job-roles/{role}")).signed_in_as(office.hr()).await;
    assert_eq!(removed.status, 204, "nobody holds it any more: {}", removed.body);
}

#[tokio::test]
async fn whoever_has_reports_cannot_leave_before_they_are_moved() {
    let office = EmployeesFixture::open().await;
    let boss = office.hire("Ben", "Boss", json!({})).await;
    let report = office.hire("Rita", "Report", json!({"manager_id": boss["id"]})).await;
    let app = app!(office.world, EMPLOYEES_STATUS_UPDATE);
    let ask =
        || office.world.put(&app, path(&boss, "/status"), json!({"status": "terminated"})).signed_in_as(office.hr());
    office.refused(ask(), 409, "has_reports", &[]).await;
    assert_eq!(office.set_status(&boss, "suspended").await.status, 200, "access can end at once");
    let update = app!(office.world, EMPLOYEES_UPDATE);
    let moved =
        office.world.put(&update, path(&report, ""), json!({"manager_id": null})).signed_in_as(office.hr()).await;
    assert_eq!(moved.status, 200);
    assert_eq!(ask().await.status, 200);
}

#[tokio::test]
async fn a_token_from_before_the_move_is_refused() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let before = office.as_person(&person).await;
    let app = app!(office.world, EMPLOYEES_GET);
    assert_eq!(office.get(&app, path(&person, "")).signed_in_as(&before).await.status, 200);
    assert_eq!(office.set_status(&person, "on_leave").await.status, 200);
    let after = office.as_person(&person).await;
    assert_eq!(office.get(&app, path(&person, "")).signed_in_as(&before).await.status, 401);
    assert_eq!(
        office.get(&app, path(&person, "")).signed_in_as(&after).await.status,
        200,
        "who is on leave may sign in"
    );
    assert_eq!(office.set_status(&person, "suspended").await.status, 200);
    let suspended = office.as_person(&person).await;
    assert_eq!(office.get(&app, path(&person, "")).signed_in_as(&suspended).await.status, 401);
}
