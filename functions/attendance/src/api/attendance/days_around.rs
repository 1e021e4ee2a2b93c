//! Recorded days around punches, and how new punches, manual entries and corrections change them.

use std::collections::BTreeSet;

use events::{EventType, Fact};
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{EmployeeId, PunchId, Result};
use policy::attendance::{Punch, PunchPlacer};

use crate::{
    api::Api,
    domain::{
        day::{Day, ENTITY},
        punch_allocator::{PunchAllocator, punch_event_data},
        timetable::Timetable,
    },
    store::Stored,
};

/// Days that are read before the date of the first punch: its own shift may begin on the date before, and an open day
/// may be two days before that.
const DAYS_BEFORE: i32 = 3;
/// Days that are read at least after the date of the last punch: it may change the next day, which may take the punches of
/// two more.
const DAYS_AFTER: i32 = 4;
/// Most days that are read after the date of the last punch.
const DAYS_AFTER_MAX: i32 = 32;

/// Changed day with the version that was read (0: no record), and its event.
pub(crate) type DayWithEvent = (Stored<Day>, Fact);

/// Recorded days of an employee around the dates of punches.
pub(crate) struct DaysAround {
    employee: EmployeeId,
    first: Date,
    last: Date,
    days_after: i32,
    stored: Vec<Stored<Day>>,
}

/// Days after a change, with the versions of those that were read.
pub(crate) struct ChangedDays<'a> {
    stored: Vec<Stored<Day>>,
    pub(crate) allocator: PunchAllocator<'a>,
}

impl DaysAround {
    /// Reads the days around the punches of two dates and of those between them.
    pub(crate) async fn read(api: &Api, employee: EmployeeId, first: Date, last: Date) -> Result<Self> {
        let days = Self { employee, first, last, days_after: DAYS_AFTER, stored: Vec::new() };
        days.read_again(api).await
    }

    /// Reads the days around punches at these instants, by the dates of the employee's site; without instants, those around
    /// 1970-01-01.
    pub(crate) async fn read_around(
        api: &Api,
        timetable: &Timetable,
        instants: impl Iterator<Item = Timestamp> + Clone,
    ) -> Result<Self> {
        let date = |at: Option<Timestamp>| timetable.date_of(at.unwrap_or_default());
        let (first, last) = (date(instants.clone().min()), date(instants.max()));
        Self::read(api, timetable.person().id, first, last).await
    }

    /// Record of a day; `None` if there is none.
    pub(crate) fn find(&self, date: Date) -> Option<&Day> {
        self.stored.iter().map(|day| &day.value).find(|day| day.date == date)
    }

    /// Changes the days. If a change reaches the last of them, more days after it are read and the change is made again,
    /// because later punches may belong to other days then. Writes nothing.
    pub(crate) async fn change<'a, T>(
        mut self,
        api: &Api,
        timetable: &'a Timetable,
        now: Timestamp,
        change: impl Fn(&mut PunchAllocator<'a>) -> Result<T> + Send,
    ) -> Result<(ChangedDays<'a>, T)> {
        loop {
            let mut allocator = PunchAllocator::new(timetable, self.stored.iter().map(|day| day.value.clone()), now);
            let result = change(&mut allocator)?;
            let reach =
                allocator.last_changed().map(|last| last.saturating_add(PunchPlacer::OPEN_DAYS_BACK_MAX.days()));
            if self.days_after >= DAYS_AFTER_MAX || reach.is_none_or(|reach| reach <= self.last_read()) {
                return Ok((ChangedDays { stored: self.stored, allocator }, result));
            }
            self.days_after = (self.days_after * 2).min(DAYS_AFTER_MAX);
            self = self.read_again(api).await?;
        }
    }

    async fn read_again(self, api: &Api) -> Result<Self> {
        let from = self.first.saturating_sub(DAYS_BEFORE.days());
        let stored = api.store.list_days_consistent(self.employee, from, self.last_read()).await?;
        Ok(Self { stored, ..self })
    }

    fn last_read(&self) -> Date {
        self.last.saturating_add(self.days_after.days())
    }
}

impl ChangedDays<'_> {
    /// Changed days, each with its event `attendance.punches_received`. The days of a group must be written at once.
    pub(crate) fn groups_with_events(&self, source: &str) -> Vec<Vec<DayWithEvent>> {
        let with_event = |day: &Day| {
            let known: BTreeSet<PunchId> =
                self.stored_day(day.date).iter().flat_map(|day| &day.value.punches).map(|punch| punch.id).collect();
            let new: Vec<&Punch> = day.punches.iter().filter(|punch| !known.contains(&punch.id)).collect();
            let fact = Fact::new(EventType::AttendancePunchesReceived, ENTITY, day.id);
            (self.with_version(day), fact.with_data(punch_event_data(source, &new)))
        };
        let groups = self.allocator.changed_days().into_iter();
        groups.map(|group| group.into_iter().map(with_event).collect()).collect()
    }

    /// Day as it is after the change, with the version that was read (0: no record), and the other changed days with their
    /// events; `None` if the day has no record and was not changed.
    pub(crate) fn split_off(&self, date: Date, source: &str) -> Option<(Stored<Day>, Vec<DayWithEvent>)> {
        let day = self.with_version(self.allocator.find_day(date)?);
        let others = self.groups_with_events(source).into_iter().flatten();
        Some((day, others.filter(|(other, _)| other.value.date != date).collect()))
    }

    fn stored_day(&self, date: Date) -> Option<&Stored<Day>> {
        self.stored.iter().find(|day| day.value.date == date)
    }

    fn with_version(&self, day: &Day) -> Stored<Day> {
        Stored { value: day.clone(), version: self.stored_day(day.date).map_or(0, |before| before.version) }
    }
}
