//! `POST /api/v1/attendance/check-in`

use std::collections::BTreeSet;

use futures::future::join_all;
use kernel::Minutes;
use policy::{
    Half, Portion,
    attendance::{DayLeave, Exception, PunchFlag, PunchSource},
};
use serde_json::{Value, json};
use testkit::round_trips;

use crate::attendance::{
    fixture::{AttendanceFixture, date, instant, uuid},
    punch_fixture::{PunchClient, punch_body},
};

/// Monday, 08:55 in Berlin.
const EARLY: &str = "2024-06-10T06:55:00.9Z";
/// Monday, 09:07.
const LATE: &str = "2024-06-10T07:07:00Z";

#[tokio::test]
async fn check_in_is_one_write_with_one_event() {
    let client = PunchClient::new().await;
    client.fixture.set_time(EARLY);
    let employee = client.fixture.employee();
    let mut body = punch_body();
    body["employee_id"] = json!(employee.id);
    body["captured_at"] = json!("2024-06-10T06:54:58Z");
    let answer = client.request("check-in", employee, body).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""), "{}", answer.body);
    assert_eq!(answer.header("location"), format!("/api/v1/attendance/{}/days/2024-06-10", employee.id));
    for (field, value) in [
        ("employee_id", json!(employee.id)),
        ("date", json!("2024-06-10")),
        ("check_in_time", json!("2024-06-10T06:55:00Z")),
        ("check_out_time", json!(null)),
        ("status", json!("success")),
        ("state", json!("in")),
        ("late_minutes", json!(null)),
        ("worked_minutes", json!(0)),
        ("warnings", json!([])),
    ] {
        assert_eq!(answer.body[field], value, "{field}");
    }
    let day = client.fixture.find_day(employee, "2024-06-10").await.unwrap();
    let punch = &day.punches[0];
    assert_eq!(answer.body["id"], json!(day.id));
    assert_eq!((punch.at, punch.zone.as_str()), (instant("2024-06-10T06:55:00Z"), "Europe/Berlin"));
    assert_eq!((punch.local.to_string().as_str(), punch.offset.as_str()), ("2024-06-10T08:55:00", "+02:00"));
    assert_eq!((punch.location.as_deref(), punch.device.as_deref()), (Some("Office"), Some("Mobile")));
    assert_eq!((punch.source, punch.captured_at), (PunchSource::Live, Some(instant("2024-06-10T06:54:58Z"))));
    assert_eq!(punch.received_at, instant(EARLY), "the arrival keeps its milliseconds");
    assert_eq!((day.check_in_time, day.location.as_deref()), (Some(punch.at), Some("Office")));
    assert_eq!(client.published_events().await, ["attendance.checked_in"]);
}

#[tokio::test]
async fn late_check_in_is_announced_once_by_its_write() {
    let client = PunchClient::new().await;
    client.fixture.set_time("2024-06-10T06:00:00Z");
    client.fixture.world.calls.clear();
    let punched = client.punch_accepted("check-in", LATE).await;
    assert_eq!(punched["late_minutes"], 7, "counted from the shift start, not from the end of grace");
    let writes = client.fixture.world.calls.recorded().iter().filter(|call| !call.is_read()).count();
    assert_eq!(writes, 1);
    assert_eq!(client.published_events().await, ["attendance.checked_in", "attendance.late"]);
    let day = client.fixture.find_day(client.fixture.employee(), "2024-06-10").await.unwrap();
    assert_eq!((day.late_minutes, day.announced.as_slice()), (Some(Minutes(7)), [Exception::Late].as_slice()));
    let item = client.fixture.find_item(format!("EMP#{}", day.employee_id), "DAY#2024-06-10").await.unwrap();
    assert_eq!(item["ix_by_late_sk"], "2024-06-10");

    client.punch_accepted("check-out", "2024-06-10T10:00:00Z").await;
    let again = client.punch_accepted("check-in", "2024-06-10T10:30:00Z").await;
    assert_eq!(again["late_minutes"], json!(null), "a second check-in is not late");
    assert_eq!(client.published_events().await, ["attendance.checked_in"]);
    let day = client.fixture.find_day(client.fixture.employee(), "2024-06-10").await.unwrap();
    assert_eq!((day.late_minutes, day.announced.len()), (Some(Minutes(7)), 1));
}

#[tokio::test]
async fn check_in_within_grace_is_not_late() {
    let client = PunchClient::new().await;
    let punched = client.punch_accepted("check-in", "2024-06-10T07:05:00Z").await;
    assert_eq!(punched["late_minutes"], json!(null));
    assert_eq!(client.published_events().await, ["attendance.checked_in"]);
}

