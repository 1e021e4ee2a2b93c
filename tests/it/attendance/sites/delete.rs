//! `DELETE /api/v1/sites/{site}`

use serde_json::json;

use crate::attendance::fixture::AttendanceFixture;

/// The path of a site.
const BERLIN: &str = "/api/v1/sites/berlin";

#[tokio::test]
async fn deleted_site_no_longer_checks_positions() {
    let fixture = AttendanceFixture::new().await;
    let put = app!(fixture.world, SITES_UPDATE);
    let delete = app!(fixture.world, SITES_DELETE);
    let fence = json!({"name": "Office", "latitude": 52.5, "longitude": 13.4, "radius_m": 150});
    let body = json!({"name": "Berlin", "fencing": "enforce", "fences": [fence]});
    let create = || fixture.world.put(&put, BERLIN, body.clone()).signed_in_as(fixture.hr());
    assert_eq!(create().await.status, 201);
    let request = || fixture.delete(&delete, BERLIN);
    fixture.refused(request().signed_in_as(fixture.manager()), 403, "forbidden", &[]).await;
    fixture.refused(request().signed_in_as(fixture.hr()).header("if-match", "\"9\""), 412, "stale", &[]).await;
    assert_eq!(request().signed_in_as(&fixture.world.people.admin).header("if-match", "\"1\"").await.status, 204);
    assert_eq!(fixture.published_types("ATTENDANCE_TABLE").await.last().unwrap(), "attendance.site_deleted");
    assert!(fixture.store().find_site_cached("berlin", fixture.now()).await.unwrap().is_none());
    fixture.refused(request().signed_in_as(fixture.hr()), 404, "not_found", &[]).await;
    let kept = fixture.find_item("SITES".to_owned(), "berlin").await.unwrap();
    assert!(kept.get("expires_at").is_some(), "the tombstone expires");
    let again = create().await;
    assert_eq!((again.status.as_u16(), again.header("etag")), (201, "\"3\""), "{}", again.body);
    let kept = fixture.find_item("SITES".to_owned(), "berlin").await.unwrap();
    assert_eq!(kept.get("expires_at"), None);
}
