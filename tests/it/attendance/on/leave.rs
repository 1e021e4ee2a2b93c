//! Tests of `attendance-on-leave`.

use attendance::{domain::day::Day, domain::settlement_page::SettlementPage};
use directory::Person;
use events::{Event, EventType};
use jiff::civil::Date;
use kernel::{LeaveId, Minutes};
use policy::attendance::{DayOutcome, EmploymentSnapshot};
use serde_json::{Value, json};

use crate::attendance::fixture::{AttendanceFixture, date, deliveries, event, uuid};

const NONE: Vec<String> = Vec::new();

/// A leave request from Thursday, 11 July to Tuesday, 16 July 2024.
fn request(person: &Person, status: &str) -> Value {
    request_over(person, status, date("2024-07-11"), date("2024-07-16"))
}

fn request_over(person: &Person, status: &str, first: Date, last: Date) -> Value {
    let day = |date: Date| {
        let free = date.weekday().to_monday_zero_offset() > 4;
        json!({"date": date, "portion": "full", "minutes": if free { 0 } else { 480 }})
    };
    let days: Vec<_> = first.series(jiff::ToSpan::days(1)).take_while(|date| *date <= last).map(day).collect();
    json!({
        "id": LeaveId::new(uuid(0x900)), "employee_id": person.id, "leave_type": "annual", "leave_type_name": "Annual",
        "start_date": first, "end_date": last, "portion": "full", "status": status,
        "count": {"days": days, "site": "berlin", "calendar_version": 1},
        "approved_at": if status == "pending" { Value::Null } else { json!("2024-06-20T08:00:00Z") },
    })
}

fn cancelled(person: &Person, from: &str) -> Value {
    let mut request = request(person, "cancelled");
    request["cancelled_from"] = json!(from);
    request
}

fn leave_event(kind: EventType, version: u64, request: Value) -> Event {
    let id = request["id"].as_str().unwrap().to_owned();
    event(kind, "LeaveRequest", &id, version, request)
}

async fn consume(fixture: &AttendanceFixture, events: Vec<Event>) -> Vec<String> {
    let handler = ::attendance::on::leave::build(&fixture.world.shell).unwrap();
    handler(deliveries(events)).await
}

/// Days in July with active leave, and their minutes.
async fn active_leave(fixture: &AttendanceFixture, person: &Person) -> Vec<(i8, i64)> {
    let days = fixture.store().list_days_consistent(person.id, date("2024-07-01"), date("2024-07-31")).await.unwrap();
    let minutes_of = |day: Day| {
        let minutes: i64 = day.leaves.iter().filter(|leave| leave.active).map(|leave| leave.minutes.0).sum();
        (day.date.day(), minutes)
    };
    days.into_iter().map(|day| minutes_of(day.value)).filter(|(_, minutes)| *minutes > 0).collect()
}

/// Stores an outcome of the day, like the nightly run.
async fn store_outcome(fixture: &AttendanceFixture, person: &Person, on: &str) {
    let outcome: DayOutcome = serde_json::from_value(json!({
        "status": "absent", "kind": "work", "spans": [], "expected_minutes": 480, "worked_seconds": 0, "worked_minutes": 0,
        "break_minutes": 0, "late_minutes": 0, "early_minutes": 0, "missing_minutes": 480, "leave_minutes": 0,
        "overtime": {"minutes": 0, "not_counted_minutes": 0}, "pieces": [],
        "totals": {"week_worked_minutes": 0, "week_overtime_minutes": 0}, "policies": [],
    }))
    .unwrap();
    let day = fixture.find_day(person, on).await.unwrap_or_else(|| Day::new(person.id, date(on), fixture.now()));
    fixture
        .store_day(&Day { outcome: Some(outcome), home: Some(EmploymentSnapshot::of(person, day.date)), ..day })
        .await;
}

fn queued_messages(fixture: &AttendanceFixture) -> Vec<Value> {
    let sent = fixture.world.cloud.take_queued();
    assert!(sent.iter().all(|message| message.queue == "settle"));
    sent.into_iter().map(|message| message.body).collect()
}

