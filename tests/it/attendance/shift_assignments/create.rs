//! `POST /api/v1/shift-assignments`

use directory::{EmploymentStatus, Person};
use futures::future::join_all;
use kernel::EmployeeId;
use policy::attendance::AssignedWork;
use serde_json::{Value, json};

use crate::attendance::{
    fixture::{AttendanceFixture, attendance_rules, date, uuid},
    roster_fixture::{ASSIGNMENTS, early_week, path_of, with},
};

/// Late shifts of the employee in the week of 17 June 2024.
fn late_week(fixture: &AttendanceFixture) -> Value {
    json!({"employee_id": fixture.employee().id, "shifts": ["late"], "from": "2024-06-17", "to": "2024-06-21"})
}

#[tokio::test]
async fn manager_assigns_a_report_to_a_roster() {
    let fixture = AttendanceFixture::new().await;
    let (roster, assigned) = fixture.assign_employee_to_early("2024-06-17").await;
    assert_eq!(assigned["roster_id"], roster["id"]);
    assert_eq!((&assigned["from"], assigned.get("to"), assigned.get("shifts")), (&json!("2024-06-17"), None, None));
    assert_eq!(assigned["created_by"], json!(fixture.manager().id));
    let schedule = fixture.schedule(fixture.employee()).await;
    assert_eq!(json!(schedule[0].id), assigned["id"]);
    assert_eq!((schedule.len(), schedule[0].from, schedule[0].to), (1, date("2024-06-17"), None));
    let stamps = fixture.stamps("ATTENDANCE_TABLE").await;
    let stamp = stamps.last().unwrap();
    assert_eq!((&*stamp.event, &*stamp.entity_type), ("attendance.shift_assigned", "ShiftAssignment"));
    let affected = json!({"employee_id": fixture.employee().id, "affected": {"from": "2024-06-16", "to": null}});
    assert_eq!(stamp.data, Some(affected));
    assert_eq!(stamps.len(), 2, "one event for the roster and one for the assignment");
    let read = app!(fixture.world, ROSTERS_GET);
    let read = fixture.get(&read, path_of("/api/v1/rosters", &roster)).signed_in_as(fixture.hr()).await;
    assert_eq!(read.body["assigned_at"], json!(fixture.now()));
}

#[tokio::test]
async fn shifts_override_the_roster_and_none_make_rest_days() {
    let fixture = AttendanceFixture::new().await;
    fixture.assign_employee_to_early("2024-06-03").await;
    let answer = fixture.create_assignment(fixture.hr(), late_week(&fixture)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["shifts"]), (201, &json!(["late"])), "{}", answer.body);
    assert_eq!(answer.header("location"), path_of(ASSIGNMENTS, &answer.body));
    let free = json!({"employee_id": fixture.employee().id, "shifts": [], "from": "2024-06-24", "to": "2024-06-24"});
    assert_eq!(fixture.create_assignment(fixture.hr(), free).await.status, 201);
    let works: Vec<_> = fixture.schedule(fixture.employee()).await.into_iter().map(|one| one.work).collect();
    assert_eq!(works[1..], [AssignedWork::Shifts(vec!["late".to_owned()]), AssignedWork::Shifts(Vec::new())]);
    let (_, event_data) = fixture.last_event().await;
    assert_eq!(event_data["affected"], json!({"from": "2024-06-23", "to": "2024-06-25"}));
}

#[tokio::test]
async fn overlapping_assignment_conflicts_with_the_existing_one() {
    let fixture = AttendanceFixture::new().await;
    let (roster, assigned) = fixture.assign_employee_to_early("2024-06-17").await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_CREATE);
    let ask = |body: Value| fixture.post(&app, ASSIGNMENTS, body).signed_in_as(fixture.hr());
    let other = fixture.create_roster(with(early_week(), json!({"name": "Other"}))).await;
    let body = |roster: &Value, from: &str, to: Value| json!({"employee_id": fixture.employee().id, "roster_id": roster["id"], "from": from, "to": to});
    for (roster, from, to) in [
        (&other, "2024-06-10", json!("2024-06-17")),
        (&other, "2024-08-01", Value::Null),
        (&roster, "2024-06-10", Value::Null),
    ] {
        let answer = fixture.refused(ask(body(roster, from, to)), 409, "overlap", &["/from"]).await;
        let standing =
            json!({"id": assigned["id"], "roster_id": assigned["roster_id"], "from": "2024-06-17", "to": null});
        assert_eq!(answer.body["current"]["assignment"], standing);
    }
    assert_eq!(ask(body(&other, "2024-06-10", json!("2024-06-16"))).await.status, 201, "up to the day before");
    assert_eq!(ask(late_week(&fixture)).await.status, 201);
    let days = with(late_week(&fixture), json!({"from": "2024-06-21", "to": "2024-06-22"}));
    fixture.refused(ask(days), 409, "overlap", &["/from"]).await;
    let somebody_else = with(late_week(&fixture), json!({"employee_id": fixture.manager().id}));
    assert_eq!(ask(somebody_else).await.status, 201);
}

