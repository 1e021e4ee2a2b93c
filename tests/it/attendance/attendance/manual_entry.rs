//! `POST /api/v1/attendance/manual-entry`

use axum::Router;
use directory::Person;
use kernel::Actor;
use policy::attendance::{PunchFlag, PunchSource};
use serde_json::{Value, json};
use testkit::Ask;

use crate::attendance::{fixture::Plant, punch_fixture::Clock};

const ENTRY: &str = "/api/v1/attendance/manual-entry";

fn app(plant: &Plant) -> Router {
    app!(plant.world, ATTENDANCE_MANUAL_ENTRY)
}

/// Friday, 09:00 to 17:30, with these members set, or removed where null.
fn entry(person: &Person, fields: Value) -> Value {
    let mut body = json!({
        "employee_id": person.id, "date": "2024-06-07", "check_in_time": "2024-06-07T07:00:00Z",
        "check_out_time": "2024-06-07T15:30:00Z", "reason": "The terminal was out of order", "location": "Office",
    });
    for (name, value) in fields.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(name);
        } else {
            body[name] = value.clone();
        }
    }
    body
}

fn enters<'a>(plant: &'a Plant, app: &'a Router, by: &Person, fields: Value) -> Ask<'a> {
    plant.post(app, ENTRY, entry(plant.employee(), fields)).signed_in_as(by)
}

#[tokio::test]
async fn a_manager_and_hr_enter_what_a_terminal_missed() {
    for by in ["manager", "hr"] {
        let plant = Plant::open().await;
        let app = app(&plant);
        let by = if by == "hr" { plant.hr() } else { plant.manager() };
        let answer = enters(&plant, &app, by, json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""), "{}", answer.body);
        assert_eq!(answer.header("location"), format!("/api/v1/attendance/{}/days/2024-06-07", plant.employee().id));
        for (field, value) in [
            ("employee_id", json!(plant.employee().id)),
            ("check_in_time", json!("2024-06-07T07:00:00Z")),
            ("check_in_location", json!("Office")),
            ("check_out_time", json!("2024-06-07T15:30:00Z")),
            ("worked_hours", json!(8.5)),
            ("notes", json!("The terminal was out of order")),
        ] {
            assert_eq!(answer.body[field], value, "{field}");
        }
        let day = plant.day(plant.employee(), "2024-06-07").await.unwrap();
        for punch in &day.punches {
            assert_eq!((punch.source, &punch.by), (PunchSource::Manual, &Actor::Person(by.id)));
            assert_eq!((punch.reason.as_deref(), punch.flags.len()), (Some("The terminal was out of order"), 0));
        }
        let said = plant.published_types("ATTENDANCE_TABLE").await;
        assert_eq!(said.iter().filter(|event| *event == "attendance.manual_entry").count(), 1);
    }
}