#[tokio::test]
async fn approved_leave_is_written_without_events() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    let approved = leave_event(EventType::LeaveRequestApproved, 2, request(&person, "approved"));
    assert_eq!(consume(&fixture, vec![approved]).await, NONE);
    assert_eq!(active_leave(&fixture, &person).await, [(11, 480), (12, 480), (15, 480), (16, 480)]);
    let day = fixture.find_day(&person, "2024-07-11").await.unwrap();
    assert_eq!((day.state, day.leaves.len(), day.leaves[0].minutes), (None, 1, Minutes(480)));
    assert_eq!((day.leaves[0].version, day.leaves[0].leave_type.as_str()), (2, "annual"));
    assert_eq!(fixture.published_types("ATTENDANCE_TABLE").await, NONE);
    assert_eq!(queued_messages(&fixture), Vec::<Value>::new(), "no settled day was affected");
}

#[tokio::test]
async fn returned_leave_is_inactive_from_its_day_on() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    let approved = leave_event(EventType::LeaveRequestApproved, 2, request(&person, "approved"));
    consume(&fixture, vec![approved]).await;
    let cancellation = leave_event(EventType::LeaveRequestCancelled, 3, cancelled(&person, "2024-07-15"));
    assert_eq!(consume(&fixture, vec![cancellation]).await, NONE);
    assert_eq!(active_leave(&fixture, &person).await, [(11, 480), (12, 480)]);
    assert!(!fixture.find_day(&person, "2024-07-16").await.unwrap().leaves[0].active, "returned leave stays, inactive");
}

#[tokio::test]
async fn newest_leave_version_wins_in_any_event_order() {
    let person = AttendanceFixture::new().await.employee().clone();
    let approved = || leave_event(EventType::LeaveRequestApproved, 2, request(&person, "approved"));
    let cancellation = || leave_event(EventType::LeaveRequestCancelled, 3, cancelled(&person, "2024-07-12"));
    for order in [
        vec![approved(), cancellation()],
        vec![cancellation(), approved()],
        vec![cancellation(), approved(), cancellation(), approved()],
    ] {
        let fixture = AttendanceFixture::new().await;
        assert_eq!(consume(&fixture, order).await, NONE);
        assert_eq!(active_leave(&fixture, &person).await, [(11, 480)]);
        let before = fixture.snapshot().await;
        assert_eq!(consume(&fixture, vec![approved(), cancellation()]).await, NONE);
        assert!(before == fixture.snapshot().await, "older versions change nothing");
    }
}

#[tokio::test]
async fn unapproved_leave_and_foreign_events_change_no_day() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    let before = fixture.snapshot().await;
    let mut withdrawn = cancelled(&person, "2024-07-11");
    withdrawn["approved_at"] = Value::Null;
    let account = json!({"leave_type": "annual", "employee_id": person.id, "posted": []});
    let events = vec![
        leave_event(EventType::LeaveRequestCreated, 1, request(&person, "pending")),
        leave_event(EventType::LeaveRequestCancelled, 2, withdrawn),
        event(EventType::LeaveBalanceChanged, "LeaveAccount", "annual", 4, account),
    ];
    assert_eq!(consume(&fixture, events).await, NONE);
    assert!(before == fixture.snapshot().await);
    let broken = event(EventType::LeaveRequestApproved, "LeaveRequest", "leave_1", 2, json!({"status": "approved"}));
    let good = leave_event(EventType::LeaveRequestApproved, 2, request(&person, "approved"));
    assert_eq!(consume(&fixture, vec![broken, good]).await, ["0"], "an unreadable event fails alone");
}

#[tokio::test]
async fn recount_changes_the_minutes_of_days() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    let before = request(&person, "approved");
    let mut after = before.clone();
    after["count"]["days"][1]["minutes"] = json!(0);
    after["count"]["days"][2]["minutes"] = json!(240);
    let recounted = || {
        let mut leave_event = leave_event(EventType::LeaveBalanceChanged, 3, after.clone());
        leave_event.old_values = Some(before.clone());
        leave_event
    };
    let approved = || leave_event(EventType::LeaveRequestApproved, 2, before.clone());
    for order in [vec![approved(), recounted()], vec![recounted(), approved()]] {
        let fixture = AttendanceFixture::new().await;
        assert_eq!(consume(&fixture, order).await, NONE);
        assert_eq!(active_leave(&fixture, &person).await, [(11, 480), (13, 240), (15, 480), (16, 480)]);
    }
    consume(&fixture, vec![approved()]).await;
    let mut republished = recounted();
    (republished.old_values, republished.republished) = (None, true);
    assert_eq!(consume(&fixture, vec![republished]).await, NONE, "a republished event has no old values");
    assert_eq!(active_leave(&fixture, &person).await, [(11, 480), (13, 240), (15, 480), (16, 480)]);
}

