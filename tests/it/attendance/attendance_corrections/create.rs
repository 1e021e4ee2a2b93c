//! `POST /api/v1/attendance-corrections`

use attendance::domain::day::Day;
use directory::{EmploymentStatus, Person};
use policy::attendance::{Punch, PunchKind, PunchSource};
use serde_json::{Value, json};

use crate::attendance::{
    correction_fixture::{CORRECTIONS, missing_check_out, punch, punch_id},
    fixture::{AttendanceFixture, attendance_rules},
};

#[tokio::test]
async fn new_correction_is_pending_and_leaves_the_day_unchanged() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let before = fixture.find_day(fixture.employee(), "2024-06-07").await;
    fixture.world.calls.clear();
    let answer = fixture.request_correction(fixture.employee(), missing_check_out("2024-06-07T15:30:20.5Z")).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let writes = fixture.world.calls.recorded().into_iter().filter(|call| !call.is_read()).count();
    assert_eq!(writes, 1, "one write without an idempotency key");
    let (body, employee) = (&answer.body, fixture.employee());
    assert_eq!(answer.header("location"), crate::attendance::correction_fixture::path(body, ""));
    assert_eq!((&body["employee_id"], &body["requested_by"]), (&json!(employee.id), &json!(employee.id)));
    assert_eq!((&body["status"], &body["reason"]), (&json!("pending"), &json!("The terminal was dead")));
    let add = json!([{"kind": "check_out", "at": "2024-06-07T15:30:20Z", "location": "Office"}]);
    assert_eq!((&body["add"], &body["void"]), (&add, &json!([])));
    assert_eq!(body["original"][0]["id"], json!(punch_id(1)), "the original punches of the day");
    assert_eq!((&body["approved_by"], &body["rejected_by"]), (&Value::Null, &Value::Null));
    assert_eq!(fixture.find_day(employee, "2024-06-07").await, before, "the day is unchanged");
    let stamps = fixture.stamps("ATTENDANCE_TABLE").await;
    let events: Vec<_> = stamps.iter().map(|stamp| (stamp.event.as_str(), stamp.entity_type.as_str())).collect();
    assert_eq!(events, [("attendance.correction_requested", "AttendanceCorrection")]);
    assert_eq!(stamps[0].data, Some(json!({"employee_id": employee.id, "date": "2024-06-07"})));
}

#[tokio::test]
async fn managers_request_for_reports_and_hr_for_everybody() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let people = fixture.world.people.clone();
    let of = |person: &Person| {
        let mut body = missing_check_out("2024-06-07T15:30:00Z");
        body["employee_id"] = json!(person.id);
        body
    };
    for by in [&people.employee, &people.manager, &people.hr] {
        let answer = fixture.request_correction(by, of(&people.employee)).await;
        assert_eq!((answer.status.as_u16(), &answer.body["requested_by"]), (201, &json!(by.id)), "{}", answer.body);
    }
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_CREATE);
    for by in [&people.other_manager, &people.outsider] {
        fixture
            .refused(fixture.post(&app, CORRECTIONS, of(&people.employee)).signed_in_as(by), 404, "not_found", &[])
            .await;
    }
    let mut unknown = of(&people.employee);
    unknown["employee_id"] = json!("emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9ff");
    fixture.refused(fixture.post(&app, CORRECTIONS, unknown).signed_in_as(&people.hr), 404, "not_found", &[]).await;
}

#[tokio::test]
async fn repeated_key_replays_and_reused_key_is_rejected() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_CREATE);
    let ask = |at: &str| {
        let ask = fixture.post(&app, CORRECTIONS, missing_check_out(at));
        ask.header("idempotency-key", "k1").signed_in_as(fixture.employee())
    };
    let first = ask("2024-06-07T15:30:00Z").await;
    assert_eq!(first.status, 201, "{}", first.body);
    let before = fixture.snapshot().await;
    let again = ask("2024-06-07T15:30:00Z").await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(again.body, first.body);
    assert!(before == fixture.snapshot().await);
    let pointer = ["header:Idempotency-Key"];
    fixture.refused(ask("2024-06-07T15:31:00Z"), 422, "idempotency_key_reused", &pointer).await;
}

/// Asserts that a correction is refused with this pointer and code, and stores nothing.
async fn assert_refused(fixture: &AttendanceFixture, body: Value, pointer: &str, code: &str) {
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_CREATE);
    let ask = fixture.post(&app, CORRECTIONS, body.clone()).signed_in_as(fixture.employee());
    let answer = fixture.refused(ask, 422, "invalid", &[pointer]).await;
    assert_eq!(answer.body["errors"][0]["code"], code, "{body}");
}

