//! `GET /api/v1/compliance/calendars`

use serde_json::json;

use crate::compliance::{CALENDARS, ComplianceFixture, all};

#[tokio::test]
async fn list_contains_the_current_calendar_of_each_site() {
    let fixture = ComplianceFixture::open().await;
    for site in ["pune", "berlin", "berlin-2"] {
        fixture.put_calendar(site, json!([])).await;
    }
    fixture.put_calendar("berlin", json!([{"name": "Day", "from": "2024-10-03"}])).await;
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_LIST);
    for caller in fixture.world.people.all() {
        let answer = fixture.get(&app, CALENDARS).signed_in_as(caller).await;
        assert_eq!(all(&answer, "site"), ["berlin", "berlin-2", "pune"]);
        let versions: Vec<_> = (0..3).map(|at| answer.body["items"][at]["version"].as_u64().unwrap()).collect();
        assert_eq!(versions, [2, 1, 1]);
    }
    fixture.refused(fixture.get(&app, CALENDARS), 401, "token_missing", &[]).await;
}

#[tokio::test]
async fn calendar_pages_are_complete_and_in_order() {
    let fixture = ComplianceFixture::open().await;
    for site in ["a", "b", "c"] {
        fixture.put_calendar(site, json!([])).await;
    }
    let app = app!(fixture.world, COMPLIANCE_CALENDARS_LIST);
    let first = fixture.get(&app, format!("{CALENDARS}?limit=2")).signed_in_as(fixture.hr()).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = fixture.get(&app, format!("{CALENDARS}?limit=2&cursor={cursor}")).signed_in_as(fixture.hr()).await;
    assert_eq!((all(&first, "site"), all(&second, "site")), (vec!["a", "b"], vec!["c"]));
    let broken = fixture.get(&app, format!("{CALENDARS}?cursor={cursor}x")).signed_in_as(fixture.hr());
    fixture.refused(broken, 400, "invalid_cursor", &["query:cursor"]).await;
}
