//! `PUT /api/v1/rosters/{roster_id}`

use ::attendance::store::Stored;
use kernel::RosterId;
use serde_json::{Value, json};

use crate::attendance::{
    fixture::AttendanceFixture,
    roster_fixture::{ASSIGNMENTS, ROSTERS, early_week, path_of},
};

#[tokio::test]
async fn unassigned_roster_can_change_completely() {
    let fixture = AttendanceFixture::new().await;
    let roster = fixture.create_roster(early_week()).await;
    let app = app!(fixture.world, ROSTERS_UPDATE);
    let ask = |body: Value| fixture.world.put(&app, path_of(ROSTERS, &roster), body).signed_in_as(fixture.hr());
    let answer = ask(json!({"starts_on": "2024-06-04", "cycle": [["late"], []]})).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!((&answer.body["name"], &answer.body["cycle"]), (&roster["name"], &json!([["late"], []])));
    assert_eq!(fixture.published_types("ATTENDANCE_TABLE").await.last().unwrap(), "attendance.roster_updated");
    let before = fixture.snapshot().await;
    let same = ask(json!({"cycle": [["late"], []]})).await;
    assert_eq!((same.status.as_u16(), same.header("etag")), (200, "\"2\""));
    assert!(before == fixture.snapshot().await, "an unchanged roster is not written");
    fixture.refused(ask(json!({"cycle": [["late"], ["noon"]]})), 422, "invalid", &["/cycle/1/0"]).await;
    fixture.refused(ask(json!({"name": null})), 400, "malformed", &["/name"]).await;
    fixture.refused(ask(json!({"name": "x"})).header("if-match", "\"1\""), 412, "stale", &[]).await;
    let ask = fixture.world.put(&app, path_of(ROSTERS, &roster), json!({"name": "x"})).signed_in_as(fixture.manager());
    fixture.refused(ask, 403, "forbidden", &[]).await;
}

#[tokio::test]
async fn assigned_roster_can_only_be_renamed() {
    let fixture = AttendanceFixture::new().await;
    let (roster, assigned) = fixture.assign_employee_to_early("2024-06-03").await;
    let app = app!(fixture.world, ROSTERS_UPDATE);
    let ask = |body: Value| fixture.world.put(&app, path_of(ROSTERS, &roster), body).signed_in_as(fixture.hr());
    let answer = fixture.refused(ask(json!({"cycle": [["late"]]})), 409, "roster_in_use", &["/cycle"]).await;
    assert_eq!(answer.body["current"]["assigned_at"], json!(fixture.now()));
    fixture.refused(ask(json!({"starts_on": "2024-06-04"})), 409, "roster_in_use", &["/starts_on"]).await;
    let renamed = ask(json!({"name": "Early birds", "cycle": roster["cycle"]})).await;
    assert_eq!((renamed.status.as_u16(), &renamed.body["name"]), (200, &json!("Early birds")), "{}", renamed.body);
    let take_back = app!(fixture.world, SHIFT_ASSIGNMENTS_DELETE);
    assert_eq!(
        fixture.delete(&take_back, path_of(ASSIGNMENTS, &assigned)).signed_in_as(fixture.hr()).await.status,
        204
    );
    fixture.refused(ask(json!({"cycle": [["late"]]})), 409, "roster_in_use", &["/cycle"]).await;
}

#[tokio::test]
async fn cycle_change_loses_against_a_concurrent_assignment() {
    let fixture = AttendanceFixture::new().await;
    let roster = fixture.create_roster(early_week()).await;
    let id: RosterId = roster["id"].as_str().unwrap().parse().unwrap();
    let read = fixture.store().get_roster(id).await.unwrap();
    let body = json!({"employee_id": fixture.employee().id, "roster_id": id, "from": "2024-06-10"});
    assert_eq!(fixture.create_assignment(fixture.hr(), body).await.status, 201);
    let mut after = read.value.clone();
    after.roster.cycle = vec![Vec::new()];
    let stale = Stored { value: read.value, version: read.version };
    let error = fixture.store().update_roster(&testkit::origin(), &stale, &after).await.unwrap_err();
    assert!(error.is_changed_concurrently());
}
