//! `notifications-on-employee`: who belongs to which group, in whatever order the events come.

use access::Role;
use directory::{EmploymentStatus, Person};
use events::EventType;
use lambda::FromShell;
use serde_json::json;

use crate::notifications::{NotificationsFixture, TABLE};

/// The groups that somebody is in now.
async fn groups(room: &NotificationsFixture, person: &Person) -> Vec<String> {
    let items = room.world.list_items(TABLE).await;
    let member = |item: &&store::Item| {
        store::string_attribute(item, "sk") == Some(&person.id.to_string())
            && item.get("member").is_some_and(|is| is.as_bool() == Ok(&true))
    };
    items.iter().filter(member).map(|item| store::string_attribute(item, "pk").unwrap().replace("GROUP#", "")).collect()
}

#[tokio::test]
async fn a_person_is_in_the_groups_of_their_roles_department_and_site() {
    let room = NotificationsFixture::open().await;
    let department = format!("department:{}", testkit::department());
    assert_eq!(
        groups(&room, room.hr()).await,
        ["all".to_owned(), department.clone(), "role:hr".to_owned(), "site:berlin".to_owned()]
    );
    assert_eq!(groups(&room, room.employee()).await, ["all".to_owned(), department, "site:berlin".to_owned()]);
}

#[tokio::test]
async fn a_move_is_followed_and_an_older_event_changes_nothing() {
    let room = NotificationsFixture::open().await;
    let mut moved = room.employee().clone();
    moved.site = "pune".to_owned();
    moved.department_id = testkit::other_department();
    moved.roles = moved.roles.with(Role::Admin);
    let (older, newer) = (
        room.of_person(EventType::EmployeeUpdated, room.employee(), 2),
        room.of_person(EventType::EmployeeUpdated, &moved, 3),
    );
    room.keeps(vec![newer.clone()]).await;
    let after = groups(&room, &moved).await;
    assert_eq!(
        after,
        [
            "all".to_owned(),
            format!("department:{}", testkit::other_department()),
            "role:admin".to_owned(),
            "site:pune".to_owned()
        ]
    );
    let before = room.world.snapshot().await;
    room.keeps(vec![older, newer]).await;
    assert_eq!(room.world.snapshot().await, before);
}

#[tokio::test]
async fn whoever_may_not_sign_in_is_in_no_group_and_comes_back() {
    let room = NotificationsFixture::open().await;
    let mut barred = room.hr().clone();
    barred.status = EmploymentStatus::Suspended;
    room.keeps(vec![room.of_person(EventType::EmployeeStatusChanged, &barred, 2)]).await;
    assert_eq!(groups(&room, &barred).await, Vec::<String>::new());
    room.keeps(vec![room.of_person(EventType::EmployeeStatusChanged, room.hr(), 3)]).await;
    assert_eq!(groups(&room, room.hr()).await.len(), 4);
}

#[tokio::test]
async fn a_telephone_is_kept_for_text_messages_and_published_nowhere() {
    let room = NotificationsFixture::open().await;
    let mut event = room.of_person(EventType::EmployeeUpdated, room.employee(), 2);
    event.new_values.as_mut().unwrap()["phone"] = json!("+49 30 1234567");
    room.keeps(vec![event]).await;
    let store = ::notifications::store::NotificationStore::from_shell(&room.world.shell).unwrap();
    assert_eq!(store.phone(room.employee().id).await.unwrap().as_deref(), Some("+49 30 1234567"));
    assert_eq!(store.phone(room.hr().id).await.unwrap(), None);
    let published = stage::relay_stream(&room.world, TABLE).await;
    assert!(published.is_empty(), "groups are bookkeeping: {published:?}");
}
