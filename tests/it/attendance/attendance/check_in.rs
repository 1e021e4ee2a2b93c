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
    fixture::{Plant, date, instant, uuid},
    punch_fixture::{Clock, seed},
};

/// Monday, 08:55 in Berlin.
const EARLY: &str = "2024-06-10T06:55:00.9Z";
/// Monday, 09:07.
const LATE: &str = "2024-06-10T07:07:00Z";

#[tokio::test]
async fn whoever_comes_is_in_by_one_write_that_says_so() {
    let clock = Clock::open().await;
    clock.plant.at(EARLY);
    let employee = clock.plant.employee();
    let mut body = seed();
    body["employee_id"] = json!(employee.id);
    body["captured_at"] = json!("2024-06-10T06:54:58Z");
    let answer = clock.ask("check-in", employee, body).await;
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
    let day = clock.plant.day(employee, "2024-06-10").await.unwrap();
    let punch = &day.punches[0];
    assert_eq!(answer.body["id"], json!(day.id));
    assert_eq!((punch.at, punch.zone.as_str()), (instant("2024-06-10T06:55:00Z"), "Europe/Berlin"));
    assert_eq!((punch.local.to_string().as_str(), punch.offset.as_str()), ("2024-06-10T08:55:00", "+02:00"));
    assert_eq!((punch.location.as_deref(), punch.device.as_deref()), (Some("Office"), Some("Mobile")));
    assert_eq!((punch.source, punch.captured_at), (PunchSource::Live, Some(instant("2024-06-10T06:54:58Z"))));
    assert_eq!(punch.received_at, instant(EARLY), "when it reached us, to the millisecond");
    assert_eq!((day.check_in_time, day.location.as_deref()), (Some(punch.at), Some("Office")));
    assert_eq!(clock.said().await, ["attendance.checked_in"]);
}

#[tokio::test]
async fn a_late_arrival_is_told_once_and_by_the_same_write() {
    let clock = Clock::open().await;
    clock.plant.at("2024-06-10T06:00:00Z");
    clock.plant.world.calls.clear();
    let punched = clock.punched("check-in", LATE).await;
    assert_eq!(punched["late_minutes"], 7, "from the start of the shift, not from the end of grace");
    let writes = clock.plant.world.calls.recorded().iter().filter(|call| !call.is_read()).count();
    assert_eq!(writes, 1);
    assert_eq!(clock.said().await, ["attendance.checked_in", "attendance.late"]);
    let day = clock.plant.day(clock.plant.employee(), "2024-06-10").await.unwrap();
    assert_eq!((day.late_minutes, day.announced.as_slice()), (Some(Minutes(7)), [Exception::Late].as_slice()));
    let item = clock.plant.item(format!("EMP#{}", day.employee_id), "DAY#2024-06-10").await.unwrap();
    assert_eq!(item["ix_by_late_sk"], "2024-06-10");

    clock.punched("check-out", "2024-06-10T10:00:00Z").await;
    let again = clock.punched("check-in", "2024-06-10T10:30:00Z").await;
    assert_eq!(again["late_minutes"], json!(null), "who comes back from lunch is not late");
    assert_eq!(clock.said().await, ["attendance.checked_in"]);
    let day = clock.plant.day(clock.plant.employee(), "2024-06-10").await.unwrap();
    assert_eq!((day.late_minutes, day.announced.len()), (Some(Minutes(7)), 1));
}

#[tokio::test]
async fn within_grace_nobody_is_late() {
    let clock = Clock::open().await;
    let punched = clock.punched("check-in", "2024-06-10T07:05:00Z").await;
    assert_eq!(punched["late_minutes"], json!(null));
    assert_eq!(clock.said().await, ["attendance.checked_in"]);
}

#[tokio::test]
async fn whoever_is_on_leave_in_the_morning_is_expected_at_noon() {
    let clock = Clock::open().await;
    let employee = clock.plant.employee();
    let mut day = ::attendance::domain::day::Day::new(employee.id, date("2024-06-10"), instant(EARLY));
    day.leaves.push(DayLeave {
        leave_id: kernel::LeaveId::new(uuid(77)),
        leave_type: "annual".to_owned(),
        portion: Portion::Half(Half::Am),
        minutes: Minutes(240),
        active: true,
        version: 3,
    });
    clock.plant.store_day(&day).await;
    let punched = clock.punched("check-in", "2024-06-10T11:10:00Z").await;
    assert_eq!(punched["late_minutes"], json!(null), "13:10 is before the middle of the shift, 13:15");
    assert_eq!(clock.said().await, ["attendance.checked_in"]);
    let day = clock.plant.day(employee, "2024-06-10").await.unwrap();
    assert_eq!((day.leaves.len(), day.punches.len(), day.announced.len()), (1, 1, 0));
}

