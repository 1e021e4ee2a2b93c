//! `DELETE /api/v1/leave-feeds/{feed_id}`

use serde_json::json;

use crate::leave::LeaveFixture;

#[tokio::test]
async fn revoked_link_stops_working_at_once_and_leaves_a_tombstone() {
    let office = LeaveFixture::open().await;
    let people = office.world.people.clone();
    let feed = office.create_feed(&people.employee, json!({})).await;
    let (url, path) = (feed["url"].as_str().unwrap(), format!("/api/v1/leave-feeds/{}", feed["id"].as_str().unwrap()));
    assert_eq!(office.read_feed(url).await.status, 200);
    let app = app!(office.world, LEAVE_FEEDS_DELETE);
    for by in [&people.manager, &people.hr, &people.outsider] {
        office.refused(office.delete(&app, &path).signed_in_as(by), 404, "not_found", &[]).await;
    }
    let stale = office.delete(&app, &path).signed_in_as(&people.employee).header("if-match", "\"7\"");
    office.refused(stale, 412, "stale", &[]).await;
    let done = office.delete(&app, &path).signed_in_as(&people.employee).header("if-match", "\"1\"").await;
    assert_eq!(done.status, 204, "{}", done.body);
    assert_eq!(office.read_feed(url).await.status, 404);
    office.refused(office.delete(&app, &path).signed_in_as(&people.employee), 404, "not_found", &[]).await;
    assert!(office.published_types("LEAVE_TABLE").await.contains(&"leave.feed_deleted".to_owned()));
    let stored = office.world.list_items("LEAVE_TABLE").await;
    let tombstone = stored.iter().find(|item| item.contains_key("revoked_at")).expect("a tombstone");
    assert!(tombstone.contains_key("expires_at"));
    let list = app!(office.world, LEAVE_FEEDS_LIST);
    assert_eq!(office.get(&list, "/api/v1/leave-feeds").signed_in_as(&people.employee).await.body["items"], json!([]));
}
