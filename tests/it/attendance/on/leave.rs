//! `attendance-on-leave`

use attendance::{domain::day::Day, domain::settlement_work::SettlementPage};
use directory::Person;
use events::{Event, EventType};
use jiff::civil::Date;
use kernel::{LeaveId, Minutes};
use policy::attendance::{DayOutcome, EmploymentSnapshot};
use serde_json::{Value, json};

use crate::attendance::fixture::{Plant, date, deliveries, event, uuid};

const NONE: Vec<String> = Vec::new();

/// A request of somebody for the days from the 11th to the 16th of July 2024, Thursday to Tuesday.
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

fn told(kind: EventType, version: u64, request: Value) -> Event {
    let id = request["id"].as_str().unwrap().to_owned();
    event(kind, "LeaveRequest", &id, version, request)
}

async fn hears(plant: &Plant, events: Vec<Event>) -> Vec<String> {
    let handler = ::attendance::on::leave::build(&plant.world.shell).unwrap();
    handler(deliveries(events)).await
}

/// The days in July on which leave stands, and how many minutes each.
async fn standing(plant: &Plant, person: &Person) -> Vec<(i8, i64)> {
    let days = plant.records().list_days_of(person.id, date("2024-07-01"), date("2024-07-31")).await.unwrap();
    let stands = |day: Day| {
        let minutes: i64 = day.leaves.iter().filter(|leave| leave.active).map(|leave| leave.minutes.0).sum();
        (day.date.day(), minutes)
    };
    days.into_iter().map(|day| stands(day.value)).filter(|(_, minutes)| *minutes > 0).collect()
}

/// Settles a day as it is, like the nightly run.
async fn settled(plant: &Plant, person: &Person, on: &str) {
    let outcome: DayOutcome = serde_json::from_value(json!({
        "status": "absent", "kind": "work", "spans": [], "expected_minutes": 480, "worked_seconds": 0, "worked_minutes": 0,
        "break_minutes": 0, "late_minutes": 0, "early_minutes": 0, "missing_minutes": 480, "leave_minutes": 0,
        "overtime": {"minutes": 0, "not_counted_minutes": 0}, "pieces": [],
        "totals": {"week_worked_minutes": 0, "week_overtime_minutes": 0}, "policies": [],
    }))
    .unwrap();
    let day = plant.day(person, on).await.unwrap_or_else(|| Day::new(person.id, date(on), plant.now()));
    plant.store_day(&Day { outcome: Some(outcome), home: Some(EmploymentSnapshot::of(person)), ..day }).await;
}

fn asked_again(plant: &Plant) -> Vec<Value> {
    let sent = plant.world.cloud.take_queued();
    assert!(sent.iter().all(|message| message.queue == "settle"));
    sent.into_iter().map(|message| message.body).collect()
}

#[tokio::test]
async fn approved_leave_comes_onto_its_days_quietly() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    let approved = told(EventType::LeaveRequestApproved, 2, request(&person, "approved"));
    assert_eq!(hears(&plant, vec![approved]).await, NONE);
    assert_eq!(standing(&plant, &person).await, [(11, 480), (12, 480), (15, 480), (16, 480)]);
    let day = plant.day(&person, "2024-07-11").await.unwrap();
    assert_eq!((day.state, day.leaves.len(), day.leaves[0].minutes), (None, 1, Minutes(480)));
    assert_eq!((day.leaves[0].version, day.leaves[0].leave_type.as_str()), (2, "annual"));
    assert_eq!(plant.published_types("ATTENDANCE_TABLE").await, NONE);
    assert_eq!(asked_again(&plant), Vec::<Value>::new(), "nothing was settled");
}

#[tokio::test]
async fn what_is_given_back_is_taken_off_from_that_day_on() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    let approved = told(EventType::LeaveRequestApproved, 2, request(&person, "approved"));
    hears(&plant, vec![approved]).await;
    let back = told(EventType::LeaveRequestCancelled, 3, cancelled(&person, "2024-07-15"));
    assert_eq!(hears(&plant, vec![back]).await, NONE);
    assert_eq!(standing(&plant, &person).await, [(11, 480), (12, 480)]);
    assert!(!plant.day(&person, "2024-07-16").await.unwrap().leaves[0].active, "it stays, given back");
}

#[tokio::test]
async fn in_whatever_order_and_how_often_events_come_the_newest_stands() {
    let person = Plant::open().await.employee().clone();
    let approved = || told(EventType::LeaveRequestApproved, 2, request(&person, "approved"));
    let back = || told(EventType::LeaveRequestCancelled, 3, cancelled(&person, "2024-07-12"));
    for order in [vec![approved(), back()], vec![back(), approved()], vec![back(), approved(), back(), approved()]] {
        let plant = Plant::open().await;
        assert_eq!(hears(&plant, order).await, NONE);
        assert_eq!(standing(&plant, &person).await, [(11, 480)]);
        let before = plant.snapshot().await;
        assert_eq!(hears(&plant, vec![approved(), back()]).await, NONE);
        assert!(before == plant.snapshot().await, "what was said before changes nothing");
    }
}

#[tokio::test]
async fn what_was_never_approved_and_what_is_about_something_else_touches_no_day() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    let before = plant.snapshot().await;
    let mut withdrawn = cancelled(&person, "2024-07-11");
    withdrawn["approved_at"] = Value::Null;
    let account = json!({"leave_type": "annual", "employee_id": person.id, "posted": []});
    let events = vec![
        told(EventType::LeaveRequestCreated, 1, request(&person, "pending")),
        told(EventType::LeaveRequestCancelled, 2, withdrawn),
        event(EventType::LeaveBalanceChanged, "LeaveAccount", "annual", 4, account),
    ];
    assert_eq!(hears(&plant, events).await, NONE);
    assert!(before == plant.snapshot().await);
    let broken = event(EventType::LeaveRequestApproved, "LeaveRequest", "leave_1", 2, json!({"status": "approved"}));
    let good = told(EventType::LeaveRequestApproved, 2, request(&person, "approved"));
    assert_eq!(hears(&plant, vec![broken, good]).await, ["0"], "what cannot be read fails alone");
}

