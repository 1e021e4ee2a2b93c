//! `POST /api/v1/attendance/import`

use axum::Router;
use directory::{EmploymentStatus, Person};
use kernel::Minutes;
use policy::attendance::{DayStatus, PunchKind, PunchSource};
use serde_json::{Value, json};
use testkit::TestRequest;

use crate::attendance::{
    fixture::{AttendanceFixture, attendance_rules, date, instant},
    nightly_run_fixture::days,
};

const IMPORT: &str = "/api/v1/attendance/import";

fn app(fixture: &AttendanceFixture) -> Router {
    app!(fixture.world, ATTENDANCE_IMPORT)
}

fn import_csv<'a>(fixture: &'a AttendanceFixture, app: &'a Router, csv: &str, dry_run: bool) -> TestRequest<'a> {
    fixture.post(app, IMPORT, json!({"csv": csv, "dry_run": dry_run})).signed_in_as(fixture.hr())
}

/// Line, status and code of every row.
fn results(answer: &Value) -> Vec<(u64, &str, &str)> {
    let item = |item: &'_ Value| -> (u64, String, String) {
        let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        (item["line"].as_u64().unwrap(), text("status"), text("code"))
    };
    let items = answer["items"].as_array().unwrap().iter().map(item);
    items.map(|(line, status, code)| (line, &*status.leak(), &*code.leak())).collect()
}

/// Punches of a Friday with every kind of invalid row.
const FILE: &str = "employee_code,kind,time,device,location\n\
    e0001,in,2024-06-07 08:59:12,gate-1,Office\n\
    E0002,in,2024-06-07 09:00:00,gate-1,Office\n\
    E0001,in,2024-06-07 09:01:00,\"gate-1,Office\n\
    E9999,in,2024-06-07 09:00:00,gate-1,Office\n\
    E0001,hop,2024-06-07 09:00:00,gate-1,Office\n\
    E0001,out,2024-06-31 17:30:00,gate-1,Office\n\
    E0001,out,2024-06-10 12:33:00,gate-1,Office\n\
    E0001,out\n\
    \n\
    E0001,out,2024-06-07T15:31:40Z,gate-1,Office\n\
    E0001,in,2024-06-07 08:59:12,gate-2,Office\n\
    E0002,out,2024-06-07 19:00:00,gate-1,Office\n\
    X70,in,2024-06-07 09:00:00,gate-1,Office\n\
    X70,in,2024-06-05 09:00:00,gate-1,Office\n\
    E0001,in,2020-01-10 09:00:00,gate-1,Office\n\
    X71,in,2024-06-05 09:00:00,gate-1,Office\n";

const RESULTS: [(u64, &str, &str); 15] = [
    (2, "accepted", ""),
    (3, "accepted", ""),
    (4, "refused", "broken_row"),
    (5, "refused", "unknown_employee"),
    (6, "refused", "unknown_kind"),
    (7, "refused", "bad_time"),
    (8, "refused", "in_the_future"),
    (9, "refused", "missing_column"),
    (11, "accepted", ""),
    (12, "accepted", "repeated"),
    (13, "accepted", "outside_window"),
    (14, "refused", "terminated"),
    (15, "accepted", ""),
    (16, "refused", "too_old"),
    (17, "refused", "before_hire"),
];

async fn with_former_and_new_employee() -> AttendanceFixture {
    let fixture = AttendanceFixture::new().await;
    let gone = Person {
        status: EmploymentStatus::Terminated,
        termination_date: Some(jiff::civil::date(2024, 6, 5)),
        ..fixture.add_employee(70, "Gil").await
    };
    fixture.update_person(gone).await;
    let new = Person { hire_date: jiff::civil::date(2024, 6, 6), ..fixture.add_employee(71, "Nia").await };
    fixture.update_person(new).await;
    fixture
}

