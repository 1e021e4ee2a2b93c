//! `PUT /api/v1/rosters/{roster_id}`

use ::attendance::store::Stored;
use kernel::RosterId;
use serde_json::{Value, json};

use crate::attendance::{
    fixture::Plant,
    roster_fixture::{ASSIGNMENTS, ROSTERS, at, early_week},
};

#[tokio::test]
async fn a_roster_that_nobody_was_put_on_changes_in_everything() {
    let plant = Plant::open().await;
    let roster = plant.makes_roster(early_week()).await;
    let app = app!(plant.world, ROSTERS_UPDATE);
    let ask = |body: Value| plant.world.put(&app, at(ROSTERS, &roster), body).signed_in_as(plant.hr());
    let answer = ask(json!({"starts_on": "2024-06-04", "cycle": [["late"], []]})).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!((&answer.body["name"], &answer.body["cycle"]), (&roster["name"], &json!([["late"], []])));
    assert_eq!(plant.published_types("ATTENDANCE_TABLE").await.last().unwrap(), "attendance.roster_updated");
    let before = plant.snapshot().await;
    let same = ask(json!({"cycle": [["late"], []]})).await;
    assert_eq!((same.status.as_u16(), same.header("etag")), (200, "\"2\""));
    assert!(before == plant.snapshot().await, "nothing new is not written");
    plant.refused(ask(json!({"cycle": [["late"], ["noon"]]})), 422, "invalid", &["/cycle/1/0"]).await;
    plant.refused(ask(json!({"name": null})), 400, "malformed", &["/name"]).await;
    plant.refused(ask(json!({"name": "x"})).header("if-match", "\"1\""), 412, "stale", &[]).await;
    let ask = plant.world.put(&app, at(ROSTERS, &roster), json!({"name": "x"})).signed_in_as(plant.manager());
    plant.refused(ask, 403, "forbidden", &[]).await;
}

#[tokio::test]
async fn what_people_worked_never_changes_under_them() {
    let plant = Plant::open().await;
    let (roster, assigned) = plant.employee_on_early("2024-06-03").await;
    let app = app!(plant.world, ROSTERS_UPDATE);
    let ask = |body: Value| plant.world.put(&app, at(ROSTERS, &roster), body).signed_in_as(plant.hr());
    let answer = plant.refused(ask(json!({"cycle": [["late"]]})), 409, "roster_in_use", &["/cycle"]).await;
    assert_eq!(answer.body["current"]["assigned_at"], json!(plant.now()));
    plant.refused(ask(json!({"starts_on": "2024-06-04"})), 409, "roster_in_use", &["/starts_on"]).await;
    let renamed = ask(json!({"name": "Early birds", "cycle": roster["cycle"]})).await;
    assert_eq!((renamed.status.as_u16(), &renamed.body["name"]), (200, &json!("Early birds")), "{}", renamed.body);
    let take_back = app!(plant.world, SHIFT_ASSIGNMENTS_DELETE);
    assert_eq!(plant.delete(&take_back, at(ASSIGNMENTS, &assigned)).signed_in_as(plant.hr()).await.status, 204);
    plant.refused(ask(json!({"cycle": [["late"]]})), 409, "roster_in_use", &["/cycle"]).await;
}

#[tokio::test]
async fn whoever_changes_a_cycle_while_somebody_is_put_on_it_comes_too_late() {
    let plant = Plant::open().await;
    let roster = plant.makes_roster(early_week()).await;
    let id: RosterId = roster["id"].as_str().unwrap().parse().unwrap();
    let read = plant.records().roster(id).await.unwrap();
    let body = json!({"employee_id": plant.employee().id, "roster_id": id, "from": "2024-06-10"});
    assert_eq!(plant.assigns(plant.hr(), body).await.status, 201);
    let mut after = read.value.clone();
    after.roster.cycle = vec![Vec::new()];
    let stale = Stored { value: read.value, version: read.version };
    let error = plant.records().update_roster(&testkit::origin(), &stale, &after).await.unwrap_err();
    assert!(error.is_changed_concurrently());
}