#[tokio::test]
async fn a_recount_moves_what_days_count() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    let before = request(&person, "approved");
    let mut after = before.clone();
    after["count"]["days"][1]["minutes"] = json!(0);
    after["count"]["days"][2]["minutes"] = json!(240);
    let recounted = || {
        let mut told = told(EventType::LeaveBalanceChanged, 3, after.clone());
        told.old_values = Some(before.clone());
        told
    };
    let approved = || told(EventType::LeaveRequestApproved, 2, before.clone());
    for order in [vec![approved(), recounted()], vec![recounted(), approved()]] {
        let plant = Plant::open().await;
        assert_eq!(hears(&plant, order).await, NONE);
        assert_eq!(standing(&plant, &person).await, [(11, 480), (13, 240), (15, 480), (16, 480)]);
    }
    hears(&plant, vec![approved()]).await;
    let mut republished = recounted();
    (republished.old_values, republished.republished) = (None, true);
    assert_eq!(hears(&plant, vec![republished]).await, NONE, "also without the old values");
    assert_eq!(standing(&plant, &person).await, [(11, 480), (13, 240), (15, 480), (16, 480)]);
}

#[tokio::test]
async fn two_requests_of_a_day_stand_beside_each_other() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    let half = |number: u128, half: &str| {
        let mut request = request_over(&person, "approved", date("2024-07-11"), date("2024-07-11"));
        request["id"] = json!(LeaveId::new(uuid(number)));
        request["count"]["days"][0]["portion"] = json!({"half": half});
        request["count"]["days"][0]["minutes"] = json!(240);
        told(EventType::LeaveRequestApproved, 2, request)
    };
    assert_eq!(hears(&plant, vec![half(0x902, "pm"), half(0x901, "am")]).await, NONE);
    let day = plant.day(&person, "2024-07-11").await.unwrap();
    let ids: Vec<_> = day.leaves.iter().map(|leave| leave.leave_id).collect();
    assert_eq!(ids, [LeaveId::new(uuid(0x901)), LeaveId::new(uuid(0x902))]);
    assert_eq!(standing(&plant, &person).await, [(11, 480)]);
}

#[tokio::test]
async fn settled_days_are_derived_again_and_again_after_a_delivery_that_was_cut_off() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    for on in ["2024-07-11", "2024-07-12", "2024-07-15"] {
        settled(&plant, &person, on).await;
    }
    let approved = || told(EventType::LeaveRequestApproved, 2, request(&person, "approved"));
    let expected = json!({
        "days": [
            {"employee_id": person.id, "from": "2024-07-11", "to": "2024-07-12"},
            {"employee_id": person.id, "from": "2024-07-15", "to": "2024-07-15"},
        ],
        "settled_only": true, "request_id": approved().stamp.request_id,
    });
    plant.world.cloud.fail_calls("AmazonSQS");
    assert_eq!(hears(&plant, vec![approved()]).await, ["0"], "the queue takes nothing");
    plant.world.cloud.recover();
    assert_eq!(hears(&plant, vec![approved()]).await, NONE);
    assert_eq!(asked_again(&plant), std::slice::from_ref(&expected));
    let work: SettlementPage = serde_json::from_value(expected).unwrap();
    assert!(work.only_settled);
    assert!(plant.day(&person, "2024-07-11").await.unwrap().outcome.is_some(), "what came of it stays until then");
}

#[tokio::test]
async fn a_year_of_leave_is_one_read_and_a_write_a_day() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    let year = request_over(&person, "approved", date("2024-07-01"), date("2025-06-30"));
    plant.world.calls.clear();
    assert_eq!(hears(&plant, vec![told(EventType::LeaveRequestApproved, 2, year)]).await, NONE);
    let calls = plant.world.calls.recorded();
    let count = |name: &str| calls.iter().filter(|call| call.operation == name).count();
    assert_eq!((count("Query"), count("PutItem"), calls.len()), (1, 365, 366));
}

#[tokio::test]
async fn requests_that_meet_on_a_day_both_come_onto_it() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    let handler = ::attendance::on::leave::build(&plant.world.shell).unwrap();
    let one = |number: u128| {
        let mut request = request_over(&person, "approved", date("2024-07-11"), date("2024-07-12"));
        request["id"] = json!(LeaveId::new(uuid(number)));
        deliveries(vec![told(EventType::LeaveRequestApproved, 2, request)])
    };
    let all = (0..6).map(|number| handler(one(0x910 + number)));
    assert!(futures::future::join_all(all).await.iter().all(Vec::is_empty));
    assert_eq!(plant.day(&person, "2024-07-11").await.unwrap().leaves.len(), 6);
}

#[tokio::test]
async fn a_weekend_within_a_leave_is_leave_too_for_those_whose_roster_has_it() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    assert_eq!(hears(&plant, vec![told(EventType::LeaveRequestApproved, 2, request(&person, "approved"))]).await, NONE);
    let saturday = plant.day(&person, "2024-07-13").await.unwrap();
    assert_eq!((saturday.leaves[0].active, saturday.leaves[0].minutes), (true, Minutes(0)));
}
