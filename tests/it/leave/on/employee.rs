//! `leave-on-employee`

use directory::{EmploymentStatus, Person};
use events::EventType;
use serde_json::json;

use crate::leave::{LeaveFixture, balance_fixture::event};

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
    assert!(member(&office.world.list_items("LEAVE_TABLE").await, &gone).contains_key("ix_by_member_pk"));
    office.set_date("2024-09-01");
    assert_eq!(office.post_due(&[&gone]).await, NONE);
    assert!(!member(&office.world.list_items("LEAVE_TABLE").await, &gone).contains_key("ix_by_member_pk"));
}
