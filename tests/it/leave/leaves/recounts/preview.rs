//! `POST /api/v1/leaves/recounts/preview`

use serde_json::{Value, json};

use crate::leave::{LeaveFixture, with};

const PATH: &str = "/api/v1/leaves/recounts/preview";

#[tokio::test]
async fn preview_shows_differences_and_writes_nothing() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let taken = office.request_annual_leave(&person, "2024-07-01", "2024-07-05").await;
    assert_eq!(office.approve(office.manager(), &taken).await.status, 200);
    office.request_annual_leave(&person, "2024-08-05", "2024-08-06").await;
    office.publish_calendar(2, &["2024-07-03", "2024-08-05"]).await;

    let before = office.snapshot().await;
    let shown = office.preview_recount(json!({})).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(before == office.snapshot().await, "a preview writes nothing");
    let items = shown.body["items"].as_array().unwrap();
    assert_eq!((items.len(), &shown.body["calendar_version"]), (2, &json!(2)));
    let first = &items[0];
    assert_eq!((&first["leave_id"], &first["employee_id"]), (&taken["id"], &json!(person.id)));
    let minutes = |field: &str| first[field]["minutes"].as_i64().unwrap();
    assert_eq!((minutes("old"), minutes("new"), minutes("difference")), (2400, 1920, -480));
}

#[tokio::test]
async fn preview_pages_through_booked_requests_of_one_site() {
    let office = LeaveFixture::open().await;
    let mut people = Vec::new();
    for number in 0..60 {
        let person = office.hire(100 + number, &format!("Person{number}"), "2024-01-01").await;
        office.request_annual_leave(&person, "2024-07-01", "2024-07-02").await;
        people.push(person);
    }
    let elsewhere = directory::Person { site: "pune".to_owned(), ..people[0].clone() };
    office.world.add_people(&[&elsewhere]).await;
    let rejected = office.request_annual_leave(&people[1], "2024-09-02", "2024-09-03").await;
    assert_eq!(office.reject(office.manager(), &rejected).await.status, 200);
    office.publish_calendar(2, &["2024-07-02", "2024-09-02"]).await;
    let (mut found, mut cursor, mut pages) = (0, Value::Null, 0);
    loop {
        let page = office.preview_recount(json!({"cursor": cursor})).await;
        assert_eq!(page.status, 200, "{}", page.body);
        found += page.body["items"].as_array().unwrap().len();
        pages += 1;
        cursor = page.body["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!((found, pages), (59, 2));
}

#[tokio::test]
async fn invalid_previews_are_refused() {
    let office = LeaveFixture::open().await;
    office.request_annual_leave(office.employee(), "2024-07-01", "2024-07-02").await;
    let app = app!(office.world, LEAVES_RECOUNTS_PREVIEW);
    let body = json!({"site": "berlin", "from": "2024-06-10"});
    for (fields, status, problem, pointer) in [
        (json!({"site": "atlantis"}), 422, "invalid", "/site"),
        (json!({"site": "Berlin!"}), 422, "invalid", "/site"),
        (json!({"from": "2024-06-08"}), 422, "invalid", "/from"),
        (json!({"from": "2024-02-30"}), 400, "malformed", "/from"),
        (json!({"cursor": "forged"}), 400, "invalid_cursor", "/cursor"),
        (json!({"apply": true}), 400, "malformed", "/apply"),
    ] {
        let ask = office.post(&app, PATH, with(body.clone(), fields)).signed_in_as(office.hr());
        office.refused(ask, status, problem, &[pointer]).await;
    }
}

#[tokio::test]
async fn recount_of_whole_days_reads_no_months() {
    let office = LeaveFixture::open().await;
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    office.publish_calendar(2, &["2024-07-16"]).await;
    office.world.calls.clear();
    let shown = office.preview_recount(json!({})).await;
    assert_eq!(shown.body["items"][0]["leave_id"], leave["id"], "{}", shown.body);
    let calls = office.world.calls.recorded();
    assert_eq!(calls.iter().filter(|call| call.operation == "BatchGetItem").count(), 0, "months are read in batches");
}