#[tokio::test]
async fn impossible_corrections_are_rejected_with_pointers() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let add = |kind: &str, at: &str| json!({"kind": kind, "at": at});
    let on = |date: &str, add: Value| json!({"date": date, "reason": "Dead", "add": add});
    let whole_day = |date: &str| {
        let (came, went) = (format!("{date}T07:00:00Z"), format!("{date}T15:00:00Z"));
        on(date, json!([add("check_in", &came), add("check_out", &went)]))
    };
    assert_refused(&fixture, whole_day("2024-06-11"), "/date", "in_the_future").await;
    assert_refused(&fixture, whole_day("2024-04-08"), "/date", "too_old").await;
    assert_eq!(
        fixture.request_correction(fixture.employee(), whole_day("2024-04-09")).await.status,
        201,
        "62 days back"
    );
    assert_refused(&fixture, on("2024-06-07", json!([])), "/add", "required").await;
    let today =
        on("2024-06-10", json!([add("check_in", "2024-06-10T07:00:00Z"), add("check_out", "2024-06-10T10:30:46Z")]));
    assert_refused(&fixture, today, "/add/1/at", "in_the_future").await;
    let swapped =
        on("2024-06-06", json!([add("check_in", "2024-06-06T15:00:00Z"), add("check_out", "2024-06-06T07:00:00Z")]));
    assert_refused(&fixture, swapped, "/add/1/at", "out_of_order").await;
    assert_refused(&fixture, missing_check_out("2024-06-07T06:30:00Z"), "/add/0/at", "out_of_order").await;
    assert_refused(&fixture, missing_check_out("2024-06-06T15:30:00Z"), "/add/0/at", "other_day").await;
    assert_refused(&fixture, missing_check_out("2024-06-09T08:00:00Z"), "/add/0/at", "other_day").await;
    let void = |ids: Value| json!({"date": "2024-06-07", "reason": "Dead", "void": ids});
    assert_refused(&fixture, void(json!([punch_id(9)])), "/void/0", "unknown_punch").await;
    assert_refused(&fixture, void(json!([punch_id(1), punch_id(1)])), "/void/1", "twice").await;
}

#[tokio::test]
async fn days_outside_employment_cannot_be_corrected() {
    let fixture = AttendanceFixture::new().await;
    let (hired, last_day) = (Some("2024-06-05".parse().unwrap()), Some("2024-06-06".parse().unwrap()));
    let person = fixture.add_employee(70, "Ines").await;
    let person = Person {
        hire_date: hired.unwrap(),
        termination_date: last_day,
        status: EmploymentStatus::Terminated,
        ..person
    };
    let person = fixture.update_person(person).await;
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_CREATE);
    let ask = |date: &str| {
        let at = format!("{date}T07:00:00Z");
        let body =
            json!({"employee_id": person.id, "date": date, "reason": "Dead", "add": [{"kind": "check_in", "at": at}]});
        fixture.post(&app, CORRECTIONS, body).signed_in_as(fixture.hr())
    };
    for (date, code) in [("2024-06-04", "before_hire"), ("2024-06-07", "after_termination")] {
        let answer = fixture.refused(ask(date), 422, "invalid", &["/date"]).await;
        assert_eq!(answer.body["errors"][0]["code"], code);
    }
    assert_eq!(ask("2024-06-06").await.status, 201);
}

#[tokio::test]
async fn invalid_correction_names_every_wrong_field() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_CREATE);
    let many: Vec<_> = (0..51).map(punch_id).collect();
    let body = json!({
        "date": "1802-01-01", "reason": " ", "void": many, "add": [{"kind": "check_in", "at": "2024-06-07T07:00:00Z", "location": "a\nb"}],
    });
    let ask = fixture.post(&app, CORRECTIONS, body).signed_in_as(fixture.employee());
    fixture.refused(ask, 422, "invalid", &["/add/0/location", "/date", "/reason", "/void"]).await;
    for (body, pointer) in [
        (
            json!({"date": "2024-06-07", "reason": "x", "add": [{"kind": "nap", "at": "2024-06-07T07:00:00Z"}]}),
            "/add/0/kind",
        ),
        (json!({"date": "2024-06-07", "reason": "x", "add": [{"kind": "check_in", "at": "soon"}]}), "/add/0/at"),
        (json!({"date": "2024-06-07", "reason": "x", "void": ["emp_1"]}), "/void/0"),
        (json!({"date": "2024-06-07", "reason": "x", "force": true}), "/force"),
    ] {
        let answer = fixture.post(&app, CORRECTIONS, body.clone()).signed_in_as(fixture.employee()).await;
        assert!(answer.status.is_client_error() && answer.status != 409, "{body}: {}", answer.body);
        assert!(answer.pointers().iter().any(|found| pointer.starts_with(found)), "{body}: {}", answer.body);
    }
}

