//! `attendance-on-employee`

use directory::{EmploymentStatus, Person};
use events::{Event, EventType};
use serde_json::{Value, json};

use crate::attendance::fixture::{Plant, deliveries, event};

const NONE: Vec<String> = Vec::new();

fn told(kind: EventType, version: u64, person: &Person) -> Event {
    event(kind, "Employee", &person.id.to_string(), version, serde_json::to_value(person).unwrap())
}

async fn hears(plant: &Plant, events: Vec<Event>) -> Vec<String> {
    let handler = ::attendance::on::employee::build(&plant.world.shell).unwrap();
    handler(deliveries(events)).await
}

/// A newcomer whom only the directory knows.
async fn newcomer(plant: &Plant) -> Person {
    let person =
        Person { id: kernel::EmployeeId::new(crate::attendance::fixture::uuid(60)), ..plant.employee().clone() };
    plant.world.add_people(&[&person]).await;
    person
}

async fn member(plant: &Plant, person: &Person) -> store::Item {
    let key = store::Key::new(format!("EMP#{}", person.id), "MEMBER");
    plant.table("ATTENDANCE_TABLE").get_consistent(&key).await.unwrap().unwrap()
}

#[tokio::test]
async fn whoever_is_hired_is_found_by_shard_manager_and_department() {
    let plant = Plant::open().await;
    let person = newcomer(&plant).await;
    assert_eq!(hears(&plant, vec![told(EventType::EmployeeCreated, 3, &person)]).await, NONE);
    let records = plant.records();
    let known = records.members.get(person.id).await.unwrap().unwrap().value;
    assert_eq!((&known.person, known.person_version), (&person, 3));
    let below = records.members.of_manager(plant.manager().id, None, 10).await.unwrap();
    assert_eq!(below.iter().map(|member| member.person.id).collect::<Vec<_>>(), [plant.employee().id, person.id]);
    let there = records.members.of_department(person.department_id, None, 100).await.unwrap();
    assert!(there.contains(&known));
    let shard = store::string_attribute(&member(&plant, &person).await, "ix_by_member_pk").unwrap().to_owned();
    let shard: u8 = shard.strip_prefix("MEMBERS#").unwrap().parse().unwrap();
    assert!(records.members.of_shard(shard, None, 100).await.unwrap().contains(&known));
    assert_eq!(plant.published_types("ATTENDANCE_TABLE").await, NONE, "a projection publishes nothing");
}

#[tokio::test]
async fn a_second_an_older_or_another_event_changes_nothing() {
    let plant = Plant::open().await;
    let person = newcomer(&plant).await;
    let renamed = Person { last_name: "Moved".to_owned(), manager_id: None, ..person.clone() };
    let newest = || told(EventType::EmployeeUpdated, 5, &renamed);
    assert_eq!(hears(&plant, vec![newest()]).await, NONE);
    let before = plant.snapshot().await;
    let mut other = told(EventType::EmployeeRolesChanged, 9, &person);
    other.new_values = Some(json!({"nonsense": true}));
    let events = vec![
        newest(),
        told(EventType::EmployeeCreated, 1, &person),
        told(EventType::EmployeeUpdated, 4, &person),
        other,
    ];
    assert_eq!(hears(&plant, events).await, NONE);
    assert!(before == plant.snapshot().await);
}

#[tokio::test]
async fn what_cannot_be_read_fails_alone() {
    let plant = Plant::open().await;
    let person = newcomer(&plant).await;
    let mut broken = told(EventType::EmployeeUpdated, 2, &person);
    broken.new_values = Some(json!({"status": "active"}));
    assert_eq!(hears(&plant, vec![broken, told(EventType::EmployeeCreated, 1, &person)]).await, ["0"]);
    assert!(plant.records().members.get(person.id).await.unwrap().is_some());
}

#[tokio::test]
async fn what_somebody_is_assigned_to_stays_through_every_event() {
    let plant = Plant::open().await;
    let person = plant.person(61, "Ines").await;
    plant.shifts(&person, 1, "2024-06-12", &["early"]).await;
    let before = plant.records().members.get(person.id).await.unwrap().unwrap().value.schedule;
    let other = plant.world.people.outsider.department_id;
    let moved = Person { department_id: other, manager_id: None, ..person.clone() };
    assert_eq!(hears(&plant, vec![told(EventType::EmployeeUpdated, 9, &moved)]).await, NONE);
    let known = plant.records().members.get(person.id).await.unwrap().unwrap().value;
    assert_eq!((&known.schedule, &known.person), (&before, &moved));
    assert!(!member(&plant, &person).await.contains_key("ix_by_manager_pk"), "nobody leads them now");
    assert!(plant.records().members.of_department(other, None, 100).await.unwrap().contains(&known));
    assert!(!plant.records().members.of_department(person.department_id, None, 100).await.unwrap().contains(&known));
}

#[tokio::test]
async fn whoever_leaves_is_below_nobody_and_stays_in_a_shard_until_the_last_day_is_settled() {
    let plant = Plant::open().await;
    let person = plant.person(62, "Ines").await;
    let day = Some("2024-06-10".parse().unwrap());
    let gone = Person { status: EmploymentStatus::Terminated, termination_date: day, ..person.clone() };
    assert_eq!(hears(&plant, vec![told(EventType::EmployeeStatusChanged, 2, &gone)]).await, NONE);
    let item = member(&plant, &person).await;
    assert_eq!(names(&item), ["ix_by_member_pk", "ix_by_member_sk"]);
    let known = plant.records().members.get(person.id).await.unwrap().unwrap().value;
    plant.records().delist_member(&testkit::origin(), &known).await.unwrap();
    assert_eq!(names(&member(&plant, &person).await), Vec::<String>::new());
    assert_eq!(hears(&plant, vec![told(EventType::EmployeeCreated, 1, &person)]).await, NONE, "an old event");
    assert_eq!(names(&member(&plant, &person).await), Vec::<String>::new());
    assert_eq!(hears(&plant, vec![told(EventType::EmployeeStatusChanged, 3, &person)]).await, NONE, "back again");
    plant.records().delist_member(&testkit::origin(), &known).await.unwrap();
    let item = member(&plant, &person).await;
    assert_eq!(names(&item).len(), 6, "who is back is not retired by what was known before");
    let body: Value = store::from_item(item).unwrap();
    assert_eq!(body.get("retired_at"), None);
}

/// The index attributes of an item.
fn names(item: &store::Item) -> Vec<String> {
    let mut names: Vec<_> = item.keys().filter(|name| name.starts_with("ix_")).cloned().collect();
    names.sort();
    names
}
