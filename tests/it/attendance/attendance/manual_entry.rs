//! `POST /api/v1/attendance/manual-entry`

use axum::Router;
use directory::Person;
use kernel::Actor;
use policy::attendance::{PunchFlag, PunchKind, PunchSource};
use serde_json::{Value, json};
use testkit::TestRequest;

use crate::attendance::{
    fixture::{AttendanceFixture, uuid},
    punch_fixture::PunchClient,
};

const ENTRY: &str = "/api/v1/attendance/manual-entry";

fn app(fixture: &AttendanceFixture) -> Router {
    app!(fixture.world, ATTENDANCE_MANUAL_ENTRY)
}

/// Entry for Friday, 09:00 to 17:30, with these members replaced; null removes one.
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

fn enter<'a>(fixture: &'a AttendanceFixture, app: &'a Router, by: &Person, fields: Value) -> TestRequest<'a> {
    fixture.post(app, ENTRY, entry(fixture.employee(), fields)).signed_in_as(by)
}

#[tokio::test]
async fn manager_and_hr_enter_punches_of_an_employee() {
    for by in ["manager", "hr"] {
        let fixture = AttendanceFixture::new().await;
        let app = app(&fixture);
        let by = if by == "hr" { fixture.hr() } else { fixture.manager() };
        let answer = enter(&fixture, &app, by, json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""), "{}", answer.body);
        assert_eq!(answer.header("location"), format!("/api/v1/attendance/{}/days/2024-06-07", fixture.employee().id));
        for (field, value) in [
            ("employee_id", json!(fixture.employee().id)),
            ("check_in_time", json!("2024-06-07T07:00:00Z")),
            ("check_in_location", json!("Office")),
            ("check_out_time", json!("2024-06-07T15:30:00Z")),
            ("worked_hours", json!(8.5)),
            ("notes", json!("The terminal was out of order")),
        ] {
            assert_eq!(answer.body[field], value, "{field}");
        }
        let day = fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap();
        for punch in &day.punches {
            assert_eq!((punch.source, &punch.by), (PunchSource::Manual, &Actor::Person(by.id)));
            assert_eq!((punch.reason.as_deref(), punch.flags.len()), (Some("The terminal was out of order"), 0));
        }
        let published = fixture.published_types("ATTENDANCE_TABLE").await;
        assert_eq!(published.iter().filter(|event| *event == "attendance.manual_entry").count(), 1);
    }
}

#[tokio::test]
async fn manual_entry_for_oneself_or_unrelated_employees_is_rejected() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let people = &fixture.world.people;
    for by in [&people.manager, &people.hr] {
        let ask = fixture.post(&app, ENTRY, entry(by, json!({}))).signed_in_as(by);
        fixture.refused(ask, 403, "self", &["/employee_id"]).await;
    }
    let unknown = json!({"employee_id": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"});
    fixture
        .refused(
            enter(&fixture, &app, &people.manager, json!({"employee_id": people.outsider.id})),
            404,
            "not_found",
            &[],
        )
        .await;
    fixture.refused(enter(&fixture, &app, &people.manager, unknown.clone()), 404, "not_found", &[]).await;
    fixture.refused(enter(&fixture, &app, &people.hr, unknown), 404, "not_found", &[]).await;
    fixture.refused(enter(&fixture, &app, &people.employee, json!({})), 403, "forbidden", &[]).await;
}

#[tokio::test]
async fn impossible_times_are_rejected_at_their_field() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let gone = Person { termination_date: Some(jiff::civil::date(2024, 6, 6)), ..fixture.employee().clone() };
    for (fields, pointer, code) in [
        (json!({"check_out_time": "2024-06-07T07:00:00Z"}), "/check_out_time", "before_check_in"),
        (json!({"check_out_time": "2024-06-08T19:00:01Z"}), "/check_out_time", "too_long"),
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
        let answer = fixture.refused(enter(&fixture, &app, fixture.hr(), fields), 422, "invalid", &[pointer]).await;
        assert_eq!(answer.body["errors"][0]["code"], code, "{}", answer.body);
    }
    fixture.refused(enter(&fixture, &app, fixture.hr(), json!({"reason": null})), 400, "malformed", &["/reason"]).await;
    fixture.update_person(gone).await;
    // The cached person has expired.
    fixture.set_time("2024-06-10T10:31:00Z");
    let answer =
        fixture.refused(enter(&fixture, &app, fixture.hr(), json!({})), 422, "invalid", &["/check_in_time"]).await;
    assert_eq!(answer.body["errors"][0]["code"], "terminated");
}

