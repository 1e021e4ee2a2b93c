//! `PUT /api/v1/attendance-corrections/{correction_id}/reject`

use serde_json::json;

use crate::attendance::{correction_fixture::path, fixture::AttendanceFixture};

#[tokio::test]
async fn rejection_leaves_the_day_unchanged_with_its_reason() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let requested = fixture.requested_correction().await;
    let before = fixture.find_day(fixture.employee(), "2024-06-07").await;
    let answer = fixture.reject(fixture.manager(), &requested).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!(
        (&answer.body["status"], &answer.body["rejected_reason"]),
        (&json!("rejected"), &json!("You left at noon"))
    );
    assert_eq!(answer.body["rejected_by"], json!(fixture.manager().id));
    assert_eq!(fixture.find_day(fixture.employee(), "2024-06-07").await, before);
    assert_eq!(fixture.published_types("ATTENDANCE_TABLE").await, ["attendance.correction_rejected"]);
    let late = fixture.approve(fixture.hr(), &requested).await;
    assert_eq!((late.status.as_u16(), late.problem()), (409, "already_decided"));
    assert_eq!(late.body["current"]["rejected_by"], json!(fixture.manager().id));
}

#[tokio::test]
async fn rejection_needs_a_reason_and_an_approver() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let people = fixture.world.people.clone();
    let requested = fixture.requested_correction().await;
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_REJECT);
    let reject = |reason: &str| fixture.world.put(&app, path(&requested, "/reject"), json!({"reason": reason}));
    fixture.refused(reject(" ").signed_in_as(&people.manager), 422, "invalid", &["/reason"]).await;
    fixture.refused(reject("No").signed_in_as(&people.other_manager), 404, "not_found", &[]).await;
    fixture.refused(reject("No").signed_in_as(&people.employee), 403, "forbidden", &[]).await;
    fixture.refused(reject("No").signed_in_as(&people.manager).header("if-match", "\"7\""), 412, "stale", &[]).await;
    assert_eq!(reject("No").signed_in_as(&people.manager).header("if-match", "\"1\"").await.status, 200);
}
