//! `GET /api/v1/attendance/{employee_id}/days/{date}`

use ::attendance::domain::day::Day;
use policy::attendance::{GeoPosition, PunchSource};
use serde_json::{Value, json};

use crate::attendance::{
    fixture::{AttendanceFixture, date},
    nightly_run_fixture::punch,
    settled_days_fixture::path,
};
use policy::attendance::PunchKind;

fn texts(body: &Value) -> Vec<&str> {
    body["explanation"].as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn settled_day_explains_its_figures() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    fixture.settle_week(&erin).await;
    let app = app!(fixture.world, ATTENDANCE_DAYS_GET);
    let answer = fixture.get(&app, path(erin.id, "/days/2024-06-04")).signed_in_as(&erin).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!(
        texts(&answer.body),
        [
            "The employee checked in and out.",
            "Shift `day` from 09:00 to 17:30, less 30 min of break. Expected working time: 8 h 00 min.",
            "Punches: check-in 09:12, check-out 17:30.",
            "Worked 7 h 48 min 00 s after 30 min of break. Rounded by the policy: 7 h 48 min.",
            "30 min of break not taken, deducted by policy.",
            "Late by 12 min, counted from the start of the shift. The first check-in was at 09:12. Up to 5 min is within grace; beyond that, all of it counts.",
            "12 min is missing: 8 h 00 min was expected, 7 h 48 min was worked.",
        ]
    );
    let punch = &answer.body["punches"][0];
    let instant_fields = ["at", "zone", "local", "offset"].map(|field| punch[field].clone());
    assert_eq!(instant_fields, ["2024-06-04T07:12:00Z", "Europe/Berlin", "2024-06-04T09:12:00", "+02:00"]);
    let plan = &answer.body["plan"];
    assert_eq!(
        (&plan["opens_at"], &plan["closes_at"]),
        (&json!("2024-06-04T06:00:00Z"), &json!("2024-06-04T16:30:00Z"))
    );
    assert_eq!(answer.body["outcome"]["spans"], plan["shifts"]);
    let wednesday = fixture.get(&app, path(erin.id, "/days/2024-06-05")).signed_in_as(&erin).await;
    let expected = "2 h 00 min of overtime on 2024-06-05, a working day, at 125 %.";
    assert_eq!(texts(&wednesday.body).last(), Some(&expected), "{:#}", wednesday.body["explanation"]);
    let friday = fixture.get(&app, path(erin.id, "/days/2024-06-07")).signed_in_as(&erin).await;
    assert!(
        texts(&friday.body).contains(&"Leave `annual`, the first half of the day: 4 h 00 min."),
        "{:#}",
        friday.body
    );
    let thursday = fixture.get(&app, path(erin.id, "/days/2024-06-06")).signed_in_as(&erin).await;
    assert_eq!(texts(&thursday.body)[0], "Work was expected, but there is no punch.");
}

