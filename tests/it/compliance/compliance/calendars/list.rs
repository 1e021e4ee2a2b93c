//! `GET /api/v1/compliance/calendars`

use serde_json::json;

use crate::compliance::{CALENDARS, ComplianceFixture, all};

#[tokio::test]
async fn the_current_calendar_of_every_site_is_listed() {
    let house = ComplianceFixture::open().await;
    for site in ["pune", "berlin", "berlin-2"] {
        house.calendar(site, json!([])).await;
    }
    house.calendar("berlin", json!([{"name": "Day", "from": "2024-10-03"}])).await;
    let app = app!(house.world, COMPLIANCE_CALENDARS_LIST);
    for caller in house.world.people.all() {
        let answer = house.get(&app, CALENDARS).signed_in_as(caller).await;
        assert_eq!(all(&answer, "site"), ["berlin", "berlin-2", "pune"]);
        let versions: Vec<_> = (0..3).map(|at| answer.body["items"][at]["version"].as_u64().unwrap()).collect();
        assert_eq!(versions, [2, 1, 1]);
    }
    house.refused(house.get(&app, CALENDARS), 401, "token_missing", &[]).await;
}

#[tokio::test]
async fn pages_follow_each_other() {
    let house = ComplianceFixture::open().await;
    for site in ["a", "b", "c"] {
        house.calendar(site, json!([])).await;
    }
    let app = app!(house.world, COMPLIANCE_CALENDARS_LIST);
    let first = house.get(&app, format!("{CALENDARS}?limit=2")).signed_in_as(house.hr()).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = house.get(&app, format!("{CALENDARS}?limit=2&cursor={cursor}")).signed_in_as(house.hr()).await;
    assert_eq!((all(&first, "site"), all(&second, "site")), (vec!["a", "b"], vec!["c"]));
    let broken = house.get(&app, format!("{CALENDARS}?cursor={cursor}x")).signed_in_as(house.hr());
    house.refused(broken, 400, "invalid_cursor", &["query:cursor"]).await;
}
