//! `GET /api/v1/attendance-corrections/{correction_id}`

use serde_json::{Value, json};

use crate::attendance::{correction_fixture::path, fixture::Plant};

#[tokio::test]
async fn a_correction_is_read_by_the_person_their_managers_and_those_who_keep_records() {
    let plant = Plant::open().await;
    plant.forgotten().await;
    let people = plant.world.people.clone();
    let asked = plant.asked().await;
    for by in [&people.employee, &people.manager, &people.hr] {
        let answer = plant.reads(by, &asked).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
        assert_eq!(answer.body, asked);
    }
    let app = app!(plant.world, ATTENDANCE_CORRECTIONS_GET);
    for by in [&people.other_manager, &people.outsider] {
        plant.refused(plant.get(&app, path(&asked, "")).signed_in_as(by), 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn an_auditor_sees_what_was_corrected_but_no_private_word() {
    let plant = Plant::open().await;
    plant.forgotten().await;
    let asked = plant.asked().await;
    plant.approves(plant.manager(), &asked).await;
    let seen = plant.reads(&plant.world.people.auditor, &asked).await.body;
    assert_eq!((&seen["status"], &seen["add"]), (&json!("approved"), &asked["add"]));
    assert_eq!((&seen["reason"], &seen["comments"]), (&Value::Null, &Value::Null));
    let own = plant.reads(plant.employee(), &asked).await.body;
    assert_eq!((&own["reason"], &own["comments"]), (&asked["reason"], &json!("I was there")));
}
