//! `POST /api/v1/shift-assignments`

use directory::{EmploymentStatus, Person};
use futures::future::join_all;
use kernel::EmployeeId;
use policy::attendance::AssignedWork;
use serde_json::{Value, json};

use crate::attendance::{
    fixture::{Plant, attendance_rules, date, uuid},
    roster_fixture::{ASSIGNMENTS, at, early_week, with},
};

/// The employee on these shifts in the week of 17 June 2024.
fn some_days(plant: &Plant) -> Value {
    json!({"employee_id": plant.employee().id, "shifts": ["late"], "from": "2024-06-17", "to": "2024-06-21"})
}

#[tokio::test]
async fn a_manager_puts_somebody_on_a_roster() {
    let plant = Plant::open().await;
    let (roster, assigned) = plant.employee_on_early("2024-06-17").await;
    assert_eq!(assigned["roster_id"], roster["id"]);
    assert_eq!((&assigned["from"], assigned.get("to"), assigned.get("shifts")), (&json!("2024-06-17"), None, None));
    assert_eq!(assigned["created_by"], json!(plant.manager().id));
    let schedule = plant.schedule(plant.employee()).await;
    assert_eq!(json!(schedule[0].id), assigned["id"]);
    assert_eq!((schedule.len(), schedule[0].from, schedule[0].to), (1, date("2024-06-17"), None));
    let stamps = plant.stamps("ATTENDANCE_TABLE").await;
    let stamp = stamps.last().unwrap();
    assert_eq!((&*stamp.event, &*stamp.entity_type), ("attendance.shift_assigned", "ShiftAssignment"));
    let affected = json!({"employee_id": plant.employee().id, "affected": {"from": "2024-06-16", "to": null}});
    assert_eq!(stamp.data, Some(affected));
    assert_eq!(stamps.len(), 2, "the roster was made, somebody was put on it, and nothing else is told");
    let read = app!(plant.world, ROSTERS_GET);
    let read = plant.get(&read, at("/api/v1/rosters", &roster)).signed_in_as(plant.hr()).await;
    assert_eq!(read.body["assigned_at"], json!(plant.now()));
}

#[tokio::test]
async fn shifts_by_themselves_go_before_the_roster_and_none_make_rest_days() {
    let plant = Plant::open().await;
    plant.employee_on_early("2024-06-03").await;
    let answer = plant.assigns(plant.hr(), some_days(&plant)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["shifts"]), (201, &json!(["late"])), "{}", answer.body);
    assert_eq!(answer.header("location"), at(ASSIGNMENTS, &answer.body));
    let free = json!({"employee_id": plant.employee().id, "shifts": [], "from": "2024-06-24", "to": "2024-06-24"});
    assert_eq!(plant.assigns(plant.hr(), free).await.status, 201);
    let works: Vec<_> = plant.schedule(plant.employee()).await.into_iter().map(|one| one.work).collect();
    assert_eq!(works[1..], [AssignedWork::Shifts(vec!["late".to_owned()]), AssignedWork::Shifts(Vec::new())]);
    let (_, told) = plant.last_told().await;
    assert_eq!(told["affected"], json!({"from": "2024-06-23", "to": "2024-06-25"}));
}

#[tokio::test]
async fn what_overlaps_is_refused_with_what_stands() {
    let plant = Plant::open().await;
    let (roster, assigned) = plant.employee_on_early("2024-06-17").await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_CREATE);
    let ask = |body: Value| plant.post(&app, ASSIGNMENTS, body).signed_in_as(plant.hr());
    let other = plant.makes_roster(with(early_week(), json!({"name": "Other"}))).await;
    let body = |roster: &Value, from: &str, to: Value| json!({"employee_id": plant.employee().id, "roster_id": roster["id"], "from": from, "to": to});
    for (roster, from, to) in [
        (&other, "2024-06-10", json!("2024-06-17")),
        (&other, "2024-08-01", Value::Null),
        (&roster, "2024-06-10", Value::Null),
    ] {
        let answer = plant.refused(ask(body(roster, from, to)), 409, "overlap", &["/from"]).await;
        let standing =
            json!({"id": assigned["id"], "roster_id": assigned["roster_id"], "from": "2024-06-17", "to": null});
        assert_eq!(answer.body["current"]["assignment"], standing);
    }
    assert_eq!(ask(body(&other, "2024-06-10", json!("2024-06-16"))).await.status, 201, "until the day before");
    assert_eq!(ask(some_days(&plant)).await.status, 201);
    let days = with(some_days(&plant), json!({"from": "2024-06-21", "to": "2024-06-22"}));
    plant.refused(ask(days), 409, "overlap", &["/from"]).await;
    let somebody_else = with(some_days(&plant), json!({"employee_id": plant.manager().id}));
    assert_eq!(ask(somebody_else).await.status, 201);
}