#[tokio::test]
async fn morning_leave_moves_the_expected_arrival() {
    let client = PunchClient::new().await;
    let employee = client.fixture.employee();
    let mut day = ::attendance::domain::day::Day::new(employee.id, date("2024-06-10"), instant(EARLY));
    day.leaves.push(DayLeave {
        leave_id: kernel::LeaveId::new(uuid(77)),
        leave_type: "annual".to_owned(),
        portion: Portion::Half(Half::Am),
        minutes: Minutes(240),
        active: true,
        version: 3,
    });
    client.fixture.store_day(&day).await;
    let punched = client.punch_accepted("check-in", "2024-06-10T11:10:00Z").await;
    assert_eq!(punched["late_minutes"], json!(null), "13:10 is before the middle of the shift, 13:15");
    assert_eq!(client.published_events().await, ["attendance.checked_in"]);
    let day = client.fixture.find_day(employee, "2024-06-10").await.unwrap();
    assert_eq!((day.leaves.len(), day.punches.len(), day.announced.len()), (1, 1, 0));
}

#[tokio::test]
async fn concurrent_check_ins_with_one_key_get_one_answer() {
    for (count, at) in [(2, EARLY), (7, LATE), (20, EARLY), (20, LATE)] {
        let client = PunchClient::new().await;
        client.fixture.set_time(at);
        let requests = (0..count).map(|nth| {
            let request =
                client.request("check-in", client.fixture.employee(), punch_body()).header("idempotency-key", "click");
            async move {
                for _ in 0..nth * 3 {
                    tokio::task::yield_now().await;
                }
                request.await
            }
        });
        let answers = join_all(requests).await;
        assert!(answers.iter().all(|answer| answer.status == 201), "{:?}", answers[0].body);
        let bodies: BTreeSet<String> = answers.iter().map(|answer| answer.body.to_string()).collect();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
        let originals = answers.iter().filter(|answer| answer.header("idempotent-replayed").is_empty()).count();
        assert_eq!(originals, 1);
        let day = client.fixture.find_day(client.fixture.employee(), "2024-06-10").await.unwrap();
        assert_eq!(day.punches.len(), 1);
        let expected =
            if at == LATE { vec!["attendance.checked_in", "attendance.late"] } else { vec!["attendance.checked_in"] };
        assert_eq!(client.published_events().await, expected);
    }
}

#[tokio::test]
async fn concurrent_check_ins_without_key_record_one_and_conflict_others() {
    for (count, at) in [(2, EARLY), (20, EARLY), (20, LATE)] {
        let client = PunchClient::new().await;
        client.fixture.set_time(at);
        let answers = join_all(
            (0..count).map(|_| async { client.request("check-in", client.fixture.employee(), punch_body()).await }),
        )
        .await;
        let (accepted, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
        assert_eq!((accepted.len(), refused.len()), (1, count - 1));
        for answer in refused {
            assert_eq!((answer.status.as_u16(), answer.problem()), (409, "already_checked_in"), "{}", answer.body);
            assert_eq!(answer.body["current"]["punch"], accepted[0].body["punch"]);
            assert_eq!(answer.body["current"]["open_since"], accepted[0].body["check_in_time"]);
        }
    }
}

#[tokio::test]
async fn repeated_key_replays_after_later_punches() {
    let client = PunchClient::new().await;
    let employee = client.fixture.employee();
    client.fixture.set_time(EARLY);
    let request = |body: Value| client.request("check-in", employee, body).header("idempotency-key", "k1");
    let first = request(punch_body()).await;
    client.punch_accepted("break-start", "2024-06-10T09:00:00Z").await;
    client.punch_accepted("break-end", "2024-06-10T09:10:00Z").await;
    client.punch_accepted("check-out", "2024-06-10T15:00:00Z").await;
    let again = request(punch_body()).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(again.body, first.body);
    let request = request(json!({"location": "Home"}));
    client.fixture.refused(request, 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}

#[tokio::test]
async fn repeated_key_replays_across_midnight() {
    let client = PunchClient::new().await;
    let employee = client.fixture.employee();
    let request = || client.request("check-in", employee, punch_body()).header("idempotency-key", "midnight");
    client.fixture.set_time("2024-06-08T21:59:58Z");
    let first = request().await;
    assert_eq!((first.status.as_u16(), &first.body["date"]), (201, &json!("2024-06-08")), "{}", first.body);
    client.fixture.set_time("2024-06-08T22:00:03Z");
    let again = request().await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body));
    assert!(client.fixture.find_day(employee, "2024-06-09").await.is_none());
}

