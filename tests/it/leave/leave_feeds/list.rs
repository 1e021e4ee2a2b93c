//! `GET /api/v1/leave-feeds`

use serde_json::{Value, json};

use crate::leave::LeaveFixture;

#[tokio::test]
async fn own_links_are_listed_by_page_without_secrets() {
    let office = LeaveFixture::open().await;
    let people = office.world.people.clone();
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(office.create_feed(&people.employee, json!({})).await["id"].clone());
    }
    office.create_feed(&people.manager, json!({})).await;
    let app = app!(office.world, LEAVE_FEEDS_LIST);
    let (mut seen, mut path) = (Vec::new(), "/api/v1/leave-feeds?limit=2".to_owned());
    loop {
        let page = office.get(&app, &path).signed_in_as(&people.employee).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(!page.body.to_string().contains("calendar.ics"), "a list contains no secret");
        seen.extend(page.body["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        match &page.body["next_cursor"] {
            Value::String(cursor) => path = format!("/api/v1/leave-feeds?limit=2&cursor={cursor}"),
            _ => break,
        }
    }
    assert_eq!(seen, made);
    let by_other = office.get(&app, &path).signed_in_as(&people.manager);
    office.refused(by_other, 400, "invalid_cursor", &["query:cursor"]).await;
}