#[tokio::test]
async fn what_cannot_be_worked_is_refused_with_its_place() {
    let plant = Plant::open().await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_CREATE);
    let roster = plant.makes_roster(early_week()).await;
    let ghost = "roster_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (fields, pointer, code) in [
        (json!({"shifts": ["early", "noon"]}), "/shifts/1", "unknown_shift"),
        (json!({"shifts": ["early", "late"]}), "/shifts/1", "overlap"),
        (json!({"shifts": ["a", "b", "c", "d", "e"]}), "/shifts", "invalid"),
        (json!({"shifts": null}), "/roster_id", "one_of_two"),
        (json!({"roster_id": roster["id"]}), "/shifts", "one_of_two"),
        (json!({"shifts": null, "roster_id": ghost}), "/roster_id", "unknown_roster"),
        (json!({"to": null}), "/to", "required"),
        (json!({"to": "2024-06-16"}), "/to", "ends_before_it_begins"),
        (json!({"from": "2020-01-14"}), "/from", "before_hire"),
        (json!({"from": "2023-01-02", "to": "2023-06-09"}), "/to", "too_old"),
    ] {
        let ask = plant.post(&app, ASSIGNMENTS, with(some_days(&plant), fields)).signed_in_as(plant.hr());
        let answer = plant.refused(ask, 422, "invalid", &[pointer]).await;
        assert_eq!(answer.body["errors"][0]["code"], json!(code), "{}", answer.body);
    }
    for (field, value) in
        [("roster_id", json!("x")), ("shifts", json!("late")), ("from", json!("soon")), ("work", json!(1))]
    {
        let ask =
            plant.post(&app, ASSIGNMENTS, with(some_days(&plant), json!({field: value}))).signed_in_as(plant.hr());
        plant.refused(ask, 400, "malformed", &[&format!("/{field}")]).await;
    }
}

#[tokio::test]
async fn the_shifts_are_those_of_the_persons_own_policy_on_the_first_day() {
    let plant = Plant::open().await;
    let roster = plant.makes_roster(early_week()).await;
    let mut elsewhere = attendance_rules();
    elsewhere["shifts"] = json!([{"code": "noon", "from": "12:00:00", "to": "13:00:00", "break_minutes": 0}]);
    elsewhere["default_shift"] = json!("noon");
    plant.policy_of_site(8, "pune", elsewhere).await;
    let away = plant.moved(Person { site: "pune".to_owned(), ..plant.employee().clone() }).await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_CREATE);
    let ask = |body: Value| plant.post(&app, ASSIGNMENTS, body).signed_in_as(plant.hr());
    let on = json!({"employee_id": away.id, "roster_id": roster["id"], "from": "2024-06-17"});
    plant.refused(ask(on), 422, "invalid", &["/roster_id"]).await;
    plant.refused(ask(some_days(&plant)), 422, "invalid", &["/shifts/0"]).await;
    assert_eq!(ask(with(some_days(&plant), json!({"shifts": ["noon"]}))).await.status, 201);
    let before_any_policy = json!({"shifts": ["early"], "from": "2023-12-31", "to": "2023-12-31"});
    plant.refused(ask(with(some_days(&plant), before_any_policy)), 422, "invalid", &["/shifts/0"]).await;
}

#[tokio::test]
async fn managers_assign_those_below_them_hr_everybody_and_nobody_else_anybody() {
    let plant = Plant::open().await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_CREATE);
    let people = &plant.world.people;
    let ask = |by: &Person, whom: EmployeeId| {
        plant.post(&app, ASSIGNMENTS, with(some_days(&plant), json!({"employee_id": whom}))).signed_in_as(by)
    };
    let ghost = EmployeeId::new(uuid(0xfff));
    for (by, whom) in [
        (&people.manager, people.outsider.id),
        (&people.manager, people.manager.id),
        (&people.manager, ghost),
        (&people.hr, ghost),
    ] {
        plant.refused(ask(by, whom), 404, "not_found", &[]).await;
    }
    for by in [&people.employee, &people.auditor, &people.admin] {
        plant.refused(ask(by, people.employee.id), 403, "forbidden", &[]).await;
    }
    assert_eq!(ask(&people.hr, people.hr.id).await.status, 201);
    assert_eq!(ask(&people.hr, people.outsider.id).await.status, 201);
}

