//! Fixture of the attendance tests: a site with a calendar, policies with shifts, and employees known to the service.

use std::ops::Deref;

use attendance::{domain::day::Day, store::AttendanceStore};
use directory::Person;
use events::{Event, EventType, Fact, Stamp};
use jiff::{Timestamp, civil::Date};
use kernel::{AssignmentId, EmployeeId, EventId, RosterId};
use lambda::{FromShell, queue::QueueMessage};
use policy::{
    Calendar, Policy,
    attendance::{AssignedWork, Assignment, Roster, Schedule},
    calendar_key, policy_key,
};
use serde::Serialize;
use serde_json::{Value, json};
use store::{Key, Write, from_item};
use testkit::{World, origin, world_with};
use uuid::Uuid;

/// A site where people work Monday to Friday, 09:00 to 17:30 unless they are assigned to other shifts. The clock is at
/// Monday, 10 June 2024, 12:30:45 in Berlin.
pub(crate) struct AttendanceFixture {
    pub(crate) world: World,
}

/// Id for test data.
pub(crate) const fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x018c_0000_0000_7000_8000_0000_0000_0000 | number)
}

impl Deref for AttendanceFixture {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl AttendanceFixture {
    /// Shifts `early` 06:00-14:30, `day` 09:00-17:30, `late` 13:30-22:00, `night` 22:00-06:00, each with half an hour of break; windows
    /// of an hour; 5 minutes of grace; no rounding; overtime from the first minute; calendars of Berlin and Pune.
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// Fixture as from [`Self::new`], with additional environment variables.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let mut all = vec![("SETTLE_QUEUE", "http://queues/settle")];
        all.extend_from_slice(variables);
        Self::in_world(world_with(&all).await).await
    }

    /// Fixture as from [`Self::new`], in a given world.
    pub(crate) async fn in_world(world: World) -> Self {
        let fixture = Self { world };
        fixture.put_calendar("berlin", &[]).await;
        fixture.put_calendar("pune", &[]).await;
        fixture.put_policy(1, "attendance", attendance_rules()).await;
        fixture.put_policy(2, "overtime", overtime_rules()).await;
        for person in fixture.world.people.all() {
            fixture.add_member(person).await;
        }
        fixture
    }

    pub(crate) fn store(&self) -> AttendanceStore {
        AttendanceStore::from_shell(&self.world.shell).unwrap()
    }

    async fn store_item(&self, table: &str, key: Key, body: &impl Serialize) {
        self.table(table).commit(&origin(), Write::put(key, body)).await.unwrap();
    }

