//! Events of many people: check-ins of different people, and pages of the overnight run.

use attendance::{
    domain::settlement_page::{EmployeeDays, PEOPLE_PER_PAGE, SettlementPage},
    store::AttendanceStore,
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kernel::RequestId;
use lambda::{Clock, FromShell, SystemClock};
use serde_json::Value;
use testkit::World;

use crate::{
    Result, SETTLE, crowd,
    functions::EventSource,
    invocation::{Event, sample_event},
    rules,
};

/// Number of measured pages of the overnight run, limited because each takes long.
pub(crate) const PAGES: u32 = 4;

/// World with attendance rules.
pub(crate) struct CrowdEvents {
    pub(crate) world: World,
}

impl CrowdEvents {
    pub(crate) async fn new() -> Result<Self> {
        let world = testkit::world().await;
        rules::put_attendance_rules(&world.shell, "day").await?;
        Ok(Self { world })
    }

    /// Check-ins of people who have not checked in.
    pub(crate) async fn check_in_events(&self, count: u32) -> Result<EventSource> {
        let like = &self.world.people.employee;
        let people: Vec<_> = (0..count)
            .map(|number| crowd::crowd_person(like, 1_000_000 + usize::try_from(number).unwrap_or_default()))
            .collect();
        self.world.add_people(&people.iter().collect::<Vec<_>>()).await;
        let store = AttendanceStore::from_shell(&self.world.shell)?;
        let row = &access::ATTENDANCE_CHECK_IN;
        let mut events = Vec::new();
        for person in &people {
            store.upsert_member(&testkit::origin(), person, 1).await.map_err(|error| error.to_string())?;
            events.push(Event::request(row.name, row.path, None, Some(person))?);
        }
        Ok(EventSource::once_each(events))
    }

    /// Full pages of employees, each with a different unsettled day.
    pub(crate) async fn page_events(&self) -> Result<EventSource> {
        let weeks = |weeks: u32| date(2024, 2, 6).saturating_add(i64::from(weeks).weeks());
        let dates: Vec<_> = (0..PAGES).map(weeks).collect();
        let store = AttendanceStore::from_shell(&self.world.shell)?;
        crowd::insert_people(&self.world, &store, 0..PEOPLE_PER_PAGE, &dates).await?;
        Ok(EventSource::once_each(dates.into_iter().map(|date| self.page_event(date)).collect::<Result<_>>()?))
    }

    /// Message of the settlement queue.
    fn page_event(&self, date: Date) -> Result<Event> {
        let person = |number| crowd::crowd_person(&self.world.people.employee, number).id;
        let days =
            (0..PEOPLE_PER_PAGE).map(|number| EmployeeDays { employee_id: person(number), from: date, to: date });
        let mut work = SettlementPage::rederive(RequestId::sanitised("bench"), days.collect());
        (work.only_settled, work.at) = (false, Some(SystemClock.now()));
        let mut event = sample_event(SETTLE)?;
        let body = event.pointer_mut("/Records/0/body").ok_or("the sample event has no record")?;
        *body = Value::String(serde_json::to_string(&work)?);
        Ok(Event::raw(event))
    }
}
