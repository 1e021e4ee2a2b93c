//! What needs a crowd: check-ins by somebody else each time, and pages of the overnight run.

use attendance::{
    domain::settlement_work::{Days, PEOPLE_PER_PAGE, Work as Page},
    store::Records,
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
    invocation::{Event, sample},
    rules,
    subjects::Work,
};

/// A page of the overnight run takes its time, so it is measured less often.
pub(crate) const PAGES: u32 = 4;
/// Pages with which it is looked what they ask.
const PAGES_LOOKED_AT: u32 = 2;

/// A world with rules for attendance, into which a crowd comes.
pub(crate) struct Crowd {
    pub(crate) world: World,
}

impl Crowd {
    /// A world with nothing but its rules.
    pub(crate) async fn come() -> Result<Self> {
        let world = testkit::world().await;
        rules::stand(&world.shell, "day").await?;
        Ok(Self { world })
    }

    /// So many check-ins, each by somebody else, who has not come yet.
    pub(crate) async fn check_ins(&self, often: u32) -> Result<Work> {
        let like = &self.world.people.employee;
        let people: Vec<_> = (0..often)
            .map(|number| crowd::member(like, 1_000_000 + usize::try_from(number).unwrap_or_default()))
            .collect();
        self.world.settle(&people.iter().collect::<Vec<_>>()).await;
        let records = Records::from_shell(&self.world.shell)?;
        let row = &access::ATTENDANCE_CHECK_IN;
        let mut events = Vec::new();
        for person in &people {
            records.keep_member(&testkit::origin(), person, 1).await.map_err(|error| error.to_string())?;
            events.push(Event::asked(row.name, row.path, None, Some(person))?);
        }
        Ok(Work::each(events))
    }

    /// Pages of as many people as a page holds, each of another day, of which nothing is settled.
    pub(crate) async fn pages(&self) -> Result<Work> {
        let world = &self.world;
        let weeks = |weeks: u32| date(2024, 2, 6).saturating_add(i64::from(weeks).weeks());
        let dates: Vec<_> = (0..PAGES + PAGES_LOOKED_AT).map(weeks).collect();
        let (table, records) = (world.table_name("ATTENDANCE_TABLE"), Records::from_shell(&world.shell)?);
        let to = (&world.dynamo.client, table.as_str(), &records);
        crowd::come(to, &world.people.employee, 0..PEOPLE_PER_PAGE, &dates).await?;
        let pages = dates.into_iter().map(|date| self.page(date)).collect::<Result<Vec<_>>>()?;
        Ok(Work::each(pages))
    }

    /// The message of the queue with everybody's day.
    fn page(&self, date: Date) -> Result<Event> {
        let person = |number| crowd::member(&self.world.people.employee, number).id;
        let days = (0..PEOPLE_PER_PAGE).map(|number| Days { employee_id: person(number), from: date, to: date });
        let mut page = Page::again(RequestId::sanitised("bench"), days.collect());
        (page.settled_only, page.at) = (false, Some(SystemClock.now()));
        let mut event = sample(SETTLE)?;
        let body = event.pointer_mut("/Records/0/body").ok_or("the sample of a queue has a record with a body")?;
        *body = Value::String(serde_json::to_string(&page)?);
        Ok(Event::as_it_is(event))
    }
}
