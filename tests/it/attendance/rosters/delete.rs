//! `DELETE /api/v1/rosters/{roster_id}`

use kernel::RosterId;
use serde_json::json;

use crate::attendance::{
    fixture::{AttendanceFixture, date},
    roster_fixture::{ASSIGNMENTS, ROSTERS, early_week, path_of},
};

#[tokio::test]
async fn roster_with_current_or_future_assignments_cannot_be_deleted() {
    let fixture = AttendanceFixture::new().await;
    let (roster, assigned) = fixture.assign_employee_to_early("2024-07-01").await;
    let app = app!(fixture.world, ROSTERS_DELETE);
    let ask = || fixture.delete(&app, path_of(ROSTERS, &roster)).signed_in_as(fixture.hr());
    let answer = fixture.refused(ask(), 409, "roster_in_use", &[]).await;
    assert_eq!(answer.body["current"]["assignments"], json!([assigned["id"]]));
    let change = app!(fixture.world, SHIFT_ASSIGNMENTS_UPDATE);
    let ends = |from: &str, to: &str| {
        let body = json!({"from": from, "to": to});
        fixture.world.put(&change, path_of(ASSIGNMENTS, &assigned), body).signed_in_as(fixture.hr())
    };
    assert_eq!(ends("2024-06-03", "2024-06-10").await.status, 200);
    fixture.refused(ask(), 409, "roster_in_use", &[]).await;
    assert_eq!(ends("2024-06-03", "2024-06-08").await.status, 200);
    fixture
        .refused(fixture.delete(&app, path_of(ROSTERS, &roster)).signed_in_as(fixture.manager()), 403, "forbidden", &[])
        .await;
    fixture.refused(ask().header("if-match", "\"1\""), 412, "stale", &[]).await;
    assert_eq!(ask().await.status, 204);
    fixture.refused(ask(), 404, "not_found", &[]).await;
    assert_eq!(fixture.published_types("ATTENDANCE_TABLE").await.last().unwrap(), "attendance.roster_deleted");
}

#[tokio::test]
async fn deleted_roster_is_not_assignable_but_still_plans_past_days() {
    let fixture = AttendanceFixture::new().await;
    let roster = fixture.create_roster(early_week()).await;
    let id: RosterId = roster["id"].as_str().unwrap().parse().unwrap();
    let app = app!(fixture.world, ROSTERS_DELETE);
    assert_eq!(fixture.delete(&app, path_of(ROSTERS, &roster)).signed_in_as(fixture.hr()).await.status, 204);
    let before = fixture.snapshot().await;
    let body = json!({"employee_id": fixture.employee().id, "roster_id": id, "from": "2024-06-10"});
    let answer = fixture.create_assignment(fixture.hr(), body).await;
    assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["/roster_id"]), "{}", answer.body);
    assert_eq!(answer.body["errors"][0]["code"], json!("unknown_roster"));
    assert!(before == fixture.snapshot().await);
    let rosters = fixture.store().all_rosters_cached(fixture.now()).await.unwrap();
    assert_eq!(rosters.0[&id].shift_codes_on(date("2024-06-10")), ["early"]);
    let kept = fixture.find_item("ROSTERS".to_owned(), &id.to_string()).await.unwrap();
    assert_eq!(kept.get("expires_at"), None, "the item never expires");
}