#[tokio::test]
async fn two_requests_share_one_day() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    let half = |number: u128, half: &str| {
        let mut request = request_over(&person, "approved", date("2024-07-11"), date("2024-07-11"));
        request["id"] = json!(LeaveId::new(uuid(number)));
        request["count"]["days"][0]["portion"] = json!({"half": half});
        request["count"]["days"][0]["minutes"] = json!(240);
        leave_event(EventType::LeaveRequestApproved, 2, request)
    };
    assert_eq!(consume(&fixture, vec![half(0x902, "pm"), half(0x901, "am")]).await, NONE);
    let day = fixture.find_day(&person, "2024-07-11").await.unwrap();
    let ids: Vec<_> = day.leaves.iter().map(|leave| leave.leave_id).collect();
    assert_eq!(ids, [LeaveId::new(uuid(0x901)), LeaveId::new(uuid(0x902))]);
    assert_eq!(active_leave(&fixture, &person).await, [(11, 480)]);
}

#[tokio::test]
async fn settled_days_are_queued_again_after_a_failed_delivery() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    for on in ["2024-07-11", "2024-07-12", "2024-07-15"] {
        store_outcome(&fixture, &person, on).await;
    }
    let approved = || leave_event(EventType::LeaveRequestApproved, 2, request(&person, "approved"));
    let expected = json!({
        "days": [
            {"employee_id": person.id, "from": "2024-07-11", "to": "2024-07-12"},
            {"employee_id": person.id, "from": "2024-07-15", "to": "2024-07-15"},
        ],
        "settled_only": true, "request_id": approved().stamp.request_id,
    });
    fixture.world.cloud.fail_calls("AmazonSQS");
    assert_eq!(consume(&fixture, vec![approved()]).await, ["0"], "the queue is unavailable");
    fixture.world.cloud.recover();
    assert_eq!(consume(&fixture, vec![approved()]).await, NONE);
    assert_eq!(queued_messages(&fixture), std::slice::from_ref(&expected));
    let work: SettlementPage = serde_json::from_value(expected).unwrap();
    assert!(work.only_settled);
    assert!(
        fixture.find_day(&person, "2024-07-11").await.unwrap().outcome.is_some(),
        "the outcome stays until the day is derived again"
    );
}

#[tokio::test]
async fn year_of_leave_costs_one_read_and_one_write_per_day() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    let year = request_over(&person, "approved", date("2024-07-01"), date("2025-06-30"));
    fixture.world.calls.clear();
    assert_eq!(consume(&fixture, vec![leave_event(EventType::LeaveRequestApproved, 2, year)]).await, NONE);
    let calls = fixture.world.calls.recorded();
    let count = |name: &str| calls.iter().filter(|call| call.operation == name).count();
    assert_eq!((count("Query"), count("PutItem"), calls.len()), (1, 365, 366));
}

#[tokio::test]
async fn concurrent_requests_of_one_day_are_all_written() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    let handler = ::attendance::on::leave::build(&fixture.world.shell).unwrap();
    let one = |number: u128| {
        let mut request = request_over(&person, "approved", date("2024-07-11"), date("2024-07-12"));
        request["id"] = json!(LeaveId::new(uuid(number)));
        deliveries(vec![leave_event(EventType::LeaveRequestApproved, 2, request)])
    };
    let all = (0..6).map(|number| handler(one(0x910 + number)));
    assert!(futures::future::join_all(all).await.iter().all(Vec::is_empty));
    assert_eq!(fixture.find_day(&person, "2024-07-11").await.unwrap().leaves.len(), 6);
}

#[tokio::test]
async fn weekend_within_leave_is_active_with_zero_minutes() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    assert_eq!(
        consume(&fixture, vec![leave_event(EventType::LeaveRequestApproved, 2, request(&person, "approved"))]).await,
        NONE
    );
    let saturday = fixture.find_day(&person, "2024-07-13").await.unwrap();
    assert_eq!((saturday.leaves[0].active, saturday.leaves[0].minutes), (true, Minutes(0)));
}
