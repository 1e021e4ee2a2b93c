//! `notifications-on-employee`

use access::Role;
use directory::{EmploymentStatus, Person};
use events::EventType;
use lambda::FromShell;
use serde_json::json;

use crate::notifications::{NotificationsFixture, TABLE};

/// Current groups of a person.
async fn groups(fixture: &NotificationsFixture, person: &Person) -> Vec<String> {
    let items = fixture.world.list_items(TABLE).await;
    let member = |item: &&store::Item| {
        store::string_attribute(item, "sk") == Some(&person.id.to_string())
            && item.get("member").is_some_and(|is| is.as_bool() == Ok(&true))
    };
    items.iter().filter(member).map(|item| store::string_attribute(item, "pk").unwrap().replace("GROUP#", "")).collect()
}

#[tokio::test]
async fn person_is_in_groups_of_roles_department_and_site() {
    let fixture = NotificationsFixture::new().await;
    let department = format!("department:{}", testkit::department());
    assert_eq!(
        groups(&fixture, fixture.hr()).await,
        ["all".to_owned(), department.clone(), "role:hr".to_owned(), "site:berlin".to_owned()]
    );
    assert_eq!(groups(&fixture, fixture.employee()).await, ["all".to_owned(), department, "site:berlin".to_owned()]);
}

#[tokio::test]
async fn newer_event_moves_a_person_and_older_one_changes_nothing() {
    let fixture = NotificationsFixture::new().await;
    let mut moved = fixture.employee().clone();
    moved.site = "pune".to_owned();
    moved.department_id = testkit::other_department();
    moved.roles = moved.roles.with(Role::Admin);
    let (older, newer) = (
        fixture.person_event(EventType::EmployeeUpdated, fixture.employee(), 2),
        fixture.person_event(EventType::EmployeeUpdated, &moved, 3),
    );
    fixture.deliver_to_groups(vec![newer.clone()]).await;
    let after = groups(&fixture, &moved).await;
    assert_eq!(
        after,
        [
            "all".to_owned(),
            format!("department:{}", testkit::other_department()),
            "role:admin".to_owned(),
            "site:pune".to_owned()
        ]
    );
    let before = fixture.world.snapshot().await;
    fixture.deliver_to_groups(vec![older, newer]).await;
    assert_eq!(fixture.world.snapshot().await, before);
}

#[tokio::test]
async fn suspended_person_is_in_no_group_until_reactivated() {
    let fixture = NotificationsFixture::new().await;
    let mut suspended = fixture.hr().clone();
    suspended.status = EmploymentStatus::Suspended;
    fixture.deliver_to_groups(vec![fixture.person_event(EventType::EmployeeStatusChanged, &suspended, 2)]).await;
    assert_eq!(groups(&fixture, &suspended).await, Vec::<String>::new());
    fixture.deliver_to_groups(vec![fixture.person_event(EventType::EmployeeStatusChanged, fixture.hr(), 3)]).await;
    assert_eq!(groups(&fixture, fixture.hr()).await.len(), 4);
}

#[tokio::test]
async fn telephone_is_stored_and_never_published() {
    let fixture = NotificationsFixture::new().await;
    let mut event = fixture.person_event(EventType::EmployeeUpdated, fixture.employee(), 2);
    event.new_values.as_mut().unwrap()["phone"] = json!("+49 30 1234567");
    fixture.deliver_to_groups(vec![event]).await;
    let store = ::notifications::store::NotificationStore::from_shell(&fixture.world.shell).unwrap();
    assert_eq!(store.find_phone(fixture.employee().id).await.unwrap().as_deref(), Some("+49 30 1234567"));
    assert_eq!(store.find_phone(fixture.hr().id).await.unwrap(), None);
    let published = fixtures::relay_stream(&fixture.world, TABLE).await;
    assert!(published.is_empty(), "groups publish nothing: {published:?}");
}
