//! `POST /api/v1/leaves/recount`

use policy::{Calendar, calendar_key};
use serde_json::{Value, json};
use store::{Write, from_item};
use testkit::{TestResponse, origin};

use crate::leave::{LeaveFixture, with};

const PATH: &str = "/api/v1/leaves/recount";

impl LeaveFixture {
    /// Publishes a version of Berlin's calendar with these holidays.
    pub(crate) async fn publish_calendar(&self, version: u32, holidays: &[&str]) {
        let table = self.table("COMPLIANCE_TABLE");
        let first: Calendar =
            from_item(table.get_consistent(&calendar_key("berlin", 1)).await.unwrap().unwrap()).unwrap();
        let holidays: Vec<_> = holidays.iter().map(|day| json!({"name": "New holiday", "from": day})).collect();
        let next = Calendar { version, holidays: serde_json::from_value(json!(holidays)).unwrap(), ..first };
        table.commit(&origin(), Write::create(calendar_key("berlin", version), &next)).await.unwrap();
        self.world.clock.advance(jiff::SignedDuration::from_secs(70));
    }

    pub(crate) async fn recount(&self, fields: Value) -> TestResponse {
        let app = app!(self.world, LEAVES_RECOUNT);
        let body = with(json!({"site": "berlin", "from": "2024-06-11"}), fields);
        self.world.post(&app, PATH, body).signed_in_as(self.hr()).await
    }
}

#[tokio::test]
async fn recount_previews_differences_and_posts_them_once() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let taken = office.request_annual_leave(&person, "2024-07-01", "2024-07-05").await;
    assert_eq!(office.approve(office.manager(), &taken).await.status, 200);
    let pending = office.request_annual_leave(&person, "2024-08-05", "2024-08-06").await;
    office.publish_calendar(2, &["2024-07-03", "2024-08-05"]).await;

    let before = office.snapshot().await;
    let shown = office.recount(json!({})).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(before == office.snapshot().await, "a preview writes nothing");
    let items = shown.body["items"].as_array().unwrap();
    assert_eq!((items.len(), &shown.body["calendar_version"], &shown.body["applied"]), (2, &json!(2), &json!(false)));
    let first = &items[0];
    assert_eq!((&first["leave_id"], &first["employee_id"]), (&taken["id"], &json!(person.id)));
    let minutes = |field: &str| first[field]["minutes"].as_i64().unwrap();
    assert_eq!((minutes("old"), minutes("new"), minutes("difference")), (2400, 1920, -480));

    let applied = office.recount(json!({"apply": true})).await;
    assert_eq!((applied.status.as_u16(), &applied.body["items"]), (200, &shown.body["items"]), "{}", applied.body);
    assert_eq!(office.balance_minutes(&person, "annual", "2024-12-31").await, (30 - 4 - 1) * 480);
    office
        .assert_explanation_adds_up(&person, "annual", &["2024-07-02", "2024-07-03", "2024-08-06", "2024-12-31"])
        .await;
    let ledger = office.ledger(&person, "annual").await;
    let adjusts: Vec<_> = ledger.iter().filter(|entry| entry.rule == "recount").collect();
    assert_eq!(adjusts.iter().map(|entry| entry.minutes.0).collect::<Vec<_>>(), [480, 480]);
    assert!(adjusts.iter().any(|entry| entry.id.starts_with(&format!("recount#{}#2", taken["id"].as_str().unwrap()))));
    let announced = office.published_types("LEAVE_TABLE").await;
    assert_eq!(announced.iter().filter(|event| *event == "leave.balance_changed").count(), 2);
    let read = office.read_leave(&person, &taken).await;
    assert_eq!((&read.body["duration"]["minutes"], &read.body["status"]), (&json!(1920), &json!("approved")));

    let before = office.snapshot().await;
    let again = office.recount(json!({"apply": true})).await;
    assert_eq!((again.status.as_u16(), &again.body["items"]), (200, &json!([])));
    assert!(before == office.snapshot().await, "a repeated recount changes nothing");
    assert_eq!(
        office.approve(office.manager(), &pending).await.status,
        200,
        "the pending request is approved with its new count"
    );
    assert_eq!(office.balance_minutes(&person, "annual", "2024-12-31").await, 25 * 480);
    assert_eq!(office.cancel(&person, &taken).await.status, 200);
    assert_eq!(
        office.balance_minutes(&person, "annual", "2024-12-31").await,
        29 * 480,
        "the cancellation returns the recounted days"
    );
    office.assert_explanation_adds_up(&person, "annual", &["2024-07-03", "2024-12-31"]).await;
}

