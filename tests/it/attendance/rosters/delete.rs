//! `DELETE /api/v1/rosters/{roster_id}`

use kernel::RosterId;
use serde_json::json;

use crate::attendance::{
    fixture::{Plant, date},
    roster_fixture::{ASSIGNMENTS, ROSTERS, at, early_week},
};

#[tokio::test]
async fn a_roster_that_somebody_works_or_will_work_stays() {
    let plant = Plant::open().await;
    let (roster, assigned) = plant.employee_on_early("2024-07-01").await;
    let app = app!(plant.world, ROSTERS_DELETE);
    let ask = || plant.delete(&app, at(ROSTERS, &roster)).signed_in_as(plant.hr());
    let answer = plant.refused(ask(), 409, "roster_in_use", &[]).await;
    assert_eq!(answer.body["current"]["assignments"], json!([assigned["id"]]));
    let change = app!(plant.world, SHIFT_ASSIGNMENTS_UPDATE);
    let ends = |from: &str, to: &str| {
        let body = json!({"from": from, "to": to});
        plant.world.put(&change, at(ASSIGNMENTS, &assigned), body).signed_in_as(plant.hr())
    };
    assert_eq!(ends("2024-06-03", "2024-06-10").await.status, 200);
    plant.refused(ask(), 409, "roster_in_use", &[]).await;
    assert_eq!(ends("2024-06-03", "2024-06-08").await.status, 200);
    plant.refused(plant.delete(&app, at(ROSTERS, &roster)).signed_in_as(plant.manager()), 403, "forbidden", &[]).await;
    plant.refused(ask().header("if-match", "\"1\""), 412, "stale", &[]).await;
    assert_eq!(ask().await.status, 204);
    plant.refused(ask(), 404, "not_found", &[]).await;
    assert_eq!(plant.published_types("ATTENDANCE_TABLE").await.last().unwrap(), "attendance.roster_deleted");
}

#[tokio::test]
async fn nobody_is_put_on_a_removed_roster_and_old_days_are_still_derived_by_it() {
    let plant = Plant::open().await;
    let roster = plant.makes_roster(early_week()).await;
    let id: RosterId = roster["id"].as_str().unwrap().parse().unwrap();
    let app = app!(plant.world, ROSTERS_DELETE);
    assert_eq!(plant.delete(&app, at(ROSTERS, &roster)).signed_in_as(plant.hr()).await.status, 204);
    let before = plant.snapshot().await;
    let body = json!({"employee_id": plant.employee().id, "roster_id": id, "from": "2024-06-10"});
    let answer = plant.assigns(plant.hr(), body).await;
    assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["/roster_id"]), "{}", answer.body);
    assert_eq!(answer.body["errors"][0]["code"], json!("unknown_roster"));
    assert!(before == plant.snapshot().await);
    let rosters = plant.records().rosters(plant.now()).await.unwrap();
    assert_eq!(rosters.0[&id].shifts_on(date("2024-06-10")), ["early"]);
    let kept = plant.item("ROSTERS".to_owned(), &id.to_string()).await.unwrap();
    assert_eq!(kept.get("expires_at"), None, "it is never dropped");
}