#[tokio::test]
async fn punch_outside_every_window_is_recorded_and_announced() {
    let client = PunchClient::new().await;
    let answer = client.punch("check-in", "2024-06-10T05:30:00Z").await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    assert_eq!(answer.body["warnings"][0]["code"], "outside_window");
    assert_eq!(
        (&answer.body["date"], &answer.body["punch"]["flags"]),
        (&json!("2024-06-10"), &json!(["outside_window"]))
    );
    assert_eq!(client.published_events().await, ["attendance.checked_in", "attendance.outside_window"]);
    client.punch_accepted("check-out", "2024-06-10T05:40:00Z").await;
    client.punch_accepted("check-in", "2024-06-10T05:50:00Z").await;
    assert_eq!(client.published_events().await, ["attendance.checked_in"], "announced once a day");
    let day = client.fixture.find_day(client.fixture.employee(), "2024-06-10").await.unwrap();
    assert_eq!(day.announced, [Exception::OutsideWindow]);
    assert!(day.punches.iter().all(|punch| punch.flags == [PunchFlag::OutsideWindow]));
}

#[tokio::test]
async fn free_day_accepts_punches_at_any_hour() {
    let client = PunchClient::new().await;
    let punched = client.punch_accepted("check-in", "2024-06-09T02:00:00Z").await;
    assert_eq!((&punched["date"], &punched["late_minutes"]), (&json!("2024-06-09"), &json!(null)));
    assert_eq!(punched["warnings"], json!([]));
}

#[tokio::test]
async fn night_shift_check_in_belongs_to_its_start_date() {
    let client = PunchClient::new().await;
    client.fixture.assign_shifts(client.fixture.employee(), 9, "2024-06-10", &["night"]).await;
    let punched = client.punch_accepted("check-in", "2024-06-10T22:20:00Z").await;
    assert_eq!((&punched["date"], &punched["late_minutes"]), (&json!("2024-06-10"), &json!(140)), "00:20 on Tuesday");
    let standing = client.punch_refused("check-in", "2024-06-11T00:00:00Z", 409, "already_checked_in").await;
    assert_eq!(standing["date"], "2024-06-10");
}

#[tokio::test]
async fn employee_without_local_copy_checks_in() {
    let client = PunchClient::new().await;
    let like = client.fixture.employee().clone();
    let new = directory::Person {
        id: kernel::EmployeeId::new(uuid(500)),
        employee_code: "X500".to_owned(),
        email: "new@example.com".to_owned(),
        ..like
    };
    client.fixture.world.add_people(&[&new]).await;
    client.fixture.set_time(LATE);
    let answer = client.request("check-in", &new, punch_body()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["late_minutes"]), (201, &json!(7)), "{}", answer.body);
}

#[tokio::test]
async fn check_in_reads_once_and_not_when_warm() {
    let client = PunchClient::new().await;
    client.fixture.set_time(EARLY);
    client.fixture.world.calls.clear();
    client.punch_accepted("check-in", EARLY).await;
    let calls = client.fixture.world.calls.recorded();
    let (reads, writes): (Vec<_>, Vec<_>) = calls.iter().partition(|call| call.is_read());
    let keys = reads.iter().filter(|call| call.operation == "GetItem").count();
    assert_eq!((writes.len(), writes[0].operation.as_str()), (1, "UpdateItem"));
    // The first read is that of the published keys; a deployed function does it at init.
    assert!(keys == 3 && round_trips(reads.iter().copied()) <= 2, "{calls:?}");

    client.punch_accepted("check-out", EARLY).await;
    client.fixture.world.calls.clear();
    client.punch_accepted("check-in", EARLY).await;
    let calls = client.fixture.world.calls.recorded();
    assert_eq!(calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>(), ["UpdateItem"]);
}