#[tokio::test]
async fn of_many_identical_clicks_one_counts_and_all_hear_the_same() {
    for (several, at) in [(2, EARLY), (7, LATE), (20, EARLY), (20, LATE)] {
        let clock = Clock::open().await;
        clock.plant.at(at);
        let clicks = (0..several).map(|nth| {
            let ask = clock.ask("check-in", clock.plant.employee(), seed()).header("idempotency-key", "click");
            async move {
                for _ in 0..nth * 3 {
                    tokio::task::yield_now().await;
                }
                ask.await
            }
        });
        let answers = join_all(clicks).await;
        assert!(answers.iter().all(|answer| answer.status == 201), "{:?}", answers[0].body);
        let bodies: BTreeSet<String> = answers.iter().map(|answer| answer.body.to_string()).collect();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
        let firsts = answers.iter().filter(|answer| answer.header("idempotent-replayed").is_empty()).count();
        assert_eq!(firsts, 1);
        let day = clock.plant.day(clock.plant.employee(), "2024-06-10").await.unwrap();
        assert_eq!(day.punches.len(), 1);
        let said =
            if at == LATE { vec!["attendance.checked_in", "attendance.late"] } else { vec!["attendance.checked_in"] };
        assert_eq!(clock.said().await, said);
    }
}

#[tokio::test]
async fn of_many_clicks_without_a_key_one_is_in_and_the_others_see_it() {
    for (several, at) in [(2, EARLY), (20, EARLY), (20, LATE)] {
        let clock = Clock::open().await;
        clock.plant.at(at);
        let answers =
            join_all((0..several).map(|_| async { clock.ask("check-in", clock.plant.employee(), seed()).await })).await;
        let (taken, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
        assert_eq!((taken.len(), refused.len()), (1, several - 1));
        for answer in refused {
            assert_eq!((answer.status.as_u16(), answer.problem()), (409, "already_checked_in"), "{}", answer.body);
            assert_eq!(answer.body["current"]["punch"], taken[0].body["punch"]);
            assert_eq!(answer.body["current"]["open_since"], taken[0].body["check_in_time"]);
        }
    }
}

#[tokio::test]
async fn a_key_stands_for_one_request_however_the_day_went_on() {
    let clock = Clock::open().await;
    let employee = clock.plant.employee();
    clock.plant.at(EARLY);
    let ask = |body: Value| clock.ask("check-in", employee, body).header("idempotency-key", "k1");
    let first = ask(seed()).await;
    clock.punched("break-start", "2024-06-10T09:00:00Z").await;
    clock.punched("break-end", "2024-06-10T09:10:00Z").await;
    clock.punched("check-out", "2024-06-10T15:00:00Z").await;
    let again = ask(seed()).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(again.body, first.body);
    let ask = ask(json!({"location": "Home"}));
    clock.plant.refused(ask, 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}

#[tokio::test]
async fn a_click_that_is_repeated_after_the_day_has_turned_is_still_the_same() {
    let clock = Clock::open().await;
    let employee = clock.plant.employee();
    let ask = || clock.ask("check-in", employee, seed()).header("idempotency-key", "midnight");
    clock.plant.at("2024-06-08T21:59:58Z");
    let first = ask().await;
    assert_eq!((first.status.as_u16(), &first.body["date"]), (201, &json!("2024-06-08")), "{}", first.body);
    clock.plant.at("2024-06-08T22:00:03Z");
    let again = ask().await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body));
    assert!(clock.plant.day(employee, "2024-06-09").await.is_none());
}

#[tokio::test]
async fn a_punch_in_no_window_is_kept_and_told() {
    let clock = Clock::open().await;
    let answer = clock.punch("check-in", "2024-06-10T05:30:00Z").await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    assert_eq!(answer.body["warnings"][0]["code"], "outside_window");
    assert_eq!(
        (&answer.body["date"], &answer.body["punch"]["flags"]),
        (&json!("2024-06-10"), &json!(["outside_window"]))
    );
    assert_eq!(clock.said().await, ["attendance.checked_in", "attendance.outside_window"]);
    clock.punched("check-out", "2024-06-10T05:40:00Z").await;
    clock.punched("check-in", "2024-06-10T05:50:00Z").await;
    assert_eq!(clock.said().await, ["attendance.checked_in"], "once a day");
    let day = clock.plant.day(clock.plant.employee(), "2024-06-10").await.unwrap();
    assert_eq!(day.announced, [Exception::OutsideWindow]);
    assert!(day.punches.iter().all(|punch| punch.flags == [PunchFlag::OutsideWindow]));
}

#[tokio::test]
async fn a_free_day_takes_punches_at_any_hour() {
    let clock = Clock::open().await;
    let punched = clock.punched("check-in", "2024-06-09T02:00:00Z").await;
    assert_eq!((&punched["date"], &punched["late_minutes"]), (&json!("2024-06-09"), &json!(null)));
    assert_eq!(punched["warnings"], json!([]));
}

#[tokio::test]
async fn a_night_shift_belongs_to_its_evening() {
    let clock = Clock::open().await;
    clock.plant.shifts(clock.plant.employee(), 9, "2024-06-10", &["night"]).await;
    let punched = clock.punched("check-in", "2024-06-10T22:20:00Z").await;
    assert_eq!((&punched["date"], &punched["late_minutes"]), (&json!("2024-06-10"), &json!(140)), "00:20 on Tuesday");
    let standing = clock.refused("check-in", "2024-06-11T00:00:00Z", 409, "already_checked_in").await;
    assert_eq!(standing["date"], "2024-06-10");
}