    /// Stores the calendar of a site: Monday to Friday, with these holidays.
    pub(crate) async fn put_calendar(&self, site: &str, holidays: &[&str]) {
        let day = json!({"pattern": "full", "hours": [["09:00:00", "12:30:00"], ["13:00:00", "17:30:00"]]});
        let off = json!({"pattern": "off", "hours": []});
        let holidays: Vec<_> = holidays.iter().map(|day| json!({"name": "Holiday", "from": day})).collect();
        let calendar: Calendar = serde_json::from_value(json!({
            "site": site, "version": 1, "created_at": "2020-01-01T00:00:00Z", "created_by": "system:test", "holidays": holidays,
            "week": {"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day, "saturday": off, "sunday": off},
        }))
        .unwrap();
        self.store_item("COMPLIANCE_TABLE", calendar_key(site, 1), &calendar).await;
    }

    /// Stores version 1 of a policy for everybody since 2024; the same number replaces its rules.
    pub(crate) async fn put_policy(&self, number: u128, kind: &str, rules: Value) {
        let policy: Policy = serde_json::from_value(json!({
            "policy_id": kernel::PolicyId::new(uuid(number)), "policy_version": 1, "name": "A policy",
            "effective_from": "2024-01-01", "kind": kind, "rules": rules,
            "created_at": "2020-01-01T00:00:00Z", "created_by": "system:test",
        }))
        .unwrap();
        self.store_item("COMPLIANCE_TABLE", policy_key(policy.reference), &policy).await;
    }

    /// Stores the copy of a person, as `attendance-on-employee` does.
    pub(crate) async fn add_member(&self, person: &Person) {
        self.store().upsert_member(&origin(), person, 1).await.unwrap();
    }

    /// Adds an employee with this number and name, otherwise like the default employee.
    pub(crate) async fn add_employee(&self, number: u128, name: &str) -> Person {
        let like = self.employee().clone();
        let person = Person {
            id: EmployeeId::new(uuid(number)),
            employee_code: format!("X{number}"),
            first_name: name.to_owned(),
            email: format!("{}{number}@example.com", name.to_lowercase()),
            ..like
        };
        self.update_person(person).await
    }

    /// Updates a person in the directory and in the copy.
    pub(crate) async fn update_person(&self, person: Person) -> Person {
        self.world.add_people(&[&person]).await;
        let known = self.store().members.get_consistent(person.id).await.unwrap();
        let version = known.map_or(0, |known| known.value.person_version) + 1;
        self.store().upsert_member(&origin(), &person, version).await.unwrap();
        person
    }

    /// Stores a roster with this number; `""` is a rest day.
    pub(crate) async fn put_roster(&self, number: u128, starts_on: &str, cycle: &[&str]) -> RosterId {
        let shifts = |day: &&str| day.split_whitespace().map(str::to_owned).collect();
        let roster = Roster {
            id: RosterId::new(uuid(number)),
            name: format!("Roster {number}"),
            starts_on: starts_on.parse().unwrap(),
            cycle: cycle.iter().map(shifts).collect(),
        };
        let mut body = serde_json::to_value(&roster).unwrap();
        let made = json!({"created_at": testkit::test_start(), "created_by": self.hr().id, "updated_at": testkit::test_start()});
        body.as_object_mut().unwrap().extend(made.as_object().unwrap().clone());
        self.store_item("ATTENDANCE_TABLE", Key::new("ROSTERS", roster.id.to_string()), &body).await;
        roster.id
    }

    /// Adds an assignment to the schedule of a person.
    pub(crate) async fn assign(&self, person: &Person, number: u128, from: &str, to: Option<&str>, work: AssignedWork) {
        let assignment = Assignment {
            id: AssignmentId::new(uuid(number)),
            from: from.parse().unwrap(),
            to: to.map(|to| to.parse().unwrap()),
            work,
        };
        let known = self.store().members.get_consistent(person.id).await.unwrap();
        let mut all = known.map(|known| known.value.schedule.0).unwrap_or_default();
        all.push(assignment);
        let write = Write::update(Key::new(format!("EMP#{}", person.id), "MEMBER")).set("schedule", &Schedule(all));
        self.table("ATTENDANCE_TABLE").commit(&origin(), write).await.unwrap();
    }

    /// Assigns shifts on one day; none make it a rest day.
    pub(crate) async fn assign_shifts(&self, person: &Person, number: u128, date: &str, shifts: &[&str]) {
        let shifts = AssignedWork::Shifts(shifts.iter().map(|code| (*code).to_owned()).collect());
        self.assign(person, number, date, Some(date), shifts).await;
    }

    /// Stores a day in place of the current one.
    pub(crate) async fn store_day(&self, day: &Day) {
        let version =
            self.store().find_day(day.employee_id, day.date).await.unwrap().map_or(0, |stored| stored.version);
        self.store().write_day(&origin(), day, version, None).await.unwrap();
    }

    /// Stored day of a person; `None` if there is none.
    pub(crate) async fn find_day(&self, person: &Person, date: &str) -> Option<Day> {
        let found = self.store().find_day(person.id, date.parse().unwrap()).await.unwrap();
        found.map(|stored| stored.value)
    }

    /// Stored item of the service; `None` if there is none.
    pub(crate) async fn find_item(&self, pk: String, sk: &str) -> Option<Value> {
        let item = self.table("ATTENDANCE_TABLE").get_consistent(&Key::new(pk, sk)).await.unwrap();
        item.map(|item| from_item(item).unwrap())
    }

    /// Moves the clock to an instant such as `2024-06-11T06:55:00Z`.
    pub(crate) fn set_time(&self, instant: &str) {
        self.world.clock.set(instant.parse().unwrap());
    }
}

/// Attendance rules of everybody.
pub(crate) fn attendance_rules() -> Value {
    let shift = |code, from, to| json!({"code": code, "from": from, "to": to, "break_minutes": 30});
    json!({
        "shifts": [
            shift("early", "06:00:00", "14:30:00"), shift("day", "09:00:00", "17:30:00"),
            shift("late", "13:30:00", "22:00:00"), shift("night", "22:00:00", "06:00:00"),
        ],
        "default_shift": "day",
        "window_before_minutes": 60, "window_after_minutes": 60, "grace_in_minutes": 5, "grace_out_minutes": 5,
        "breaks": [{"worked_over_minutes": 360, "break_minutes": 30}],
        "rounding": "none", "rounding_step_minutes": 1,
    })
}

/// Overtime rules of everybody.
pub(crate) fn overtime_rules() -> Value {
    json!({
        "tiers": [{"from_minutes": 0, "rate_bp": 12_500}, {"from_minutes": 120, "rate_bp": 15_000}],
        "rest_day_rate_bp": 15_000, "holiday_rate_bp": 20_000,
        "minimum_block_minutes": 15, "daily_cap_minutes": 240, "weekly_cap_minutes": 600,
        "rest_day_credit": {"mode": "grant", "leave_type": "compensatory", "share_bp": 10_000},
    })
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An event with the new values of its entity.
pub(crate) fn event(kind: EventType, entity: &'static str, id: &str, version: u64, values: Value) -> Event {
    let event_id = EventId::new(Uuid::from_u128(u128::from(version)));
    Event {
        stamp: Stamp::new(event_id, Fact::new(kind, entity, id), &origin()),
        service: "a-service".to_owned(),
        version,
        old_values: None,
        new_values: Some(values),
        republished: false,
    }
}

/// Events as queue messages, numbered from 0.
pub(crate) fn deliveries(events: Vec<Event>) -> Vec<QueueMessage> {
    let delivery = |(number, event): (usize, Event)| QueueMessage {
        message_id: number.to_string(),
        event: Ok(event),
        raw: String::new(),
    };
    events.into_iter().enumerate().map(delivery).collect()
}