#[tokio::test]
async fn entry_that_contradicts_existing_punches_conflicts() {
    let client = PunchClient::new().await;
    client.punch_accepted("check-in", "2024-06-10T07:00:00Z").await;
    let fixture = &client.fixture;
    fixture.set_time("2024-06-10T15:00:00Z");
    let app = app(fixture);
    let today = |check_in: &str, check_out: Value| json!({"date": "2024-06-10", "check_in_time": check_in, "check_out_time": check_out});
    let nested = today("2024-06-10T08:00:00Z", json!("2024-06-10T09:00:00Z"));
    let answer =
        fixture.refused(enter(fixture, &app, fixture.hr(), nested), 409, "punches_stand", &["/check_in_time"]).await;
    assert_eq!(answer.body["current"]["punches"][0]["kind"], "check_in");
    let with_check_out = today("2024-06-10T07:00:00Z", json!("2024-06-10T14:00:00Z"));
    let answer = enter(fixture, &app, fixture.hr(), with_check_out.clone()).await;
    assert_eq!(answer.status.as_u16(), 201, "the check-in is recorded already, the check-out is new: {}", answer.body);
    assert_eq!(fixture.find_day(fixture.employee(), "2024-06-10").await.unwrap().punches.len(), 2);
    fixture.refused(enter(fixture, &app, fixture.hr(), with_check_out), 409, "duplicate", &[]).await;
    client.punch_refused("check-out", "2024-06-10T15:00:00Z", 409, "not_checked_in").await;
}

/// Imports a file of rows without kinds for the employee.
async fn import(fixture: &AttendanceFixture, times: &[&str]) {
    let rows: String = times.iter().map(|time| format!("E0001,{time}:00\n")).collect();
    let app = app!(fixture.world, ATTENDANCE_IMPORT);
    let body = json!({"csv": format!("employee_code,time\n{rows}")});
    let answer = fixture.post(&app, "/api/v1/attendance/import", body).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.body["accepted"], times.len(), "{}", answer.body);
}

#[tokio::test]
async fn check_in_entered_later_fetches_the_imported_check_out() {
    let fixture = AttendanceFixture::new().await;
    fixture.assign_shifts(fixture.employee(), 9, "2024-06-06", &["night"]).await;
    fixture.assign_shifts(fixture.employee(), 10, "2024-06-07", &[]).await;
    import(&fixture, &["2024-06-07 07:30"]).await;
    assert_eq!(fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap().punches.len(), 1);
    let check_in = |check_out: Value| json!({"date": "2024-06-06", "check_in_time": "2024-06-06T19:50:00Z", "check_out_time": check_out});
    let app = app(&fixture);
    let contradicting = check_in(json!("2024-06-07T06:30:00Z"));
    let answer = fixture
        .refused(enter(&fixture, &app, fixture.hr(), contradicting), 409, "punches_stand", &["/check_out_time"])
        .await;
    assert_eq!(
        answer.body["current"]["punches"].as_array().unwrap().len(),
        1,
        "the punch that would belong to the day"
    );
    let answer = enter(&fixture, &app, fixture.hr(), check_in(json!(null))).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    assert_eq!(answer.body["check_out_time"], "2024-06-07T05:30:00Z", "{}", answer.body);
    let night = fixture.find_day(fixture.employee(), "2024-06-06").await.unwrap();
    let punches: Vec<_> = night.punches.iter().map(|punch| (punch.source, punch.kind)).collect();
    assert_eq!(punches, [(PunchSource::Manual, PunchKind::CheckIn), (PunchSource::Import, PunchKind::CheckOut)]);
    assert!(fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap().punches.is_empty());
    let stamps = fixture.stamps("ATTENDANCE_TABLE").await;
    let mut sources: Vec<_> =
        stamps.iter().map(|stamp| (stamp.event.as_str(), stamp.data.as_ref().unwrap()["source"].clone())).collect();
    sources.sort_by_key(|(event, _)| *event);
    let expected = ["attendance.manual_entry", "attendance.punches_received"].map(|event| (event, json!("manual")));
    assert_eq!(sources, expected, "both days are derived again");
}

#[tokio::test]
async fn voided_punch_can_be_entered_again() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    assert_eq!(enter(&fixture, &app, fixture.hr(), json!({})).await.status.as_u16(), 201);
    let mut day = fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap();
    for punch in &mut day.punches {
        punch.voided_by = Some(kernel::CorrectionId::new(uuid(9)));
    }
    fixture.store_day(&day.with_punches(day.punches.clone(), fixture.now())).await;
    let answer = enter(&fixture, &app, fixture.hr(), json!({})).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    assert_eq!(fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap().punches.len(), 4);
}

#[tokio::test]
async fn entry_outside_every_window_is_flagged() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let fields = json!({"check_in_time": "2024-06-07T05:00:00Z", "check_out_time": "2024-06-07T23:30:00Z"});
    let answer = enter(&fixture, &app, fixture.hr(), fields).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    let day = fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap();
    assert!(day.punches.iter().all(|punch| punch.flags == [PunchFlag::OutsideWindow]), "{:?}", day.punches);
}

#[tokio::test]
async fn repeated_key_replays_the_first_answer() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let first = enter(&fixture, &app, fixture.hr(), json!({})).header("idempotency-key", "entry").await;
    let again = enter(&fixture, &app, fixture.hr(), json!({})).header("idempotency-key", "entry").await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed"), &again.body), (201, "true", &first.body));
    let other = enter(&fixture, &app, fixture.hr(), json!({"reason": "Another"})).header("idempotency-key", "entry");
    fixture.refused(other, 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}
