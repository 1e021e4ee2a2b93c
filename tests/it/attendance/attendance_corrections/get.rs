//! `GET /api/v1/attendance-corrections/{correction_id}`

use serde_json::{Value, json};

use crate::attendance::{correction_fixture::path, fixture::AttendanceFixture};

#[tokio::test]
async fn subject_managers_and_hr_read_a_correction() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let people = fixture.world.people.clone();
    let requested = fixture.requested_correction().await;
    for by in [&people.employee, &people.manager, &people.hr] {
        let answer = fixture.read_correction(by, &requested).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
        assert_eq!(answer.body, requested);
    }
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_GET);
    for by in [&people.other_manager, &people.outsider] {
        fixture.refused(fixture.get(&app, path(&requested, "")).signed_in_as(by), 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn auditors_read_corrections_without_private_text() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    let requested = fixture.requested_correction().await;
    fixture.approve(fixture.manager(), &requested).await;
    let by_auditor = fixture.read_correction(&fixture.world.people.auditor, &requested).await.body;
    assert_eq!((&by_auditor["status"], &by_auditor["add"]), (&json!("approved"), &requested["add"]));
    assert_eq!((&by_auditor["reason"], &by_auditor["comments"]), (&Value::Null, &Value::Null));
    let own = fixture.read_correction(fixture.employee(), &requested).await.body;
    assert_eq!((&own["reason"], &own["comments"]), (&requested["reason"], &json!("I was there")));
}