#[tokio::test]
async fn day_without_record_shows_its_plan() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    let app = app!(fixture.world, ATTENDANCE_DAYS_GET);
    for (date, status, shifts) in
        [("2024-06-11", "expected", 1), ("2024-06-10", "late_expected", 1), ("2024-06-15", "rest_day", 0)]
    {
        let answer = fixture.get(&app, path(erin.id, &format!("/days/{date}"))).signed_in_as(&erin).await;
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!(status)), "{date}: {}", answer.body);
        assert_eq!(answer.body["plan"]["shifts"].as_array().unwrap().len(), shifts);
        assert_eq!((&answer.body["created_at"], &answer.body["outcome"]), (&Value::Null, &Value::Null));
    }
    for date in ["2019-12-31", "1800-01-01", "tomorrow", "2024-02-30"] {
        let ask = fixture.get(&app, path(erin.id, &format!("/days/{date}"))).signed_in_as(&erin);
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn only_self_manager_and_hr_read_reasons_and_positions() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let mut manual = punch(&people.employee, PunchKind::CheckIn, "2024-06-04T07:00:00Z");
    manual.source = PunchSource::Manual;
    manual.reason = Some("Forgot the badge at the doctor's".to_owned());
    manual.position = Some(GeoPosition { latitude_e6: -1_500_001, longitude_e6: 13_404_954, accuracy_m: 12 });
    manual.location = Some("Office".to_owned());
    let day = Day::new(people.employee.id, date("2024-06-04"), testkit::test_start());
    fixture.store_day(&day.with_punches(vec![manual], testkit::test_start())).await;
    let app = app!(fixture.world, ATTENDANCE_DAYS_GET);
    for (by, may_read) in
        [(&people.employee, true), (&people.manager, true), (&people.hr, true), (&people.auditor, false)]
    {
        let answer = fixture.get(&app, path(people.employee.id, "/days/2024-06-04")).signed_in_as(by).await;
        let reason = if may_read { json!("Forgot the badge at the doctor's") } else { Value::Null };
        assert_eq!(
            (&answer.body["notes"], &answer.body["punches"][0]["reason"]),
            (&reason, &reason),
            "{}",
            by.first_name
        );
        assert_eq!(answer.body["check_in_location"], "Office");
        let coordinates = json!({"latitude": -1.500_001, "longitude": 13.404_954, "accuracy_m": 12});
        let position = if may_read { coordinates } else { Value::Null };
        assert_eq!(answer.body["punches"][0]["position"], position);
    }
    for by in [&people.outsider, &people.other_manager, &people.admin] {
        let ask = fixture.get(&app, path(people.employee.id, "/days/2024-06-04")).signed_in_as(by);
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn open_day_counts_punches_so_far() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    let at = |kind, time: &str| punch(&erin, kind, &format!("2024-06-10T{time}Z"));
    let punches = [
        at(PunchKind::CheckIn, "07:00:00"),
        at(PunchKind::BreakStart, "09:00:00"),
        at(PunchKind::BreakEnd, "09:20:30"),
        at(PunchKind::BreakStart, "10:00:00"),
    ];
    let app = app!(fixture.world, ATTENDANCE_DAYS_GET);
    let day = Day::new(erin.id, date("2024-06-10"), testkit::test_start());
    for (count, status, worked) in [(2, "on_break", 120), (3, "checked_in", 120), (4, "on_break", 159)] {
        let so_far = punches.iter().take(count).cloned().collect();
        fixture.store_day(&day.with_punches(so_far, testkit::test_start())).await;
        let answer = fixture.get(&app, path(erin.id, "/days/2024-06-10")).signed_in_as(&erin).await;
        let shown = (&answer.body["status"], &answer.body["worked_minutes"], &answer.body["settled"]);
        assert_eq!(shown, (&json!(status), &json!(worked), &json!(false)), "{count}");
        assert_eq!(answer.body["explanation"], json!([]), "no figure is derived yet");
    }
}

#[tokio::test]
async fn voided_punches_stay_and_are_mentioned() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    fixture.check_in_and_out(&erin, "2024-06-04", &["2024-06-04T07:00:00Z", "2024-06-04T15:30:00Z"]).await;
    let day = fixture.find_day(&erin, "2024-06-04").await.unwrap();
    let mut wrong = punch(&erin, PunchKind::CheckIn, "2024-06-04T06:30:00Z");
    wrong.voided_by = Some(kernel::CorrectionId::new(crate::attendance::fixture::uuid(9)));
    let punches = day.punches.iter().cloned().chain([wrong]).collect();
    fixture.store_day(&day.with_punches(punches, testkit::test_start())).await;
    fixture
        .settle_days(
            vec![crate::attendance::nightly_run_fixture::days(&erin, "2024-06-04", "2024-06-04")],
            "2024-06-10T04:00:00Z",
        )
        .await;
    let app = app!(fixture.world, ATTENDANCE_DAYS_GET);
    let answer = fixture.get(&app, path(erin.id, "/days/2024-06-04")).signed_in_as(&erin).await;
    let expected = "Punches: check-in 09:00, check-out 17:30. Voided by corrections: 1.";
    assert!(texts(&answer.body).contains(&expected), "{:#}", answer.body["explanation"]);
    assert_eq!(answer.body["punches"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn night_shift_explanation_names_the_next_date() {
    let fixture = AttendanceFixture::new().await;
    let erin = fixture.employee().clone();
    fixture.assign_shifts(&erin, 1, "2024-06-04", &["night"]).await;
    fixture.check_in_and_out(&erin, "2024-06-04", &["2024-06-04T19:50:00Z", "2024-06-05T04:10:00Z"]).await;
    fixture
        .settle_days(
            vec![crate::attendance::nightly_run_fixture::days(&erin, "2024-06-04", "2024-06-04")],
            "2024-06-10T04:00:00Z",
        )
        .await;
    let app = app!(fixture.world, ATTENDANCE_DAYS_GET);
    let answer = fixture.get(&app, path(erin.id, "/days/2024-06-04")).signed_in_as(&erin).await;
    let lines = texts(&answer.body);
    assert!(
        lines[1].starts_with("Shift `night` from 22:00 to 06:00 on 2024-06-05, less 30 min of break."),
        "{lines:#?}"
    );
    assert!(lines.contains(&"Punches: check-in 21:50, check-out 06:10 on 2024-06-05."), "{lines:#?}");
}
