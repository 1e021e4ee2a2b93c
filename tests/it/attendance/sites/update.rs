//! `PUT /api/v1/sites/{site}`

use policy::attendance::FenceMode;
use serde_json::{Value, json};

use crate::attendance::fixture::AttendanceFixture;

/// The path of a site.
const BERLIN: &str = "/api/v1/sites/berlin";

/// A site with one fence.
fn berlin() -> Value {
    json!({"name": "Berlin", "fencing": "enforce",
        "fences": [{"name": "Office", "latitude": 52.520_008, "longitude": 13.404_954, "radius_m": 150}]})
}

/// The site with this value at a pointer.
fn with_value(pointer: &str, value: Value) -> Value {
    let mut body = berlin();
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

#[tokio::test]
async fn site_settings_apply_to_punches_within_a_minute() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, SITES_UPDATE);
    let records = fixture.store();
    assert!(records.find_site_cached("berlin", fixture.now()).await.unwrap().is_none());
    let answer = fixture.world.put(&app, BERLIN, berlin()).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""), "{}", answer.body);
    assert_eq!(answer.header("location"), BERLIN);
    assert_eq!((&answer.body["site"], &answer.body["fences"]), (&json!("berlin"), &berlin()["fences"]));
    assert!(records.find_site_cached("berlin", fixture.now()).await.unwrap().is_none(), "cached for a minute");
    fixture.set_time("2024-06-10T10:31:46Z");
    let site = records.find_site_cached("berlin", fixture.now()).await.unwrap().unwrap();
    assert_eq!(
        (site.fencing, site.fences[0].latitude_e6, site.fences[0].longitude_e6),
        (FenceMode::Enforce, 52_520_008, 13_404_954)
    );
    let stamp = fixture.stamps("ATTENDANCE_TABLE").await.pop().unwrap();
    assert_eq!((&*stamp.event, &*stamp.entity_type, &*stamp.entity_id), ("attendance.site_updated", "Site", "berlin"));
    let again = fixture.world.put(&app, BERLIN, berlin()).signed_in_as(&fixture.world.people.admin).await;
    assert_eq!((again.status.as_u16(), again.header("etag")), (200, "\"1\""), "an unchanged site is not written");
    let flags = with_value("/fencing", json!("flag"));
    let changed = fixture
        .world
        .put(&app, BERLIN, flags)
        .signed_in_as(&fixture.world.people.admin)
        .header("if-match", "\"1\"")
        .await;
    assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"2\""), "{}", changed.body);
    assert_eq!(changed.body["created_at"], answer.body["created_at"]);
}

#[tokio::test]
async fn invalid_sites_are_rejected_with_pointers() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, SITES_UPDATE);
    let fence = berlin()["fences"][0].clone();
    for (body, status, problem, pointer) in [
        (with_value("/fences/0/latitude", json!(90.000_001)), 422, "invalid", "/fences/0/latitude"),
        (with_value("/fences/0/longitude", json!(-180.5)), 422, "invalid", "/fences/0/longitude"),
        (with_value("/fences/0/radius_m", json!(9)), 422, "invalid", "/fences/0/radius_m"),
        (with_value("/fences/0/radius_m", json!(10_001)), 422, "invalid", "/fences/0/radius_m"),
        (with_value("/fences/0/name", json!("")), 422, "invalid", "/fences/0/name"),
        (with_value("/fences", json!(vec![fence; 21])), 422, "invalid", "/fences"),
        (with_value("/fences", json!([])), 422, "invalid", "/fences"),
        (with_value("/name", json!("x".repeat(61))), 422, "invalid", "/name"),
        (with_value("/fencing", json!("strict")), 400, "malformed", "/fencing"),
        (with_value("/fences/0/latitude", json!("52")), 400, "malformed", "/fences/0/latitude"),
        (with_value("/fences/0", json!({"name": "x", "lat": 1})), 400, "malformed", "/fences/0/lat"),
    ] {
        fixture
            .refused(fixture.world.put(&app, BERLIN, body).signed_in_as(fixture.hr()), status, problem, &[pointer])
            .await;
    }
    for site in ["Berlin", "a%20b", &"x".repeat(41)] {
        let ask = fixture.world.put(&app, format!("/api/v1/sites/{site}"), berlin()).signed_in_as(fixture.hr());
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
    for person in [fixture.employee(), fixture.manager(), &fixture.world.people.auditor] {
        fixture.refused(fixture.world.put(&app, BERLIN, berlin()).signed_in_as(person), 403, "forbidden", &[]).await;
    }
    let open = json!({"name": "Berlin", "fencing": "off", "fences": []});
    assert_eq!(fixture.world.put(&app, BERLIN, open).signed_in_as(fixture.hr()).await.status, 201);
}

#[tokio::test]
async fn outdated_version_is_rejected_as_stale() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, SITES_UPDATE);
    let ask = |tag: &str| fixture.world.put(&app, BERLIN, berlin()).signed_in_as(fixture.hr()).header("if-match", tag);
    fixture.refused(ask("\"1\""), 412, "stale", &[]).await;
    assert_eq!(ask("\"0\"").await.status, 201, "version 0 stands for a new site");
    fixture.refused(ask("\"0\""), 412, "stale", &[]).await;
    fixture.refused(ask("\"2\""), 412, "stale", &[]).await;
}