#[tokio::test]
async fn invalid_rows_do_not_affect_other_rows() {
    let fixture = with_former_and_new_employee().await;
    let app = app(&fixture);
    let before = fixture.snapshot().await;
    let dry = import_csv(&fixture, &app, FILE, true).await;
    assert_eq!((dry.status.as_u16(), results(&dry.body)), (200, RESULTS.to_vec()), "{}", dry.body);
    assert!(before == fixture.snapshot().await, "a dry run stores nothing");

    let done = import_csv(&fixture, &app, FILE, false).await;
    assert_eq!(results(&done.body), RESULTS, "same results as the dry run");
    assert_eq!(
        (&done.body["accepted"], &done.body["duplicates"], &done.body["refused"]),
        (&json!(6), &json!(0), &json!(9))
    );
    assert_eq!((&dry.body["dry_run"], &done.body["dry_run"]), (&json!(true), &json!(false)));
    let first = &done.body["items"][0];
    assert_eq!(
        (&first["at"], &first["date"]),
        (&json!("2024-06-07T06:59:12Z"), &json!("2024-06-07")),
        "local time of the site"
    );
    assert_eq!(first["employee_id"], json!(fixture.employee().id));
    let day = fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap();
    assert_eq!(day.punches.len(), 3, "another device is another punch");
    let punch = &day.punches[0];
    assert_eq!(
        (punch.source, punch.device.as_deref(), punch.local.to_string().as_str()),
        (PunchSource::Import, Some("gate-1"), "2024-06-07T08:59:12")
    );
    let published = fixture.published_types("ATTENDANCE_TABLE").await;
    assert_eq!(
        published.iter().filter(|event| *event == "attendance.punches_received").count(),
        3,
        "one write per day"
    );

    let before = fixture.snapshot().await;
    let again = import_csv(&fixture, &app, FILE, false).await;
    assert_eq!((&again.body["accepted"], &again.body["duplicates"]), (&json!(0), &json!(6)));
    assert!(before == fixture.snapshot().await, "a second import changes nothing");
}

#[tokio::test]
async fn missing_kinds_are_inferred_in_order_of_time() {
    let fixture = AttendanceFixture::new().await;
    fixture.assign_shifts(fixture.employee(), 9, "2024-06-06", &["night"]).await;
    let app = app(&fixture);
    // Devices write rows in any order; the night shift ends on the next morning.
    let csv = "employee_code,time\n\
        E0001,2024-06-07 06:10:00\nE0001,2024-06-06 21:50:00\nE0001,2024-06-07 02:30:00\nE0001,2024-06-07 02:00:00\n";
    let answer = import_csv(&fixture, &app, csv, false).await;
    assert_eq!(answer.body["accepted"], 4, "{}", answer.body);
    let kinds: Vec<_> = answer.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["kind"].as_str().unwrap(), item["date"].as_str().unwrap()))
        .collect();
    let evening = "2024-06-06";
    assert_eq!(kinds, [("check_out", evening), ("check_in", evening), ("check_in", evening), ("check_out", evening)]);
    let day = fixture.find_day(fixture.employee(), evening).await.unwrap();
    assert_eq!(day.punches.iter().filter(|punch| punch.kind == PunchKind::CheckIn).count(), 2);
    let again = import_csv(&fixture, &app, csv, false).await;
    assert_eq!(again.body["duplicates"], 4, "also with an inferred kind");
}

/// Status and worked minutes of a day of the employee, settled now.
async fn settled(fixture: &AttendanceFixture, on: &str) -> (DayStatus, Minutes) {
    fixture.settle_days(vec![days(fixture.employee(), on, on)], "2024-06-10T10:00:00Z").await;
    let outcome = fixture.outcome(fixture.employee(), on).await.unwrap();
    (outcome.status, outcome.worked_minutes)
}

