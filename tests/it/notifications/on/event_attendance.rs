//! `notifications-on-event`: events with real records of `attendance`.

use attendance::domain::{
    correction::{Correction, CorrectionDetails},
    day::Day,
};
use directory::Person;
use events::{Event, EventType};
use jiff::Timestamp;
use kernel::{Actor, CorrectionId, Minutes, PunchId};
use policy::attendance::{Punch, PunchKind, PunchSource};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::notifications::{NotificationsFixture, text};

fn punch(person: &Person, kind: PunchKind, at: &str) -> Punch {
    let at: Timestamp = at.parse().unwrap();
    let (local, offset) = Punch::local_time_and_offset(at, &person.time_zone);
    Punch {
        id: PunchId::new(Uuid::from_u128(u128::from(at.as_second().unsigned_abs()))),
        kind,
        kind_inferred: false,
        at,
        zone: person.time_zone.clone(),
        local,
        offset,
        location: Some("Office".to_owned()),
        device: None,
        position: None,
        source: PunchSource::Live,
        captured_at: None,
        received_at: at,
        by: Actor::Person(person.id),
        reason: Some("a private matter".to_owned()),
        flags: Vec::new(),
        late_minutes: None,
        voided_by: None,
        correction_id: None,
    }
}

/// Day with a check-in at 07:12 UTC and a check-out at 15:30 UTC.
fn day(person: &Person) -> Day {
    let at = "2024-06-10T15:30:00Z".parse().unwrap();
    let punches = vec![
        punch(person, PunchKind::CheckIn, "2024-06-10T07:12:00Z"),
        punch(person, PunchKind::CheckOut, "2024-06-10T15:30:00Z"),
    ];
    let day = Day::new(person.id, "2024-06-10".parse().unwrap(), at).with_punches(punches, at);
    Day { late_minutes: Some(Minutes(12)), ..day }
}

impl NotificationsFixture {
    fn day_event(&self, kind: EventType, person: &Person) -> Event {
        let day = day(person);
        let mut event =
            self.event(kind, ("Attendance", &day.id.to_string()), person, serde_json::to_value(&day).unwrap());
        if !matches!(kind, EventType::AttendanceCheckedIn | EventType::AttendanceCheckedOut) {
            event.stamp.actor = Actor::System("attendance-job-settle".to_owned());
        }
        event
    }

    /// Event of a correction of the employee.
    fn correction_event(&self, kind: EventType, requested_by: &Person, actor: &Person) -> Event {
        let (at, reason) = (self.world.now(), "a private matter".to_owned());
        let date = "2024-06-10".parse().unwrap();
        let details = CorrectionDetails { date, reason, void: Vec::new(), add: Vec::new(), original: Vec::new() };
        let id = CorrectionId::new(Uuid::from_u128(7));
        let requested = Correction::new(id, self.employee(), details, (requested_by.id, at));
        let correction = match kind {
            EventType::AttendanceCorrection => requested.approved(actor.id, Some("a private word".to_owned()), at),
            EventType::AttendanceCorrectionRejected => requested.rejected(actor.id, "You left at noon".to_owned(), at),
            _ => requested,
        };
        let values = serde_json::to_value(correction).unwrap();
        self.event(kind, ("AttendanceCorrection", &id.to_string()), actor, values)
    }

    async fn body_of(&self, person: &Person) -> String {
        text(&self.inbox(person).await[0], "body").to_owned()
    }
}

#[tokio::test]
async fn stored_day_renders_every_attendance_template() {
    let fixture = NotificationsFixture::new().await;
    let (employee, manager, hr) = (fixture.employee().clone(), fixture.manager().clone(), fixture.hr().clone());
    for (kind, recipient, expected) in [
        (EventType::AttendanceCheckedIn, &employee, "You checked in at 09:12 (Office)."),
        (EventType::AttendanceCheckedOut, &employee, "You checked out at 17:30 (Office)."),
        (EventType::AttendanceLate, &manager, "Erin Doe was 12 minutes late on Jun 10, 2024. Check-in was at 09:12."),
        (
            EventType::AttendanceAbsent,
            &hr,
            "Erin Doe was absent on Jun 10, 2024: neither punches nor leave are recorded.",
        ),
        (EventType::AttendanceIncomplete, &employee, "a punch is missing on Jun 10, 2024, so the day is incomplete."),
        (EventType::AttendanceOutsideWindow, &employee, "your punch on Jun 10, 2024 was outside every shift."),
        (EventType::AttendanceOutsideWindow, &manager, "A punch of Erin Doe on Jun 10, 2024 was outside every shift."),
    ] {
        fixture.advance(1);
        fixture.deliver(&[fixture.day_event(kind, &employee)]).await;
        let body = fixture.body_of(recipient).await;
        assert!(body.contains(expected), "{kind}: {body}");
    }
    let all = format!("{:?}", fixture.world.list_items(crate::notifications::TABLE).await);
    assert!(!all.contains("a private matter"), "the private reason is not stored");
}

#[tokio::test]
async fn times_are_in_the_zone_of_the_subjects_site() {
    let fixture = NotificationsFixture::new().await;
    let away = Person { site: "pune".to_owned(), time_zone: "Asia/Kolkata".to_owned(), ..fixture.employee().clone() };
    fixture.world.add_people(&[&away]).await;
    fixture.advance(10);
    fixture.deliver(&[fixture.day_event(EventType::AttendanceLate, &away)]).await;
    let body = fixture.body_of(fixture.manager()).await;
    assert!(body.contains("Check-in was at 12:42."), "the time is that of Pune, also for a reader in Berlin: {body}");
}

