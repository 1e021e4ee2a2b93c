//! `PUT /api/v1/shift-assignments/{assignment_id}`

use directory::Person;
use serde_json::{Value, json};

use crate::attendance::{
    fixture::{AttendanceFixture, date},
    roster_fixture::{ASSIGNMENTS, early_week, path_of, with},
};

#[tokio::test]
async fn ending_an_assignment_rederives_the_days_after_it() {
    let fixture = AttendanceFixture::new().await;
    let (_, assigned) = fixture.assign_employee_to_early("2024-06-03").await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_UPDATE);
    let ask =
        |body: Value| fixture.world.put(&app, path_of(ASSIGNMENTS, &assigned), body).signed_in_as(fixture.manager());
    let answer = ask(json!({"to": "2024-06-07"})).header("if-match", "\"1\"").await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!(answer.body, with(assigned.clone(), json!({"to": "2024-06-07"})));
    let (event, data) = fixture.last_event().await;
    let affected = json!({"employee_id": fixture.employee().id, "affected": {"from": "2024-06-07", "to": null}});
    assert_eq!((&*event, data), ("attendance.shift_reassigned", affected));
    assert_eq!(fixture.schedule(fixture.employee()).await[0].to, Some(date("2024-06-07")));
    fixture.refused(ask(json!({"to": "2024-06-08"})).header("if-match", "\"1\""), 412, "stale", &[]).await;
    let before = fixture.snapshot().await;
    assert_eq!(ask(json!({"to": "2024-06-07"})).await.status, 200);
    assert!(before == fixture.snapshot().await, "an unchanged assignment is not written");
    let open = ask(json!({"to": null})).await;
    assert_eq!((open.status.as_u16(), open.body.get("to"), open.header("etag")), (200, None, "\"3\""));
}

#[tokio::test]
async fn changed_work_is_checked_like_new_work() {
    let fixture = AttendanceFixture::new().await;
    let (roster, assigned) = fixture.assign_employee_to_early("2024-06-17").await;
    let days =
        json!({"employee_id": fixture.employee().id, "shifts": ["late"], "from": "2024-06-20", "to": "2024-06-21"});
    assert_eq!(fixture.create_assignment(fixture.hr(), days).await.status, 201);
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_UPDATE);
    let ask = |body: Value| fixture.world.put(&app, path_of(ASSIGNMENTS, &assigned), body).signed_in_as(fixture.hr());
    for (body, status, problem, pointer) in [
        (json!({"shifts": ["late"]}), 422, "invalid", "/to"),
        (json!({"shifts": ["late"], "to": "2024-06-20"}), 409, "overlap", "/from"),
        (json!({"shifts": ["noon"], "to": "2024-06-17"}), 422, "invalid", "/shifts/0"),
        (json!({"shifts": ["late"], "roster_id": roster["id"]}), 422, "invalid", "/shifts"),
        (json!({"roster_id": "roster_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"}), 422, "invalid", "/roster_id"),
        (json!({"from": "2019-06-17"}), 422, "invalid", "/from"),
        (json!({"to": "2024-06-16"}), 422, "invalid", "/to"),
        (json!({"from": "2022-01-03", "to": "2022-06-16"}), 422, "invalid", "/to"),
        (json!({"from": null}), 400, "malformed", "/from"),
        (json!({"employee_id": fixture.hr().id}), 400, "malformed", "/employee_id"),
    ] {
        fixture.refused(ask(body), status, problem, &[pointer]).await;
    }
    let other = fixture.create_roster(with(early_week(), json!({"cycle": [["night"], []]}))).await;
    let answer = ask(json!({"roster_id": other["id"], "from": "2024-06-18"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["roster_id"]), (200, &other["id"]), "{}", answer.body);
    let (_, data) = fixture.last_event().await;
    assert_eq!(data["affected"], json!({"from": "2024-06-16", "to": null}));
    let read = app!(fixture.world, ROSTERS_GET);
    let read = fixture.get(&read, path_of("/api/v1/rosters", &other)).signed_in_as(fixture.hr()).await;
    assert_eq!(read.body["assigned_at"], json!(fixture.now()), "the cycle of the new roster is frozen");
}

#[tokio::test]
async fn outdated_assignment_can_still_be_ended() {
    let fixture = AttendanceFixture::new().await;
    let (_, assigned) = fixture.assign_employee_to_early("2024-06-03").await;
    let mut rules = crate::attendance::fixture::attendance_rules();
    rules["shifts"] = json!([{"code": "day", "from": "09:00:00", "to": "17:30:00", "break_minutes": 30}]);
    fixture.put_policy(1, "attendance", rules).await;
    let hired_later = Person { hire_date: date("2024-06-04"), ..fixture.employee().clone() };
    fixture.update_person(hired_later).await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_UPDATE);
    let ask = fixture
        .world
        .put(&app, path_of(ASSIGNMENTS, &assigned), json!({"to": "2024-06-30"}))
        .signed_in_as(fixture.hr());
    assert_eq!(ask.await.status, 200);
}

#[tokio::test]
async fn only_managers_and_hr_change_it_within_history_limit() {
    let fixture = AttendanceFixture::new().await;
    fixture.set_time("2026-06-10T08:00:00Z");
    let (_, assigned) = fixture.assign_employee_to_early("2024-01-08").await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_UPDATE);
    let people = &fixture.world.people;
    let ask =
        |by: &Person, body: Value| fixture.world.put(&app, path_of(ASSIGNMENTS, &assigned), body).signed_in_as(by);
    fixture.refused(ask(&people.other_manager, json!({"to": "2026-06-30"})), 404, "not_found", &[]).await;
    for by in [&people.employee, &people.auditor, &people.admin] {
        fixture.refused(ask(by, json!({"to": "2026-06-30"})), 403, "forbidden", &[]).await;
    }
    let answer = ask(&people.hr, json!({"from": "2024-02-05"})).await;
    assert_eq!(answer.status, 200);
    let (_, data) = fixture.last_event().await;
    assert_eq!(data, json!({"employee_id": people.employee.id}), "no day within the history limit is affected");
    let answer = ask(&people.hr, json!({"to": "2025-06-10"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    fixture.set_time("2026-06-12T08:00:00Z");
    fixture.refused(ask(&people.hr, json!({"to": null})), 409, "too_old", &[]).await;
}
