//! `compliance-on-event`: registers each violation once.

use serde_json::json;

use crate::compliance::{ComplianceFixture, TABLE, VIOLATIONS};

const NONE: [&str; 0] = [];

#[tokio::test]
async fn violations_of_a_request_are_registered_and_published() {
    let fixture = ComplianceFixture::open().await;
    let employee = fixture.world.people.employee.clone();
    let event = fixture.event_with_violations(1, "leave.request_created", &employee, &["notice_too_short", "blackout"]);
    assert_eq!(fixture.deliver(vec![event]).await, NONE);
    assert_eq!(fixture.published_types(TABLE).await, ["compliance.violation_detected"; 2]);
    let app = app!(fixture.world, COMPLIANCE_VIOLATIONS_LIST);
    let list = fixture.get(&app, VIOLATIONS).signed_in_as(&employee).await;
    let item = &list.body["items"][0];
    assert_eq!((&item["employee_id"], &item["manager_id"]), (&json!(employee.id), &json!(employee.manager_id)));
    assert_eq!((&item["policy_version"], &item["blocking"]), (&json!(2), &json!(false)));
    assert!(item["figures"].is_object(), "{item}");
    assert_eq!((&item["event_type"], &item["entity_type"]), (&json!("leave.request_created"), &json!("LeaveRequest")));
    let stamp = &fixture.stamps(TABLE).await[0];
    assert_eq!(
        (stamp.entity_type.as_str(), stamp.actor.to_string().as_str()),
        ("Violation", "system:compliance-on-event")
    );
}

#[tokio::test]
async fn only_leave_and_attendance_events_register_violations() {
    let fixture = ComplianceFixture::open().await;
    let employee = fixture.world.people.employee.clone();
    let day = fixture.event_with_violations(1, "attendance.processed", &employee, &["daily_maximum"]);
    let approved = fixture.event_with_violations(2, "leave.request_approved", &employee, &["notice_too_short"]);
    let clean = fixture.event_with_violations(3, "leave.request_created", &employee, &[]);
    let mut bare = fixture.event_with_violations(4, "leave.request_created", &employee, &[]);
    bare.new_values = None;
    assert_eq!(fixture.deliver(vec![day, approved, clean, bare]).await, NONE);
    assert_eq!(fixture.registered().await.len(), 1);
}

#[tokio::test]
async fn rederived_day_registers_each_violation_once() {
    let fixture = ComplianceFixture::open().await;
    let employee = fixture.world.people.employee.clone();
    let derived = |number, day: &str, date: &str, codes: &[&str]| {
        let mut event = fixture.event_with_violations(number, "attendance.processed", &employee, codes);
        (event.stamp.entity_type, event.stamp.entity_id) = ("Attendance".to_owned(), day.to_owned());
        event.new_values.as_mut().unwrap()["date"] = json!(date);
        event
    };
    let first = derived(1, "att_1", "2024-06-10", &["daily_maximum"]);
    assert_eq!(fixture.deliver(vec![first]).await, NONE);
    fixture.world.clock.advance(jiff::SignedDuration::from_hours(30));
    let before = fixture.snapshot().await;
    assert_eq!(fixture.deliver(vec![derived(2, "att_1", "2024-06-10", &["daily_maximum"])]).await, NONE);
    assert!(before == fixture.snapshot().await, "the violation is registered already");
    let worse = derived(3, "att_1", "2024-06-10", &["daily_maximum", "daily_rest"]);
    assert_eq!(fixture.deliver(vec![worse, derived(4, "att_2", "2024-06-11", &["daily_maximum"])]).await, NONE);
    assert_eq!(fixture.registered().await.len(), 3, "a different code and a different day are new violations");
}

#[tokio::test]
async fn automatically_approved_requests_register_violations() {
    let fixture = ComplianceFixture::open().await;
    let employee = fixture.world.people.employee.clone();
    let mut created_approved =
        fixture.event_with_violations(1, "leave.request_approved", &employee, &["notice_too_short"]);
    created_approved.stamp.data = Some(json!({"created": true, "override": false}));
    let mut later = fixture.event_with_violations(2, "leave.request_approved", &employee, &["notice_too_short"]);
    later.stamp.data = Some(json!({"step": 0, "comments": "Enjoy"}));
    assert_eq!(fixture.deliver(vec![created_approved, later]).await, NONE);
    assert_eq!(fixture.registered().await.len(), 1);
}

#[tokio::test]
async fn redelivery_leaves_an_acknowledged_violation_unchanged() {
    let fixture = ComplianceFixture::open().await;
    let employee = fixture.world.people.employee.clone();
    let id = fixture.register_violation(1, &employee, "notice_too_short").await;
    let app = app!(fixture.world, COMPLIANCE_VIOLATIONS_ACKNOWLEDGE);
    let path = format!("{VIOLATIONS}/{id}/acknowledge");
    assert_eq!(fixture.post(&app, path, json!({"comment": "seen"})).signed_in_as(fixture.hr()).await.status, 200);
    let before = fixture.snapshot().await;
    let event = fixture.event_with_violations(1, "leave.request_created", &employee, &["notice_too_short"]);
    assert_eq!(fixture.deliver(vec![event.clone(), event]).await, NONE);
    assert!(before == fixture.snapshot().await);
    fixture.register_violation(2, &employee, "notice_too_short").await;
}

#[tokio::test]
async fn invalid_event_fails_without_affecting_others() {
    let fixture = ComplianceFixture::open().await;
    let employee = fixture.world.people.employee.clone();
    let mut invalid = fixture.event_with_violations(1, "leave.request_created", &employee, &["blackout"]);
    invalid.new_values = Some(json!({"employee_id": "dep_1", "violations": [{"code": 1}]}));
    let good = fixture.event_with_violations(2, "leave.request_created", &employee, &["blackout"]);
    assert_eq!(fixture.deliver(vec![invalid, good]).await, ["0"]);
    assert_eq!(fixture.registered().await.len(), 1);
}
