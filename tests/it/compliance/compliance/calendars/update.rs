//! `PUT /api/v1/compliance/calendars/{site}`

use futures::future::join_all;
use serde_json::{Value, json};

use crate::compliance::{CALENDARS, ComplianceFixture, TABLE, week};

fn body(holidays: Value) -> Value {
    json!({"week": week(), "holidays": holidays})
}

#[tokio::test]
async fn calendar_update_adds_a_version() {
    let fixture = ComplianceFixture::open().await;
    let first = fixture.put_calendar("berlin", json!([])).await;
    assert_eq!((first.status.as_u16(), first.header("etag")), (201, "\"1\""));
    assert_eq!(first.header("location"), format!("{CALENDARS}/berlin"));
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_UPDATE);
    let holidays = json!([{"name": "Day", "from": "2024-10-03", "yearly": true}]);
    let ask = fixture.world.put(&app, format!("{CALENDARS}/berlin"), body(holidays)).signed_in_as(fixture.hr());
    let second = ask.header("if-match", "\"1\"").await;
    assert_eq!((second.status.as_u16(), second.header("etag")), (200, "\"2\""), "{}", second.body);
    let stamps = fixture.stamps(TABLE).await;
    assert!(stamps.iter().all(|stamp| stamp.event == "compliance.calendar_updated" && stamp.entity_id == "berlin"));
    assert_eq!(stamps[1].data.as_ref().unwrap()["previous"]["version"], json!(1));
}

#[tokio::test]
async fn invalid_calendars_are_refused_with_a_pointer() {
    let fixture = ComplianceFixture::open().await;
    fixture.put_calendar("berlin", json!([])).await;
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_UPDATE);
    let ask = |site: &str, body: Value| {
        fixture.world.put(&app, format!("{CALENDARS}/{site}"), body).signed_in_as(fixture.hr())
    };
    let mut unknown_pattern = week();
    unknown_pattern["monday"]["pattern"] = json!("sometimes");
    let mut unknown_field = week();
    unknown_field["monday"]["lunch"] = json!(true);
    for (body, pointer) in [
        (json!({}), "/week"),
        (json!({"week": week()}), "/holidays"),
        (json!({"week": unknown_pattern, "holidays": []}), "/week/monday/pattern"),
        (json!({"week": unknown_field, "holidays": []}), "/week/monday/lunch"),
        (body(json!([{"name": "x", "from": "2024-02-30"}])), "/holidays/0/from"),
        (body(json!([{"name": "x", "from": "2024-02-01", "half": "noon"}])), "/holidays/0/half"),
    ] {
        fixture.refused(ask("berlin", body), 400, "malformed", &[pointer]).await;
    }
    let ends_first = body(json!([{"name": "x", "from": "2024-02-02", "to": "2024-02-01"}]));
    let answer = ask("berlin", ends_first).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.pointers()[0].starts_with("/holidays/0"), "{}", answer.body);
    for site in ["Berlin", "%00", "a%20b"] {
        fixture.refused(ask(site, body(json!([]))), 404, "not_found", &[]).await;
    }
    fixture.refused(ask("berlin", body(json!([]))).header("if-match", "\"2\""), 412, "stale", &[]).await;
    fixture.refused(ask("pune", body(json!([]))).header("if-match", "\"1\""), 412, "stale", &[]).await;
    let people = &fixture.world.people;
    for caller in [&people.employee, &people.manager, &people.auditor, &people.admin] {
        let ask = fixture.world.put(&app, format!("{CALENDARS}/berlin"), body(json!([]))).signed_in_as(caller);
        fixture.refused(ask, 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn concurrent_updates_store_each_calendar_version_once() {
    let fixture = ComplianceFixture::open().await;
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_UPDATE);
    let tries = (1..=20).map(|n| {
        let holidays = json!([{"name": "Day", "from": format!("2024-10-{n:02}")}]);
        let ask = fixture.world.put(&app, format!("{CALENDARS}/berlin"), body(holidays)).signed_in_as(fixture.hr());
        async move { ask.await }
    });
    let answers = join_all(tries).await;
    let mut versions: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status.is_success())
        .map(|answer| answer.body["version"].as_u64().unwrap())
        .collect();
    assert!(answers.iter().all(|answer| answer.status.is_success() || answer.problem() == "changed_meanwhile"));
    versions.sort_unstable();
    let count = u64::try_from(versions.len()).unwrap();
    assert_eq!(versions, (1..=count).collect::<Vec<_>>());
}
