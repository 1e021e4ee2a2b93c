//! Attendance: whom its own records reach, and that clocks are read where they hang.

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

/// A day of somebody who came at 7:12 and left at 15:30 UTC, as its item is.
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
    fn of_day(&self, kind: EventType, person: &Person) -> Event {
        let day = day(person);
        let mut event =
            self.event(kind, ("Attendance", &day.id.to_string()), person, serde_json::to_value(&day).unwrap());
        if !matches!(kind, EventType::AttendanceCheckedIn | EventType::AttendanceCheckedOut) {
            event.stamp.actor = Actor::System("attendance-job-settle".to_owned());
        }
        event
    }

    /// A correction of the employee's, asked for by somebody, after somebody has said something to it.
    fn of_correction(&self, kind: EventType, asked_by: &Person, actor: &Person) -> Event {
        let (at, reason) = (self.world.now(), "a private matter".to_owned());
        let date = "2024-06-10".parse().unwrap();
        let wanted = CorrectionDetails { date, reason, void: Vec::new(), add: Vec::new(), original: Vec::new() };
        let id = CorrectionId::new(Uuid::from_u128(7));
        let asked = Correction::new(id, self.employee(), wanted, (asked_by.id, at));
        let correction = match kind {
            EventType::AttendanceCorrection => asked.approved(actor.id, Some("a private word".to_owned()), at),
            EventType::AttendanceCorrectionRejected => asked.rejected(actor.id, "You left at noon".to_owned(), at),
            _ => asked,
        };
        let values = serde_json::to_value(correction).unwrap();
        self.event(kind, ("AttendanceCorrection", &id.to_string()), actor, values)
    }

    async fn body_of(&self, person: &Person) -> String {
        text(&self.inbox(person).await[0], "body").to_owned()
    }
}

#[tokio::test]
async fn a_day_as_it_is_stored_fills_every_template() {
    let room = NotificationsFixture::open().await;
    let (employee, manager, hr) = (room.employee().clone(), room.manager().clone(), room.hr().clone());
    for (kind, to, said) in [
        (EventType::AttendanceCheckedIn, &employee, "You are checked in since 09:12 (Office)."),
        (EventType::AttendanceCheckedOut, &employee, "You are checked out since 17:30 (Office)."),
        (
            EventType::AttendanceLate,
            &manager,
            "Erin Doe came late on Jun 10, 2024, by 12 minutes; checked in at 09:12.",
        ),
        (EventType::AttendanceAbsent, &hr, "Erin Doe was absent on Jun 10, 2024: no punch and no leave is recorded."),
        (EventType::AttendanceIncomplete, &employee, "your day Jun 10, 2024 is incomplete: a punch is missing."),
        (
            EventType::AttendanceOutsideWindow,
            &employee,
            "a punch of yours on Jun 10, 2024 lies outside of every shift.",
        ),
        (
            EventType::AttendanceOutsideWindow,
            &manager,
            "A punch of Erin Doe on Jun 10, 2024 lies outside of every shift.",
        ),
    ] {
        room.later(1);
        room.hears(&[room.of_day(kind, &employee)]).await;
        let body = room.body_of(to).await;
        assert!(body.contains(said), "{kind}: {body}");
    }
    let all = format!("{:?}", room.world.list_items(crate::notifications::TABLE).await);
    assert!(!all.contains("a private matter"), "what somebody has said stays where it is");
}

#[tokio::test]
async fn clocks_are_read_at_the_site_of_the_person_wherever_the_reader_is() {
    let room = NotificationsFixture::open().await;
    let away = Person { site: "pune".to_owned(), time_zone: "Asia/Kolkata".to_owned(), ..room.employee().clone() };
    room.world.add_people(&[&away]).await;
    room.later(10);
    room.hears(&[room.of_day(EventType::AttendanceLate, &away)]).await;
    let body = room.body_of(room.manager()).await;
    assert!(body.contains("checked in at 12:42"), "at the site in Pune, read in Berlin: {body}");
}

#[tokio::test]
async fn a_correction_asks_the_manager_or_hr_and_tells_the_person_what_became_of_it() {
    let requested = EventType::AttendanceCorrectionRequested;
    let none = Vec::<String>::new();
    let room = NotificationsFixture::open().await;
    let (employee, manager, hr) = (room.employee().clone(), room.manager().clone(), room.hr().clone());
    room.hears(&[room.of_correction(requested, &employee, &employee)]).await;
    assert_eq!(room.told(&manager).await, ["attendance_correction_requested"]);
    assert_eq!((room.told(&employee).await, room.told(&hr).await), (none.clone(), none.clone()));
    assert_eq!(room.queued().len(), 1, "by mail, too");
    let body = room.body_of(&manager).await;
    assert!(body.contains("Erin Doe asks for a correction of the attendance of Erin Doe on Jun 10, 2024"), "{body}");

    room.later(1);
    room.hears(&[room.of_correction(requested, &manager, &manager)]).await;
    assert_eq!(room.told(&hr).await, ["attendance_correction_requested"], "nobody decides about what they asked for");

    room.later(1);
    room.hears(&[room.of_correction(EventType::AttendanceCorrection, &employee, &manager)]).await;
    let body = room.body_of(&employee).await;
    assert!(body.contains("the correction of your attendance on Jun 10, 2024 is approved by Mara Lead."), "{body}");
    room.later(1);
    room.hears(&[room.of_correction(EventType::AttendanceCorrectionRejected, &employee, &manager)]).await;
    let body = room.body_of(&employee).await;
    assert!(body.contains("is rejected by Mara Lead.") && body.contains("Reason: You left at noon"), "{body}");
    let all = format!("{:?}", room.world.list_items(crate::notifications::TABLE).await);
    assert!(!all.contains("a private"), "reasons and comments stay where they are");
}

#[tokio::test]
async fn where_nobody_leads_somebody_hr_decides() {
    let room = NotificationsFixture::open().await;
    let alone = Person { manager_id: None, ..room.employee().clone() };
    room.world.add_people(&[&alone]).await;
    room.later(10);
    let mut event = room.of_correction(EventType::AttendanceCorrectionRequested, &alone, &alone);
    event.new_values.as_mut().unwrap()["manager_id"] = Value::Null;
    room.hears(&[event]).await;
    assert_eq!(room.told(room.hr()).await, ["attendance_correction_requested"]);
    assert_eq!(room.told(room.manager()).await, Vec::<String>::new());
    let entity = room.inbox(room.hr()).await[0]["context"]["entity_type"].clone();
    assert_eq!(entity, json!("AttendanceCorrection"));
}
