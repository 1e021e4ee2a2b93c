//! `DELETE /api/v1/shift-assignments/{assignment_id}`

use serde_json::json;

use crate::attendance::{
    fixture::AttendanceFixture,
    roster_fixture::{ASSIGNMENTS, path_of},
};

#[tokio::test]
async fn deletion_frees_the_days_of_an_assignment() {
    let fixture = AttendanceFixture::new().await;
    let (roster, assigned) = fixture.assign_employee_to_early("2024-06-03").await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_DELETE);
    let ask = || fixture.delete(&app, path_of(ASSIGNMENTS, &assigned));
    let people = &fixture.world.people;
    fixture.refused(ask().signed_in_as(&people.employee), 403, "forbidden", &[]).await;
    fixture.refused(ask().signed_in_as(&people.other_manager), 404, "not_found", &[]).await;
    fixture.refused(ask().signed_in_as(&people.hr).header("if-match", "\"7\""), 412, "stale", &[]).await;
    assert_eq!(ask().signed_in_as(&people.manager).header("if-match", "\"1\"").await.status, 204);
    let (event, data) = fixture.last_event().await;
    let affected = json!({"employee_id": people.employee.id, "affected": {"from": "2024-06-02", "to": null}});
    assert_eq!((&*event, data), ("attendance.shift_unassigned", affected));
    assert!(fixture.schedule(&people.employee).await.is_empty());
    fixture.refused(ask().signed_in_as(&people.manager), 404, "not_found", &[]).await;
    let get = app!(fixture.world, SHIFT_ASSIGNMENTS_GET);
    let read = fixture.get(&get, path_of(ASSIGNMENTS, &assigned)).signed_in_as(&people.hr);
    fixture.refused(read, 404, "not_found", &[]).await;
    let item = fixture.assignment_item(&assigned).await;
    assert!(item.contains_key("deleted_at") && item.contains_key("expires_at"), "the tombstone expires");
    assert!(item.keys().all(|name| !name.starts_with("ix_")), "the tombstone is in no index");
    let again = json!({"employee_id": people.employee.id, "roster_id": roster["id"], "from": "2024-06-03"});
    assert_eq!(fixture.create_assignment(&people.manager, again).await.status, 201, "the days can be assigned again");
}

#[tokio::test]
async fn assignment_that_ended_long_ago_cannot_be_deleted() {
    let fixture = AttendanceFixture::new().await;
    let days =
        json!({"employee_id": fixture.employee().id, "shifts": ["late"], "from": "2024-06-03", "to": "2024-06-03"});
    let assigned = fixture.create_assignment(fixture.hr(), days).await.body;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_DELETE);
    fixture.set_time("2025-06-05T08:00:00Z");
    let ask = fixture.delete(&app, path_of(ASSIGNMENTS, &assigned)).signed_in_as(fixture.hr());
    fixture.refused(ask, 409, "too_old", &[]).await;
}