#[tokio::test]
async fn day_is_the_same_whatever_file_is_imported_first() {
    let file = |times: &[&str]| {
        let rows = times.iter().map(|time| format!("E0001,auto,2024-06-07 {time}:00\n"));
        format!("employee_code,kind,time\n{}", rows.collect::<String>())
    };
    for files in [
        &[&["12:00", "12:30", "17:31"][..], &["08:59"]][..],
        &[&["08:59", "12:00", "12:30", "17:31"]],
        &[&["17:31"], &["12:30"], &["12:00"], &["08:59"]],
    ] {
        let fixture = AttendanceFixture::new().await;
        let app = app(&fixture);
        for (nth, times) in files.iter().enumerate() {
            let answer = import_csv(&fixture, &app, &file(times), false).await;
            assert_eq!(answer.body["accepted"], times.len(), "{}", answer.body);
            if nth == 0 && times.len() == 3 {
                assert_eq!(settled(&fixture, "2024-06-07").await, (DayStatus::Incomplete, Minutes(30)));
            }
        }
        assert_eq!(settled(&fixture, "2024-06-07").await, (DayStatus::Present, Minutes(482)), "{files:?}");
        let day = fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap();
        let mut kinds: Vec<_> = day.punches.iter().map(|punch| (punch.at, punch.kind, punch.kind_inferred)).collect();
        kinds.sort();
        let expected = [PunchKind::CheckIn, PunchKind::CheckOut].into_iter().cycle();
        assert!(kinds.iter().zip(expected).all(|(punch, kind)| (punch.1, punch.2) == (kind, true)), "{kinds:?}");
        let before = fixture.snapshot().await;
        let again = import_csv(&fixture, &app, &file(&["12:00", "08:59", "17:31", "12:30"]), false).await;
        assert_eq!(again.body["duplicates"], 4, "{}", again.body);
        assert!(before == fixture.snapshot().await);
    }
}

#[tokio::test]
async fn check_in_out_and_in_within_one_second_are_all_kept() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let csv = "employee_code,kind,time,device\n\
        E0001,in,2024-06-07 09:00:00,gate\nE0001,out,2024-06-07 09:00:00,gate\nE0001,in,2024-06-07 09:00:00,gate\n\
        E0001,out,2024-06-07 17:30:00,gate\n";
    let answer = import_csv(&fixture, &app, csv, false).await;
    let accepted = |line| (line, "accepted", "");
    assert_eq!(results(&answer.body), [accepted(2), accepted(3), accepted(4), accepted(5)], "{}", answer.body);
    assert_eq!(settled(&fixture, "2024-06-07").await, (DayStatus::Present, Minutes(480)));
    let before = fixture.snapshot().await;
    let again = import_csv(&fixture, &app, csv, false).await;
    assert_eq!(again.body["duplicates"], 4, "{}", again.body);
    assert!(before == fixture.snapshot().await, "the same file again changes nothing");
}

#[tokio::test]
async fn check_out_that_arrives_before_its_check_in_moves_to_the_shift_day() {
    let fixture = AttendanceFixture::new().await;
    fixture.assign_shifts(fixture.employee(), 9, "2024-06-06", &["night"]).await;
    fixture.assign_shifts(fixture.employee(), 10, "2024-06-07", &[]).await;
    let app = app(&fixture);
    let late = import_csv(&fixture, &app, "employee_code,time\nE0001,2024-06-07 07:30:00\n", false).await;
    assert_eq!(late.body["items"][0]["date"], "2024-06-07", "{}", late.body);
    let evening = import_csv(&fixture, &app, "employee_code,time\nE0001,2024-06-06 21:50:00\n", false).await;
    assert_eq!(evening.body["items"][0]["date"], "2024-06-06", "{}", evening.body);
    let night = fixture.find_day(fixture.employee(), "2024-06-06").await.unwrap();
    let kinds: Vec<_> = night.punches.iter().map(|punch| punch.kind).collect();
    assert_eq!(kinds, [PunchKind::CheckIn, PunchKind::CheckOut]);
    assert!(fixture.find_day(fixture.employee(), "2024-06-07").await.unwrap().punches.is_empty());
    assert_eq!(settled(&fixture, "2024-06-06").await, (DayStatus::Present, Minutes(550)));
}