#[tokio::test]
async fn whoever_is_not_known_here_yet_punches_all_the_same() {
    let clock = Clock::open().await;
    let like = clock.plant.employee().clone();
    let new = directory::Person {
        id: kernel::EmployeeId::new(uuid(500)),
        employee_code: "X500".to_owned(),
        email: "new@example.com".to_owned(),
        ..like
    };
    clock.plant.world.add_people(&[&new]).await;
    clock.plant.at(LATE);
    let answer = clock.ask("check-in", &new, seed()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["late_minutes"]), (201, &json!(7)), "{}", answer.body);
}

#[tokio::test]
async fn reads_are_one_round_trip_and_none_when_warm() {
    let clock = Clock::open().await;
    clock.plant.at(EARLY);
    clock.plant.world.calls.clear();
    clock.punched("check-in", EARLY).await;
    let calls = clock.plant.world.calls.recorded();
    let (reads, writes): (Vec<_>, Vec<_>) = calls.iter().partition(|call| call.is_read());
    let keys = reads.iter().filter(|call| call.operation == "GetItem").count();
    assert_eq!((writes.len(), writes[0].operation.as_str()), (1, "UpdateItem"));
    // The published keys come first; a real function reads them at init.
    assert!(keys == 3 && round_trips(reads.iter().copied()) <= 2, "{calls:?}");

    clock.punched("check-out", EARLY).await;
    clock.plant.world.calls.clear();
    clock.punched("check-in", EARLY).await;
    let calls = clock.plant.world.calls.recorded();
    assert_eq!(calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>(), ["UpdateItem"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_stores_nothing() {
    let clock = Clock::open().await;
    let people = &clock.plant.world.people;
    clock.plant.at(EARLY);
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
        let ask = clock.ask("check-in", &people.employee, body);
        clock.plant.refused(ask, status, problem, &pointers).await;
    }
}

/// Fences the plant: 100 m around the gate.
async fn fenced(plant: &Plant, fencing: &str) {
    let app = app!(plant.world, SITES_UPDATE);
    let fence = json!({"name": "Gate", "latitude": 52.52, "longitude": 13.405, "radius_m": 100});
    let body = json!({"name": "Berlin", "fencing": fencing, "fences": [fence]});
    let answer = plant.world.put(&app, "/api/v1/sites/berlin", body).signed_in_as(plant.hr()).await;
    assert!(answer.status.is_success(), "{}", answer.body);
}

#[tokio::test]
async fn a_site_that_insists_on_its_fences_refuses_punches_from_elsewhere() {
    let plant = Plant::open().await;
    fenced(&plant, "enforce").await;
    let clock = Clock::at(plant);
    clock.plant.at(EARLY);
    let employee = clock.plant.employee();
    let from = |latitude: f64, accuracy: f64| json!({"position": {"latitude": latitude, "longitude": 13.405, "accuracy_m": accuracy}});
    for (body, code) in
        [(seed(), "no_position"), (from(52.53, 10.0), "outside_fence"), (from(52.52, 2000.0), "inaccurate_position")]
    {
        let ask = clock.ask("check-in", employee, body);
        let answer = clock.plant.refused(ask, 422, "invalid", &["/position"]).await;
        assert_eq!(answer.body["errors"][0]["code"], code);
    }
    let answer = clock.ask("check-in", employee, from(52.520_1, 12.3)).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    assert_eq!(answer.body["punch"]["position"], json!({"latitude": 52.5201, "longitude": 13.405, "accuracy_m": 13}));
}

#[tokio::test]
async fn a_site_that_flags_takes_every_punch_and_says_so() {
    let plant = Plant::open().await;
    fenced(&plant, "flag").await;
    let clock = Clock::at(plant);
    let answer = clock.punch("check-in", EARLY).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    assert_eq!(answer.body["punch"]["flags"], json!(["no_position"]));
    assert_eq!(
        (&answer.body["warnings"][0]["code"], &answer.body["warnings"][0]["pointer"]),
        (&json!("no_position"), &json!("/position"))
    );
}

#[tokio::test]
async fn a_day_does_not_grow_without_end() {
    let clock = Clock::open().await;
    for nth in 0..100 {
        let what = if nth % 2 == 0 { "check-in" } else { "check-out" };
        clock.punched(what, EARLY).await;
    }
    clock.refused("check-in", EARLY, 409, "too_many_punches").await;
}

#[tokio::test]
async fn nobody_who_is_not_employed_punches() {
    let clock = Clock::open().await;
    let barred =
        directory::Person { status: directory::EmploymentStatus::Suspended, ..clock.plant.person(60, "Bea").await };
    clock.plant.moved(barred.clone()).await;
    clock.plant.at("2024-06-11T06:55:00Z");
    let ask = clock.ask("check-in", &barred, seed());
    clock.plant.refused(ask, 401, "token_refused", &[]).await;
}
