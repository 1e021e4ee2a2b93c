//! `POST /api/v1/compliance/training/{training_id}/complete`

use futures::future::join_all;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::compliance::{ComplianceFixture, TABLE, TRAININGS, training_policy};

fn path(training: &Value) -> String {
    format!("{TRAININGS}/{}/complete", training["id"].as_str().unwrap())
}

#[tokio::test]
async fn training_is_completed_once() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    let given = fixture.assign_training(&people.employee, "first aid", date(2024, 7, 1)).await;
    let app = app!(fixture.world, COMPLIANCE_TRAINING_COMPLETE);
    let ask = |body: Value| fixture.post(&app, path(&given), body);
    let answer =
        ask(json!({"completed_on": "2024-06-07", "certificate": " FA-1 "})).signed_in_as(&people.employee).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("done")), "{}", answer.body);
    assert_eq!((&answer.body["completed_on"], &answer.body["certificate"]), (&json!("2024-06-07"), &json!("FA-1")));
    assert_eq!((&answer.body["completed_by"], &answer.body["next"]), (&json!(people.employee.id), &json!(null)));
    assert_eq!(fixture.published_types(TABLE).await, ["compliance.training_completed"]);
    let refused = fixture.refused(ask(json!({})).signed_in_as(fixture.hr()), 409, "already_done", &[]).await;
    assert_eq!(refused.body["current"]["completed_on"], json!("2024-06-07"));
    // After the completion, the course can be assigned again.
    fixture.assign_training(&people.employee, "First Aid", date(2024, 8, 1)).await;
}

#[tokio::test]
async fn completion_date_defaults_to_today_at_the_site() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    let given = fixture.assign_training(&people.employee, "first aid", date(2024, 7, 1)).await;
    fixture.world.clock.set("2024-06-10T23:30:00Z".parse().unwrap());
    let app = app!(fixture.world, COMPLIANCE_TRAINING_COMPLETE);
    let answer = fixture.post(&app, path(&given), json!({})).signed_in_as(&people.employee).await;
    assert_eq!(answer.body["completed_on"], json!("2024-06-11"), "{}", answer.body);
}

#[tokio::test]
async fn repeated_training_is_assigned_again() {
    let fixture = ComplianceFixture::open().await;
    fixture.create_policy(training_policy(json!({}))).await;
    let people = fixture.world.people.clone();
    let given = fixture.assign_training(&people.employee, "fire-safety", date(2024, 7, 1)).await;
    let app = app!(fixture.world, COMPLIANCE_TRAINING_COMPLETE);
    let answer =
        fixture.post(&app, path(&given), json!({"completed_on": "2024-06-03"})).signed_in_as(fixture.hr()).await;
    let next = &answer.body["next"];
    assert_eq!(
        (&next["due_date"], &next["remind_on"]),
        (&json!("2025-06-03"), &json!("2025-05-20")),
        "{}",
        answer.body
    );
    assert_eq!((&next["repeats"], &next["status"]), (&given["id"], &json!("open")));
    assert_eq!(
        fixture.count_events("compliance.training_assigned").await,
        1,
        "the first training is completed, the next one assigned"
    );
    // The next training is open, so it cannot be assigned a second time.
    let assign = app!(fixture.world, COMPLIANCE_TRAINING_CREATE);
    let body = json!({"employee_id": people.employee.id, "course": "fire-safety"});
    let ask = fixture.post(&assign, TRAININGS, body).signed_in_as(fixture.hr());
    let refused = fixture.refused(ask, 409, "already_assigned", &["/employee_id"]).await;
    assert_eq!(refused.body["current"]["training_id"], next["id"]);
}

#[tokio::test]
async fn only_employee_or_hr_completes_a_training_and_not_early() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    let given = fixture.assign_training(&people.employee, "a", date(2024, 7, 1)).await;
    let app = app!(fixture.world, COMPLIANCE_TRAINING_COMPLETE);
    let ask = |body: Value| fixture.post(&app, path(&given), body);
    for caller in [&people.manager, &people.outsider, &people.admin, &people.auditor] {
        fixture.refused(ask(json!({})).signed_in_as(caller), 404, "not_found", &[]).await;
    }
    for (body, status, problem, pointer) in [
        (json!({"on": "2024-06-01"}), 400, "malformed", "/on"),
        (json!({"completed_on": "2024-06-31"}), 400, "malformed", "/completed_on"),
        (json!({"completed_on": "2024-06-11"}), 422, "invalid", "/completed_on"),
        (json!({"certificate": ""}), 422, "invalid", "/certificate"),
    ] {
        fixture.refused(ask(body).signed_in_as(&people.employee), status, problem, &[pointer]).await;
    }
    let ghost = json!({"id": "train_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"});
    let ask = fixture.post(&app, path(&ghost), json!({})).signed_in_as(fixture.hr());
    fixture.refused(ask, 404, "not_found", &[]).await;
}

#[tokio::test]
async fn concurrent_completions_complete_and_repeat_once() {
    let fixture = ComplianceFixture::open().await;
    fixture.create_policy(training_policy(json!({}))).await;
    let given = fixture.assign_training(&fixture.world.people.employee.clone(), "fire-safety", date(2024, 7, 1)).await;
    let app = app!(fixture.world, COMPLIANCE_TRAINING_COMPLETE);
    let tries = (0..20).map(|_| {
        let ask = fixture.post(&app, path(&given), json!({})).signed_in_as(fixture.hr());
        async move { ask.await }
    });
    let answers = join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 409)), "{answers:?}");
    let trainings = fixture.world.list_items(TABLE).await;
    let ids =
        trainings.iter().filter_map(|item| store::string_attribute(item, "id")).filter(|id| id.starts_with("train_"));
    assert_eq!(ids.count(), 2);
}
