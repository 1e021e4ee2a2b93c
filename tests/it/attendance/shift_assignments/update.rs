//! `PUT /api/v1/shift-assignments/{assignment_id}`

use directory::Person;
use serde_json::{Value, json};

use crate::attendance::{
    fixture::{Plant, date},
    roster_fixture::{ASSIGNMENTS, at, early_week, with},
};

#[tokio::test]
async fn an_assignment_ends_and_the_days_behind_its_end_are_derived_again() {
    let plant = Plant::open().await;
    let (_, assigned) = plant.employee_on_early("2024-06-03").await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_UPDATE);
    let ask = |body: Value| plant.world.put(&app, at(ASSIGNMENTS, &assigned), body).signed_in_as(plant.manager());
    let answer = ask(json!({"to": "2024-06-07"})).header("if-match", "\"1\"").await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!(answer.body, with(assigned.clone(), json!({"to": "2024-06-07"})));
    let (event, told) = plant.last_told().await;
    let affected = json!({"employee_id": plant.employee().id, "affected": {"from": "2024-06-07", "to": null}});
    assert_eq!((&*event, told), ("attendance.shift_reassigned", affected));
    assert_eq!(plant.schedule(plant.employee()).await[0].to, Some(date("2024-06-07")));
    plant.refused(ask(json!({"to": "2024-06-08"})).header("if-match", "\"1\""), 412, "stale", &[]).await;
    let before = plant.snapshot().await;
    assert_eq!(ask(json!({"to": "2024-06-07"})).await.status, 200);
    assert!(before == plant.snapshot().await, "nothing new is not written");
    let open = ask(json!({"to": null})).await;
    assert_eq!((open.status.as_u16(), open.body.get("to"), open.header("etag")), (200, None, "\"3\""));
}

#[tokio::test]
async fn other_work_is_judged_as_new_work_is() {
    let plant = Plant::open().await;
    let (roster, assigned) = plant.employee_on_early("2024-06-17").await;
    let days =
        json!({"employee_id": plant.employee().id, "shifts": ["late"], "from": "2024-06-20", "to": "2024-06-21"});
    assert_eq!(plant.assigns(plant.hr(), days).await.status, 201);
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_UPDATE);
    let ask = |body: Value| plant.world.put(&app, at(ASSIGNMENTS, &assigned), body).signed_in_as(plant.hr());
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
        (json!({"employee_id": plant.hr().id}), 400, "malformed", "/employee_id"),
    ] {
        plant.refused(ask(body), status, problem, &[pointer]).await;
    }
    let other = plant.makes_roster(with(early_week(), json!({"cycle": [["night"], []]}))).await;
    let answer = ask(json!({"roster_id": other["id"], "from": "2024-06-18"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["roster_id"]), (200, &other["id"]), "{}", answer.body);
    let (_, told) = plant.last_told().await;
    assert_eq!(told["affected"], json!({"from": "2024-06-16", "to": null}));
    let read = app!(plant.world, ROSTERS_GET);
    let read = plant.get(&read, at("/api/v1/rosters", &other)).signed_in_as(plant.hr()).await;
    assert_eq!(read.body["assigned_at"], json!(plant.now()), "its cycle stays from now on");
}

#[tokio::test]
async fn what_stands_is_ended_although_nobody_could_begin_it_today() {
    let plant = Plant::open().await;
    let (_, assigned) = plant.employee_on_early("2024-06-03").await;
    let mut rules = crate::attendance::fixture::attendance_rules();
    rules["shifts"] = json!([{"code": "day", "from": "09:00:00", "to": "17:30:00", "break_minutes": 30}]);
    plant.policy(1, "attendance", rules).await;
    let hired_later = Person { hire_date: date("2024-06-04"), ..plant.employee().clone() };
    plant.moved(hired_later).await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_UPDATE);
    let ask = plant.world.put(&app, at(ASSIGNMENTS, &assigned), json!({"to": "2024-06-30"})).signed_in_as(plant.hr());
    assert_eq!(ask.await.status, 200);
}

#[tokio::test]
async fn only_those_above_and_hr_change_it_and_history_stays() {
    let plant = Plant::open().await;
    plant.at("2026-06-10T08:00:00Z");
    let (_, assigned) = plant.employee_on_early("2024-01-08").await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_UPDATE);
    let people = &plant.world.people;
    let ask = |by: &Person, body: Value| plant.world.put(&app, at(ASSIGNMENTS, &assigned), body).signed_in_as(by);
    plant.refused(ask(&people.other_manager, json!({"to": "2026-06-30"})), 404, "not_found", &[]).await;
    for by in [&people.employee, &people.auditor, &people.admin] {
        plant.refused(ask(by, json!({"to": "2026-06-30"})), 403, "forbidden", &[]).await;
    }
    let answer = ask(&people.hr, json!({"from": "2024-02-05"})).await;
    assert_eq!(answer.status, 200);
    let (_, told) = plant.last_told().await;
    assert_eq!(told, json!({"employee_id": people.employee.id}), "no day that is derived again is touched");
    let answer = ask(&people.hr, json!({"to": "2025-06-10"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    plant.at("2026-06-12T08:00:00Z");
    plant.refused(ask(&people.hr, json!({"to": null})), 409, "too_old", &[]).await;
}
