//! `leave-on-employee`

use directory::{EmploymentStatus, Person};
use events::EventType;
use serde_json::json;

use crate::leave::{LeaveFixture, balance_fixture::event, path};

const NONE: Vec<String> = Vec::new();

fn member(items: &[store::Item], person: &Person) -> store::Item {
    let key = format!("EMP#{}", person.id);
    let of = |item: &&store::Item| {
        store::string_attribute(item, "pk") == Some(&key) && store::string_attribute(item, "sk") == Some("MEMBER")
    };
    items.iter().find(of).expect("a member item").clone()
}

#[tokio::test]
async fn new_employee_becomes_a_member_with_due_entries() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    assert_eq!(office.consume_events(vec![event(EventType::EmployeeCreated, 1, &person)]).await, NONE);
    let known = member(&office.world.list_items("LEAVE_TABLE").await, &person);
    assert_eq!(
        store::string_attribute(&known, "ix_by_manager_pk").unwrap(),
        format!("EMP#{}#MEMBERS", office.manager().id)
    );
    assert!(store::string_attribute(&known, "ix_by_member_pk").unwrap().starts_with("MEMBERS#"));
    let posted = office.posted_entries(&person, "annual").await;
    assert_eq!(posted.iter().map(|(_, _, minutes)| *minutes).collect::<Vec<_>>(), [14_400], "{posted:?}");
    assert_eq!(office.posted_entries(&person, "casual").await.len(), 1);
    assert_eq!(office.posted_entries(&person, "sick").await, [], "leave without a limit has no accrual");
    let stamps = office.stamps("LEAVE_TABLE").await;
    let announced: Vec<_> = stamps.iter().filter(|stamp| stamp.event == "leave.balance_changed").collect();
    assert_eq!((announced.len(), announced[0].actor.to_string().as_str()), (2, "system:leave-on-employee"));
    assert_eq!(announced[0].data.as_ref().unwrap()["employee_id"], json!(person.id));
}

#[tokio::test]
async fn repeated_older_and_unrelated_events_change_nothing() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let renamed = Person { last_name: "Moved".to_owned(), manager_id: None, ..person.clone() };
    let newest = || event(EventType::EmployeeUpdated, 5, &renamed);
    assert_eq!(office.consume_events(vec![newest()]).await, NONE);
    let before = office.snapshot().await;
    let mut other = event(EventType::EmployeeRolesChanged, 9, &person);
    other.new_values = Some(json!({"nonsense": true}));
    let events = vec![
        newest(),
        event(EventType::EmployeeCreated, 1, &person),
        event(EventType::EmployeeUpdated, 4, &person),
        other,
    ];
    assert_eq!(office.consume_events(events).await, NONE);
    assert!(before == office.snapshot().await);
}

#[tokio::test]
async fn unreadable_event_fails_without_affecting_others() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let mut broken = event(EventType::EmployeeUpdated, 2, &person);
    broken.new_values = Some(json!({"status": "active"}));
    assert_eq!(office.consume_events(vec![broken, event(EventType::EmployeeCreated, 1, &person)]).await, ["0"]);
    assert_eq!(office.posted_entries(&person, "annual").await.len(), 1);
}

