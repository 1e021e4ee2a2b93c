//! `GET /api/v1/attendance/{employee_id}/days/{date}`

use ::attendance::domain::day::Day;
use policy::attendance::{GeoPosition, PunchSource};
use serde_json::{Value, json};

use crate::attendance::{
    fixture::{Plant, date},
    nightly_run_fixture::punch,
    settled_days_fixture::path,
};
use policy::attendance::PunchKind;

fn texts(body: &Value) -> Vec<&str> {
    body["explanation"].as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_settled_day_tells_how_its_figures_came_about() {
    let plant = Plant::open().await;
    let erin = plant.employee().clone();
    plant.week(&erin).await;
    let app = app!(plant.world, ATTENDANCE_DAYS_GET);
    let answer = plant.get(&app, path(erin.id, "/days/2024-06-04")).signed_in_as(&erin).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!(
        texts(&answer.body),
        [
            "Came and went.",
            "Shift `day` from 09:00 to 17:30, less 30 min of break. Expected: 8 h 00 min.",
            "Punches: in 09:12, out 17:30.",
            "Worked 7 h 48 min 00 s after 30 min of break; rounded once by the policy: 7 h 48 min.",
            "Late by 12 min, counted from the shift's start. The first check-in was at 09:12. Up to 5 min are let pass; beyond, all of it counts.",
            "12 min are missing: 8 h 00 min were expected and 7 h 48 min worked.",
        ]
    );
    let punch = &answer.body["punches"][0];
    let four = ["at", "zone", "local", "offset"].map(|field| punch[field].clone());
    assert_eq!(four, ["2024-06-04T07:12:00Z", "Europe/Berlin", "2024-06-04T09:12:00", "+02:00"]);
    let plan = &answer.body["plan"];
    assert_eq!(
        (&plan["opens_at"], &plan["closes_at"]),
        (&json!("2024-06-04T06:00:00Z"), &json!("2024-06-04T16:30:00Z"))
    );
    assert_eq!(answer.body["outcome"]["spans"], plan["shifts"]);
    let wednesday = plant.get(&app, path(erin.id, "/days/2024-06-05")).signed_in_as(&erin).await;
    let expected = "2 h 00 min of overtime on 2024-06-05, a working day, at 125 %.";
    assert_eq!(texts(&wednesday.body).last(), Some(&expected), "{:#}", wednesday.body["explanation"]);
    let friday = plant.get(&app, path(erin.id, "/days/2024-06-07")).signed_in_as(&erin).await;
    assert!(
        texts(&friday.body).contains(&"Leave `annual`, the first half of the day: 4 h 00 min."),
        "{:#}",
        friday.body
    );
    let thursday = plant.get(&app, path(erin.id, "/days/2024-06-06")).signed_in_as(&erin).await;
    assert_eq!(texts(&thursday.body)[0], "Work was expected and nobody came.");
}

#[tokio::test]
async fn a_day_that_has_not_come_yet_is_shown_as_it_is_planned() {
    let plant = Plant::open().await;
    let erin = plant.employee().clone();
    let app = app!(plant.world, ATTENDANCE_DAYS_GET);
    for (date, status, shifts) in
        [("2024-06-11", "expected", 1), ("2024-06-10", "late_expected", 1), ("2024-06-15", "rest_day", 0)]
    {
        let answer = plant.get(&app, path(erin.id, &format!("/days/{date}"))).signed_in_as(&erin).await;
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!(status)), "{date}: {}", answer.body);
        assert_eq!(answer.body["plan"]["shifts"].as_array().unwrap().len(), shifts);
        assert_eq!((&answer.body["created_at"], &answer.body["outcome"]), (&Value::Null, &Value::Null));
    }
    for date in ["2019-12-31", "1800-01-01", "tomorrow", "2024-02-30"] {
        let ask = plant.get(&app, path(erin.id, &format!("/days/{date}"))).signed_in_as(&erin);
        plant.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn private_words_are_for_those_who_are_close_and_the_place_is_shown_in_degrees() {
    let plant = Plant::open().await;
    let people = plant.world.people.clone();
    let mut manual = punch(&people.employee, PunchKind::CheckIn, "2024-06-04T07:00:00Z");
    manual.source = PunchSource::Manual;
    manual.reason = Some("Forgot the badge at the doctor's".to_owned());
    manual.position = Some(GeoPosition { latitude_e6: -1_500_001, longitude_e6: 13_404_954, accuracy_m: 12 });
    manual.location = Some("Office".to_owned());
    let day = Day::new(people.employee.id, date("2024-06-04"), testkit::start());
    plant.store_day(&day.with_punches(vec![manual], testkit::start())).await;
    let app = app!(plant.world, ATTENDANCE_DAYS_GET);
    for (by, reads) in [(&people.employee, true), (&people.manager, true), (&people.hr, true), (&people.auditor, false)]
    {
        let answer = plant.get(&app, path(people.employee.id, "/days/2024-06-04")).signed_in_as(by).await;
        let words = if reads { json!("Forgot the badge at the doctor's") } else { Value::Null };
        assert_eq!(
            (&answer.body["notes"], &answer.body["punches"][0]["reason"]),
            (&words, &words),
            "{}",
            by.first_name
        );
        assert_eq!(answer.body["check_in_location"], "Office");
        let place = json!({"latitude": -1.500_001, "longitude": 13.404_954, "accuracy_m": 12});
        let position = if reads { place } else { Value::Null };
        assert_eq!(answer.body["punches"][0]["position"], position);
    }
    for by in [&people.outsider, &people.other_manager, &people.admin] {
        let ask = plant.get(&app, path(people.employee.id, "/days/2024-06-04")).signed_in_as(by);
        plant.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn a_day_that_goes_on_is_counted_by_its_punches_so_far() {
    let plant = Plant::open().await;
    let erin = plant.employee().clone();
    let at = |kind, time: &str| punch(&erin, kind, &format!("2024-06-10T{time}Z"));
    let punches = [
        at(PunchKind::CheckIn, "07:00:00"),
        at(PunchKind::BreakStart, "09:00:00"),
        at(PunchKind::BreakEnd, "09:20:30"),
        at(PunchKind::BreakStart, "10:00:00"),
    ];
    let app = app!(plant.world, ATTENDANCE_DAYS_GET);
    let day = Day::new(erin.id, date("2024-06-10"), testkit::start());
    for (count, status, worked) in [(2, "on_break", 120), (3, "checked_in", 120), (4, "on_break", 159)] {
        let so_far = punches.iter().take(count).cloned().collect();
        plant.store_day(&day.with_punches(so_far, testkit::start())).await;
        let answer = plant.get(&app, path(erin.id, "/days/2024-06-10")).signed_in_as(&erin).await;
        let shown = (&answer.body["status"], &answer.body["worked_minutes"], &answer.body["settled"]);
        assert_eq!(shown, (&json!(status), &json!(worked), &json!(false)), "{count}");
        assert_eq!(answer.body["explanation"], json!([]), "nothing stands yet");
    }
}

#[tokio::test]
async fn what_was_set_aside_stays_and_is_said_to_be() {
    let plant = Plant::open().await;
    let erin = plant.employee().clone();
    plant.clocks(&erin, "2024-06-04", &["2024-06-04T07:00:00Z", "2024-06-04T15:30:00Z"]).await;
    let day = plant.day(&erin, "2024-06-04").await.unwrap();
    let mut wrong = punch(&erin, PunchKind::CheckIn, "2024-06-04T06:30:00Z");
    wrong.voided_by = Some(kernel::CorrectionId::new(crate::attendance::fixture::uuid(9)));
    let punches = day.punches.iter().cloned().chain([wrong]).collect();
    plant.store_day(&day.with_punches(punches, testkit::start())).await;
    plant
        .settled(
            vec![crate::attendance::nightly_run_fixture::days(&erin, "2024-06-04", "2024-06-04")],
            "2024-06-10T04:00:00Z",
        )
        .await;
    let app = app!(plant.world, ATTENDANCE_DAYS_GET);
    let answer = plant.get(&app, path(erin.id, "/days/2024-06-04")).signed_in_as(&erin).await;
    let told = "Punches: in 09:00, out 17:30. Set aside by corrections: 1.";
    assert!(texts(&answer.body).contains(&told), "{:#}", answer.body["explanation"]);
    assert_eq!(answer.body["punches"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_night_shift_tells_the_date_of_what_lies_on_the_next_day() {
    let plant = Plant::open().await;
    let erin = plant.employee().clone();
    plant.shifts(&erin, 1, "2024-06-04", &["night"]).await;
    plant.clocks(&erin, "2024-06-04", &["2024-06-04T19:50:00Z", "2024-06-05T04:10:00Z"]).await;
    plant
        .settled(
            vec![crate::attendance::nightly_run_fixture::days(&erin, "2024-06-04", "2024-06-04")],
            "2024-06-10T04:00:00Z",
        )
        .await;
    let app = app!(plant.world, ATTENDANCE_DAYS_GET);
    let answer = plant.get(&app, path(erin.id, "/days/2024-06-04")).signed_in_as(&erin).await;
    let lines = texts(&answer.body);
    assert!(
        lines[1].starts_with("Shift `night` from 22:00 to 06:00 on 2024-06-05, less 30 min of break."),
        "{lines:#?}"
    );
    assert!(lines.contains(&"Punches: in 21:50, out 06:10 on 2024-06-05."), "{lines:#?}");
}