#[tokio::test]
async fn late_and_night_check_outs_belong_to_their_shift_day() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let flags = |answer: &testkit::TestResponse| answer.body["add"][0]["flags"].clone();
    let late = fixture.request_correction(fixture.employee(), missing_check_out("2024-06-07T21:00:00Z")).await;
    assert_eq!((late.status.as_u16(), flags(&late)), (201, json!(["outside_window"])), "{}", late.body);
    let night = fixture.add_employee(71, "Nora").await;
    fixture.assign_shifts(&night, 1, "2024-06-06", &["night"]).await;
    fixture.store_punches(&night, "2024-06-06", &[(PunchKind::CheckIn, "2024-06-06T19:50:00Z")]).await;
    let body =
        json!({"date": "2024-06-06", "reason": "Forgot", "add": [{"kind": "check_out", "at": "2024-06-07T04:10:00Z"}]});
    let answer = fixture.request_correction(&night, body).await;
    assert_eq!((answer.status.as_u16(), flags(&answer)), (201, Value::Null), "within the window: {}", answer.body);
    // The next window begins at 08:00 on Friday, and the night has ended at 06:00.
    let in_next_window =
        json!({"date": "2024-06-06", "reason": "Forgot", "add": [{"kind": "check_out", "at": "2024-06-07T06:30:00Z"}]});
    let answer = fixture.request_correction(&night, in_next_window).await;
    assert_eq!((answer.status.as_u16(), flags(&answer)), (201, json!(["outside_window"])), "{}", answer.body);
}

#[tokio::test]
async fn late_duty_can_get_a_check_out_two_days_later() {
    let fixture = AttendanceFixture::new().await;
    let mut rules = attendance_rules();
    let watch = json!({"code": "watch", "from": "22:00:00", "to": "22:00:00", "break_minutes": 0});
    rules["shifts"].as_array_mut().unwrap().push(watch);
    fixture.put_policy(1, "attendance", rules).await;
    fixture.assign_shifts(fixture.employee(), 9, "2024-06-06", &["watch"]).await;
    let employee = fixture.employee().clone();
    fixture.store_punches(&employee, "2024-06-06", &[(PunchKind::CheckIn, "2024-06-06T19:55:00Z")]).await;
    let body = |at: &str| json!({"date": "2024-06-06", "reason": "Forgot", "add": [{"kind": "check_out", "at": at}]});
    let answer = fixture.request_correction(&employee, body("2024-06-07T23:30:00Z")).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    assert_refused(&fixture, body("2024-06-08T00:00:00Z"), "/add/0/at", "other_day").await;
}

#[tokio::test]
async fn corrected_work_lasts_at_most_36_hours() {
    let fixture = AttendanceFixture::new().await;
    let employee = fixture.employee().clone();
    fixture.store_punches(&employee, "2024-06-06", &[(PunchKind::CheckIn, "2024-06-05T22:20:00Z")]).await;
    let body = |at: &str| json!({"date": "2024-06-06", "reason": "Forgot", "add": [{"kind": "check_out", "at": at}]});
    fixture.assign_shifts(&employee, 10, "2024-06-07", &["late"]).await;
    let answer = fixture.request_correction(&employee, body("2024-06-07T10:20:00Z")).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    assert_refused(&fixture, body("2024-06-07T10:20:01Z"), "/add/0/at", "too_long").await;
}

#[tokio::test]
async fn correction_that_contradicts_the_fetched_check_out_is_rejected() {
    let fixture = AttendanceFixture::new().await;
    fixture.assign_shifts(fixture.employee(), 9, "2024-06-06", &["night"]).await;
    fixture.assign_shifts(fixture.employee(), 10, "2024-06-07", &[]).await;
    let employee = fixture.employee().clone();
    let late =
        Punch { source: PunchSource::Import, ..punch(1, PunchKind::CheckOut, "2024-06-07T05:30:00Z", &employee) };
    let day = Day::new(employee.id, "2024-06-07".parse().unwrap(), fixture.now());
    fixture.store_day(&day.with_punches(vec![late], fixture.now())).await;
    let body = |add: Value| json!({"date": "2024-06-06", "reason": "Forgot", "add": add});
    let add = |kind: &str, at: &str| json!({"kind": kind, "at": at});
    let check_in = add("check_in", "2024-06-06T19:50:00Z");
    let twice = body(json!([check_in, add("check_out", "2024-06-07T05:45:00Z")]));
    assert_refused(&fixture, twice, "/add/1/at", "out_of_order").await;
    assert_eq!(fixture.request_correction(&employee, body(json!([check_in]))).await.status, 201);
}