#[tokio::test]
async fn pending_requests_follow_the_manager_and_open_ones_the_department() {
    let office = LeaveFixture::open().await;
    let people = office.world.people.clone();
    let person = office.hire(60, "Ines", "2024-01-01").await;
    office.consume_events(vec![event(EventType::EmployeeCreated, 1, &person)]).await;
    let decided = office.request_annual_leave(&person, "2024-07-01", "2024-07-02").await;
    assert_eq!(office.approve(office.manager(), &decided).await.status, 200);
    let pending = office.request_annual_leave(&person, "2024-08-01", "2024-08-02").await;
    let moved = Person {
        manager_id: Some(people.other_manager.id),
        department_id: people.outsider.department_id,
        ..person.clone()
    };
    office.world.add_people(&[&moved]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let before = office.stamps("LEAVE_TABLE").await;
    assert_eq!(office.consume_events(vec![event(EventType::EmployeeUpdated, 2, &moved)]).await, NONE);
    let after = office.stamps("LEAVE_TABLE").await;
    assert!(after.iter().all(|stamp| before.contains(stamp)), "a reassignment publishes no event");
    let stored = office.world.list_items("LEAVE_TABLE").await;
    let of = |leave: &serde_json::Value| {
        let key = format!("LEAVE#{}", leave["id"].as_str().unwrap());
        stored.iter().find(|item| store::string_attribute(item, "pk") == Some(&key)).unwrap()
    };
    let department = format!("DEP#{}", people.outsider.department_id);
    for (leave, manager) in [(&decided, office.manager().id), (&pending, people.other_manager.id)] {
        assert_eq!(store::string_attribute(of(leave), "manager_id").unwrap(), manager.to_string());
        assert_eq!(store::string_attribute(of(leave), "ix_by_department_pk").unwrap(), department);
    }
    assert_eq!(office.approve(&people.other_manager, &pending).await.status, 200, "the new manager decides");
}

#[tokio::test]
async fn former_employee_is_delisted_after_the_last_posting() {
    let office = LeaveFixture::open().await;
    let rules = json!({
        "leave_type": "vacation", "entitlement_days": 24,
        "accrual": {"schedule": "monthly", "posted_at": "end", "round_to": "minute"},
    });
    office.put_policy(10, rules).await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let gone = Person {
        status: EmploymentStatus::Terminated,
        termination_date: Some("2024-06-15".parse().unwrap()),
        ..person
    };
    office.world.add_people(&[&gone]).await;
    office.consume_events(vec![event(EventType::EmployeeDeleted, 3, &gone)]).await;
    assert!(!member(&office.world.list_items("LEAVE_TABLE").await, &gone).contains_key("ix_by_manager_pk"));
    office.set_date("2024-07-01");
    assert_eq!(office.post_due(&[&gone]).await, NONE);
    let sum: i64 = office.posted_entries(&gone, "vacation").await.iter().map(|(_, _, minutes)| *minutes).sum();
    assert_eq!(sum, 5 * 960 + 480, "five months and half of June");
    let shard = async || {
        let item = member(&office.world.list_items("LEAVE_TABLE").await, &gone);
        store::string_attribute(&item, "ix_by_member_pk").unwrap().split('#').next().unwrap().to_owned()
    };
    assert_eq!(shard().await, "MEMBERS");
    office.set_date("2024-09-01");
    assert_eq!(office.post_due(&[&gone]).await, NONE);
    assert_eq!(shard().await, "FORMER", "only the retention of records reads former employees");
}

/// Person hired in 2026 with leave in February, across 30 November and after it, on 1 November 2026.
async fn leaver_with_leave() -> (LeaveFixture, Person, [serde_json::Value; 3]) {
    let office = LeaveFixture::open().await;
    office.set_date("2026-11-01");
    let person = office.hire(60, "Ines", "2026-01-01").await;
    assert_eq!(office.consume_events(vec![event(EventType::EmployeeCreated, 1, &person)]).await, NONE);
    let across = office.request_annual_leave(&person, "2026-11-26", "2026-12-04").await;
    let after = office.request_annual_leave(&person, "2026-12-14", "2026-12-18").await;
    for leave in [&across, &after] {
        assert_eq!(office.approve(office.manager(), leave).await.status, 200);
    }
    let february = office.request_annual_leave(&person, "2027-02-01", "2027-02-05").await;
    (office, person, [across, after, february])
}

fn terminated(person: &Person, last: &str) -> Person {
    Person { status: EmploymentStatus::Terminated, termination_date: Some(last.parse().unwrap()), ..person.clone() }
}

/// Stores the person as the directory has it now; caches expire.
async fn store_person(office: &LeaveFixture, person: &Person) {
    office.world.add_people(&[person]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
}

#[tokio::test]
async fn leave_after_the_last_day_comes_back_and_leave_across_it_is_cut() {
    let (office, person, [across, after, february]) = leaver_with_leave().await;
    office.set_date("2026-12-01");
    let gone = terminated(&person, "2026-11-30");
    store_person(&office, &gone).await;
    let events = || vec![event(EventType::EmployeeStatusChanged, 2, &gone)];
    assert_eq!(office.consume_events(events()).await, NONE);
    for leave in [&after, &february] {
        let read = office.read_leave(office.hr(), leave).await.body;
        assert_eq!(
            (&read["status"], &read["cancelled_reason"], &read["cancelled_by"]),
            (&json!("cancelled"), &json!("employment_ended"), &json!(null)),
            "{read}"
        );
    }
    let cut = office.read_leave(office.hr(), &across).await.body;
    assert_eq!(
        (&cut["status"], &cut["start_date"], &cut["end_date"], &cut["duration_days"]),
        (&json!("approved"), &json!("2026-11-26"), &json!("2026-11-30"), &json!(3.0))
    );
    let returned = &cut["returned"][0];
    assert_eq!(
        (&returned["from"], &returned["to"], &returned["minutes"], &returned["reason"]),
        (&json!("2026-12-01"), &json!("2026-12-04"), &json!(1920), &json!("employment_ended"))
    );
    for day in ["2026-11-30", "2026-12-31", "2027-02-28", "2027-12-31"] {
        let balance = office.read_balance(office.hr(), &gone, "annual", day).await;
        assert_eq!(balance["balance"]["days"], json!(24.452), "30 days for 334 of 365, without 3 taken ones: {day}");
        office.assert_explanation_adds_up(&gone, "annual", &[day]).await;
    }
    let items = office.world.list_items("LEAVE_TABLE").await;
    let months = items.iter().filter(|item| {
        store::string_attribute(item, "sk").is_some_and(|key| ["CAL#2026-12", "CAL#2027-02"].contains(&key))
    });
    for month in months {
        let month: policy::leave::OccupiedMonth = store::from_item(month.clone()).unwrap();
        assert!(month.days.is_empty(), "the returned days are free: {month:?}");
    }
    let stamps = office.stamps("LEAVE_TABLE").await;
    let announced: Vec<_> = stamps.iter().filter(|stamp| stamp.event == "leave.request_cancelled").collect();
    assert_eq!(announced.len(), 3);
    assert!(announced.iter().all(|stamp| stamp.actor.to_string() == "system:leave-on-employee"));
    let data = announced[0].data.as_ref().unwrap();
    assert_eq!(data["return_reason"], json!("employment_ended"), "{data}");

    let before = office.snapshot().await;
    assert_eq!(office.consume_events(events()).await, NONE);
    assert!(before == office.snapshot().await, "a repeated event changes nothing");
}

#[tokio::test]
async fn pending_leave_after_the_last_day_does_not_lower_the_final_balance() {
    let office = LeaveFixture::open().await;
    office.set_date("2026-11-01");
    let person = office.hire(60, "Ines", "2026-01-01").await;
    office.consume_events(vec![event(EventType::EmployeeCreated, 1, &person)]).await;
    office.request_annual_leave(&person, "2027-02-01", "2027-02-05").await;
    office.set_date("2026-12-01");
    let gone = terminated(&person, "2026-11-30");
    store_person(&office, &gone).await;
    assert_eq!(office.consume_events(vec![event(EventType::EmployeeStatusChanged, 2, &gone)]).await, NONE);
    for day in ["2026-12-31", "2027-12-31"] {
        let balance = office.read_balance(office.hr(), &gone, "annual", day).await;
        assert_eq!(balance["balance"]["days"], json!(27.452), "{day}");
    }
}

#[tokio::test]
async fn leave_after_the_last_day_cannot_be_approved_before_it_is_returned() {
    let (office, person, [.., february]) = leaver_with_leave().await;
    let gone = terminated(&person, "2026-11-30");
    store_person(&office, &gone).await;
    let app = app!(office.world, LEAVES_APPROVE);
    let ask = || office.world.put(&app, path(&february, "/approve"), json!({})).signed_in_as(office.manager());
    office.refused(ask(), 409, "employment_ended", &[]).await;
    let list = app!(office.world, LEAVES_LIST);
    let answer = office.get(&list, "/api/v1/leaves?waiting_for=me").signed_in_as(office.manager()).await;
    assert_eq!(answer.body["items"], json!([]), "{}", answer.body);
    assert_eq!(office.consume_events(vec![event(EventType::EmployeeStatusChanged, 2, &gone)]).await, NONE);
    office.refused(ask(), 409, "already_decided", &[]).await;
}

#[tokio::test]
async fn last_day_to_come_cuts_pending_leave_and_a_later_one_does_not_reopen_it() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    office.consume_events(vec![event(EventType::EmployeeCreated, 1, &person)]).await;
    let across = office.request_annual_leave(&person, "2024-07-29", "2024-08-02").await;
    let after = office.request_annual_leave(&person, "2024-09-02", "2024-09-03").await;
    let leaving = Person { termination_date: Some("2024-07-31".parse().unwrap()), ..person.clone() };
    store_person(&office, &leaving).await;
    assert_eq!(office.consume_events(vec![event(EventType::EmployeeUpdated, 2, &leaving)]).await, NONE);
    let approved = office.approve(office.manager(), &across).await;
    assert_eq!((approved.status.as_u16(), &approved.body["duration_days"]), (200, &json!(3.0)), "{}", approved.body);
    assert_eq!(office.read_leave(&person, &after).await.body["status"], json!("cancelled"));
    let later = Person { termination_date: Some("2024-09-30".parse().unwrap()), ..person };
    store_person(&office, &later).await;
    assert_eq!(office.consume_events(vec![event(EventType::EmployeeUpdated, 3, &later)]).await, NONE);
    assert_eq!(office.read_leave(&later, &after).await.body["status"], json!("cancelled"));
    assert_eq!(office.read_leave(&later, &across).await.body["end_date"], json!("2024-07-31"));
    office.request_annual_leave(&later, "2024-09-02", "2024-09-03").await;
}

#[tokio::test]
async fn daily_job_returns_leave_that_the_event_did_not_show() {
    let (office, person, [_, after, _]) = leaver_with_leave().await;
    store_person(&office, &terminated(&person, "2026-11-30")).await;
    assert_eq!(office.post_due(&[&person]).await, NONE);
    assert_eq!(office.read_leave(office.hr(), &after).await.body["cancelled_reason"], json!("employment_ended"));
}
