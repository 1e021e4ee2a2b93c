//! `compliance-on-event`: every violation once, whatever the queue does.

use serde_json::json;

use crate::compliance::{ComplianceFixture, TABLE, VIOLATIONS};

const NONE: [&str; 0] = [];

#[tokio::test]
async fn what_a_request_breaks_is_registered_and_announced() {
    let house = ComplianceFixture::open().await;
    let employee = house.world.people.employee.clone();
    let event = house.event(1, "leave.request_created", &employee, &["notice_too_short", "blackout"]);
    assert_eq!(house.deliver(vec![event]).await, NONE);
    assert_eq!(house.published_types(TABLE).await, ["compliance.violation_detected"; 2]);
    let app = app!(house.world, COMPLIANCE_VIOLATIONS_LIST);
    let list = house.get(&app, VIOLATIONS).signed_in_as(&employee).await;
    let item = &list.body["items"][0];
    assert_eq!((&item["employee_id"], &item["manager_id"]), (&json!(employee.id), &json!(employee.manager_id)));
    assert_eq!((&item["policy_version"], &item["figures"]["share"]), (&json!(2), &json!(0.5)));
    assert_eq!((&item["event_type"], &item["entity_type"]), (&json!("leave.request_created"), &json!("LeaveRequest")));
    let stamp = &house.stamps(TABLE).await[0];
    assert_eq!(
        (stamp.entity_type.as_str(), stamp.actor.to_string().as_str()),
        ("Violation", "system:compliance-on-event")
    );
}

#[tokio::test]
async fn attendance_is_heard_too_and_everything_else_is_not() {
    let house = ComplianceFixture::open().await;
    let employee = house.world.people.employee.clone();
    let day = house.event(1, "attendance.processed", &employee, &["daily_maximum"]);
    let approved = house.event(2, "leave.request_approved", &employee, &["notice_too_short"]);
    let clean = house.event(3, "leave.request_created", &employee, &[]);
    let mut bare = house.event(4, "leave.request_created", &employee, &[]);
    bare.new_values = None;
    assert_eq!(house.deliver(vec![day, approved, clean, bare]).await, NONE);
    assert_eq!(house.registered().await.len(), 1);
}

#[tokio::test]
async fn a_day_that_is_derived_again_breaks_nothing_twice() {
    let house = ComplianceFixture::open().await;
    let employee = house.world.people.employee.clone();
    let derived = |number, day: &str, date: &str, codes: &[&str]| {
        let mut event = house.event(number, "attendance.processed", &employee, codes);
        (event.stamp.entity_type, event.stamp.entity_id) = ("Attendance".to_owned(), day.to_owned());
        event.new_values.as_mut().unwrap()["date"] = json!(date);
        event
    };
    let first = derived(1, "att_1", "2024-06-10", &["daily_maximum"]);
    assert_eq!(house.deliver(vec![first]).await, NONE);
    house.world.clock.advance(jiff::SignedDuration::from_hours(30));
    let before = house.snapshot().await;
    assert_eq!(house.deliver(vec![derived(2, "att_1", "2024-06-10", &["daily_maximum"])]).await, NONE);
    assert!(before == house.snapshot().await, "it is registered already");
    let worse = derived(3, "att_1", "2024-06-10", &["daily_maximum", "daily_rest"]);
    assert_eq!(house.deliver(vec![worse, derived(4, "att_2", "2024-06-11", &["daily_maximum"])]).await, NONE);
    assert_eq!(house.registered().await.len(), 3, "another code, and another day");
}

#[tokio::test]
async fn a_request_that_was_approved_by_being_made_is_heard_of() {
    let house = ComplianceFixture::open().await;
    let employee = house.world.people.employee.clone();
    let mut at_once = house.event(1, "leave.request_approved", &employee, &["notice_too_short"]);
    at_once.stamp.data = Some(json!({"created": true, "override": false}));
    let mut later = house.event(2, "leave.request_approved", &employee, &["notice_too_short"]);
    later.stamp.data = Some(json!({"step": 0, "comments": "Enjoy"}));
    assert_eq!(house.deliver(vec![at_once, later]).await, NONE);
    assert_eq!(house.registered().await.len(), 1);
}

#[tokio::test]
async fn a_second_delivery_changes_nothing_also_after_it_was_acknowledged() {
    let house = ComplianceFixture::open().await;
    let employee = house.world.people.employee.clone();
    let id = house.register_violation(1, &employee, "notice_too_short").await;
    let app = app!(house.world, COMPLIANCE_VIOLATIONS_ACKNOWLEDGE);
    let path = format!("{VIOLATIONS}/{id}/acknowledge");
    assert_eq!(house.post(&app, path, json!({"comment": "seen"})).signed_in_as(house.hr()).await.status, 200);
    let before = house.snapshot().await;
    let event = house.event(1, "leave.request_created", &employee, &["notice_too_short"]);
    assert_eq!(house.deliver(vec![event.clone(), event]).await, NONE);
    assert!(before == house.snapshot().await);
    house.register_violation(2, &employee, "notice_too_short").await;
}

#[tokio::test]
async fn what_does_not_read_fails_alone() {
    let house = ComplianceFixture::open().await;
    let employee = house.world.people.employee.clone();
    let mut nonsense = house.event(1, "leave.request_created", &employee, &["x"]);
    nonsense.new_values = Some(json!({"employee_id": "dep_1", "violations": [{"code": 1}]}));
    let good = house.event(2, "leave.request_created", &employee, &["blackout"]);
    assert_eq!(house.deliver(vec![nonsense, good]).await, ["0"]);
    assert_eq!(house.registered().await.len(), 1);
}