#[tokio::test]
async fn correction_notifies_approver_and_then_the_employee() {
    let requested = EventType::AttendanceCorrectionRequested;
    let none = Vec::<String>::new();
    let fixture = NotificationsFixture::new().await;
    let (employee, manager, hr) = (fixture.employee().clone(), fixture.manager().clone(), fixture.hr().clone());
    fixture.deliver(&[fixture.correction_event(requested, &employee, &employee)]).await;
    assert_eq!(fixture.templates_in_inbox(&manager).await, ["attendance_correction_requested"]);
    assert_eq!(
        (fixture.templates_in_inbox(&employee).await, fixture.templates_in_inbox(&hr).await),
        (none.clone(), none.clone())
    );
    assert_eq!(fixture.queued().len(), 1, "the approver gets a mail");
    let body = fixture.body_of(&manager).await;
    assert!(body.contains("Erin Doe requests a correction of the attendance of Erin Doe on Jun 10, 2024"), "{body}");

    fixture.advance(1);
    fixture.deliver(&[fixture.correction_event(requested, &manager, &manager)]).await;
    assert_eq!(
        fixture.templates_in_inbox(&hr).await,
        ["attendance_correction_requested"],
        "the requester does not decide"
    );

    fixture.advance(1);
    fixture.deliver(&[fixture.correction_event(EventType::AttendanceCorrection, &employee, &manager)]).await;
    let body = fixture.body_of(&employee).await;
    assert!(body.contains("the correction of your attendance on Jun 10, 2024 was approved by Mara Lead."), "{body}");
    fixture.advance(1);
    fixture.deliver(&[fixture.correction_event(EventType::AttendanceCorrectionRejected, &employee, &manager)]).await;
    let body = fixture.body_of(&employee).await;
    assert!(body.contains("was rejected by Mara Lead.") && body.contains("Reason: You left at noon"), "{body}");
    let all = format!("{:?}", fixture.world.list_items(crate::notifications::TABLE).await);
    assert!(!all.contains("a private"), "private reasons and comments are not stored");
}

#[tokio::test]
async fn proposed_credit_notifies_the_manager_and_then_the_employee() {
    let fixture = NotificationsFixture::new().await;
    let (employee, manager) = (fixture.employee().clone(), fixture.manager().clone());
    let event = |kind: EventType, status: &str, actor: &Person| {
        let id = "cred_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
        let values = serde_json::json!({
            "id": id, "employee_id": employee.id, "manager_id": manager.id, "date": "2024-06-08", "status": status,
            "rejected_reason": "It was paid", "comments": "a private word",
        });
        let mut event = fixture.event(kind, ("LeaveCredit", id), actor, values);
        event.stamp.data = Some(serde_json::json!({"date": "2024-06-08", "credit_minutes": 240}));
        event
    };
    let mut proposed = event(EventType::LeaveCreditProposed, "pending", &employee);
    proposed.stamp.actor = Actor::System("leave-on-attendance".to_owned());
    fixture.deliver(&[proposed]).await;
    assert_eq!(fixture.templates_in_inbox(&manager).await, ["leave_credit_proposed"]);
    assert_eq!(fixture.templates_in_inbox(&employee).await, Vec::<String>::new());
    let body = fixture.body_of(&manager).await;
    assert!(
        body.contains("Erin Doe worked on a rest day or holiday, Jun 8, 2024.") && body.contains("240 minutes"),
        "{body}"
    );

    fixture.advance(1);
    fixture.deliver(&[event(EventType::LeaveCreditApproved, "approved", &manager)]).await;
    let body = fixture.body_of(&employee).await;
    assert!(body.contains("on Jun 8, 2024 was approved by Mara Lead. The balance changes by 240 minutes."), "{body}");
    fixture.advance(1);
    fixture.deliver(&[event(EventType::LeaveCreditRejected, "rejected", &manager)]).await;
    let body = fixture.body_of(&employee).await;
    assert!(body.contains("was rejected by Mara Lead.") && body.contains("Reason: It was paid"), "{body}");
    let all = format!("{:?}", fixture.world.list_items(crate::notifications::TABLE).await);
    assert!(!all.contains("a private"), "private comments are not stored");
}

#[tokio::test]
async fn correction_without_manager_is_decided_by_hr() {
    let fixture = NotificationsFixture::new().await;
    let alone = Person { manager_id: None, ..fixture.employee().clone() };
    fixture.world.add_people(&[&alone]).await;
    fixture.advance(10);
    let mut event = fixture.correction_event(EventType::AttendanceCorrectionRequested, &alone, &alone);
    event.new_values.as_mut().unwrap()["manager_id"] = Value::Null;
    fixture.deliver(&[event]).await;
    assert_eq!(fixture.templates_in_inbox(fixture.hr()).await, ["attendance_correction_requested"]);
    assert_eq!(fixture.templates_in_inbox(fixture.manager()).await, Vec::<String>::new());
    let entity = fixture.inbox(fixture.hr()).await[0]["context"]["entity_type"].clone();
    assert_eq!(entity, json!("AttendanceCorrection"));
}
