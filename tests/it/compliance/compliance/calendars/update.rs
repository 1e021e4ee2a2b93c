//! `PUT /api/v1/compliance/calendars/{site}`

use futures::future::join_all;
use serde_json::{Value, json};

use crate::compliance::{CALENDARS, ComplianceFixture, TABLE, week};

fn body(holidays: Value) -> Value {
    json!({"week": week(), "holidays": holidays})
}

#[tokio::test]
async fn a_calendar_is_made_and_then_only_ever_followed() {
    let house = ComplianceFixture::open().await;
    let first = house.calendar("berlin", json!([])).await;
    assert_eq!((first.status.as_u16(), first.header("etag")), (201, "\"1\""));
    assert_eq!(first.header("location"), format!("{CALENDARS}/berlin"));
    let app = app!(house.world, COMPLIANCE_CALENDARS_UPDATE);
    let holidays = json!([{"name": "Day", "from": "2024-10-03", "yearly": true}]);
    let ask = house.world.put(&app, format!("{CALENDARS}/berlin"), body(holidays)).signed_in_as(house.hr());
    let second = ask.header("if-match", "\"1\"").await;
    assert_eq!((second.status.as_u16(), second.header("etag")), (200, "\"2\""), "{}", second.body);
    let stamps = house.stamps(TABLE).await;
    assert!(stamps.iter().all(|stamp| stamp.event == "compliance.calendar_updated" && stamp.entity_id == "berlin"));
    assert_eq!(stamps[1].data.as_ref().unwrap()["previous"]["version"], json!(1));
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_at_its_place() {
    let house = ComplianceFixture::open().await;
    house.calendar("berlin", json!([])).await;
    let app = app!(house.world, COMPLIANCE_CALENDARS_UPDATE);
    let ask =
        |site: &str, body: Value| house.world.put(&app, format!("{CALENDARS}/{site}"), body).signed_in_as(house.hr());
    let mut lazy = week();
    lazy["monday"]["pattern"] = json!("sometimes");
    let mut odd = week();
    odd["monday"]["lunch"] = json!(true);
    for (body, pointer) in [
        (json!({}), "/week"),
        (json!({"week": week()}), "/holidays"),
        (json!({"week": lazy, "holidays": []}), "/week/monday/pattern"),
        (json!({"week": odd, "holidays": []}), "/week/monday/lunch"),
        (body(json!([{"name": "x", "from": "2024-02-30"}])), "/holidays/0/from"),
        (body(json!([{"name": "x", "from": "2024-02-01", "half": "noon"}])), "/holidays/0/half"),
    ] {
        house.refused(ask("berlin", body), 400, "malformed", &[pointer]).await;
    }
    let ends_first = body(json!([{"name": "x", "from": "2024-02-02", "to": "2024-02-01"}]));
    let answer = ask("berlin", ends_first).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.pointers()[0].starts_with("/holidays/0"), "{}", answer.body);
    for site in ["Berlin", "%00", "a%20b"] {
        house.refused(ask(site, body(json!([]))), 404, "not_found", &[]).await;
    }
    house.refused(ask("berlin", body(json!([]))).header("if-match", "\"2\""), 412, "stale", &[]).await;
    house.refused(ask("pune", body(json!([]))).header("if-match", "\"1\""), 412, "stale", &[]).await;
    let people = &house.world.people;
    for caller in [&people.employee, &people.manager, &people.auditor, &people.admin] {
        let ask = house.world.put(&app, format!("{CALENDARS}/berlin"), body(json!([]))).signed_in_as(caller);
        house.refused(ask, 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn of_twenty_at_once_each_version_has_one_maker() {
    let house = ComplianceFixture::open().await;
    let app = app!(house.world, COMPLIANCE_CALENDARS_UPDATE);
    let tries = (1..=20).map(|n| {
        let holidays = json!([{"name": "Day", "from": format!("2024-10-{n:02}")}]);
        let ask = house.world.put(&app, format!("{CALENDARS}/berlin"), body(holidays)).signed_in_as(house.hr());
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
