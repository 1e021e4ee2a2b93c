//! `notifications-on-event`: notifications of delegates.

use directory::{EmploymentStatus, Person};
use events::{Event, EventType};
use serde_json::{Value, json};

use crate::notifications::{NotificationsFixture, TABLE, reasons};

const DELEGATION: &str = "deleg_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
const APPROVAL_NEEDED: &str = "leave_request_approval_needed";

/// Event of a delegation by the manager, Mara.
fn delegation_event(
    fixture: &NotificationsFixture,
    version: u64,
    delegate: &Person,
    (from, to): (&str, &str),
    deleted: bool,
) -> Event {
    let values = json!({
        "id": DELEGATION,
        "delegator_id": fixture.manager().id,
        "delegate_id": delegate.id,
        "from": from,
        "to": to,
        "reason": "Away",
        "created_by": fixture.manager().id,
        "created_at": fixture.world.now(),
        "updated_at": fixture.world.now(),
        "deleted_at": deleted.then(|| fixture.world.now()),
    });
    let kind = match version {
        1 => EventType::LeaveDelegationCreated,
        _ if deleted => EventType::LeaveDelegationDeleted,
        _ => EventType::LeaveDelegationUpdated,
    };
    Event { version, ..fixture.event(kind, ("LeaveDelegation", DELEGATION), fixture.manager(), values) }
}

/// First names of the people who are notified to decide a leave request of the employee.
async fn notified_approvers(fixture: &NotificationsFixture, change: impl Fn(&mut Value)) -> Vec<String> {
    let mut event = fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending");
    change(event.new_values.as_mut().unwrap());
    fixture.deliver(std::slice::from_ref(&event)).await;
    let mut names = Vec::new();
    for decision in fixture.decisions(&event).await {
        if decision["template"] == APPROVAL_NEEDED && decision["told"] == json!(true) {
            let people = fixture.world.people.all();
            let person = people.iter().find(|person| json!(person.id) == decision["recipient_id"]).unwrap();
            names.push(person.first_name.clone());
        }
    }
    names
}

fn unchanged(_: &mut Value) {}

const JUNE: (&str, &str) = ("2024-06-01", "2024-06-30");

#[tokio::test]
async fn delegate_is_notified_by_inbox_and_mail_like_the_manager() {
    let fixture = NotificationsFixture::new().await;
    let delegate = fixture.world.people.other_manager.clone();
    fixture.deliver(&[delegation_event(&fixture, 1, &delegate, JUNE, false)]).await;
    assert_eq!(fixture.inbox(&delegate).await.len(), 0, "the delegation itself notifies nobody");
    assert_eq!(notified_approvers(&fixture, unchanged).await, ["Mara", "Otto"]);
    assert_eq!(fixture.templates_in_inbox(&delegate).await, [APPROVAL_NEEDED]);
    assert_eq!(fixture.templates_in_inbox(fixture.manager()).await, [APPROVAL_NEEDED]);
    assert_eq!(fixture.queued().len(), 3, "employee, manager and delegate get mails");
}

#[tokio::test]
async fn delegate_is_notified_within_dates_in_the_delegators_zone() {
    let fixture = NotificationsFixture::new().await;
    let delegate = fixture.world.people.other_manager.clone();
    let mut elsewhere = delegate.clone();
    elsewhere.time_zone = "America/New_York".to_owned();
    fixture.world.add_people(&[&elsewhere]).await;
    fixture.deliver(&[delegation_event(&fixture, 1, &delegate, ("2024-06-11", "2024-06-12"), false)]).await;
    for (at, is_notified) in [
        ("2024-06-10T21:59:00Z", false), // 23:59 on the day before the first, in Berlin
        ("2024-06-10T22:00:00Z", true),  // start of the first day
        ("2024-06-12T21:59:00Z", true),  // last minute of the last day
        ("2024-06-12T22:00:00Z", false),
    ] {
        fixture.world.clock.set(at.parse().unwrap());
        let expected: &[&str] = if is_notified { &["Mara", "Otto"] } else { &["Mara"] };
        assert_eq!(notified_approvers(&fixture, unchanged).await, expected, "{at}");
    }
}

#[tokio::test]
async fn changed_and_ended_delegations_take_effect() {
    let fixture = NotificationsFixture::new().await;
    let (otto, adam) = (fixture.world.people.other_manager.clone(), fixture.world.people.admin.clone());
    fixture
        .deliver(&[
            delegation_event(&fixture, 1, &otto, JUNE, false),
            delegation_event(&fixture, 2, &adam, JUNE, false),
        ])
        .await;
    assert_eq!(notified_approvers(&fixture, unchanged).await, ["Mara", "Adam"]);
    fixture.deliver(&[delegation_event(&fixture, 3, &adam, JUNE, true)]).await;
    assert_eq!(notified_approvers(&fixture, unchanged).await, ["Mara"]);
}