#[tokio::test]
async fn invalid_check_ins_are_rejected_and_store_nothing() {
    let client = PunchClient::new().await;
    let people = &client.fixture.world.people;
    client.fixture.set_time(EARLY);
    let position = |latitude: Value, longitude: Value, accuracy: Value| json!({"position": {"latitude": latitude, "longitude": longitude, "accuracy_m": accuracy}});
    for (body, status, problem, pointers) in [
        (json!({"employee_id": people.outsider.id}), 404, "not_found", vec![]),
        (json!({"employee_id": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"}), 404, "not_found", vec![]),
        (json!({"location": ""}), 422, "invalid", vec!["/location"]),
        (json!({"device": "x".repeat(121)}), 422, "invalid", vec!["/device"]),
        (json!({"captured_at": "2024-06-10T06:57:01Z"}), 422, "invalid", vec!["/captured_at"]),
        (json!({"captured_at": "yesterday"}), 400, "malformed", vec!["/captured_at"]),
        (json!({"when": 1}), 400, "malformed", vec!["/when"]),
        (position(json!(90.1), json!(13.4), json!(5)), 422, "invalid", vec!["/position/latitude"]),
        (position(json!(-91), json!(181), json!(5)), 422, "invalid", vec!["/position/latitude", "/position/longitude"]),
        (position(json!(52.5), json!(13.4), json!(-1)), 422, "invalid", vec!["/position/accuracy_m"]),
        (position(json!("52"), json!(13.4), json!(5)), 400, "malformed", vec!["/position/latitude"]),
        (json!({"position": {"latitude": 1.0, "longitude": 1.0}}), 400, "malformed", vec!["/position/accuracy_m"]),
    ] {
        let request = client.request("check-in", &people.employee, body);
        client.fixture.refused(request, status, problem, &pointers).await;
    }
}

/// Configures a fence of 100 m around the gate.
async fn set_fences(fixture: &AttendanceFixture, fencing: &str) {
    let app = app!(fixture.world, SITES_UPDATE);
    let fence = json!({"name": "Gate", "latitude": 52.52, "longitude": 13.405, "radius_m": 100});
    let body = json!({"name": "Berlin", "fencing": fencing, "fences": [fence]});
    let answer = fixture.world.put(&app, "/api/v1/sites/berlin", body).signed_in_as(fixture.hr()).await;
    assert!(answer.status.is_success(), "{}", answer.body);
}

#[tokio::test]
async fn enforced_fences_reject_punches_from_elsewhere() {
    let fixture = AttendanceFixture::new().await;
    set_fences(&fixture, "enforce").await;
    let client = PunchClient::with_fixture(fixture);
    client.fixture.set_time(EARLY);
    let employee = client.fixture.employee();
    let from = |latitude: f64, accuracy: f64| json!({"position": {"latitude": latitude, "longitude": 13.405, "accuracy_m": accuracy}});
    for (body, code) in [
        (punch_body(), "no_position"),
        (from(52.53, 10.0), "outside_fence"),
        (from(52.52, 2000.0), "inaccurate_position"),
    ] {
        let request = client.request("check-in", employee, body);
        let answer = client.fixture.refused(request, 422, "invalid", &["/position"]).await;
        assert_eq!(answer.body["errors"][0]["code"], code);
    }
    let answer = client.request("check-in", employee, from(52.520_1, 12.3)).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    assert_eq!(answer.body["punch"]["position"], json!({"latitude": 52.5201, "longitude": 13.405, "accuracy_m": 13}));
}

#[tokio::test]
async fn flagging_site_records_punches_with_a_warning() {
    let fixture = AttendanceFixture::new().await;
    set_fences(&fixture, "flag").await;
    let client = PunchClient::with_fixture(fixture);
    let answer = client.punch("check-in", EARLY).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    assert_eq!(answer.body["punch"]["flags"], json!(["no_position"]));
    assert_eq!(
        (&answer.body["warnings"][0]["code"], &answer.body["warnings"][0]["pointer"]),
        (&json!("no_position"), &json!("/position"))
    );
}

#[tokio::test]
async fn day_takes_at_most_one_hundred_punches() {
    let client = PunchClient::new().await;
    for nth in 0..100 {
        let what = if nth % 2 == 0 { "check-in" } else { "check-out" };
        client.punch_accepted(what, EARLY).await;
    }
    client.punch_refused("check-in", EARLY, 409, "too_many_punches").await;
}

#[tokio::test]
async fn suspended_employee_cannot_check_in() {
    let client = PunchClient::new().await;
    let suspended = directory::Person {
        status: directory::EmploymentStatus::Suspended,
        ..client.fixture.add_employee(60, "Bea").await
    };
    client.fixture.update_person(suspended.clone()).await;
    client.fixture.set_time("2024-06-11T06:55:00Z");
    let request = client.request("check-in", &suspended, punch_body());
    client.fixture.refused(request, 401, "token_refused", &[]).await;
}