/// The employee works a night on the last day, which a week of nights precedes.
async fn with_last_and_first_nights() -> AttendanceFixture {
    let fixture = AttendanceFixture::new().await;
    for (number, on) in [(9, "2024-06-05"), (10, "2024-06-06"), (11, "2024-06-07")] {
        fixture.assign_shifts(fixture.employee(), number, on, &["night"]).await;
    }
    let (hire_date, termination_date) = (date("2024-06-05"), Some(date("2024-06-05")));
    fixture.update_person(Person { hire_date, termination_date, ..fixture.employee().clone() }).await;
    // The cached person has expired.
    fixture.set_time("2024-06-10T10:31:00Z");
    fixture
}

#[tokio::test]
async fn check_out_after_the_last_day_counts_for_the_last_night() {
    let fixture = with_last_and_first_nights().await;
    let app = app(&fixture);
    let csv = "employee_code,kind,time\n\
        E0001,in,2024-06-04 22:00:00\nE0001,in,2024-06-05 21:50:00\nE0001,auto,2024-06-06 07:45:00\n\
        E0001,in,2024-06-06 21:50:00\nE0001,out,2024-06-06 17:00:00\n";
    let answer = import_csv(&fixture, &app, csv, false).await;
    let expected = [
        (2, "refused", "before_hire"),
        (3, "accepted", ""),
        (4, "accepted", "outside_window"),
        (5, "refused", "terminated"),
        (6, "refused", "terminated"),
    ];
    assert_eq!(results(&answer.body), expected, "{}", answer.body);
    let night = fixture.find_day(fixture.employee(), "2024-06-05").await.unwrap();
    assert_eq!(night.punches.len(), 2, "the late check-out belongs to the open night");
    assert!(fixture.find_day(fixture.employee(), "2024-06-06").await.is_none());
}

#[tokio::test]
async fn check_in_before_the_hire_date_counts_for_the_first_shift() {
    let fixture = AttendanceFixture::new().await;
    let mut rules = attendance_rules();
    let shift = json!({"code": "dawn", "from": "00:30:00", "to": "08:00:00", "break_minutes": 0});
    rules["shifts"].as_array_mut().unwrap().push(shift);
    fixture.put_policy(1, "attendance", rules).await;
    fixture.assign_shifts(fixture.employee(), 9, "2024-06-06", &["dawn"]).await;
    fixture.update_person(Person { hire_date: date("2024-06-06"), ..fixture.employee().clone() }).await;
    fixture.set_time("2024-06-10T10:31:00Z");
    let csv = "employee_code,kind,time\nE0001,in,2024-06-05 23:50:00\nE0001,in,2024-06-05 23:20:00\n";
    let answer = import_csv(&fixture, &app(&fixture), csv, false).await;
    assert_eq!(results(&answer.body), [(2, "accepted", ""), (3, "refused", "before_hire")], "{}", answer.body);
    assert_eq!(answer.body["items"][0]["date"], "2024-06-06");
}

#[tokio::test]
async fn late_duty_keeps_its_imported_check_out() {
    for files in [&["22:05 6", "01:30 8"][..], &["01:30 8", "22:05 6"]] {
        let fixture = AttendanceFixture::new().await;
        let mut rules = attendance_rules();
        let shift = json!({"code": "watch", "from": "22:00:00", "to": "22:00:00", "break_minutes": 0});
        rules["shifts"].as_array_mut().unwrap().push(shift);
        fixture.put_policy(1, "attendance", rules).await;
        fixture.assign_shifts(fixture.employee(), 9, "2024-06-06", &["watch"]).await;
        let app = app(&fixture);
        for file in files {
            let (clock, day) = file.split_once(' ').unwrap();
            let csv = format!("employee_code,time\nE0001,2024-06-0{day} {clock}:00\n");
            let answer = import_csv(&fixture, &app, &csv, false).await;
            assert_eq!(answer.body["accepted"], 1, "{}", answer.body);
        }
        let duty = fixture.find_day(fixture.employee(), "2024-06-06").await.unwrap();
        assert_eq!(duty.check_out_time, Some(instant("2024-06-07T23:30:00Z")), "{files:?}");
        assert!(fixture.find_day(fixture.employee(), "2024-06-08").await.is_none_or(|day| day.punches.is_empty()));
    }
}

