//! `DELETE /api/v1/sites/{site}`

use serde_json::json;

use crate::attendance::fixture::Plant;

/// The path of a site.
const BERLIN: &str = "/api/v1/sites/berlin";

#[tokio::test]
async fn nothing_is_asked_of_punches_at_a_removed_site() {
    let plant = Plant::open().await;
    let put = app!(plant.world, SITES_UPDATE);
    let delete = app!(plant.world, SITES_DELETE);
    let fence = json!({"name": "Office", "latitude": 52.5, "longitude": 13.4, "radius_m": 150});
    let body = json!({"name": "Berlin", "fencing": "enforce", "fences": [fence]});
    let describes = || plant.world.put(&put, BERLIN, body.clone()).signed_in_as(plant.hr());
    assert_eq!(describes().await.status, 201);
    let ask = || plant.delete(&delete, BERLIN);
    plant.refused(ask().signed_in_as(plant.manager()), 403, "forbidden", &[]).await;
    plant.refused(ask().signed_in_as(plant.hr()).header("if-match", "\"9\""), 412, "stale", &[]).await;
    assert_eq!(ask().signed_in_as(&plant.world.people.admin).header("if-match", "\"1\"").await.status, 204);
    assert_eq!(plant.published_types("ATTENDANCE_TABLE").await.last().unwrap(), "attendance.site_deleted");
    assert!(plant.records().site("berlin", plant.now()).await.unwrap().is_none());
    plant.refused(ask().signed_in_as(plant.hr()), 404, "not_found", &[]).await;
    let kept = plant.item("SITES".to_owned(), "berlin").await.unwrap();
    assert!(kept.get("expires_at").is_some(), "a tombstone, for a while");
    let again = describes().await;
    assert_eq!((again.status.as_u16(), again.header("etag")), (201, "\"3\""), "{}", again.body);
    let kept = plant.item("SITES".to_owned(), "berlin").await.unwrap();
    assert_eq!(kept.get("expires_at"), None);
}
