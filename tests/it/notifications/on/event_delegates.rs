//! `notifications-on-event`: whoever decides in somebody's place hears what waits for them.

use directory::{EmploymentStatus, Person};
use events::{Event, EventType};
use serde_json::{Value, json};

use crate::notifications::{NotificationsFixture, TABLE, reasons};

const DELEGATION: &str = "deleg_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
const ASKED: &str = "leave_request_approval_needed";

/// What is said of a delegation that Mara has given, in one of its versions.
fn published_events(
    room: &NotificationsFixture,
    version: u64,
    delegate: &Person,
    (from, to): (&str, &str),
    deleted: bool,
) -> Event {
    let values = json!({
        "id": DELEGATION,
        "delegator_id": room.manager().id,
        "delegate_id": delegate.id,
        "from": from,
        "to": to,
        "reason": "Away",
        "created_by": room.manager().id,
        "created_at": room.world.now(),
        "updated_at": room.world.now(),
        "deleted_at": deleted.then(|| room.world.now()),
    });
    let kind = match version {
        1 => EventType::LeaveDelegationCreated,
        _ if deleted => EventType::LeaveDelegationDeleted,
        _ => EventType::LeaveDelegationUpdated,
    };
    Event { version, ..room.event(kind, ("LeaveDelegation", DELEGATION), room.manager(), values) }
}

/// Whoever hears, besides the one who asked, that Erin's leave waits for a decision.
async fn asked(room: &NotificationsFixture, change: impl Fn(&mut Value)) -> Vec<String> {
    let mut event = room.leave(EventType::LeaveRequestCreated, room.employee(), "pending");
    change(event.new_values.as_mut().unwrap());
    room.hears(std::slice::from_ref(&event)).await;
    let mut names = Vec::new();
    for decision in room.decisions(&event).await {
        if decision["template"] == ASKED && decision["told"] == json!(true) {
            let people = room.world.people.all();
            let person = people.iter().find(|person| json!(person.id) == decision["recipient_id"]).unwrap();
            names.push(person.first_name.clone());
        }
    }
    names
}

fn as_it_is(_: &mut Value) {}

const JUNE: (&str, &str) = ("2024-06-01", "2024-06-30");

#[tokio::test]
async fn the_delegate_hears_in_the_inbox_and_by_mail_as_the_manager_does() {
    let room = NotificationsFixture::open().await;
    let stand_in = room.world.people.other_manager.clone();
    room.hears(&[published_events(&room, 1, &stand_in, JUNE, false)]).await;
    assert_eq!(room.inbox(&stand_in).await.len(), 0, "of the delegation itself nobody hears here");
    assert_eq!(asked(&room, as_it_is).await, ["Mara", "Otto"]);
    assert_eq!(room.told(&stand_in).await, [ASKED]);
    assert_eq!(room.told(room.manager()).await, [ASKED]);
    assert_eq!(room.queued().len(), 3, "mails to the employee, the manager and the delegate");
}

#[tokio::test]
async fn a_delegate_hears_from_the_first_day_to_the_last_at_the_delegators_site() {
    let room = NotificationsFixture::open().await;
    let stand_in = room.world.people.other_manager.clone();
    let mut elsewhere = stand_in.clone();
    elsewhere.time_zone = "America/New_York".to_owned();
    room.world.add_people(&[&elsewhere]).await;
    room.hears(&[published_events(&room, 1, &stand_in, ("2024-06-11", "2024-06-12"), false)]).await;
    for (at, hears) in [
        ("2024-06-10T21:59:00Z", false), // 23:59 of the day before in Berlin
        ("2024-06-10T22:00:00Z", true),  // midnight before the first day
        ("2024-06-12T21:59:00Z", true),  // the last minute of the last
        ("2024-06-12T22:00:00Z", false),
    ] {
        room.world.clock.set(at.parse().unwrap());
        let expected: &[&str] = if hears { &["Mara", "Otto"] } else { &["Mara"] };
        assert_eq!(asked(&room, as_it_is).await, expected, "{at}");
    }
}

#[tokio::test]
async fn a_delegation_that_was_ended_or_given_to_another_is_followed() {
    let room = NotificationsFixture::open().await;
    let (otto, adam) = (room.world.people.other_manager.clone(), room.world.people.admin.clone());
    room.hears(&[published_events(&room, 1, &otto, JUNE, false), published_events(&room, 2, &adam, JUNE, false)]).await;
    assert_eq!(asked(&room, as_it_is).await, ["Mara", "Adam"]);
    room.hears(&[published_events(&room, 3, &adam, JUNE, true)]).await;
    assert_eq!(asked(&room, as_it_is).await, ["Mara"]);
}

