//! `POST /api/v1/compliance/calendars/{site}/import`

use serde_json::{Value, json};
use testkit::TestResponse;

use crate::compliance::{CALENDARS, ComplianceFixture, TABLE};

const PATH: &str = "/api/v1/compliance/calendars/berlin/import";

fn file(events: &[&str]) -> String {
    let events: String = events.iter().map(|event| format!("BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n")).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

const UNITY: &str = "SUMMARY:Unity\r\nDTSTART;VALUE=DATE:20241003\r\nDTEND;VALUE=DATE:20241004\r\nRRULE:FREQ=YEARLY";
const BREAK: &str = "SUMMARY:Break\r\nDTSTART;VALUE=DATE:20241224\r\nDTEND;VALUE=DATE:20250103";
const MEETING: &str = "SUMMARY:Meeting\r\nDTSTART:20241003T090000Z";

fn names(answer: &TestResponse) -> Vec<&str> {
    let holidays = answer.body["calendar"]["holidays"].as_array().unwrap();
    holidays.iter().map(|holiday| holiday["name"].as_str().unwrap()).collect()
}

fn statuses(answer: &TestResponse) -> Vec<&str> {
    answer.body["events"].as_array().unwrap().iter().map(|event| event["fate"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn import_adds_holidays_and_reports_each_event() {
    let fixture = ComplianceFixture::open().await;
    fixture.put_calendar("berlin", json!([{"name": "May Day", "from": "2024-05-01", "yearly": true}])).await;
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_IMPORT);
    let ask = |fields: Value| {
        fixture
            .world
            .post(&app, PATH, crate::compliance::with(json!({"ics": file(&[UNITY, BREAK, MEETING])}), fields))
            .signed_in_as(fixture.hr())
    };
    let dry = ask(json!({"dry_run": true}));
    let before = fixture.snapshot().await;
    let dry = dry.await;
    assert_eq!((dry.status.as_u16(), &dry.body["changed"]), (200, &json!(false)), "{}", dry.body);
    assert_eq!(names(&dry), ["May Day", "Unity", "Break"]);
    assert!(before == fixture.snapshot().await, "the dry run stores no version");

    let done = ask(json!({})).await;
    assert_eq!((&done.body["changed"], &done.body["calendar"]["version"]), (&json!(true), &json!(2)));
    assert_eq!(statuses(&done), ["added", "added", "refused"]);
    assert_eq!(done.body["events"][1]["to"], json!("2025-01-02"), "the end is exclusive");
    assert_eq!(
        done.body["events"][2]["reason"],
        json!("The event must be an all-day event in the years 1900 to 2200.")
    );
    assert_eq!(fixture.count_events("compliance.calendar_updated").await, 2);

    let again = ask(json!({})).await;
    assert_eq!((statuses(&again), &again.body["changed"]), (vec!["duplicate", "duplicate", "refused"], &json!(false)));
    assert_eq!(fixture.count_events("compliance.calendar_updated").await, 2, "no new version without a change");

    let replaced = ask(json!({"replace": true})).await;
    assert_eq!((names(&replaced), &replaced.body["calendar"]["version"]), (vec!["Unity", "Break"], &json!(3)));
}

#[tokio::test]
async fn retry_with_the_same_key_replays_the_first_answer() {
    let fixture = ComplianceFixture::open().await;
    fixture.put_calendar("berlin", json!([])).await;
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_IMPORT);
    let ask = || {
        fixture
            .post(&app, PATH, json!({"ics": file(&[UNITY])}))
            .signed_in_as(fixture.hr())
            .header("idempotency-key", "k")
    };
    let first = ask().await;
    let again = ask().await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (200, "true"));
    assert_eq!(first.body, again.body);
    assert_eq!(fixture.count_events("compliance.calendar_updated").await, 2);
}

#[tokio::test]
async fn invalid_files_and_missing_calendars_are_refused() {
    let fixture = ComplianceFixture::open().await;
    fixture.put_calendar("berlin", json!([])).await;
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_IMPORT);
    let many: Vec<_> = (0..420)
        .map(|n| format!("SUMMARY:D\r\nDTSTART;VALUE=DATE:{}{:02}{:02}", 2024 + n / 300, n / 25 % 12 + 1, n % 25 + 1))
        .collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    for text in ["", "x", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", &"BEGIN:VEVENT\n".repeat(4_000), &file(&many)] {
        let ask = fixture.post(&app, PATH, json!({"ics": text})).signed_in_as(fixture.hr());
        fixture.refused(ask, 422, "invalid", &["/ics"]).await;
    }
    let ask = fixture
        .post(&app, format!("{CALENDARS}/pune/import"), json!({"ics": file(&[UNITY])}))
        .signed_in_as(fixture.hr());
    fixture.refused(ask, 404, "not_found", &[]).await;
    let people = &fixture.world.people;
    for caller in [&people.employee, &people.manager, &people.auditor, &people.admin] {
        let ask = fixture.post(&app, PATH, json!({"ics": file(&[UNITY])})).signed_in_as(caller);
        fixture.refused(ask, 403, "forbidden", &[]).await;
    }
    assert_eq!(fixture.published_types(TABLE).await.len(), 1);
}