#[tokio::test]
async fn invalid_assignments_are_rejected_with_pointers() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_CREATE);
    let roster = fixture.create_roster(early_week()).await;
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
        let ask = fixture.post(&app, ASSIGNMENTS, with(late_week(&fixture), fields)).signed_in_as(fixture.hr());
        let answer = fixture.refused(ask, 422, "invalid", &[pointer]).await;
        assert_eq!(answer.body["errors"][0]["code"], json!(code), "{}", answer.body);
    }
    for (field, value) in
        [("roster_id", json!("x")), ("shifts", json!("late")), ("from", json!("soon")), ("work", json!(1))]
    {
        let ask = fixture
            .post(&app, ASSIGNMENTS, with(late_week(&fixture), json!({field: value})))
            .signed_in_as(fixture.hr());
        fixture.refused(ask, 400, "malformed", &[&format!("/{field}")]).await;
    }
}

#[tokio::test]
async fn shifts_are_checked_by_the_employees_policy_of_that_day() {
    let fixture = AttendanceFixture::new().await;
    let roster = fixture.create_roster(early_week()).await;
    let mut elsewhere = attendance_rules();
    elsewhere["shifts"] = json!([{"code": "noon", "from": "12:00:00", "to": "13:00:00", "break_minutes": 0}]);
    elsewhere["default_shift"] = json!("noon");
    fixture.add_site_policy(8, "pune", elsewhere).await;
    let away = fixture.update_person(Person { site: "pune".to_owned(), ..fixture.employee().clone() }).await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_CREATE);
    let ask = |body: Value| fixture.post(&app, ASSIGNMENTS, body).signed_in_as(fixture.hr());
    let on = json!({"employee_id": away.id, "roster_id": roster["id"], "from": "2024-06-17"});
    fixture.refused(ask(on), 422, "invalid", &["/roster_id"]).await;
    fixture.refused(ask(late_week(&fixture)), 422, "invalid", &["/shifts/0"]).await;
    assert_eq!(ask(with(late_week(&fixture), json!({"shifts": ["noon"]}))).await.status, 201);
    let before_any_policy = json!({"shifts": ["early"], "from": "2023-12-31", "to": "2023-12-31"});
    fixture.refused(ask(with(late_week(&fixture), before_any_policy)), 422, "invalid", &["/shifts/0"]).await;
}

#[tokio::test]
async fn only_managers_and_hr_assign_within_their_scope() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_CREATE);
    let people = &fixture.world.people;
    let ask = |by: &Person, whom: EmployeeId| {
        fixture.post(&app, ASSIGNMENTS, with(late_week(&fixture), json!({"employee_id": whom}))).signed_in_as(by)
    };
    let ghost = EmployeeId::new(uuid(0xfff));
    for (by, whom) in [
        (&people.manager, people.outsider.id),
        (&people.manager, people.manager.id),
        (&people.manager, ghost),
        (&people.hr, ghost),
    ] {
        fixture.refused(ask(by, whom), 404, "not_found", &[]).await;
    }
    for by in [&people.employee, &people.auditor, &people.admin] {
        fixture.refused(ask(by, people.employee.id), 403, "forbidden", &[]).await;
    }
    assert_eq!(ask(&people.hr, people.hr.id).await.status, 201);
    assert_eq!(ask(&people.hr, people.outsider.id).await.status, 201);
}

