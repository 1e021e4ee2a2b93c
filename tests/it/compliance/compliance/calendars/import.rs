//! `POST /api/v1/compliance/calendars/{site}/import`

use serde_json::{Value, json};
use testkit::Answer;

use crate::compliance::{CALENDARS, ComplianceFixture, TABLE};

const PATH: &str = "/api/v1/compliance/calendars/berlin/import";

fn file(events: &[&str]) -> String {
    let events: String = events.iter().map(|event| format!("BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n")).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

const UNITY: &str = "SUMMARY:Unity\r\nDTSTART;VALUE=DATE:20241003\r\nDTEND;VALUE=DATE:20241004\r\nRRULE:FREQ=YEARLY";
const BREAK: &str = "SUMMARY:Break\r\nDTSTART;VALUE=DATE:20241224\r\nDTEND;VALUE=DATE:20250103";
const MEETING: &str = "SUMMARY:Meeting\r\nDTSTART:20241003T090000Z";

fn names(answer: &Answer) -> Vec<&str> {
    let holidays = answer.body["calendar"]["holidays"].as_array().unwrap();
    holidays.iter().map(|holiday| holiday["name"].as_str().unwrap()).collect()
}

fn fates(answer: &Answer) -> Vec<&str> {
    answer.body["events"].as_array().unwrap().iter().map(|event| event["fate"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_file_becomes_holidays_and_every_event_is_told_its_fate() {
    let house = ComplianceFixture::open().await;
    house.calendar("berlin", json!([{"name": "May Day", "from": "2024-05-01", "yearly": true}])).await;
    let app = app!(house.world, COMPLIANCE_CALENDARS_IMPORT);
    let ask = |fields: Value| {
        house
            .world
            .post(&app, PATH, crate::compliance::with(json!({"ics": file(&[UNITY, BREAK, MEETING])}), fields))
            .signed_in_as(house.hr())
    };
    let dry = ask(json!({"dry_run": true}));
    let before = house.snapshot().await;
    let dry = dry.await;
    assert_eq!((dry.status.as_u16(), &dry.body["changed"]), (200, &json!(false)), "{}", dry.body);
    assert_eq!(names(&dry), ["May Day", "Unity", "Break"]);
    assert!(before == house.snapshot().await, "a dry run stores nothing");

    let done = ask(json!({})).await;
    assert_eq!((&done.body["changed"], &done.body["calendar"]["version"]), (&json!(true), &json!(2)));
    assert_eq!(fates(&done), ["added", "added", "refused"]);
    assert_eq!(done.body["events"][1]["to"], json!("2025-01-02"), "the end is exclusive");
    assert_eq!(done.body["events"][2]["reason"], json!("it is not an all-day event"));
    assert_eq!(house.count_events("compliance.calendar_updated").await, 2);

    let again = ask(json!({})).await;
    assert_eq!((fates(&again), &again.body["changed"]), (vec!["duplicate", "duplicate", "refused"], &json!(false)));
    assert_eq!(house.count_events("compliance.calendar_updated").await, 2, "nothing new is no version");

    let replaced = ask(json!({"replace": true})).await;
    assert_eq!((names(&replaced), &replaced.body["calendar"]["version"]), (vec!["Unity", "Break"], &json!(3)));
}

#[tokio::test]
async fn a_retry_gets_the_first_answer() {
    let house = ComplianceFixture::open().await;
    house.calendar("berlin", json!([])).await;
    let app = app!(house.world, COMPLIANCE_CALENDARS_IMPORT);
    let ask = || {
        house.post(&app, PATH, json!({"ics": file(&[UNITY])})).signed_in_as(house.hr()).header("idempotency-key", "k")
    };
    let first = ask().await;
    let again = ask().await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (200, "true"));
    assert_eq!(first.body, again.body);
    assert_eq!(house.count_events("compliance.calendar_updated").await, 2);
}

#[tokio::test]
async fn what_is_no_file_or_for_no_calendar_is_refused() {
    let house = ComplianceFixture::open().await;
    house.calendar("berlin", json!([])).await;
    let app = app!(house.world, COMPLIANCE_CALENDARS_IMPORT);
    let many: Vec<_> = (0..420)
        .map(|n| format!("SUMMARY:D\r\nDTSTART;VALUE=DATE:{}{:02}{:02}", 2024 + n / 300, n / 25 % 12 + 1, n % 25 + 1))
        .collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    for text in ["", "x", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", &"BEGIN:VEVENT\n".repeat(4_000), &file(&many)] {
        let ask = house.post(&app, PATH, json!({"ics": text})).signed_in_as(house.hr());
        house.refused(ask, 422, "invalid", &["/ics"]).await;
    }
    let ask =
        house.post(&app, format!("{CALENDARS}/pune/import"), json!({"ics": file(&[UNITY])})).signed_in_as(house.hr());
    house.refused(ask, 404, "not_found", &[]).await;
    let people = &house.world.people;
    for caller in [&people.employee, &people.manager, &people.auditor, &people.admin] {
        let ask = house.post(&app, PATH, json!({"ics": file(&[UNITY])})).signed_in_as(caller);
        house.refused(ask, 403, "forbidden", &[]).await;
    }
    assert_eq!(house.published_types(TABLE).await.len(), 1);
}