#[tokio::test]
async fn nobody_is_assigned_after_they_have_left() {
    let plant = Plant::open().await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_CREATE);
    let last = Some(date("2024-06-18"));
    let leaving = plant.moved(Person { termination_date: last, ..plant.person(0x31, "Lea").await }).await;
    let gone =
        Person { status: EmploymentStatus::Terminated, termination_date: last, ..plant.person(0x32, "Gus").await };
    let gone = plant.moved(gone).await;
    let ask = |whom: &Person, fields: Value| {
        let body = with(some_days(&plant), json!({"employee_id": whom.id}));
        plant.post(&app, ASSIGNMENTS, with(body, fields)).signed_in_as(plant.hr())
    };
    assert_eq!(ask(&leaving, json!({})).await.status, 201);
    let late = json!({"from": "2024-06-24", "to": "2024-06-24"});
    plant.refused(ask(&leaving, late), 422, "invalid", &["/from"]).await;
    plant.refused(ask(&gone, json!({})), 422, "invalid", &["/employee_id"]).await;
}

#[tokio::test]
async fn whoever_is_not_known_here_yet_is_known_from_then_on_until_their_own_event_comes() {
    let plant = Plant::open().await;
    let new = Person {
        id: EmployeeId::new(uuid(0x40)),
        employee_code: "X40".to_owned(),
        email: "nia@example.com".to_owned(),
        ..plant.employee().clone()
    };
    plant.world.add_people(&[&new]).await;
    let body = with(some_days(&plant), json!({"employee_id": new.id}));
    assert_eq!(plant.assigns(plant.manager(), body).await.status, 201);
    let known = plant.records().members.get_fresh(new.id).await.unwrap().unwrap().value;
    assert_eq!((&known.person, known.person_version, known.schedule.0.len()), (&new, 0, 1));
    plant.records().upsert_member(&testkit::origin(), &new, 1).await.unwrap();
    let known = plant.records().members.get_fresh(new.id).await.unwrap().unwrap().value;
    assert_eq!((known.person_version, known.schedule.0.len()), (1, 1));
}

#[tokio::test]
async fn of_twenty_at_once_that_overlap_one_wins() {
    let plant = Plant::open().await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_CREATE);
    let roster = plant.makes_roster(early_week()).await;
    let ask = |n: u32| {
        let from = date("2024-06-17").saturating_add(jiff::ToSpan::days(i64::from(n)));
        let body = json!({"employee_id": plant.employee().id, "roster_id": roster["id"], "from": from});
        plant.post(&app, ASSIGNMENTS, body).signed_in_as(plant.hr())
    };
    let answers = join_all((0..20).map(|n| async move { ask(n).await })).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(lost.status, 409, "{}", lost.body);
        assert!(["overlap", "busy"].contains(&lost.problem()), "{}", lost.body);
    }
    let schedule = plant.schedule(plant.employee()).await;
    assert_eq!((schedule.len(), json!(schedule[0].id)), (1, won[0].body["id"].clone()));
    let announced = plant.published_types("ATTENDANCE_TABLE").await;
    assert_eq!(announced.iter().filter(|event| *event == "attendance.shift_assigned").count(), 1);
}

#[tokio::test]
async fn many_at_once_that_do_not_overlap_all_find_their_place_or_are_told_to_try_again() {
    let plant = Plant::open().await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_CREATE);
    let ask = |n: u32| {
        let day = date("2024-06-17").saturating_add(jiff::ToSpan::days(i64::from(n)));
        let body = with(some_days(&plant), json!({"from": day, "to": day}));
        plant.post(&app, ASSIGNMENTS, body).signed_in_as(plant.hr())
    };
    let answers = join_all((0..5).map(|n| async move { ask(n).await })).await;
    let mut done: Vec<_> =
        answers.iter().filter(|answer| answer.status == 201).map(|one| one.body["id"].clone()).collect();
    assert!(answers.iter().all(|one| one.status == 201 || one.problem() == "busy") && !done.is_empty());
    let mut kept: Vec<_> = plant.schedule(plant.employee()).await.into_iter().map(|one| json!(one.id)).collect();
    for ids in [&mut done, &mut kept] {
        ids.sort_by_key(Value::to_string);
    }
    assert_eq!(kept, done, "the schedule holds exactly what was answered");
}

#[tokio::test]
async fn a_retry_gets_the_first_answer_although_it_would_overlap_with_itself() {
    let plant = Plant::open().await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_CREATE);
    let ask =
        || plant.post(&app, ASSIGNMENTS, some_days(&plant)).signed_in_as(plant.hr()).header("idempotency-key", "k");
    let (first, again) = (ask().await, ask().await);
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{}", first.body);
    assert_eq!((&again.body, again.header("idempotent-replayed")), (&first.body, "true"));
    assert_eq!(plant.schedule(plant.employee()).await.len(), 1);
}
