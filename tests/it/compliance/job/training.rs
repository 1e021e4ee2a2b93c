//! `compliance-job-training`: sends one reminder per due date.

use directory::{EmploymentStatus, Person};
use jiff::{SignedDuration, civil::date};
use serde_json::json;

use crate::compliance::{ComplianceFixture, TABLE, TRAININGS, training_policy};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const DUE: &str = "compliance.training_due";

#[tokio::test]
async fn reminder_is_sent_once_on_its_day() {
    let fixture = ComplianceFixture::open().await;
    let employee = fixture.world.people.employee.clone();
    let given = fixture.assign_training(&employee, "first aid", date(2024, 6, 18)).await;
    assert_eq!(given["remind_on"], json!("2024-06-11"));
    assert_eq!(fixture.run_reminder_job().await, json!({"waited": 0, "announced": 0}));
    fixture.world.clock.advance(DAY);
    assert_eq!(fixture.run_reminder_job().await, json!({"waited": 1, "announced": 1}));
    let stamp = fixture.stamps(TABLE).await.remove(0);
    assert_eq!(
        (stamp.event.as_str(), stamp.entity_type.as_str(), json!(stamp.entity_id)),
        (DUE, "Training", given["id"].clone())
    );
    let before = fixture.snapshot().await;
    for _ in 0..40 {
        fixture.world.clock.advance(DAY);
        assert_eq!(fixture.run_reminder_job().await["announced"], json!(0));
    }
    assert!(before == fixture.snapshot().await, "later runs do not write");
}

#[tokio::test]
async fn job_catches_up_once_after_an_outage() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    for person in people.all() {
        for course in ["a", "b", "c", "d"] {
            fixture.assign_training(person, course, date(2024, 6, 20)).await;
        }
    }
    fixture.assign_training(&people.employee, "later", date(2025, 6, 20)).await;
    fixture.world.clock.advance(DAY * 60);
    assert_eq!(fixture.run_reminder_job().await, json!({"waited": 28, "announced": 28}));
    assert_eq!(fixture.count_events(DUE).await, 28);
    assert_eq!(fixture.run_reminder_job().await, json!({"waited": 0, "announced": 0}));
}

#[tokio::test]
async fn concurrent_runs_send_each_reminder_once() {
    let fixture = ComplianceFixture::open().await;
    for course in ["a", "b", "c", "d", "e", "f"] {
        fixture.assign_training(&fixture.world.people.employee.clone(), course, date(2024, 6, 10)).await;
    }
    let (one, two) = tokio::join!(fixture.run_reminder_job(), fixture.run_reminder_job());
    assert_eq!(one["announced"].as_u64().unwrap() + two["announced"].as_u64().unwrap(), 6, "{one} {two}");
}

#[tokio::test]
async fn completed_trainings_get_no_reminder_and_repeated_ones_do() {
    let fixture = ComplianceFixture::open().await;
    fixture.create_policy(training_policy(json!({}))).await;
    let employee = fixture.world.people.employee.clone();
    let once = fixture.assign_training(&employee, "once", date(2024, 6, 18)).await;
    let yearly = fixture.assign_training(&employee, "fire-safety", date(2024, 7, 1)).await;
    let app = app!(fixture.world, COMPLIANCE_TRAINING_COMPLETE);
    for training in [&once, &yearly] {
        let path = format!("{TRAININGS}/{}/complete", training["id"].as_str().unwrap());
        assert_eq!(fixture.post(&app, path, json!({})).signed_in_as(&employee).await.status, 200);
    }
    fixture.world.clock.advance(DAY * 300);
    assert_eq!(fixture.run_reminder_job().await["announced"], json!(0));
    fixture.world.clock.advance(DAY * 60);
    assert_eq!(
        fixture.run_reminder_job().await["announced"],
        json!(1),
        "the repeated training gets its reminder two weeks before the due date"
    );
    assert_eq!(fixture.run_reminder_job().await["announced"], json!(0));
}

#[tokio::test]
async fn trainings_of_terminated_employees_send_no_reminder() {
    let fixture = ComplianceFixture::open().await;
    let employee = fixture.world.people.employee.clone();
    fixture.assign_training(&employee, "first aid", date(2024, 6, 10)).await;
    fixture.world.add_people(&[&Person { status: EmploymentStatus::Terminated, ..employee }]).await;
    fixture.world.clock.advance(DAY);
    assert_eq!(fixture.run_reminder_job().await, json!({"waited": 1, "announced": 0}));
    assert_eq!(fixture.run_reminder_job().await, json!({"waited": 0, "announced": 0}));
    assert_eq!(fixture.count_events(DUE).await, 0);
}