#[tokio::test]
async fn days_before_from_keep_their_count() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let leave = office.request_annual_leave(&person, "2024-06-11", "2024-06-21").await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    office.publish_calendar(2, &["2024-06-12", "2024-06-19"]).await;
    let history: Vec<i64> = [office.balance_minutes(&person, "annual", "2024-06-12").await].to_vec();
    let applied = office.recount(json!({"from": "2024-06-17", "apply": true})).await;
    assert_eq!(applied.body["items"][0]["difference"]["minutes"], json!(-480), "{}", applied.body);
    assert_eq!(history, [office.balance_minutes(&person, "annual", "2024-06-12").await]);
    let read = office.read_leave(&person, &leave).await;
    let day =
        |date: &str| read.body["days"].as_array().unwrap().iter().find(|day| day["date"] == date).unwrap().clone();
    assert_eq!((&day("2024-06-12")["minutes"], &day("2024-06-19")["minutes"]), (&json!(480), &json!(0)));
    let earlier = office.recount(json!({"from": "2024-06-11", "apply": true})).await;
    assert_eq!(
        earlier.body["items"][0]["difference"]["minutes"],
        json!(-480),
        "the earlier holiday is recounted when requested"
    );
    office.assert_explanation_adds_up(&person, "annual", &["2024-06-12", "2024-06-19", "2024-12-31"]).await;
}

#[tokio::test]
async fn recount_pages_through_open_requests_of_one_site() {
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
        let page = office.recount(json!({"apply": true, "cursor": cursor})).await;
        assert_eq!(page.status, 200, "{}", page.body);
        found += page.body["items"].as_array().unwrap().len();
        pages += 1;
        cursor = page.body["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!((found, pages), (59, 2));
    assert_eq!(office.taken_minutes(&elsewhere, "annual").await, 960, "an employee of another site keeps the count");
}

#[tokio::test]
async fn invalid_requests_are_refused_and_store_nothing() {
    let office = LeaveFixture::open().await;
    office.request_annual_leave(office.employee(), "2024-07-01", "2024-07-02").await;
    let app = app!(office.world, LEAVES_RECOUNT);
    let body = json!({"site": "berlin", "from": "2024-06-10", "apply": true});
    for (fields, status, problem, pointer) in [
        (json!({"site": "atlantis"}), 422, "invalid", "/site"),
        (json!({"site": "Berlin!"}), 422, "invalid", "/site"),
        (json!({"from": "2024-06-09"}), 422, "invalid", "/from"),
        (json!({"from": "2024-02-30"}), 400, "malformed", "/from"),
        (json!({"cursor": "forged"}), 400, "invalid_cursor", "/cursor"),
        (json!({"what": 1}), 400, "malformed", "/what"),
    ] {
        let ask = office.post(&app, PATH, with(body.clone(), fields)).signed_in_as(office.hr());
        office.refused(ask, status, problem, &[pointer]).await;
    }
    for by in [office.employee(), office.manager(), &office.world.people.admin] {
        office.refused(office.post(&app, PATH, body.clone()).signed_in_as(by), 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn retry_replays_the_first_answer() {
    let office = LeaveFixture::open().await;
    office.request_annual_leave(office.employee(), "2024-07-01", "2024-07-05").await;
    office.publish_calendar(2, &["2024-07-03"]).await;
    let app = app!(office.world, LEAVES_RECOUNT);
    let body = json!({"site": "berlin", "from": "2024-06-11", "apply": true});
    let ask = || office.post(&app, PATH, body.clone()).signed_in_as(office.hr()).header("idempotency-key", "k");
    let (first, again) = (ask().await, ask().await);
    assert_eq!((first.status.as_u16(), first.body["items"].as_array().unwrap().len()), (200, 1), "{}", first.body);
    assert_eq!((&first.body, again.header("idempotent-replayed")), (&again.body, "true"));
}

#[tokio::test]
async fn roster_that_changes_after_the_request_posts_an_adjustment() {
    let office = LeaveFixture::open().await;
    office.put_shifts().await;
    let person = office.hire(61, "Nora", "2024-01-01").await;
    office.assign_shifts(&person, &[("2024-07-06", &["day"])]).await;
    let taken = office.request_annual_leave(&person, "2024-07-05", "2024-07-06").await;
    assert_eq!(taken["duration"]["minutes"], 960, "Friday by the calendar, Saturday by the shift");
    office.assign_shifts(&person, &[("2024-07-05", &["night"]), ("2024-07-06", &[])]).await;
    let shown = office.recount(json!({"apply": true})).await;
    assert_eq!(shown.body["items"][0]["difference"]["minutes"], -480, "{}", shown.body);
    assert_eq!(office.balance_minutes(&person, "annual", "2024-12-31").await, 29 * 480);
    office.assign_shifts(&person, &[("2024-07-05", &["night"]), ("2024-07-06", &["day"])]).await;
    let again = office.recount(json!({"apply": true})).await;
    assert_eq!(again.body["items"][0]["difference"]["minutes"], 480, "{}", again.body);
    assert_eq!(office.balance_minutes(&person, "annual", "2024-12-31").await, 28 * 480);
    assert_eq!(office.recount(json!({"apply": true})).await.body["items"], json!([]), "a repetition posts nothing");
}

#[tokio::test]
async fn recount_of_whole_days_reads_no_months() {
    let office = LeaveFixture::open().await;
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    office.publish_calendar(2, &["2024-07-16"]).await;
    office.world.calls.clear();
    let shown = office.recount(json!({})).await;
    assert_eq!(shown.body["items"][0]["leave_id"], leave["id"], "{}", shown.body);
    let calls = office.world.calls.recorded();
    assert_eq!(calls.iter().filter(|call| call.operation == "BatchGetItem").count(), 0, "months are read in batches");
}
