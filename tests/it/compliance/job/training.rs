//! `compliance-job-training`: each due date is announced once, whatever the schedule does.

use directory::{EmploymentStatus, Person};
use jiff::{SignedDuration, civil::date};
use serde_json::json;

use crate::compliance::{ComplianceFixture, TABLE, TRAININGS, training_policy};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const DUE: &str = "compliance.training_due";

#[tokio::test]
async fn a_training_is_announced_on_its_day_and_never_again() {
    let house = ComplianceFixture::open().await;
    let employee = house.world.people.employee.clone();
    let given = house.assigned(&employee, "first aid", date(2024, 6, 18)).await;
    assert_eq!(given["remind_on"], json!("2024-06-11"));
    assert_eq!(house.run().await, json!({"waited": 0, "announced": 0}));
    house.world.clock.advance(DAY);
    assert_eq!(house.run().await, json!({"waited": 1, "announced": 1}));
    let stamp = house.stamps(TABLE).await.remove(0);
    assert_eq!(
        (stamp.event.as_str(), stamp.entity_type.as_str(), json!(stamp.entity_id)),
        (DUE, "Training", given["id"].clone())
    );
    let before = house.snapshot().await;
    for _ in 0..40 {
        house.world.clock.advance(DAY);
        assert_eq!(house.run().await["announced"], json!(0));
    }
    assert!(before == house.snapshot().await, "later runs write nothing");
}

#[tokio::test]
async fn a_job_that_was_down_catches_up_once() {
    let house = ComplianceFixture::open().await;
    let people = house.world.people.clone();
    for person in people.all() {
        for course in ["a", "b", "c", "d"] {
            house.assigned(person, course, date(2024, 6, 20)).await;
        }
    }
    house.assigned(&people.employee, "later", date(2025, 6, 20)).await;
    house.world.clock.advance(DAY * 60);
    assert_eq!(house.run().await, json!({"waited": 28, "announced": 28}));
    assert_eq!(house.count_events(DUE).await, 28);
    assert_eq!(house.run().await, json!({"waited": 0, "announced": 0}));
}

#[tokio::test]
async fn two_runs_at_once_announce_nothing_twice() {
    let house = ComplianceFixture::open().await;
    for course in ["a", "b", "c", "d", "e", "f"] {
        house.assigned(&house.world.people.employee.clone(), course, date(2024, 6, 10)).await;
    }
    let (one, two) = tokio::join!(house.run(), house.run());
    assert_eq!(one["announced"].as_u64().unwrap() + two["announced"].as_u64().unwrap(), 6, "{one} {two}");
}

#[tokio::test]
async fn what_is_done_is_not_announced_and_what_repeats_is_announced_again() {
    let house = ComplianceFixture::open().await;
    house.policy(training_policy(json!({}))).await;
    let employee = house.world.people.employee.clone();
    let once = house.assigned(&employee, "once", date(2024, 6, 18)).await;
    let yearly = house.assigned(&employee, "fire-safety", date(2024, 7, 1)).await;
    let app = app!(house.world, COMPLIANCE_TRAINING_COMPLETE);
    for training in [&once, &yearly] {
        let path = format!("{TRAININGS}/{}/complete", training["id"].as_str().unwrap());
        assert_eq!(house.post(&app, path, json!({})).signed_in_as(&employee).await.status, 200);
    }
    house.world.clock.advance(DAY * 300);
    assert_eq!(house.run().await["announced"], json!(0));
    house.world.clock.advance(DAY * 60);
    assert_eq!(house.run().await["announced"], json!(1), "a year later, two weeks before");
    assert_eq!(house.run().await["announced"], json!(0));
}

#[tokio::test]
async fn what_somebody_had_to_do_who_has_left_waits_no_more() {
    let house = ComplianceFixture::open().await;
    let employee = house.world.people.employee.clone();
    house.assigned(&employee, "first aid", date(2024, 6, 10)).await;
    house.world.add_people(&[&Person { status: EmploymentStatus::Terminated, ..employee }]).await;
    house.world.clock.advance(DAY);
    assert_eq!(house.run().await, json!({"waited": 1, "announced": 0}));
    assert_eq!(house.run().await, json!({"waited": 0, "announced": 0}));
    assert_eq!(house.count_events(DUE).await, 0);
}