#[tokio::test]
async fn nobody_enters_punches_of_their_own_or_of_strangers() {
    let plant = Plant::open().await;
    let app = app(&plant);
    let people = &plant.world.people;
    for by in [&people.manager, &people.hr] {
        let ask = plant.post(&app, ENTRY, entry(by, json!({}))).signed_in_as(by);
        plant.refused(ask, 403, "self", &["/employee_id"]).await;
    }
    let nobody = json!({"employee_id": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"});
    plant
        .refused(
            enters(&plant, &app, &people.manager, json!({"employee_id": people.outsider.id})),
            404,
            "not_found",
            &[],
        )
        .await;
    plant.refused(enters(&plant, &app, &people.manager, nobody.clone()), 404, "not_found", &[]).await;
    plant.refused(enters(&plant, &app, &people.hr, nobody), 404, "not_found", &[]).await;
    plant.refused(enters(&plant, &app, &people.employee, json!({})), 403, "forbidden", &[]).await;
}

#[tokio::test]
async fn what_cannot_have_been_is_refused_with_its_field() {
    let plant = Plant::open().await;
    let app = app(&plant);
    let gone = Person { termination_date: Some(jiff::civil::date(2024, 6, 6)), ..plant.employee().clone() };
    for (fields, pointer, code) in [
        (json!({"check_out_time": "2024-06-07T07:00:00Z"}), "/check_out_time", "before_check_in"),
        (json!({"check_out_time": "2024-06-08T07:00:01Z"}), "/check_out_time", "too_long"),
        (json!({"check_out_time": "2024-06-10T10:30:46Z"}), "/check_out_time", "in_the_future"),
        (
            json!({"date": "2024-06-10", "check_in_time": "2024-06-10T12:00:00Z", "check_out_time": null}),
            "/check_in_time",
            "in_the_future",
        ),
        (json!({"date": "2024-06-06"}), "/check_in_time", "other_day"),
        (
            json!({"date": "2023-06-01", "check_in_time": "2023-06-01T07:00:00Z", "check_out_time": null}),
            "/check_in_time",
            "too_old",
        ),
        (json!({"reason": " "}), "/reason", "invalid"),
        (json!({"location": "a\nb"}), "/location", "invalid"),
    ] {
        let answer = plant.refused(enters(&plant, &app, plant.hr(), fields), 422, "invalid", &[pointer]).await;
        assert_eq!(answer.body["errors"][0]["code"], code, "{}", answer.body);
    }
    plant.refused(enters(&plant, &app, plant.hr(), json!({"reason": null})), 400, "malformed", &["/reason"]).await;
    plant.moved(gone).await;
    // Longer than anybody is remembered.
    plant.at("2024-06-10T10:31:00Z");
    let answer = plant.refused(enters(&plant, &app, plant.hr(), json!({})), 422, "invalid", &["/check_in_time"]).await;
    assert_eq!(answer.body["errors"][0]["code"], "terminated");
}

#[tokio::test]
async fn what_is_there_stays_and_what_makes_no_sense_beside_it_is_refused() {
    let clock = Clock::open().await;
    clock.punched("check-in", "2024-06-10T07:00:00Z").await;
    let plant = &clock.plant;
    plant.at("2024-06-10T15:00:00Z");
    let app = app(plant);
    let today = |check_in: &str, check_out: Value| json!({"date": "2024-06-10", "check_in_time": check_in, "check_out_time": check_out});
    let nested = today("2024-06-10T08:00:00Z", json!("2024-06-10T09:00:00Z"));
    let answer =
        plant.refused(enters(plant, &app, plant.hr(), nested), 409, "punches_stand", &["/check_in_time"]).await;
    assert_eq!(answer.body["current"]["punches"][0]["kind"], "check_in");
    let out = today("2024-06-10T07:00:00Z", json!("2024-06-10T14:00:00Z"));
    let answer = enters(plant, &app, plant.hr(), out.clone()).await;
    assert_eq!(answer.status.as_u16(), 201, "the check-in is there already, the check-out is new: {}", answer.body);
    assert_eq!(plant.day(plant.employee(), "2024-06-10").await.unwrap().punches.len(), 2);
    plant.refused(enters(plant, &app, plant.hr(), out), 409, "duplicate", &[]).await;
    clock.refused("check-out", "2024-06-10T15:00:00Z", 409, "not_checked_in").await;
}

#[tokio::test]
async fn an_entry_outside_of_every_window_is_flagged() {
    let plant = Plant::open().await;
    let app = app(&plant);
    let fields = json!({"check_in_time": "2024-06-07T05:00:00Z", "check_out_time": "2024-06-07T23:30:00Z"});
    let answer = enters(&plant, &app, plant.hr(), fields).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    let day = plant.day(plant.employee(), "2024-06-07").await.unwrap();
    assert!(day.punches.iter().all(|punch| punch.flags == [PunchFlag::OutsideWindow]), "{:?}", day.punches);
}

#[tokio::test]
async fn a_key_gets_the_first_answer_again() {
    let plant = Plant::open().await;
    let app = app(&plant);
    let first = enters(&plant, &app, plant.hr(), json!({})).header("idempotency-key", "entry").await;
    let again = enters(&plant, &app, plant.hr(), json!({})).header("idempotency-key", "entry").await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed"), &again.body), (201, "true", &first.body));
    let other = enters(&plant, &app, plant.hr(), json!({"reason": "Another"})).header("idempotency-key", "entry");
    plant.refused(other, 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}