#[tokio::test]
async fn newest_delegation_version_wins_in_any_order() {
    let fixture = NotificationsFixture::new().await;
    let otto = fixture.world.people.other_manager.clone();
    let versions = [
        delegation_event(&fixture, 1, &otto, JUNE, false),
        delegation_event(&fixture, 2, &otto, JUNE, false),
        delegation_event(&fixture, 3, &otto, JUNE, true),
    ];
    fixture.deliver(&versions[2..]).await;
    let before = fixture.world.snapshot().await;
    fixture.deliver(&[versions[1].clone(), versions[0].clone(), versions[2].clone()]).await;
    assert_eq!(fixture.world.snapshot().await, before, "older and known versions change nothing");
    assert_eq!(notified_approvers(&fixture, unchanged).await, ["Mara"]);
    let stored = fixture.world.list_items(TABLE).await;
    let delegation = stored.iter().find(|item| item["sk"].as_s().unwrap() == DELEGATION).unwrap();
    assert_eq!(delegation["pk"].as_s().unwrap(), &format!("DELEGATOR#{}", fixture.manager().id));
    let expiry: jiff::Timestamp = "2024-07-30T00:00:00Z".parse().unwrap();
    assert_eq!(
        delegation["expires_at"].as_n().unwrap(),
        &expiry.as_second().to_string(),
        "it expires thirty days after its last day"
    );
    assert!(!format!("{delegation:?}").contains("Away"), "the private reason is not stored");
}

#[tokio::test]
async fn delegate_is_notified_once_and_never_of_own_leave() {
    let fixture = NotificationsFixture::new().await;
    fixture.deliver(&[delegation_event(&fixture, 1, fixture.employee(), JUNE, false)]).await;
    assert_eq!(notified_approvers(&fixture, unchanged).await, ["Mara"]);
    assert_eq!(fixture.templates_in_inbox(fixture.employee()).await, ["leave_request_confirmation"]);

    let fixture = NotificationsFixture::new().await;
    let otto = fixture.world.people.other_manager.clone();
    fixture.deliver(&[delegation_event(&fixture, 1, &otto, JUNE, false)]).await;
    let named = json!({"people": [fixture.manager().id, otto.id]});
    assert_eq!(
        notified_approvers(&fixture, |values| values["approval"]["steps"][0]["by"] = named.clone()).await,
        ["Mara", "Otto"]
    );
    assert_eq!(
        fixture.templates_in_inbox(&otto).await,
        [APPROVAL_NEEDED],
        "a person who is approver and delegate is notified once"
    );
    assert_eq!(
        notified_approvers(&fixture, |values| values["approval"]["steps"][0]["by"] = json!("hr")).await,
        ["Hana"]
    );
}

#[tokio::test]
async fn delegate_of_the_second_manager_is_notified_of_escalation() {
    let fixture = NotificationsFixture::new().await;
    // Femi reports to Otto, and Otto to Mara. A request that Otto does not decide escalates to Mara, whose delegate is Adam.
    let otto = Person { manager_id: Some(fixture.manager().id), ..fixture.world.people.other_manager.clone() };
    fixture.world.add_people(&[&otto]).await;
    fixture.advance(10);
    fixture.deliver(&[delegation_event(&fixture, 1, &fixture.world.people.admin.clone(), JUNE, false)]).await;
    let mut event = fixture.leave_event(EventType::LeaveRequestEscalated, fixture.employee(), "pending");
    let values = event.new_values.as_mut().unwrap();
    values["employee_id"] = json!(fixture.world.people.outsider.id);
    values["approval"]["level"] = json!(1);
    fixture.deliver(&[event]).await;
    assert_eq!(fixture.templates_in_inbox(&fixture.world.people.admin).await, ["leave_request_escalated"]);
    assert_eq!(fixture.templates_in_inbox(fixture.manager()).await, ["leave_request_escalated"]);
}

#[tokio::test]
async fn delegate_of_a_suspended_manager_is_not_notified() {
    let fixture = NotificationsFixture::new().await;
    let otto = fixture.world.people.other_manager.clone();
    fixture.deliver(&[delegation_event(&fixture, 1, &otto, JUNE, false)]).await;
    fixture.world.add_people(&[&Person { status: EmploymentStatus::Suspended, ..fixture.manager().clone() }]).await;
    fixture.advance(10);
    let event = fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending");
    fixture.deliver(std::slice::from_ref(&event)).await;
    assert_eq!(fixture.templates_in_inbox(&otto).await, Vec::<String>::new());
    let reasons = reasons(&fixture.decisions(&event).await);
    assert!(reasons.contains(&("approver".to_owned(), "-".to_owned())), "{reasons:?}");
    assert_eq!(
        fixture.templates_in_inbox(fixture.hr()).await,
        ["leave_request_approval_needed"],
        "HR decides, because the manager has no manager"
    );
}