#[tokio::test]
async fn former_employees_cannot_be_assigned() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_CREATE);
    let last = Some(date("2024-06-18"));
    let leaving =
        fixture.update_person(Person { termination_date: last, ..fixture.add_employee(0x31, "Lea").await }).await;
    let gone = Person {
        status: EmploymentStatus::Terminated,
        termination_date: last,
        ..fixture.add_employee(0x32, "Gus").await
    };
    let gone = fixture.update_person(gone).await;
    let ask = |whom: &Person, fields: Value| {
        let body = with(late_week(&fixture), json!({"employee_id": whom.id}));
        fixture.post(&app, ASSIGNMENTS, with(body, fields)).signed_in_as(fixture.hr())
    };
    assert_eq!(ask(&leaving, json!({})).await.status, 201);
    let late = json!({"from": "2024-06-24", "to": "2024-06-24"});
    fixture.refused(ask(&leaving, late), 422, "invalid", &["/from"]).await;
    fixture.refused(ask(&gone, json!({})), 422, "invalid", &["/employee_id"]).await;
}

#[tokio::test]
async fn assignment_creates_a_missing_copy_of_the_employee() {
    let fixture = AttendanceFixture::new().await;
    let new = Person {
        id: EmployeeId::new(uuid(0x40)),
        employee_code: "X40".to_owned(),
        email: "nia@example.com".to_owned(),
        ..fixture.employee().clone()
    };
    fixture.world.add_people(&[&new]).await;
    let body = with(late_week(&fixture), json!({"employee_id": new.id}));
    assert_eq!(fixture.create_assignment(fixture.manager(), body).await.status, 201);
    let known = fixture.store().members.get_consistent(new.id).await.unwrap().unwrap().value;
    assert_eq!((&known.person, known.person_version, known.schedule.0.len()), (&new, 0, 1));
    fixture.store().upsert_member(&testkit::origin(), &new, 1).await.unwrap();
    let known = fixture.store().members.get_consistent(new.id).await.unwrap().unwrap().value;
    assert_eq!((known.person_version, known.schedule.0.len()), (1, 1));
}

#[tokio::test]
async fn concurrent_overlapping_assignments_keep_one() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_CREATE);
    let roster = fixture.create_roster(early_week()).await;
    let ask = |n: u32| {
        let from = date("2024-06-17").saturating_add(jiff::ToSpan::days(i64::from(n)));
        let body = json!({"employee_id": fixture.employee().id, "roster_id": roster["id"], "from": from});
        fixture.post(&app, ASSIGNMENTS, body).signed_in_as(fixture.hr())
    };
    let answers = join_all((0..20).map(|n| async move { ask(n).await })).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(lost.status, 409, "{}", lost.body);
        assert!(["overlap", "busy"].contains(&lost.problem()), "{}", lost.body);
    }
    let schedule = fixture.schedule(fixture.employee()).await;
    assert_eq!((schedule.len(), json!(schedule[0].id)), (1, won[0].body["id"].clone()));
    let announced = fixture.published_types("ATTENDANCE_TABLE").await;
    assert_eq!(announced.iter().filter(|event| *event == "attendance.shift_assigned").count(), 1);
}

#[tokio::test]
async fn concurrent_separate_assignments_succeed_or_answer_busy() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_CREATE);
    let ask = |n: u32| {
        let day = date("2024-06-17").saturating_add(jiff::ToSpan::days(i64::from(n)));
        let body = with(late_week(&fixture), json!({"from": day, "to": day}));
        fixture.post(&app, ASSIGNMENTS, body).signed_in_as(fixture.hr())
    };
    let answers = join_all((0..5).map(|n| async move { ask(n).await })).await;
    let mut done: Vec<_> =
        answers.iter().filter(|answer| answer.status == 201).map(|one| one.body["id"].clone()).collect();
    assert!(answers.iter().all(|one| one.status == 201 || one.problem() == "busy") && !done.is_empty());
    let mut kept: Vec<_> = fixture.schedule(fixture.employee()).await.into_iter().map(|one| json!(one.id)).collect();
    for ids in [&mut done, &mut kept] {
        ids.sort_by_key(Value::to_string);
    }
    assert_eq!(kept, done, "the schedule has exactly the accepted assignments");
}

#[tokio::test]
async fn repeated_key_replays_instead_of_overlapping_itself() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_CREATE);
    let ask = || {
        fixture.post(&app, ASSIGNMENTS, late_week(&fixture)).signed_in_as(fixture.hr()).header("idempotency-key", "k")
    };
    let (first, again) = (ask().await, ask().await);
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{}", first.body);
    assert_eq!((&again.body, again.header("idempotent-replayed")), (&first.body, "true"));
    assert_eq!(fixture.schedule(fixture.employee()).await.len(), 1);
}