#[tokio::test]
async fn in_whatever_order_a_delegation_is_told_the_newest_stands() {
    let room = NotificationsFixture::open().await;
    let otto = room.world.people.other_manager.clone();
    let told = [
        published_events(&room, 1, &otto, JUNE, false),
        published_events(&room, 2, &otto, JUNE, false),
        published_events(&room, 3, &otto, JUNE, true),
    ];
    room.hears(&told[2..]).await;
    let before = room.world.snapshot().await;
    room.hears(&[told[1].clone(), told[0].clone(), told[2].clone()]).await;
    assert_eq!(room.world.snapshot().await, before, "what is older or known changes nothing");
    assert_eq!(asked(&room, as_it_is).await, ["Mara"]);
    let stored = room.world.list_items(TABLE).await;
    let kept = stored.iter().find(|item| item["sk"].as_s().unwrap() == DELEGATION).unwrap();
    assert_eq!(kept["pk"].as_s().unwrap(), &format!("DELEGATOR#{}", room.manager().id));
    let forgotten: jiff::Timestamp = "2024-07-30T00:00:00Z".parse().unwrap();
    assert_eq!(kept["expires_at"].as_n().unwrap(), &forgotten.as_second().to_string(), "thirty days after the last");
    assert!(!format!("{kept:?}").contains("Away"), "why somebody is away stays where it is");
}

#[tokio::test]
async fn nobody_hears_twice_and_nobody_decides_their_own_leave() {
    let room = NotificationsFixture::open().await;
    room.hears(&[published_events(&room, 1, room.employee(), JUNE, false)]).await;
    assert_eq!(asked(&room, as_it_is).await, ["Mara"]);
    assert_eq!(room.told(room.employee()).await, ["leave_request_confirmation"]);

    let room = NotificationsFixture::open().await;
    let otto = room.world.people.other_manager.clone();
    room.hears(&[published_events(&room, 1, &otto, JUNE, false)]).await;
    let named = json!({"people": [room.manager().id, otto.id]});
    assert_eq!(asked(&room, |values| values["approval"]["steps"][0]["by"] = named.clone()).await, ["Mara", "Otto"]);
    assert_eq!(room.told(&otto).await, [ASKED], "named, and in the place of one who is named");
    assert_eq!(asked(&room, |values| values["approval"]["steps"][0]["by"] = json!("hr")).await, ["Hana"]);
}

#[tokio::test]
async fn a_delegate_hears_what_goes_up_to_whom_they_stand_for() {
    let room = NotificationsFixture::open().await;
    // Otto reports to Mara here, and Femi to Otto: what goes up from Otto waits for Mara, in whose place Adam decides.
    let otto = Person { manager_id: Some(room.manager().id), ..room.world.people.other_manager.clone() };
    room.world.add_people(&[&otto]).await;
    room.later(10);
    room.hears(&[published_events(&room, 1, &room.world.people.admin.clone(), JUNE, false)]).await;
    let mut event = room.leave(EventType::LeaveRequestEscalated, room.employee(), "pending");
    let values = event.new_values.as_mut().unwrap();
    values["employee_id"] = json!(room.world.people.outsider.id);
    values["approval"]["level"] = json!(1);
    room.hears(&[event]).await;
    assert_eq!(room.told(&room.world.people.admin).await, ["leave_request_escalated"]);
    assert_eq!(room.told(room.manager()).await, ["leave_request_escalated"]);
}

#[tokio::test]
async fn nobody_stands_for_somebody_who_may_not_sign_in() {
    let room = NotificationsFixture::open().await;
    let otto = room.world.people.other_manager.clone();
    room.hears(&[published_events(&room, 1, &otto, JUNE, false)]).await;
    room.world.add_people(&[&Person { status: EmploymentStatus::Suspended, ..room.manager().clone() }]).await;
    room.later(10);
    let event = room.leave(EventType::LeaveRequestCreated, room.employee(), "pending");
    room.hears(std::slice::from_ref(&event)).await;
    assert_eq!(room.told(&otto).await, Vec::<String>::new());
    let reasons = reasons(&room.decisions(&event).await);
    assert!(reasons.contains(&("approver".to_owned(), "left".to_owned())), "{reasons:?}");
}
