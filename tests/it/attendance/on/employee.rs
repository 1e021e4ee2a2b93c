//! Tests of `attendance-on-employee`.

use directory::{EmploymentStatus, Person};
use events::{Event, EventType};
use serde_json::{Value, json};

use crate::attendance::fixture::{AttendanceFixture, deliveries, event};

const NONE: Vec<String> = Vec::new();

fn employee_event(kind: EventType, version: u64, person: &Person) -> Event {
    event(kind, "Employee", &person.id.to_string(), version, serde_json::to_value(person).unwrap())
}

async fn consume(fixture: &AttendanceFixture, events: Vec<Event>) -> Vec<String> {
    let handler = ::attendance::on::employee::build(&fixture.world.shell).unwrap();
    handler(deliveries(events)).await
}

/// A new employee whom only the directory knows.
async fn newcomer(fixture: &AttendanceFixture) -> Person {
    let person =
        Person { id: kernel::EmployeeId::new(crate::attendance::fixture::uuid(60)), ..fixture.employee().clone() };
    fixture.world.add_people(&[&person]).await;
    person
}

async fn member(fixture: &AttendanceFixture, person: &Person) -> store::Item {
    let key = store::Key::new(format!("EMP#{}", person.id), "MEMBER");
    fixture.table("ATTENDANCE_TABLE").get_consistent(&key).await.unwrap().unwrap()
}

#[tokio::test]
async fn new_employee_is_found_by_shard_manager_and_department() {
    let fixture = AttendanceFixture::new().await;
    let person = newcomer(&fixture).await;
    assert_eq!(consume(&fixture, vec![employee_event(EventType::EmployeeCreated, 3, &person)]).await, NONE);
    let records = fixture.store();
    let known = records.members.get(person.id).await.unwrap().unwrap().value;
    assert_eq!((&known.person, known.person_version), (&person, 3));
    let reports = records.members.list_direct_reports(fixture.manager().id, None, 10).await.unwrap();
    assert_eq!(reports.iter().map(|member| member.person.id).collect::<Vec<_>>(), [fixture.employee().id, person.id]);
    let there = records.members.list_department(person.department_id, None, 100).await.unwrap();
    assert!(there.contains(&known));
    let shard = store::string_attribute(&member(&fixture, &person).await, "ix_by_member_pk").unwrap().to_owned();
    let shard: u8 = shard.strip_prefix("MEMBERS#").unwrap().parse().unwrap();
    assert!(records.members.list_shard(shard, None, 100).await.unwrap().contains(&known));
    assert_eq!(fixture.published_types("ATTENDANCE_TABLE").await, NONE, "the copy publishes nothing");
}

#[tokio::test]
async fn repeated_older_and_unrelated_events_change_nothing() {
    let fixture = AttendanceFixture::new().await;
    let person = newcomer(&fixture).await;
    let renamed = Person { last_name: "Moved".to_owned(), manager_id: None, ..person.clone() };
    let newest = || employee_event(EventType::EmployeeUpdated, 5, &renamed);
    assert_eq!(consume(&fixture, vec![newest()]).await, NONE);
    let before = fixture.snapshot().await;
    let mut other = employee_event(EventType::EmployeeRolesChanged, 9, &person);
    other.new_values = Some(json!({"nonsense": true}));
    let events = vec![
        newest(),
        employee_event(EventType::EmployeeCreated, 1, &person),
        employee_event(EventType::EmployeeUpdated, 4, &person),
        other,
    ];
    assert_eq!(consume(&fixture, events).await, NONE);
    assert!(before == fixture.snapshot().await);
}

#[tokio::test]
async fn unreadable_event_fails_alone() {
    let fixture = AttendanceFixture::new().await;
    let person = newcomer(&fixture).await;
    let mut broken = employee_event(EventType::EmployeeUpdated, 2, &person);
    broken.new_values = Some(json!({"status": "active"}));
    assert_eq!(consume(&fixture, vec![broken, employee_event(EventType::EmployeeCreated, 1, &person)]).await, ["0"]);
    assert!(fixture.store().members.get(person.id).await.unwrap().is_some());
}

#[tokio::test]
async fn schedule_survives_employee_events() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.add_employee(61, "Ines").await;
    fixture.assign_shifts(&person, 1, "2024-06-12", &["early"]).await;
    let before = fixture.store().members.get(person.id).await.unwrap().unwrap().value.schedule;
    let other = fixture.world.people.outsider.department_id;
    let moved = Person { department_id: other, manager_id: None, ..person.clone() };
    assert_eq!(consume(&fixture, vec![employee_event(EventType::EmployeeUpdated, 9, &moved)]).await, NONE);
    let known = fixture.store().members.get(person.id).await.unwrap().unwrap().value;
    assert_eq!((&known.schedule, &known.person), (&before, &moved));
    assert!(
        !member(&fixture, &person).await.contains_key("ix_by_manager_pk"),
        "an employee without manager is in no manager index"
    );
    assert!(fixture.store().members.list_department(other, None, 100).await.unwrap().contains(&known));
    assert!(!fixture.store().members.list_department(person.department_id, None, 100).await.unwrap().contains(&known));
}

#[tokio::test]
async fn former_employee_stays_in_a_shard_until_delisted() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.add_employee(62, "Ines").await;
    let day = Some("2024-06-10".parse().unwrap());
    let gone = Person { status: EmploymentStatus::Terminated, termination_date: day, ..person.clone() };
    assert_eq!(consume(&fixture, vec![employee_event(EventType::EmployeeStatusChanged, 2, &gone)]).await, NONE);
    let item = member(&fixture, &person).await;
    assert_eq!(names(&item), ["ix_by_member_pk", "ix_by_member_sk"]);
    let known = fixture.store().members.get(person.id).await.unwrap().unwrap().value;
    fixture.store().delist_member(&testkit::origin(), &known).await.unwrap();
    let former = member(&fixture, &person).await;
    assert_eq!(names(&former), ["ix_by_member_pk", "ix_by_member_sk"], "the shards of former employees");
    assert!(store::string_attribute(&former, "ix_by_member_pk").unwrap().starts_with("FORMER#"));
    assert_eq!(
        consume(&fixture, vec![employee_event(EventType::EmployeeCreated, 1, &person)]).await,
        NONE,
        "an old event is ignored"
    );
    assert_eq!(names(&member(&fixture, &person).await), names(&former));
    assert_eq!(
        consume(&fixture, vec![employee_event(EventType::EmployeeStatusChanged, 3, &person)]).await,
        NONE,
        "a rehire restores the copy"
    );
    fixture.store().delist_member(&testkit::origin(), &known).await.unwrap();
    let item = member(&fixture, &person).await;
    assert_eq!(names(&item).len(), 6, "an outdated copy does not delist a rehired employee");
    let body: Value = store::from_item(item).unwrap();
    assert_eq!(body.get("retired_at"), None);
}

/// The index attributes of an item.
fn names(item: &store::Item) -> Vec<String> {
    let mut names: Vec<_> = item.keys().filter(|name| name.starts_with("ix_")).cloned().collect();
    names.sort();
    names
}
