//! `DELETE /api/v1/shift-assignments/{assignment_id}`

use serde_json::json;

use crate::attendance::{
    fixture::Plant,
    roster_fixture::{ASSIGNMENTS, at},
};

#[tokio::test]
async fn an_assignment_is_taken_back_as_if_it_had_never_been() {
    let plant = Plant::open().await;
    let (roster, assigned) = plant.employee_on_early("2024-06-03").await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_DELETE);
    let ask = || plant.delete(&app, at(ASSIGNMENTS, &assigned));
    let people = &plant.world.people;
    plant.refused(ask().signed_in_as(&people.employee), 403, "forbidden", &[]).await;
    plant.refused(ask().signed_in_as(&people.other_manager), 404, "not_found", &[]).await;
    plant.refused(ask().signed_in_as(&people.hr).header("if-match", "\"7\""), 412, "stale", &[]).await;
    assert_eq!(ask().signed_in_as(&people.manager).header("if-match", "\"1\"").await.status, 204);
    let (event, told) = plant.last_told().await;
    let affected = json!({"employee_id": people.employee.id, "affected": {"from": "2024-06-02", "to": null}});
    assert_eq!((&*event, told), ("attendance.shift_unassigned", affected));
    assert!(plant.schedule(&people.employee).await.is_empty());
    plant.refused(ask().signed_in_as(&people.manager), 404, "not_found", &[]).await;
    let get = app!(plant.world, SHIFT_ASSIGNMENTS_GET);
    let read = plant.get(&get, at(ASSIGNMENTS, &assigned)).signed_in_as(&people.hr);
    plant.refused(read, 404, "not_found", &[]).await;
    let item = plant.stored_assignment(&assigned).await;
    assert!(item.contains_key("deleted_at") && item.contains_key("expires_at"), "a tombstone, for a while");
    assert!(item.keys().all(|name| !name.starts_with("ix_")), "in no list");
    let again = json!({"employee_id": people.employee.id, "roster_id": roster["id"], "from": "2024-06-03"});
    assert_eq!(plant.assigns(&people.manager, again).await.status, 201, "its days are free again");
}

#[tokio::test]
async fn what_ended_long_ago_stays() {
    let plant = Plant::open().await;
    let days =
        json!({"employee_id": plant.employee().id, "shifts": ["late"], "from": "2024-06-03", "to": "2024-06-03"});
    let assigned = plant.assigns(plant.hr(), days).await.body;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_DELETE);
    plant.at("2025-06-05T08:00:00Z");
    let ask = plant.delete(&app, at(ASSIGNMENTS, &assigned)).signed_in_as(plant.hr());
    plant.refused(ask, 409, "too_old", &[]).await;
}