#[tokio::test]
async fn local_times_use_the_requested_zone() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let body = json!({"csv": "employee_code;kind;time\nE0001;in;2024-06-07 12:30:00\n", "zone": "Asia/Kolkata"});
    let answer = fixture.post(&app, IMPORT, body).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.body["items"][0]["at"], "2024-06-07T07:00:00Z", "{}", answer.body);
}

#[tokio::test]
async fn invalid_file_is_rejected_as_a_whole() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let row = "E0001,2024-06-07 09:00\n";
    for (body, pointer, code) in [
        (json!({"csv": ""}), "/csv", "no_header"),
        (json!({"csv": "employee_code,time\n"}), "/csv", "no_rows"),
        (json!({"csv": "employee_code,kind\nE1,in\n"}), "/csv", "missing_column"),
        (json!({"csv": "employee_code,time,pay\nE1,2024-06-07 09:00,1\n"}), "/csv", "unknown_column"),
        (json!({"csv": format!("employee_code,time\n{}", row.repeat(5_001))}), "/csv", "too_many_rows"),
        (json!({"csv": "x".repeat(1024 * 1024 + 1)}), "/csv", "invalid"),
        (json!({"csv": format!("employee_code,time\n{row}"), "zone": "Mars/Olympus"}), "/zone", "unknown_zone"),
    ] {
        let answer = fixture
            .refused(fixture.post(&app, IMPORT, body).signed_in_as(fixture.hr()), 422, "invalid", &[pointer])
            .await;
        assert_eq!(answer.body["errors"][0]["code"], code);
    }
    let file = json!({"csv": "x".repeat(2 * 1024 * 1024)});
    fixture.refused(fixture.post(&app, IMPORT, file).signed_in_as(fixture.hr()), 413, "too_large", &[]).await;
}

#[tokio::test]
async fn repeated_key_replays_a_long_answer() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let rows = (0..2_000).map(|nth| format!("E0002,auto,2024-06-07 09:{:02}:{:02},gate\n", nth / 60 % 60, nth % 60));
    let csv = format!("employee_code,kind,time,device\n{}", rows.collect::<String>());
    let first = import_csv(&fixture, &app, &csv, false).header("idempotency-key", "file").await;
    assert_eq!(first.status.as_u16(), 200, "{}", first.body);
    assert_eq!(
        (&first.body["accepted"], &first.body["refused"]),
        (&json!(100), &json!(1900)),
        "a day takes 100 punches"
    );
    assert_eq!(first.body["items"][1_999]["code"], "too_many_punches");
    let again = import_csv(&fixture, &app, &csv, false).header("idempotency-key", "file").await;
    assert_eq!((again.header("idempotent-replayed"), again.body == first.body), ("true", true));
    let other = import_csv(&fixture, &app, FILE, false).header("idempotency-key", "file");
    fixture.refused(other, 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}

#[tokio::test]
async fn import_of_many_people_writes_each_day_once() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    let mut csv = "employee_code,kind,time\n".to_owned();
    for number in 200..240 {
        let person = fixture.add_employee(number, "Pat").await;
        csv.push_str(&format!("{0},in,2024-06-07 09:00:00\n{0},out,2024-06-07 17:30:00\n", person.employee_code));
    }
    fixture.world.calls.clear();
    let answer = import_csv(&fixture, &app, &csv, false).await;
    assert_eq!(answer.body["accepted"], 80, "{}", answer.body);
    let writes = fixture.world.calls.recorded().iter().filter(|call| !call.is_read()).count();
    assert_eq!(writes, 40, "one write per day");
}

#[tokio::test]
async fn only_hr_imports_punches() {
    let fixture = AttendanceFixture::new().await;
    let app = app(&fixture);
    for by in [fixture.employee(), fixture.manager(), &fixture.world.people.auditor] {
        let ask = fixture.post(&app, IMPORT, json!({"csv": FILE})).signed_in_as(by);
        fixture.refused(ask, 403, "forbidden", &[]).await;
    }
}
