//! `PUT /api/v1/attendance-corrections/{correction_id}/reject`

use serde_json::json;

use crate::attendance::{correction_fixture::path, fixture::Plant};

#[tokio::test]
async fn a_no_leaves_the_day_as_it_is_and_says_why() {
    let plant = Plant::open().await;
    plant.forgotten().await;
    let asked = plant.asked().await;
    let before = plant.day(plant.employee(), "2024-06-07").await;
    let answer = plant.rejects(plant.manager(), &asked).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!(
        (&answer.body["status"], &answer.body["rejected_reason"]),
        (&json!("rejected"), &json!("You left at noon"))
    );
    assert_eq!(answer.body["rejected_by"], json!(plant.manager().id));
    assert_eq!(plant.day(plant.employee(), "2024-06-07").await, before);
    assert_eq!(plant.published_types("ATTENDANCE_TABLE").await, ["attendance.correction_rejected"]);
    let late = plant.approves(plant.hr(), &asked).await;
    assert_eq!((late.status.as_u16(), late.problem()), (409, "already_decided"));
    assert_eq!(late.body["current"]["rejected_by"], json!(plant.manager().id));
}

#[tokio::test]
async fn a_no_needs_its_reason_and_somebody_who_may_say_it() {
    let plant = Plant::open().await;
    plant.forgotten().await;
    let people = plant.world.people.clone();
    let asked = plant.asked().await;
    let app = app!(plant.world, ATTENDANCE_CORRECTIONS_REJECT);
    let reject = |reason: &str| plant.world.put(&app, path(&asked, "/reject"), json!({"reason": reason}));
    plant.refused(reject(" ").signed_in_as(&people.manager), 422, "invalid", &["/reason"]).await;
    plant.refused(reject("No").signed_in_as(&people.other_manager), 404, "not_found", &[]).await;
    plant.refused(reject("No").signed_in_as(&people.employee), 403, "forbidden", &[]).await;
    plant.refused(reject("No").signed_in_as(&people.manager).header("if-match", "\"7\""), 412, "stale", &[]).await;
    assert_eq!(reject("No").signed_in_as(&people.manager).header("if-match", "\"1\"").await.status, 200);
}
