//! `GET /api/v1/compliance/calendars/{site}`

use serde_json::json;

use crate::compliance::{CALENDARS, ComplianceFixture};

#[tokio::test]
async fn calendar_lists_the_days_of_a_year() {
    let fixture = ComplianceFixture::open().await;
    let holidays = json!([
        {"name": "Christmas Eve", "from": "2020-12-24", "yearly": true, "half": "pm"},
        {"name": "Between the years", "from": "2023-12-27", "to": "2024-01-02", "yearly": true},
    ]);
    fixture.put_calendar("berlin", holidays).await;
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_GET);
    let employee = &fixture.world.people.employee;
    let plain = fixture.get(&app, format!("{CALENDARS}/berlin")).signed_in_as(employee).await;
    assert_eq!((plain.status.as_u16(), plain.header("etag")), (200, "\"1\""));
    assert_eq!((&plain.body["site"], plain.body.get("days")), (&json!("berlin"), None));

    let year = fixture.get(&app, format!("{CALENDARS}/berlin?year=2024")).signed_in_as(employee).await;
    let days = year.body["days"].as_array().unwrap();
    assert_eq!(days.len(), 366);
    let on = |date: &str| days.iter().find(|day| day["date"] == date).unwrap().clone();
    assert_eq!(on("2024-06-10"), json!({"date": "2024-06-10", "am": true, "pm": true}));
    assert_eq!(on("2024-06-09"), json!({"date": "2024-06-09", "am": false, "pm": false}));
    assert_eq!(on("2024-12-24"), json!({"date": "2024-12-24", "am": true, "pm": false, "holiday": "Christmas Eve"}));
    for date in ["2024-01-02", "2024-12-27", "2024-12-31"] {
        assert_eq!(on(date), json!({"date": date, "am": false, "pm": false, "holiday": "Between the years"}));
    }
}

#[tokio::test]
async fn earlier_calendar_versions_stay_readable() {
    let fixture = ComplianceFixture::open().await;
    fixture.put_calendar("berlin", json!([])).await;
    let second = fixture.put_calendar("berlin", json!([{"name": "Day", "from": "2024-10-03"}])).await;
    assert_eq!((second.status.as_u16(), second.header("etag")), (200, "\"2\""));
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_GET);
    for (version, holidays) in [(1, 0), (2, 1)] {
        let answer =
            fixture.get(&app, format!("{CALENDARS}/berlin?version={version}")).signed_in_as(fixture.hr()).await;
        assert_eq!(answer.body["holidays"].as_array().unwrap().len(), holidays);
    }
    let ask = fixture.get(&app, format!("{CALENDARS}/berlin?version=3")).signed_in_as(fixture.hr());
    fixture.refused(ask, 404, "not_found", &[]).await;
}

#[tokio::test]
async fn unknown_sites_return_404() {
    let fixture = ComplianceFixture::open().await;
    fixture.put_calendar("berlin", json!([])).await;
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_GET);
    for site in ["pune", "Berlin", "ber", "berlin%23", "%00", &"x".repeat(3_000)] {
        for query in ["", "?version=1"] {
            let ask = fixture.get(&app, format!("{CALENDARS}/{site}{query}")).signed_in_as(fixture.hr());
            fixture.refused(ask, 404, "not_found", &[]).await;
        }
    }
    let ask = fixture.get(&app, format!("{CALENDARS}/berlin?year=1066")).signed_in_as(fixture.hr());
    fixture.refused(ask, 422, "invalid", &["query:year"]).await;
}
