//! `PUT /api/v1/sites/{site}`

use policy::attendance::FenceMode;
use serde_json::{Value, json};

use crate::attendance::fixture::Plant;

/// The path of a site.
const BERLIN: &str = "/api/v1/sites/berlin";

/// A site with one fence.
fn berlin() -> Value {
    json!({"name": "Berlin", "fencing": "enforce",
        "fences": [{"name": "Office", "latitude": 52.520_008, "longitude": 13.404_954, "radius_m": 150}]})
}

/// The site with another value at a pointer.
fn but(pointer: &str, value: Value) -> Value {
    let mut body = berlin();
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

#[tokio::test]
async fn hr_describes_a_site_and_punches_know_it_within_a_minute() {
    let plant = Plant::open().await;
    let app = app!(plant.world, SITES_UPDATE);
    let records = plant.records();
    assert!(records.site("berlin", plant.now()).await.unwrap().is_none());
    let answer = plant.world.put(&app, BERLIN, berlin()).signed_in_as(plant.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""), "{}", answer.body);
    assert_eq!(answer.header("location"), BERLIN);
    assert_eq!((&answer.body["site"], &answer.body["fences"]), (&json!("berlin"), &berlin()["fences"]));
    assert!(records.site("berlin", plant.now()).await.unwrap().is_none(), "remembered");
    plant.at("2024-06-10T10:31:46Z");
    let site = records.site("berlin", plant.now()).await.unwrap().unwrap();
    assert_eq!(
        (site.fencing, site.fences[0].latitude_e6, site.fences[0].longitude_e6),
        (FenceMode::Enforce, 52_520_008, 13_404_954)
    );
    let stamp = plant.stamps("ATTENDANCE_TABLE").await.pop().unwrap();
    assert_eq!((&*stamp.event, &*stamp.entity_type, &*stamp.entity_id), ("attendance.site_updated", "Site", "berlin"));
    let again = plant.world.put(&app, BERLIN, berlin()).signed_in_as(&plant.world.people.admin).await;
    assert_eq!((again.status.as_u16(), again.header("etag")), (200, "\"1\""), "nothing new is not written");
    let flags = but("/fencing", json!("flag"));
    let changed =
        plant.world.put(&app, BERLIN, flags).signed_in_as(&plant.world.people.admin).header("if-match", "\"1\"").await;
    assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"2\""), "{}", changed.body);
    assert_eq!(changed.body["created_at"], answer.body["created_at"]);
}

#[tokio::test]
async fn what_is_no_place_is_refused_with_its_pointer() {
    let plant = Plant::open().await;
    let app = app!(plant.world, SITES_UPDATE);
    let fence = berlin()["fences"][0].clone();
    for (body, status, problem, pointer) in [
        (but("/fences/0/latitude", json!(90.000_001)), 422, "invalid", "/fences/0/latitude"),
        (but("/fences/0/longitude", json!(-180.5)), 422, "invalid", "/fences/0/longitude"),
        (but("/fences/0/radius_m", json!(9)), 422, "invalid", "/fences/0/radius_m"),
        (but("/fences/0/radius_m", json!(10_001)), 422, "invalid", "/fences/0/radius_m"),
        (but("/fences/0/name", json!("")), 422, "invalid", "/fences/0/name"),
        (but("/fences", json!(vec![fence; 21])), 422, "invalid", "/fences"),
        (but("/fences", json!([])), 422, "invalid", "/fences"),
        (but("/name", json!("x".repeat(61))), 422, "invalid", "/name"),
        (but("/fencing", json!("strict")), 400, "malformed", "/fencing"),
        (but("/fences/0/latitude", json!("52")), 400, "malformed", "/fences/0/latitude"),
        (but("/fences/0", json!({"name": "x", "lat": 1})), 400, "malformed", "/fences/0/lat"),
    ] {
        plant.refused(plant.world.put(&app, BERLIN, body).signed_in_as(plant.hr()), status, problem, &[pointer]).await;
    }
    for site in ["Berlin", "a%20b", &"x".repeat(41)] {
        let ask = plant.world.put(&app, format!("/api/v1/sites/{site}"), berlin()).signed_in_as(plant.hr());
        plant.refused(ask, 404, "not_found", &[]).await;
    }
    for person in [plant.employee(), plant.manager(), &plant.world.people.auditor] {
        plant.refused(plant.world.put(&app, BERLIN, berlin()).signed_in_as(person), 403, "forbidden", &[]).await;
    }
    let open = json!({"name": "Berlin", "fencing": "off", "fences": []});
    assert_eq!(plant.world.put(&app, BERLIN, open).signed_in_as(plant.hr()).await.status, 201);
}

#[tokio::test]
async fn a_version_that_does_not_stand_is_stale() {
    let plant = Plant::open().await;
    let app = app!(plant.world, SITES_UPDATE);
    let ask = |tag: &str| plant.world.put(&app, BERLIN, berlin()).signed_in_as(plant.hr()).header("if-match", tag);
    plant.refused(ask("\"1\""), 412, "stale", &[]).await;
    assert_eq!(ask("\"0\"").await.status, 201, "of a site that is not there yet");
    plant.refused(ask("\"0\""), 412, "stale", &[]).await;
    plant.refused(ask("\"2\""), 412, "stale", &[]).await;
}
